//! Finds the engine that a chapter runs on, and sets one up where there is none.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::author::tutorial::{Scripts, Tutorial};
use crate::docker::client as docker;
use crate::docker::client::Docker;
use crate::docker::endpoint::{Choice, Endpoint};
use crate::docker::info::{Facts, host};
use crate::explain::cause::{Cause, Explanation};
use crate::explain::known::{
    CLIENT_MISSING, CONTEXT_MISSING, ENGINE_SILENT, NO_ENGINE, NO_REGISTRY, NO_WSL_INTEGRATION, OTHER_PROGRAM,
};
use crate::language::Language;
use crate::record::provenance::Part;
use crate::run::platform;
use crate::run::process::{self, End, Event, Runner};
use crate::say::screen::{Screen, confirm};
use crate::start::pull::pull;
use crate::text;

/// Longest time for setting up engine and images, with a slow network.
const SETUP_LIMIT: Duration = Duration::from_hours(1);

/// Longest time for a question to a script.
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

/// Why a chapter has no engine to run on, or not all of its images.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// There is none that this user can use, and this machine is not one to set one up on.
    #[error("no Docker Engine can be used")]
    NotReached {
        /// The one that the reader has chosen, which no other replaces; `None` if nobody has.
        chosen: Option<Endpoint>,
        /// What is wrong with it.
        source: Box<Trouble>,
    },
    /// The reader said no.
    #[error("no Docker Engine was set up, as the reader said")]
    Declined,
    /// A script failed; it has said why.
    #[error("`{script}` failed")]
    Script {
        /// As typed from the repository's root.
        script: String,
    },
    /// An image was not to be had.
    #[error("failed to pull the image {image}")]
    NotPulled {
        /// Its name.
        image: String,
        /// Why.
        source: Box<Trouble>,
    },
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

/// What `docker` failed with, and what is known of it.
#[derive(Debug, thiserror::Error)]
#[error("{error}")]
pub(crate) struct Trouble {
    error: docker::Error,
    /// `None` if it is not a known failure.
    explanation: Option<Explanation>,
}

impl Trouble {
    fn say(&self, language: Language) -> String {
        let explanation = self.explanation.as_ref();
        let said = explanation.map_or_else(|| self.error.say(language), |known| known.lines(language));
        said.trim_end().to_owned()
    }
}

impl Error {
    /// What went wrong, why, and what to do next, for a reader.
    pub(crate) fn say(&self, language: Language) -> String {
        match self {
            Self::NotReached { chosen, source } => {
                let mut lines = vec![text!(language, "explain-not-reached")];
                if let Some(chosen) = chosen {
                    lines.push(about(chosen, "setup-chosen", "", "", language));
                }
                lines.extend([source.say(language), text!(language, "setup-without-engine")]);
                lines.join("\n")
            }
            Self::NotPulled { image, source } => {
                let why = match (&source.error, &source.explanation) {
                    // The headline has said what failed.
                    (docker::Error::Refused { output, .. }, None) => output.clone(),
                    _ => source.say(language),
                };
                let again = text!(language, "setup-pull-again", image);
                [text!(language, "setup-not-pulled", image), why, again].join("\n")
            }
            Self::Declined => text!(language, "setup-declined"),
            Self::Script { script } => text!(language, "setup-script", script),
            Self::Interrupted => text!(language, "setup-interrupted"),
            Self::Process(source) => text!(language, "setup-process", reason = source.say(language)),
            Self::Docker(source) => text!(language, "setup-docker", reason = source.say(language)),
        }
    }
}

/// The engine that the reader's client reaches; where nobody has chosen one and none answers, the
/// private one, which is set up if need be; `yes` answers the question that comes before. A tutorial
/// that is about something else has none.
pub(crate) fn engine(
    tutorial: &Tutorial,
    runner: Runner,
    yes: bool,
    screen: &mut Screen,
) -> Result<Engine, Error> {
    let Some(names) = tutorial.docker else {
        let facts = Facts {
            provenance: host(&runner),
            ..Facts::default()
        };
        return Ok(Engine { runner, facts });
    };
    let root = Path::new(tutorial.root);
    let docker = Docker::new(runner, Some(names));
    let (docker, mut facts) = match docker.facts() {
        Ok(facts) => (docker, facts),
        Err(_) if docker.runner().is_interrupted() => return Err(Error::Interrupted),
        Err(error) => instead(root, &docker, error, yes, screen)?,
    };
    let (version, language) = (facts.provenance.value(Part::Engine), screen.language());
    let script = names.scripts.map_or("", |scripts| scripts.engine);
    screen.note(&about(&facts.endpoint, "setup-engine", version, script, language));
    // Builds use the engine's own builder, which is named after the context, whatever `docker buildx
    // use` or an alias has chosen.
    let runner = docker
        .runner()
        .with([("BUILDX_BUILDER", facts.endpoint.context.as_str())]);
    let docker = Docker::new(runner, Some(names));
    if !facts.missing_images.is_empty() {
        for name in &facts.missing_images {
            image(root, &docker, name, screen)?;
        }
        facts = Facts {
            endpoint: facts.endpoint,
            ..docker.facts()?
        };
    }
    let runner = docker.runner().clone();
    Ok(Engine { runner, facts })
}

