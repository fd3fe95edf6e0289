//! Runs a program as a user other than root.

use std::process::{Command, Output};

/// Runs a program without root's rights if the test has them. It can still read every file, because the
/// repository may be in a folder of root.
pub fn without_privilege(program: &str, docker_host: &str) -> Output {
    const RIGHTS: [&str; 5] = [
        "--reuid=65534",
        "--regid=65534",
        "--clear-groups",
        "--inh-caps=+dac_read_search",
        "--ambient-caps=+dac_read_search",
    ];
    let is_root = nix::unistd::Uid::effective().is_root();
    let mut command = Command::new(if is_root { "setpriv" } else { program });
    if is_root {
        command.args(RIGHTS).arg(program);
    }
    // This user must not see the settings of the user who runs the tests.
    command
        .env_remove("DOCKER_CONFIG")
        .env("DOCKER_HOST", docker_host)
        .env("HOME", "/")
        .output()
        .unwrap()
}
