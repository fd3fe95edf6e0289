//! Answers `GET /`, `GET /health` and `GET /ping`.

use std::env;
use std::process::ExitCode;

use docker_gs_ping::{Config, complain, ping, run};

fn main() -> ExitCode {
    let ended = Config::read(|name| env::var_os(name)).and_then(|config| run(&config, ping::routes()));
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(format_args!("Error: {}", error.line()));
            error.exit_code()
        }
    }
}