/// Makes an image ready: pulls it if it is missing; where its registry does not answer and this
/// machine can, it is assembled.
pub(crate) fn image(root: &Path, docker: &Docker, image: &str, screen: &mut Screen) -> Result<(), Error> {
    // What is assembled for one is there for the others.
    if docker.has_image(image) {
        return Ok(());
    }
    screen.say("setup-pull", &[("image", image)]);
    let error = match pull(docker, image, screen) {
        Ok(()) => return Ok(()),
        Err(_) if docker.runner().is_interrupted() => return Err(Error::Interrupted),
        Err(error) => error,
    };
    // What takes too long here is the registry.
    let cause = Cause::of(&error).filter(|cause| cause.id() != ENGINE_SILENT);
    match (cause.as_ref().map(Cause::id), Caller::of(root, docker)) {
        (Some(NO_REGISTRY), Some(caller))
            if !caller.scripts.only_pulled.contains(&image) && platform::can_set_up() =>
        {
            screen.say("setup-assemble", &[("image", image)]);
            caller.run(&format!("{} --with {image}", caller.scripts.images), screen)
        }
        _ => {
            let explanation = cause.map(|cause| cause.explanation(screen.language(), docker));
            Err(Error::NotPulled {
                image: image.to_owned(),
                source: Box::new(Trouble { error, explanation }),
            })
        }
    }
}

/// What takes the place of the engine that `docker` does not reach: the private one, where the reader
/// has chosen none and none is there.
fn instead(
    root: &Path,
    docker: &Docker,
    error: docker::Error,
    yes: bool,
    screen: &Screen,
) -> Result<(Docker, Facts), Error> {
    let cause = Cause::of(&error).or_else(|| other_program(docker));
    let id = cause.as_ref().map(Cause::id);
    let endpoint = match &cause {
        // There is no client to ask.
        Some(Cause {
            id: CLIENT_MISSING | OTHER_PROGRAM | NO_WSL_INTEGRATION,
            ..
        }) => Endpoint::new("", "", docker.runner()),
        Some(Cause {
            id: CONTEXT_MISSING,
            object,
        }) => Endpoint::new(object, "", docker.runner()),
        _ => docker.endpoint(),
    };
    let language = screen.language();
    let not_reached = |chosen, obstacle: Option<String>| {
        let mut explanation = cause.as_ref().map(|cause| cause.explanation(language, docker));
        if let (Some(explanation), Some(reason)) = (&mut explanation, obstacle) {
            explanation.next = text!(language, "setup-impossible", reason);
        }
        let source = Box::new(Trouble { error, explanation });
        Err(Error::NotReached { chosen, source })
    };
    let caller = match (endpoint.choice, id, Caller::of(root, docker)) {
        (Choice::Default, Some(NO_ENGINE | CLIENT_MISSING), Some(caller)) => caller,
        (Choice::Default, ..) => return not_reached(None, None),
        _ => return not_reached(Some(endpoint), None),
    };
    if platform::is_debian()
        && let Some(found) = caller.private_engine()?
    {
        return Ok(found);
    }
    if !platform::can_set_up() {
        return not_reached(None, None);
    }
    // Asked before the reader is, and before anything is downloaded.
    if let Some(reason) = caller.obstacle()? {
        return not_reached(None, Some(reason));
    }
    caller.set_up(yes, screen)?;
    caller
        .private_engine()?
        .ok_or_else(|| failed(&caller.line("env")))
}

/// Whether `docker` is another program than Docker's client.
fn other_program(docker: &Docker) -> Option<Cause> {
    let said = docker.ask(&["--version"]).or_else(docker::Error::output).ok()?;
    let is_client = said.lines().any(|line| line.starts_with(CLIENT));
    let first = said.lines().next()?;
    (!is_client).then(|| Cause::new(OTHER_PROGRAM, first))
}

/// A sentence of the catalogue about an engine.
fn about(endpoint: &Endpoint, id: &str, version: &str, script: &str, language: Language) -> String {
    let (choice, address, context) = (endpoint.choice, &endpoint.address, &endpoint.context);
    text!(language, id, choice, version, address, context, script)
}

/// Runs the scripts of a tutorial.
struct Caller<'a> {
    root: &'a Path,
    /// The engine that the reader's client reaches.
    docker: &'a Docker,
    scripts: &'static Scripts,
}

