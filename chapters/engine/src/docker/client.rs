//! Docker's client: asks the engine, and has it do something.

use std::collections::BTreeSet;
use std::process::Command;
use std::time::Duration;

use serde::de::DeserializeOwned;

use crate::author::tutorial::Names;
use crate::docker::endpoint::{CONTEXT, Endpoint};
use crate::docker::objects::{KINDS, Object, ObjectKind, Row};
use crate::language::Language;
use crate::record::image_name::digits;
use crate::run::process::{self, End, Process, Runner};
use crate::text;

/// Longest time for one question to the engine, or one removal.
const QUERY_LIMIT: Duration = Duration::from_mins(1);

/// The engine that `docker` talks to in a [`Runner`]'s environment.
#[derive(Clone, Debug)]
pub struct Docker {
    runner: Runner,
    /// `None` for a tutorial that is about something else: the engine is not asked what it holds.
    names: Option<&'static Names>,
}

/// Why the engine did not answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// `docker` could not be run.
    #[error("failed to ask the Docker Engine")]
    Run(#[from] process::Error),
    /// `docker` did not end within this time.
    #[error("`docker {command}` did not answer within {} s", .limit.as_secs())]
    Silent {
        /// Arguments, as typed.
        command: String,
        /// How long it was waited for.
        limit: Duration,
    },
    /// `docker` ended with an error.
    #[error("`docker {command}` failed: {output}")]
    Refused {
        /// Arguments, as typed.
        command: String,
        /// What it said.
        output: String,
    },
    /// `docker` said that something is gone, and it is not.
    #[error("the {} {} is still there", .0.kind, .0.handle())]
    Stays(Object),
    /// `docker` said something else than expected.
    #[error("failed to read the answer of `docker {command}`")]
    Answer {
        /// Arguments, as typed.
        command: String,
        /// What is wrong with it.
        source: serde_json::Error,
    },
}

impl Error {
    /// What went wrong and why, for a reader.
    #[must_use]
    pub fn say(&self, language: Language) -> String {
        match self {
            Self::Run(source) => text!(language, "docker-run", reason = source.say(language)),
            Self::Silent { command, limit } => {
                text!(language, "docker-silent", command, seconds = limit.as_secs())
            }
            Self::Refused { command, output } => text!(language, "docker-refused", command, output),
            Self::Stays(object) => text!(language, "docker-stays", object = object.say(language)),
            Self::Answer { command, source } => text!(language, "docker-answer", command, reason = source),
        }
    }

    pub(crate) fn refused(arguments: &[&str], output: &str) -> Self {
        Self::Refused {
            command: arguments.join(" "),
            output: output.trim().to_owned(),
        }
    }

    /// What `docker` printed all the same: it may have failed for a part of what it was asked for.
    pub(crate) fn output(self) -> Result<String, Self> {
        match self {
            Self::Refused { output, .. } => Ok(output),
            error => Err(error),
        }
    }
}

impl Docker {
    /// The engine that `runner`'s environment leads to; `names` are those of the tutorial's things,
    /// `None` for a tutorial that has none there.
    #[must_use]
    pub fn new(runner: Runner, names: Option<&'static Names>) -> Self {
        Self { runner, names }
    }

    /// The same engine, asked even after Ctrl-C: for cleaning up.
    pub(crate) fn uninterruptible(&self) -> Self {
        Self::new(self.runner.uninterruptible(), self.names)
    }

    /// The environment that leads to the engine.
    pub(crate) fn runner(&self) -> &Runner {
        &self.runner
    }

