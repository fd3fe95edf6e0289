//! A program as somebody runs it who is not root.

use std::process::{Command, Output};

/// Runs a program without root's rights, where the test has them; it still
/// reads every file, since the repository may lie in a folder of root's.
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
    // The settings of whoever runs the tests are not this user's.
    command
        .env_remove("DOCKER_CONFIG")
        .env("DOCKER_HOST", docker_host)
        .env("HOME", "/")
        .output()
        .unwrap()
}
