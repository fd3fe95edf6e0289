//! Finds the engine that a chapter runs on, and sets one up if there is none.

use std::ffi::OsString;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use crate::author::tutorial::{Scripts, Tutorial};
use crate::docker::client::{Docker, NoAnswer};
use crate::docker::endpoint::{Choice, Endpoint};
use crate::docker::info::{Facts, host};
use crate::explain::cause::Cause;
use crate::explain::known::{
    CLIENT_MISSING, CONTEXT_MISSING, ENGINE_SILENT, NO_ENGINE, NO_REGISTRY, NO_WSL_INTEGRATION, OTHER_PROGRAM,
};
use crate::language::Language;
use crate::record::provenance::Part;
use crate::run::environment::Environment;
use crate::run::platform;
use crate::run::process::{self, End, Progress, Runner};
use crate::say::screen::{Screen, confirm};
use crate::start::pull::pull;
use crate::text;

/// Time limit for setting up engine and images, with a slow network.
const SETUP_LIMIT: Duration = Duration::from_hours(1);

/// Time limit for a query to a script.
const SCRIPT_LIMIT: Duration = Duration::from_mins(1);

/// Lines of a failed script's output that are shown.
const LINES_SHOWN: usize = 20;

/// How Docker's client starts its version line; the number follows.
const CLIENT: &str = "Docker version ";

/// Why a chapter did not start.
#[derive(Debug)]
pub(crate) enum NotBegun {
    /// The reader pressed Ctrl-C.
    Interrupted,
    /// The reason, in the reader's language.
    Because(String),
}

impl From<String> for NotBegun {
    fn from(why: String) -> Self {
        Self::Because(why)
    }
}

/// Whether the reader wants a private engine.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Consent {
    Given,
    /// The reader is asked.
    Asked,
    /// Nobody can be asked: another program runs the chapter.
    Refused,
}

/// The engine that the reader's client reaches. If the reader has not chosen one and none answers: the
/// private engine, which is set up first if necessary and with the reader's consent. A tutorial that is
/// not about Docker has no engine.
pub(crate) fn engine(
    tutorial: &Tutorial,
    runner: Runner,
    consent: Consent,
    screen: &mut Screen,
) -> Result<(Docker, Facts), NotBegun> {
    let Some(names) = tutorial.docker else {
        let facts = Facts {
            provenance: host(&runner),
            ..Facts::default()
        };
        return Ok((Docker::new(runner, None), facts));
    };
    let root = Path::new(tutorial.root);
    let docker = Docker::new(runner, Some(names));
    let (docker, mut facts) = match docker.facts() {
        Ok(facts) => (docker, facts),
        Err(_) if docker.runner.is_interrupted() => return Err(NotBegun::Interrupted),
        Err(error) => match instead(tutorial, &docker, &error, consent, screen)? {
            Instead::Runs(found) => *found,
            Instead::CanRun(caller) => caller.set_up(consent)?,
        },
    };
    let (version, language) = (facts.provenance.value(Part::Engine), screen.language());
    let script = names.scripts.map_or("", |scripts| scripts.engine);
    screen.sentence(&about(&facts.endpoint, "setup-engine", version, script, language));
    // Builds use the engine's own builder, which has the context's name, even if `docker buildx use` or
    // an alias has chosen another.
    let builder = ("BUILDX_BUILDER", facts.endpoint.context.as_str());
    let docker = Docker::new(docker.runner.with([builder]), Some(names));
    if !facts.missing_images.is_empty() {
        for name in &facts.missing_images {
            image(root, &docker, name, screen)?;
        }
        facts = Facts {
            endpoint: facts.endpoint,
            ..docker.facts().map_err(|error| unusable(&error, screen))?
        };
    }
    Ok((docker, facts))
}

