//! Stores the messages that are sent to it in a database, and shows their number.

use std::env;
use std::process::ExitCode;

use docker_gs_ping::roach::{self, Settings, Store};
use docker_gs_ping::{Error, Task, ask_health, conclude, run};

fn main() -> ExitCode {
    conclude(start())
}

fn start() -> Result<(), Error> {
    let variables = |name: &str| env::var_os(name);
    match Task::read(env::args_os().skip(1))? {
        Task::Serve => {
            let settings = Settings::read(variables)?;
            let store = Store::new(settings.database);
            run(&settings.http, roach::routes(store.clone()), roach::keep(&store))
        }
        Task::AskHealth => ask_health(variables),
    }
}
