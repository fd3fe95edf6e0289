//! Answers `GET /`, `GET /health` and `GET /ping`.

use std::env;
use std::process::ExitCode;

use docker_gs_ping::{Config, Error, Task, ask_health, conclude, ping, run};

fn main() -> ExitCode {
    conclude(start())
}

fn start() -> Result<(), Error> {
    let variables = |name: &str| env::var_os(name);
    match Task::read(env::args_os().skip(1))? {
        Task::Serve => run(&Config::read(variables)?, ping::routes(), async { Ok(()) }),
        Task::AskHealth => ask_health(variables),
    }
}
