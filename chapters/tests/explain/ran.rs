//! Helpers for these tests.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use chapters::TUTORIAL;
use tempfile::TempDir;
use tutorial_engine::author::tutorial::Names;
use tutorial_engine::docker::client::Docker;
use tutorial_engine::explain::cause::{self as explain, Cause};
use tutorial_engine::language::Language;
use tutorial_engine::run::process::{Outcome, Runner};

pub const RUST: &str = "rust:1.95-slim-bookworm";

pub fn names() -> &'static Names {
    TUTORIAL.docker.unwrap()
}

/// A command that was run.
pub struct Ran {
    pub outcome: Outcome,
    pub docker: Docker,
}

impl Ran {
    pub fn docker(arguments: &[&str]) -> Self {
        Self::docker_with(arguments, &[])
    }

    /// Runs `docker` with `variables` added to those of the test.
    pub fn docker_with(arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        Self::program("docker", arguments, variables)
    }

    pub fn build(folder: &TempDir, variables: &[(&str, &str)]) -> Self {
        let variables = [&[("BUILDKIT_PROGRESS", "plain")], variables].concat();
        Self::docker_with(&["build", path(folder)], &variables)
    }

    pub fn program(program: &str, arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        let runner = Runner::new(environment(variables), Arc::default());
        let mut command = Command::new(program);
        command.args(arguments);
        let outcome = runner.run(command, Duration::from_mins(1), &mut |_| {}).unwrap();
        let docker = Docker::new(runner, TUTORIAL.docker);
        Self { outcome, docker }
    }

    #[track_caller]
    pub fn cause(&self) -> Cause {
        let Outcome { status, output, .. } = &self.outcome;
        explain::cause(*status, output, names()).unwrap_or_else(|| panic!("not recognised: {output}"))
    }

    /// Fails unless the output is recognised as this failure and its English explanation contains
    /// `parts`.
    #[track_caller]
    pub fn check(&self, id: &str, parts: &[&str]) {
        let cause = self.cause();
        assert_eq!(cause.id, id, "{}", self.outcome.output);
        check_cause(&cause, &self.docker, parts);
    }
}

#[track_caller]
pub fn check_cause(cause: &Cause, docker: &Docker, parts: &[&str]) {
    let [english, japanese] =
        [Language::English, Language::Japanese].map(|language| cause.explanation(language, docker, None));
    println!("{}\n{english}{japanese}", cause.id);
    assert!(
        !(english.clone() + &japanese).contains("absent"),
        "{english}{japanese}"
    );
    for part in parts {
        assert!(english.contains(part), "no {part} in\n{english}");
    }
}

/// A folder with this Dockerfile, removed at the end.
pub fn dockerfile(text: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("Dockerfile"), text).unwrap();
    folder
}

pub fn path(folder: &TempDir) -> &str {
    folder.path().to_str().unwrap()
}

pub fn environment(variables: &[(&str, &str)]) -> BTreeMap<OsString, OsString> {
    let variables = variables.iter().map(|(name, value)| (name.into(), value.into()));
    std::env::vars_os().chain(variables).collect()
}

/// Objects that a test makes, by kind and name; removed when the test ends.
pub struct Things(Vec<(String, String)>);

impl Things {
    pub fn new(things: &[(&str, &str)]) -> Self {
        let owned = |(kind, name): &(&str, &str)| ((*kind).to_owned(), (*name).to_owned());
        Self(things.iter().map(owned).collect())
    }
}

impl Drop for Things {
    fn drop(&mut self) {
        for (kind, name) in &self.0 {
            let force: &[_] = if kind == "container" {
                &["--force", "--volumes"]
            } else {
                &[]
            };
            // Objects that were not made need not be removed.
            Ran::docker(&[&[kind, "rm"], force, &[name]].concat());
        }
    }
}
