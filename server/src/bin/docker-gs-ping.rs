//! Answers `GET /`, `GET /health` and `GET /ping`.

use std::env;
use std::process::ExitCode;

use docker_gs_ping::{Config, conclude, ping, run};

fn main() -> ExitCode {
    let config = Config::read(|name| env::var_os(name));
    conclude(config.and_then(|config| run(&config, ping::routes(), async { Ok(()) })))
}