/// Makes an image available: pulls it if it is missing; if its registry does not answer, assembles it if
/// this machine can.
pub(crate) fn image(root: &Path, docker: &Docker, image: &str, screen: &mut Screen) -> Result<(), NotBegun> {
    // Assembling one image may have produced others.
    if docker.ask(&["image", "inspect", image]).is_ok() {
        return Ok(());
    }
    screen.say("setup-pull", &[("image", image)]);
    let error = match pull(docker, image, screen) {
        _ if docker.runner.is_interrupted() => return Err(NotBegun::Interrupted),
        Ok(()) => return Ok(()),
        Err(error) => error,
    };
    // A timeout here is the registry's, not the engine's.
    let cause = Cause::of(&error).filter(|cause| cause.id != ENGINE_SILENT);
    if cause.as_ref().is_some_and(|cause| cause.id == NO_REGISTRY)
        && let Some(caller) = Caller::of(root, docker, screen)
        && !caller.scripts.only_pulled.contains(&image)
        && platform::can_set_up()
    {
        screen.say("setup-assemble", &[("image", image)]);
        let line = format!("{} --with {image}", caller.scripts.images);
        return caller.call(&line, true).map(drop);
    }
    let language = screen.language();
    let explanation = cause.map(|cause| cause.explanation(language, docker, None));
    let why = match (error, explanation) {
        // The heading already says what failed.
        (NoAnswer::Refused { output, .. }, None) => output,
        (error, explanation) => why(&error, explanation, language),
    };
    let again = text!(language, "setup-pull-again", image);
    let lines = [text!(language, "setup-not-pulled", image), why, again];
    Err(NotBegun::Because(lines.join("\n")))
}

/// Why no chapter can run now, in the reader's language; `None` if an engine answers or can be started
/// without a question. Nothing is started, set up or pulled.
#[must_use]
pub fn trouble(
    tutorial: &Tutorial,
    variables: impl IntoIterator<Item = (OsString, OsString)>,
    language: Language,
) -> Option<String> {
    let root = Path::new(tutorial.root);
    let environment = Environment::plain(variables, tutorial.environment, root);
    let docker = Docker::new(Runner::new(environment, Arc::default()), Some(tutorial.docker?));
    let error = docker.facts().err()?;
    let screen = Screen::new(language);
    match instead(tutorial, &docker, &error, Consent::Refused, &screen) {
        Err(NotBegun::Because(why)) => Some(why),
        Ok(_) | Err(NotBegun::Interrupted) => None,
    }
}

/// What is used instead of an engine that does not answer: the private one.
enum Instead<'a> {
    Runs(Box<(Docker, Facts)>),
    /// It has to be started, or set up first.
    CanRun(Caller<'a>),
}

/// The engine to use instead of the one that `docker` does not reach: the private one, if the reader has
/// not chosen an engine and none exists.
fn instead<'a>(
    tutorial: &'a Tutorial,
    docker: &'a Docker,
    error: &NoAnswer,
    consent: Consent,
    screen: &'a Screen,
) -> Result<Instead<'a>, NotBegun> {
    let cause = Cause::of(error).or_else(|| other_program(docker));
    let known = cause.as_ref();
    let (id, object) = known.map_or(("", ""), |cause| (cause.id, &*cause.object));
    let endpoint = match id {
        // There is no client that could be asked.
        CLIENT_MISSING | OTHER_PROGRAM | NO_WSL_INTEGRATION => Endpoint::new("", "", &docker.runner),
        CONTEXT_MISSING => Endpoint::new(object, "", &docker.runner),
        _ => docker.endpoint(),
    };
    let language = screen.language();
    let not_reached = |next: Option<String>| {
        let explanation = known.map(|cause| cause.explanation(language, docker, next));
        let mut lines = vec![text!(language, "explain-not-reached")];
        // An engine that the reader has chosen is never replaced.
        if endpoint.choice != Choice::Default {
            lines.push(about(&endpoint, "setup-chosen", "", "", language));
        }
        let without = text!(language, "setup-without-engine");
        lines.extend([why(error, explanation, language), without]);
        Err(NotBegun::Because(lines.join("\n")))
    };
    let (Choice::Default, NO_ENGINE | CLIENT_MISSING, Some(caller)) = (
        endpoint.choice,
        id,
        Caller::of(Path::new(tutorial.root), docker, screen),
    ) else {
        return not_reached(None);
    };
    if platform::is_debian()
        && let Some(found) = caller.private_engine()?
    {
        return Ok(Instead::Runs(Box::new(found)));
    }
    if !platform::can_set_up() {
        return not_reached(None);
    }
    // Checked before the reader is asked, and before anything is downloaded.
    if let Some(reason) = caller.obstacle()? {
        return not_reached(Some(text!(language, "setup-impossible", reason)));
    }
    if consent == Consent::Refused && !caller.data()?.1 {
        let (start, chapter) = (tutorial.start, tutorial.chapters[0]);
        return not_reached(Some(text!(language, "setup-elsewhere", start, chapter)));
    }
    Ok(Instead::CanRun(caller))
}