    /// What the tutorial calls its things; none for a tutorial that has none.
    pub(crate) fn names(&self) -> &'static Names {
        self.names.unwrap_or(&Names::NONE)
    }

    /// Where the client looks for the engine, whether or not one is there.
    pub(crate) fn endpoint(&self) -> Endpoint {
        Endpoint::read(&self.ask(CONTEXT).unwrap_or_default(), &self.runner)
    }

    /// Whether the engine has this image.
    pub(crate) fn has_image(&self, image: &str) -> bool {
        self.ask(&["image", "inspect", image]).is_ok()
    }

    /// Name of the container that publishes this port, if one does.
    pub(crate) fn container_on(&self, port: u16) -> Option<String> {
        let filter = format!("publish={port}");
        let names = self.ask(&["container", "ls", "--filter", &filter, "--format", "{{.Names}}"]);
        names.ok()?.lines().next().map(str::to_owned)
    }

    /// All that the engine holds, sorted; nothing for a tutorial without Docker.
    pub(crate) fn objects(&self) -> Result<Vec<Object>, Error> {
        if self.names.is_none() {
            return Ok(Vec::new());
        }
        let mut objects = BTreeSet::new();
        for (kind, answer) in KINDS.into_iter().zip(self.ask_all(KINDS.map(ObjectKind::list))) {
            let rows: Vec<Row> = read(kind.list(), &answer?)?;
            objects.extend(rows.into_iter().map(|row| row.object(kind)));
        }
        Ok(objects.into_iter().collect())
    }

    /// Removes what was made since `before`, as [`Names::made`] tells it, until a look finds no more:
    /// what a command asked for before it was ended may come to be while the rest is removed.
    pub(crate) fn remove_made(&self, before: &[Object], seen: &BTreeSet<String>) -> Result<(), Error> {
        let mut seen = seen.clone();
        let mut removed = BTreeSet::new();
        loop {
            let made = self.names().made(before, &self.objects()?, &seen);
            if made.is_empty() {
                return Ok(());
            }
            self.remove(&made)?;
            // An image that lost its name while a container was made of it is known by its id.
            seen.extend(made.iter().map(|object| digits(&object.id).to_owned()));
            for object in made {
                if !removed.insert((object.kind, object.handle().to_owned())) {
                    return Err(Error::Stays(object));
                }
            }
        }
    }

    /// Removes `objects`, running containers included. If something is still in use by somebody
    /// else, what can be removed is gone all the same.
    pub(crate) fn remove(&self, objects: &[Object]) -> Result<(), Error> {
        let mut result = Ok(());
        for kind in KINDS {
            let of_kind = objects.iter().filter(|object| object.kind == kind);
            let handles: Vec<&str> = of_kind.map(Object::handle).collect();
            if !handles.is_empty() {
                result = result.and(self.ask(&[kind.remove(), &handles].concat()).map(drop));
            }
        }
        result
    }

    /// What `docker` answers to `arguments`.
    pub(crate) fn ask(&self, arguments: &[&str]) -> Result<String, Error> {
        let [answer] = self.ask_all([arguments]);
        answer
    }

    /// Asks all of `questions` at the same time: most of a question's time is the client's start.
    pub(crate) fn ask_all<const N: usize>(&self, questions: [&[&str]; N]) -> [Result<String, Error>; N] {
        let started = questions.map(|question| (question, self.start(question)));
        started.map(|(question, process)| {
            let outcome = process?.wait(QUERY_LIMIT, &mut |_| {})?;
            match (outcome.end, outcome.status) {
                (End::TimedOut, _) => Err(Error::Silent {
                    command: question.join(" "),
                    limit: QUERY_LIMIT,
                }),
                (_, Some(0)) => Ok(outcome.output),
                _ => Err(Error::refused(question, &outcome.output)),
            }
        })
    }

    /// Starts `docker`.
    pub(crate) fn start(&self, arguments: &[&str]) -> Result<Process, Error> {
        let mut command = Command::new("docker");
        command.args(arguments);
        Ok(self.runner.start(command)?)
    }
}

/// Reads the lines that are JSON; a client may print warnings between them.
pub(crate) fn read<T: DeserializeOwned>(question: &[&str], output: &str) -> Result<Vec<T>, Error> {
    let lines = output.lines().filter(|line| line.starts_with('{'));
    let answers: Result<_, _> = lines.map(serde_json::from_str).collect();
    answers.map_err(|source| Error::Answer {
        command: question.join(" "),
        source,
    })
}
