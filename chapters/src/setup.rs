//! Finds the engine that a chapter runs on, and sets one up where there is none.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::database::Database;
use crate::docker::{Docker, Facts};
use crate::explain::Cause;
use crate::language::Language;
use crate::platform;
use crate::process::{self, End, Event, Runner};
use crate::provenance::{self, Provenance};
use crate::screen::{Interrupted, Screen};
use crate::tutorial::Names;

/// Longest time for setting up engine and images, with a slow network.
const SETUP_LIMIT: Duration = Duration::from_hours(1);

const SCRIPT_LIMIT: Duration = Duration::from_mins(1);

/// An engine that answers, with what it says of itself.
#[derive(Debug)]
pub struct Engine {
    /// Environment of the client that reaches it.
    pub runner: Runner,
    /// Versions, architecture, base images.
    pub facts: Facts,
}

impl Engine {
    /// What a tutorial runs on that needs none.
    pub(crate) fn none(runner: Runner) -> Self {
        let facts = Facts {
            provenance: Provenance {
                curl: provenance::curl(&runner),
                operating_system: platform::operating_system(),
                ..Provenance::default()
            },
            is_native: true,
            ..Facts::default()
        };
        Self { runner, facts }
    }
}

/// Why a chapter has no engine to run on.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is none that this user can use, and this machine is not one to set one up on; why, in
    /// the reader's language.
    #[error("{0}")]
    NotReached(String),
    /// The reader said no.
    #[error("no Docker Engine was set up, as the reader said")]
    Declined,
    /// A script failed; it has said why.
    #[error("`{script}` failed")]
    Script {
        /// As typed from the repository's root.
        script: String,
    },
    /// The reader pressed Ctrl-C.
    #[error("interrupted")]
    Interrupted,
    /// A program could not be run.
    #[error("failed to set up an engine")]
    Process(#[from] process::Error),
    /// An engine that is up does not answer.
    #[error("failed to use the engine that was set up")]
    Docker(#[from] crate::docker::Error),
}

impl Error {
    /// What went wrong, why, and what to do next, for a reader.
    #[must_use]
    pub fn say(&self, language: Language) -> String {
        match self {
            Self::NotReached(why) => why.clone(),
            Self::Declined => language.text("setup-declined", &[]),
            Self::Script { script } => language.text("setup-script", &[("script", script)]),
            Self::Interrupted => language.text("setup-interrupted", &[]),
            Self::Process(source) => language.text("setup-process", &[("reason", &source.say(language))]),
            Self::Docker(source) => language.text("setup-docker", &[("reason", &source.say(language))]),
        }
    }
}

/// The engine that answers: the reader's own, else the private one, which is
/// set up if need be; `yes` answers the question that comes before.
///
/// # Errors
///
/// One for each way in which there is no engine in the end.
pub fn engine(
    root: &Path,
    names: &'static Names,
    runner: Runner,
    yes: bool,
    screen: &mut Screen,
) -> Result<Engine, Error> {
    let mut engine = find_engine(root, names, runner, yes, screen)?;
    if names.has_scripts && !engine.facts.missing_images.is_empty() {
        let missing = screen.language().list(&engine.facts.missing_images);
        screen.say("setup-base-images", &[("images", &missing)]);
        run_script(root, &engine.runner, "scripts/base-images", screen)?;
        engine.facts = Docker::new(engine.runner.clone(), Some(names)).facts()?;
    }
    Ok(engine)
}

/// Makes the image of a database engine ready.
///
/// # Errors
///
/// [`Error::Script`] if the image cannot be had, [`Error::Interrupted`] on Ctrl-C.
pub fn database(
    root: &Path,
    engine: &Engine,
    docker: &Docker,
    database: Database,
    screen: &mut Screen,
) -> Result<(), Error> {
    if docker.has_image(database.image()) {
        return Ok(());
    }
    let line = format!("scripts/base-images --with {}", database.image());
    run_script(root, &engine.runner, &line, screen)
}

fn find_engine(
    root: &Path,
    names: &'static Names,
    runner: Runner,
    yes: bool,
    screen: &mut Screen,
) -> Result<Engine, Error> {
    let docker = Docker::new(runner.clone(), Some(names));
    let cause = match docker.facts() {
        Ok(facts) => return Ok(Engine { runner, facts }),
        Err(_) if runner.is_interrupted() => return Err(Error::Interrupted),
        // It is there and says what this program does not understand.
        Err(error @ crate::docker::Error::Answer { .. }) => return Err(error.into()),
        Err(error) => Cause::of(&error).unwrap_or(Cause::NoEngine(String::new())),
    };
    if matches!(cause, Cause::SocketPermission(_)) || !names.has_scripts {
        return Err(not_reached(&cause, &docker, screen.language()));
    }
    if let Some(engine) = private_engine(root, names, &runner)? {
        return Ok(engine);
    }
    if !can_set_up() {
        return Err(not_reached(&cause, &docker, screen.language()));
    }
    let data = private_data(root, &runner)?;
    if data.is_there {
        screen.say("setup-again", &[]);
    } else {
        ask(&data.folder, yes, screen)?;
    }
    run_script(root, &runner, "scripts/engine up", screen)?;
    private_engine(root, names, &runner)?.ok_or_else(|| Error::Script {
        script: "scripts/engine env".to_owned(),
    })
}

fn not_reached(cause: &Cause, docker: &Docker, language: Language) -> Error {
    let explanation = cause.explanation(language, docker);
    let lines = explanation.lines(language);
    let headline = language.text("explain-not-reached", &[]);
    let without = language.text("setup-without-engine", &[]);
    Error::NotReached(format!("{headline}\n{lines}{without}"))
}

/// The private engine, if it is up: `scripts/engine env` tells how to reach it.
fn private_engine(root: &Path, names: &'static Names, runner: &Runner) -> Result<Option<Engine>, Error> {
    let outcome = runner.run(script(root, "scripts/engine env"), SCRIPT_LIMIT, &mut |_| {})?;
    if outcome.status != Some(0) {
        return Ok(None);
    }
    let runner = runner.with(exports(&outcome.output));
    let facts = Docker::new(runner.clone(), Some(names)).facts()?;
    Ok(Some(Engine { runner, facts }))
}

/// What the private engine keeps, or would keep.
#[derive(Debug, Eq, PartialEq)]
struct Data {
    folder: String,
    /// Whether the engine has been set up before.
    is_there: bool,
}

/// As `scripts/engine status` says it: `data        FOLDER (SIZE)`.
fn private_data(root: &Path, runner: &Runner) -> Result<Data, Error> {
    let outcome = runner.run(script(root, "scripts/engine status"), SCRIPT_LIMIT, &mut |_| {})?;
    let data = outcome.output.lines().find_map(|line| {
        let (folder, size) = line.strip_prefix("data ")?.rsplit_once(" (")?;
        Some(Data {
            folder: folder.trim_start().to_owned(),
            is_there: size != "none yet)",
        })
    });
    data.ok_or_else(|| Error::Script {
        script: "scripts/engine status".to_owned(),
    })
}

/// Reads lines such as `export NAME='value'`; other lines are comments.
fn exports(text: &str) -> Vec<(String, String)> {
    let export = |line: &str| {
        let (name, value) = line.strip_prefix("export ")?.split_once('=')?;
        Some((name.to_owned(), value.trim_matches('\'').replace(r"'\''", "'")))
    };
    text.lines().filter_map(export).collect()
}

/// Whether this machine is one that the scripts give an engine.
pub(crate) fn can_set_up() -> bool {
    platform::is_debian() && platform::is_root()
}

fn ask(folder: &str, yes: bool, screen: &Screen) -> Result<(), Error> {
    screen.say("setup-offer", &[("folder", folder)]);
    match screen.confirm(&screen.language().text("setup-question", &[]), yes) {
        Ok(true) => Ok(()),
        Ok(false) => Err(Error::Declined),
        Err(Interrupted) => Err(Error::Interrupted),
    }
}

fn run_script(root: &Path, runner: &Runner, line: &str, screen: &mut Screen) -> Result<(), Error> {
    // What to do next is this program's to say, not the script's.
    let runner = runner.with([("DOCKER_BOOK_INSIDE".to_owned(), "yes".to_owned())]);
    let outcome = runner.run(script(root, line), SETUP_LIMIT, &mut |event| {
        if let Event::Line(line) = event {
            screen.note(line.trim_end());
        }
    })?;
    match (outcome.end, outcome.status) {
        (End::Interrupted, _) => Err(Error::Interrupted),
        (End::Exited, Some(0)) => Ok(()),
        _ => Err(Error::Script {
            script: line.to_owned(),
        }),
    }
}

/// A script of this repository with its arguments.
fn script(root: &Path, line: &str) -> Command {
    let mut words = line.split(' ');
    let mut command = Command::new(root.join(words.next().unwrap_or_default()));
    command.args(words).current_dir(root);
    command
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[track_caller]
    fn check_folder(variable: &str, value: &str, expected: &str) {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let environment = [
            ("PATH", "/usr/sbin:/usr/bin:/sbin:/bin"),
            ("HOME", "/nowhere"),
            ("DOCKER_HOST", "unix:///nowhere"),
            (variable, value),
        ];
        let environment = environment.map(|(name, value)| (name.into(), value.into()));
        let runner = Runner::new(environment.into(), Arc::default());
        let expected = Data {
            folder: expected.to_owned(),
            is_there: false,
        };
        assert_eq!(private_data(&root, &runner).unwrap(), expected);
    }

    #[test]
    #[cfg_attr(
        not(target_os = "linux"),
        ignore = "the script is for Linux: it calls GNU's programs"
    )]
    fn folder_that_is_asked_for_is_the_one_that_the_script_uses() {
        check_folder("HOME", "/nowhere", "/nowhere/.cache/running-rust-in-docker");
        check_folder(
            "XDG_CACHE_HOME",
            "/nowhere/x",
            "/nowhere/x/running-rust-in-docker",
        );
        check_folder(
            "DOCKER_BOOK_HOME",
            "/nowhere/an engine (mine)",
            "/nowhere/an engine (mine)",
        );
    }

    #[test]
    fn exports_are_read_as_a_shell_would() {
        let text = "# private engine\nexport DOCKER_HOST='unix:///a b'\nexport X='it'\\''s'\n";
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(
            exports(text),
            [pair("DOCKER_HOST", "unix:///a b"), pair("X", "it's")]
        );
    }
}