/// Why `docker` failed, or the explanation if the failure is known.
fn why(error: &NoAnswer, explanation: Option<String>, language: Language) -> String {
    let said = explanation.unwrap_or_else(|| error.say(language));
    said.trim_end().to_owned()
}

/// The error for an engine that runs but does not answer.
fn unusable(error: &NoAnswer, screen: &Screen) -> NotBegun {
    let language = screen.language();
    NotBegun::Because(text!(language, "setup-docker", reason = error.say(language)))
}

/// Whether `docker` is a program other than Docker's client.
fn other_program(docker: &Docker) -> Option<Cause> {
    let said = docker.ask(&["--version"]).or_else(NoAnswer::output).ok()?;
    let is_client = said.lines().any(|line| line.starts_with(CLIENT));
    let first = said.lines().next()?;
    (!is_client).then(|| Cause::new(OTHER_PROGRAM, first))
}

/// A message of the catalogue about an engine.
fn about(endpoint: &Endpoint, id: &str, version: &str, script: &str, language: Language) -> String {
    let (choice, address, context) = (endpoint.choice, &endpoint.address, &endpoint.context);
    text!(language, id, choice, version, address, context, script)
}

/// Runs the scripts of a tutorial. A command line is as typed in the root.
struct Caller<'a> {
    root: &'a Path,
    /// The engine that the reader's client reaches.
    docker: &'a Docker,
    scripts: &'static Scripts,
    screen: &'a Screen,
}

impl<'a> Caller<'a> {
    /// `None` if the tutorial has no scripts.
    fn of(root: &'a Path, docker: &'a Docker, screen: &'a Screen) -> Option<Self> {
        let scripts = docker.names().scripts?;
        Some(Self {
            root,
            docker,
            scripts,
            screen,
        })
    }

    /// The private engine; `None` if it is not up.
    fn private_engine(&self) -> Result<Option<(Docker, Facts)>, NotBegun> {
        let (0, said) = self.call(&self.line("env"), false)? else {
            return Ok(None);
        };
        let runner = self.docker.runner.with(exports(&said));
        let docker = Docker::new(runner, Some(self.docker.names()));
        let mut facts = docker.facts().map_err(|error| unusable(&error, self.screen))?;
        facts.endpoint.choice = Choice::Private;
        Ok(Some((docker, facts)))
    }

    /// Why this machine cannot run the private engine, in English; `None` if it can.
    fn obstacle(&self) -> Result<Option<String>, NotBegun> {
        let line = self.line("check");
        match self.call(&line, false)? {
            (0, _) => Ok(None),
            (1, said) => {
                // The script's output starts with its name.
                let parts = said.split_once(": ");
                let parts = parts.filter(|(name, _)| self.scripts.engine.ends_with(name));
                let reason = parts.map_or(&*said, |(_, reason)| reason);
                Ok(Some(reason.trim().to_owned()))
            }
            (_, said) => Err(self.failed(&line, &said)),
        }
    }

    /// The folder of the private engine, and whether it was set up before.
    fn data(&self) -> Result<(String, bool), NotBegun> {
        let line = self.line("status");
        let (_, status) = self.call(&line, false)?;
        let (folder, is_there) = data(&status).ok_or_else(|| self.failed(&line, &status))?;
        Ok((folder.to_owned(), is_there))
    }

