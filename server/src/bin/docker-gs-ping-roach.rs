//! Counts the messages that are sent to it, in a database.

use std::env;
use std::process::ExitCode;

use docker_gs_ping::roach::{self, Settings, Store};
use docker_gs_ping::{conclude, run};

fn main() -> ExitCode {
    let settings = Settings::read(|name| env::var_os(name));
    conclude(settings.and_then(|settings| {
        let store = Store::new(settings.database);
        run(&settings.http, roach::routes(store.clone()), roach::keep(&store))
    }))
}