impl<'a> Caller<'a> {
    /// `None` if the tutorial has no scripts.
    fn of(root: &'a Path, docker: &'a Docker) -> Option<Self> {
        let scripts = docker.names().scripts?;
        Some(Self {
            root,
            docker,
            scripts,
        })
    }

    /// The private engine; `None` if it is not up.
    fn private_engine(&self) -> Result<Option<(Docker, Facts)>, Error> {
        let (0, said) = self.call(&self.line("env"), None)? else {
            return Ok(None);
        };
        let runner = self.docker.runner().with(exports(&said));
        let docker = Docker::new(runner, Some(self.docker.names()));
        let mut facts = docker.facts()?;
        facts.endpoint.choice = Choice::Private;
        Ok(Some((docker, facts)))
    }

    /// Why this machine cannot run the private engine, in English; `None` if it can.
    fn obstacle(&self) -> Result<Option<String>, Error> {
        let line = self.line("check");
        match self.call(&line, None)? {
            (0, _) => Ok(None),
            (1, said) => {
                // The script says its name first.
                let parts = said.split_once(": ");
                let parts = parts.filter(|(name, _)| self.scripts.engine.ends_with(name));
                let reason = parts.map_or(&*said, |(_, reason)| reason);
                Ok(Some(reason.trim().to_owned()))
            }
            _ => Err(failed(&line)),
        }
    }

    /// Sets the private engine up, if the reader wants it, and starts it.
    fn set_up(&self, yes: bool, screen: &Screen) -> Result<(), Error> {
        let (line, language) = (self.line("status"), screen.language());
        let (_, status) = self.call(&line, None)?;
        let (folder, is_there) = data(&status).ok_or_else(|| failed(&line))?;
        if is_there {
            screen.say("setup-again", &[]);
        } else {
            let (engine, home, cost) = (
                self.scripts.engine,
                self.scripts.home,
                self.scripts.cost[language as usize],
            );
            screen.note(&text!(language, "setup-offer", folder, engine, home, cost));
            match confirm(&text!(language, "setup-question"), yes) {
                Some(true) => {}
                Some(false) => return Err(Error::Declined),
                None => return Err(Error::Interrupted),
            }
        }
        self.run(&self.line("up"), screen)
    }

    /// The script that brings an engine, with an argument.
    fn line(&self, argument: &str) -> String {
        format!("{} {argument}", self.scripts.engine)
    }

    /// Runs a script that has to succeed, with its lines as notes.
    fn run(&self, line: &str, screen: &Screen) -> Result<(), Error> {
        match self.call(line, Some(screen))? {
            (0, _) => Ok(()),
            _ => Err(failed(line)),
        }
    }

    /// Answers exit status and output; `line` is as typed from the root. A script that the reader does
    /// not see is a question.
    fn call(&self, line: &str, screen: Option<&Screen>) -> Result<(i32, String), Error> {
        let mut words = line.split(' ');
        let mut command = Command::new(self.root.join(words.next().unwrap_or_default()));
        command.args(words).current_dir(self.root);
        // What to do next is this program's to say, not the script's.
        let runner = self.docker.runner().with([(self.scripts.inside, "yes")]);
        let limit = screen.map_or(SCRIPT_LIMIT, |_| SETUP_LIMIT);
        let outcome = runner.run(command, limit, &mut |event| {
            if let (Event::Line(line), Some(screen)) = (event, screen) {
                screen.note(line.trim_end());
            }
        })?;
        match (outcome.end, outcome.status) {
            (End::Interrupted, _) => Err(Error::Interrupted),
            (End::Exited, Some(status)) => Ok((status, outcome.output)),
            _ => Err(failed(line)),
        }
    }
}

fn failed(line: &str) -> Error {
    let script = line.to_owned();
    Error::Script { script }
}

/// Reads the line `data        FOLDER (SIZE)`: the folder, and whether anything is there.
fn data(status: &str) -> Option<(&str, bool)> {
    status.lines().find_map(|line| {
        let (folder, size) = line.strip_prefix("data ")?.rsplit_once(" (")?;
        Some((folder.trim_start(), size != "none yet)"))
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use super::*;
    use crate::author::tutorial::EXAMPLE;

    #[track_caller]
    fn check_folder(variable: &str, value: &str, folder: &str) {
        let root = Path::new(EXAMPLE.root);
        let environment = [
            ("PATH", "/usr/sbin:/usr/bin:/sbin:/bin"),
            ("HOME", "/nowhere"),
            ("DOCKER_HOST", "unix:///nowhere"),
            (variable, value),
        ];
        let environment = environment.map(|(name, value)| (name.into(), value.into()));
        let runner = Runner::new(BTreeMap::from(environment), Arc::default());
        let docker = Docker::new(runner, EXAMPLE.docker);
        let caller = Caller::of(root, &docker).unwrap();
        let (_, status) = caller.call("scripts/engine status", None).unwrap();
        assert_eq!(data(&status), Some((folder, false)));
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