    /// Sets up the private engine, if the reader agrees, and starts it.
    fn set_up(&self, consent: Consent) -> Result<(Docker, Facts), NotBegun> {
        let language = self.screen.language();
        let (folder, was_set_up) = self.data()?;
        if was_set_up {
            self.screen.say("setup-again", &[]);
        } else {
            let (engine, home) = (self.scripts.engine, self.scripts.home);
            let cost = self.scripts.cost[language as usize];
            let variables = [
                ("folder", &*folder),
                ("engine", engine),
                ("home", home),
                ("cost", cost),
            ];
            self.screen.say("setup-offer", &variables);
            let answer = confirm(&text!(language, "setup-question"), consent == Consent::Given);
            if !answer.ok_or(NotBegun::Interrupted)? {
                return Err(NotBegun::Because(text!(language, "setup-declined")));
            }
        }
        self.call(&self.line("up"), true)?;
        let found = self.private_engine()?;
        found.ok_or_else(|| self.failed(&self.line("env"), ""))
    }

    /// The command line for the engine script with an argument.
    fn line(&self, argument: &str) -> String {
        format!("{} {argument}", self.scripts.engine)
    }

    /// Returns exit status and output. A script whose work the reader waits for must succeed, and its
    /// steps are shown while it runs; the others are queries and may fail.
    fn call(&self, line: &str, is_work: bool) -> Result<(i32, String), NotBegun> {
        let mut words = line.split(' ');
        let mut command = Command::new(self.root.join(words.next().unwrap_or_default()));
        command.args(words).current_dir(self.root);
        // This program says what to do next, not the script.
        let runner = self.docker.runner.with([(self.scripts.inside, "yes")]);
        let limit = if is_work { SETUP_LIMIT } else { SCRIPT_LIMIT };
        let mut display = Screen::new(self.screen.language());
        let outcome = runner.run(command, limit, &mut |event| match event {
            Progress::Line(line) => display.progress(step(line).to_owned()),
            Progress::Tick(_) if is_work => display.event(event),
            Progress::Tick(_) => {}
        });
        display.rest();
        let language = self.screen.language();
        let failed = |error: process::Error| text!(language, "setup-process", reason = error.say(language));
        let outcome = outcome.map_err(|error| NotBegun::Because(failed(error)))?;
        match (outcome.end, outcome.status) {
            (End::Interrupted, _) => Err(NotBegun::Interrupted),
            (End::Exited, Some(status)) if status == 0 || !is_work => Ok((status, outcome.output)),
            _ => Err(self.failed(line, &outcome.output)),
        }
    }

    /// The error for a script that failed: the end of its output says why.
    fn failed(&self, script: &str, output: &str) -> NotBegun {
        let lines: Vec<&str> = output.lines().collect();
        let output = lines[lines.len().saturating_sub(LINES_SHOWN)..].join("\n");
        NotBegun::Because(text!(self.screen.language(), "setup-script", script, output))
    }
}

/// The text of a line such as `[ 12 s] unpacking them`, without the time.
fn step(line: &str) -> &str {
    let parts = line.strip_prefix('[').and_then(|rest| rest.split_once(" s] "));
    parts.map_or(line, |(_, text)| text).trim()
}

/// Parses the line `data        FOLDER (SIZE)`: the folder, and whether it has data.
fn data(status: &str) -> Option<(&str, bool)> {
    status.lines().find_map(|line| {
        let (folder, size) = line.strip_prefix("data ")?.rsplit_once(" (")?;
        Some((folder.trim_start(), size != "none yet)"))
    })
}

/// Parses lines such as `export NAME='value'`; other lines are comments.
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
        let screen = Screen::new(Language::English);
        let caller = Caller::of(root, &docker, &screen).unwrap();
        let (_, status) = caller.call("scripts/engine status", false).unwrap();
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
    fn the_step_of_a_script_is_shown_without_its_time() {
        assert_eq!(
            step("[ 12 s]   adding the host's Rust\n"),
            "adding the host's Rust"
        );
        assert_eq!(step("The base images are there.\n"), "The base images are there.");
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
