//! Finds the engine that a chapter runs on, and sets one up where there is none.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::database::{COCKROACH_IMAGE, Database};
use crate::docker::{self, Docker, Endpoint, Facts};
use crate::explain::{Cause, Explanation, cause};
use crate::language::Language;
use crate::platform;
use crate::process::{self, End, Event, Runner};
use crate::provenance::{self, Provenance};
use crate::pull;
use crate::screen::{Interrupted, Screen};
use crate::tutorial::Names;

/// Longest time for setting up engine and images, with a slow network.
const SETUP_LIMIT: Duration = Duration::from_hours(1);

const SCRIPT_LIMIT: Duration = Duration::from_mins(1);

/// What Docker's client calls itself; the number follows.
const CLIENT: &str = "Docker version ";

/// An engine that answers, with what it says of itself.
#[derive(Debug)]
pub struct Engine {
    /// Environment of the client that reaches it.
    pub runner: Runner,
    /// Versions, architecture, base images.
    pub facts: Facts,
}

/// Who says which engine is meant.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Choice {
    /// The reader, with `DOCKER_HOST`.
    Host,
    /// The reader, with `DOCKER_CONTEXT`.
    ContextVariable,
    /// The reader, with `docker context use`.
    Context,
    /// Nobody: it is where the client looks by itself.
    Default,
    /// This program, since there is no other.
    Private,
}

impl Choice {
    /// `endpoint` is `None` where the client cannot say it: it was told something that is not there.
    pub(crate) fn of(runner: &Runner, endpoint: Option<&Endpoint>) -> Self {
        if runner.variable("DOCKER_HOST").is_some() {
            Self::Host
        } else if runner.variable("DOCKER_CONTEXT").is_some() {
            Self::ContextVariable
        } else if endpoint.is_some_and(|endpoint| endpoint.context == "default") {
            Self::Default
        } else {
            Self::Context
        }
    }

    /// What messages choose by.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Host => "host",
            Self::ContextVariable => "variable",
            Self::Context => "context",
            Self::Default => "default",
            Self::Private => "private",
        }
    }

    /// A sentence of the catalogue, `setup-engine` or `setup-chosen`, about the engine there.
    fn say(self, id: &str, version: &str, endpoint: &Endpoint, language: Language) -> String {
        let Endpoint { context, address } = endpoint;
        let variables = [
            ("choice", self.word()),
            ("version", version),
            ("address", address),
            ("context", context),
        ];
        language.text(id, &variables)
    }
}

impl Engine {
    /// The engine is there, and the reader reads which one it is. Builds use its own builder, which is
    /// named after the context, whatever `docker buildx use` or an alias has chosen.
    fn found(runner: &Runner, facts: Facts, choice: Choice, screen: &Screen) -> Self {
        let (version, endpoint) = (&facts.provenance.engine, &facts.endpoint);
        screen.note(&choice.say("setup-engine", version, endpoint, screen.language()));
        let builder = ("BUILDX_BUILDER".to_owned(), endpoint.context.clone());
        Self {
            runner: runner.with([builder]),
            facts,
        }
    }

    /// What a tutorial runs on that needs none.
    pub(crate) fn none(runner: Runner) -> Self {
        let facts = Facts {
            provenance: Provenance {
                curl: provenance::curl(&runner),
                operating_system: platform::operating_system(),
                ..Provenance::default()
            },
            shares_network: true,
            ..Facts::default()
        };
        Self { runner, facts }
    }
}

/// Why a chapter has no engine to run on, or not all of its images.
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
    /// An image was not to be had; why, in the reader's language.
    #[error("{0}")]
    NotPulled(String),
    /// The reader pressed Ctrl-C.
    #[error("interrupted")]
    Interrupted,
    /// A program could not be run.
    #[error("failed to set up an engine")]
    Process(#[from] process::Error),
    /// An engine that is up does not answer.
    #[error("failed to use the engine that was set up")]
    Docker(#[from] docker::Error),
}

impl Error {
    /// What went wrong, why, and what to do next, for a reader.
    #[must_use]
    pub fn say(&self, language: Language) -> String {
        match self {
            Self::NotReached(why) | Self::NotPulled(why) => why.clone(),
            Self::Declined => language.text("setup-declined", &[]),
            Self::Script { script } => language.text("setup-script", &[("script", script)]),
            Self::Interrupted => language.text("setup-interrupted", &[]),
            Self::Process(source) => language.text("setup-process", &[("reason", &source.say(language))]),
            Self::Docker(source) => language.text("setup-docker", &[("reason", &source.say(language))]),
        }
    }
}

/// The engine that the reader's client reaches; where nobody has chosen one and none answers, the
/// private one, which is set up if need be; `yes` answers the question that comes before.
///
/// # Errors
///
/// One for each way in which there is no engine in the end, or not all of the base images.
pub fn engine(
    root: &Path,
    names: &'static Names,
    runner: &Runner,
    yes: bool,
    screen: &mut Screen,
) -> Result<Engine, Error> {
    let mut engine = find_engine(root, names, runner, yes, screen)?;
    let missing = std::mem::take(&mut engine.facts.missing_images);
    if !missing.is_empty() {
        let docker = Docker::new(engine.runner.clone(), Some(names));
        for image in missing {
            fetch(root, &docker, names, image, screen)?;
        }
        engine.facts = docker.facts()?;
    }
    Ok(engine)
}

/// Makes the image of a database engine ready.
///
/// # Errors
///
/// [`Error::NotPulled`] if the image cannot be had, [`Error::Interrupted`] on Ctrl-C.
pub fn database(root: &Path, docker: &Docker, database: Database, screen: &mut Screen) -> Result<(), Error> {
    fetch(root, docker, docker.names(), database.image(), screen)
}

/// Pulls an image that is missing; where its registry does not answer and this machine can, it is assembled.
fn fetch(root: &Path, docker: &Docker, names: &Names, image: &str, screen: &mut Screen) -> Result<(), Error> {
    // What is assembled for one is there for the others.
    if docker.has_image(image) {
        return Ok(());
    }
    screen.say("setup-pull", &[("image", image)]);
    let output = match pull::pull(docker, image, screen)? {
        pull::Pulled::Yes => return Ok(()),
        pull::Pulled::Interrupted => return Err(Error::Interrupted),
        pull::Pulled::No(output) => output,
    };
    let cause = cause(Some(1), &output);
    let is_unreachable = matches!(cause, Some(Cause::NoRegistry(_)));
    if is_unreachable && image != COCKROACH_IMAGE && names.has_scripts && can_set_up() {
        screen.say("setup-assemble", &[("image", image)]);
        return run_script(
            root,
            docker.runner(),
            &format!("scripts/base-images --with {image}"),
            screen,
        );
    }
    let language = screen.language();
    let headline = language.text("setup-not-pulled", &[("image", image)]);
    let why = match cause {
        Some(cause) => cause.explanation(language, docker).lines(language),
        None => output.trim().to_owned() + "\n",
    };
    let again = language.text("setup-pull-again", &[("image", image)]);
    Err(Error::NotPulled(format!("{headline}\n{why}{again}")))
}

fn find_engine(
    root: &Path,
    names: &'static Names,
    runner: &Runner,
    yes: bool,
    screen: &mut Screen,
) -> Result<Engine, Error> {
    let docker = Docker::new(runner.clone(), Some(names));
    let language = screen.language();
    let error = match docker.facts() {
        Ok(facts) => {
            let choice = Choice::of(runner, Some(&facts.endpoint));
            return Ok(Engine::found(runner, facts, choice, screen));
        }
        Err(_) if runner.is_interrupted() => return Err(Error::Interrupted),
        Err(error) => error,
    };
    let cause = cause_of(&error, &docker);
    // Without the client the current context is not known.
    let has_client = !matches!(
        cause,
        Some(Cause::ClientMissing | Cause::OtherProgram(_) | Cause::NoWslIntegration)
    );
    let endpoint = has_client.then(|| docker.endpoint().ok()).flatten();
    let choice = Choice::of(runner, endpoint.as_ref());
    let endpoint = endpoint.unwrap_or_else(|| asked(runner, cause.as_ref()));
    let is_chosen = match choice {
        Choice::Host | Choice::ContextVariable => true,
        Choice::Context => has_client,
        Choice::Default | Choice::Private => false,
    };
    let is_nowhere = matches!(cause, Some(Cause::NoEngine(_) | Cause::ClientMissing));
    let not_reached = |obstacle: Option<&str>| {
        let chosen = is_chosen.then(|| choice.say("setup-chosen", "", &endpoint, language));
        not_reached(chosen, obstacle, cause.as_ref(), &error, &docker, language)
    };
    if is_chosen || !is_nowhere || !names.has_scripts {
        return Err(not_reached(None));
    }
    if let Some(engine) = private_engine(root, names, runner, screen)? {
        return Ok(engine);
    }
    if !can_set_up() {
        return Err(not_reached(None));
    }
    if let Some(reason) = obstacle(root, runner)? {
        return Err(not_reached(Some(&reason)));
    }
    let data = private_data(root, runner)?;
    if data.is_there {
        screen.say("setup-again", &[]);
    } else {
        ask(&data.folder, yes, screen)?;
    }
    run_script(root, runner, "scripts/engine up", screen)?;
    private_engine(root, names, runner, screen)?.ok_or_else(|| Error::Script {
        script: "scripts/engine env".to_owned(),
    })
}

/// What the client was told where it finds no such endpoint.
fn asked(runner: &Runner, cause: Option<&Cause>) -> Endpoint {
    let variable = |name| {
        let value = runner.variable(name).unwrap_or_default();
        value.to_string_lossy().into_owned()
    };
    let context = match cause {
        Some(Cause::ContextMissing(name)) => name.clone(),
        _ => variable("DOCKER_CONTEXT"),
    };
    Endpoint {
        context,
        address: variable("DOCKER_HOST"),
    }
}

/// Why the engine's facts are not known.
fn cause_of(error: &docker::Error, docker: &Docker) -> Option<Cause> {
    Cause::of(error).or_else(|| {
        let said = docker.client();
        let first = said.lines().next()?;
        let is_client = said.lines().any(|line| line.starts_with(CLIENT));
        (!is_client).then(|| Cause::OtherProgram(first.to_owned()))
    })
}

/// `chosen` says that it is the engine that the reader has chosen; `obstacle`, why no other can be
/// set up.
fn not_reached(
    chosen: Option<String>,
    obstacle: Option<&str>,
    cause: Option<&Cause>,
    error: &docker::Error,
    docker: &Docker,
    language: Language,
) -> Error {
    let why = match cause {
        Some(cause) => {
            let explanation = cause.explanation(language, docker);
            let next = obstacle.map(|reason| language.text("setup-impossible", &[("reason", reason)]));
            let next = next.unwrap_or_else(|| explanation.next.clone());
            Explanation { next, ..explanation }.lines(language)
        }
        None => error.say(language),
    };
    let headline = language.text("explain-not-reached", &[]);
    let without = language.text("setup-without-engine", &[]);
    let parts = [
        Some(headline),
        chosen,
        Some(why.trim_end().to_owned()),
        Some(without),
    ];
    let parts: Vec<_> = parts.into_iter().flatten().collect();
    Error::NotReached(parts.join("\n"))
}

/// The private engine, if it is up: `scripts/engine env` tells how to reach it.
fn private_engine(
    root: &Path,
    names: &'static Names,
    runner: &Runner,
    screen: &Screen,
) -> Result<Option<Engine>, Error> {
    // It is made of Debian's packages.
    if !platform::is_debian() {
        return Ok(None);
    }
    let outcome = runner.run(script(root, "scripts/engine env"), SCRIPT_LIMIT, &mut |_| {})?;
    if outcome.status != Some(0) {
        return Ok(None);
    }
    let runner = runner.with(exports(&outcome.output));
    let docker = Docker::new(runner.clone(), Some(names));
    Ok(Some(Engine::found(
        &runner,
        docker.facts()?,
        Choice::Private,
        screen,
    )))
}

/// Why this machine cannot run the private engine, as `scripts/engine check` says it in English;
/// `None` if it can. Asked before the reader is, and before anything is downloaded.
fn obstacle(root: &Path, runner: &Runner) -> Result<Option<String>, Error> {
    let outcome = runner.run(script(root, "scripts/engine check"), SCRIPT_LIMIT, &mut |_| {})?;
    match (outcome.end, outcome.status) {
        (End::Interrupted, _) => Err(Error::Interrupted),
        (End::Exited, Some(0)) => Ok(None),
        (End::Exited, Some(1)) => {
            let said = outcome.output.trim();
            Ok(Some(said.strip_prefix("engine: ").unwrap_or(said).to_owned()))
        }
        _ => Err(Error::Script {
            script: "scripts/engine check".to_owned(),
        }),
    }
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

/// Runs a script of this repository, with its lines as notes.
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
    use std::collections::BTreeMap;
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
        let runner = Runner::new(BTreeMap::from(environment), Arc::default());
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
