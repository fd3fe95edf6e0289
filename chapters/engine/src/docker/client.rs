//! Runs Docker's client to query the engine and to make it do something.

use std::collections::BTreeSet;
use std::process::Command;
use std::sync::LazyLock;
use std::time::Duration;

use serde::de::DeserializeOwned;

use crate::author::tutorial::Names;
use crate::docker::endpoint::{CONTEXT, Endpoint};
use crate::docker::objects::{KINDS, Object, ObjectKind, Row};
use crate::language::Language;
use crate::record::image_name::digits;
use crate::run::process::{self, End, Outcome, Process, Runner};
use crate::text;

/// Time limit of one query or one removal.
const QUERY_LIMIT: Duration = Duration::from_mins(1);

/// Largest number of removals, one after the other, until nothing is left.
const REMOVALS_MAX: usize = 5;

/// Time after a removal that failed.
const REMOVAL_INTERVAL: Duration = Duration::from_millis(100);

/// The engine that `docker` uses in a [`Runner`]'s environment.
#[derive(Clone, Debug)]
pub struct Docker {
    /// Starts `docker` in an environment that selects the engine.
    pub(crate) runner: Runner,
    /// `None` for a tutorial that is not about Docker: the engine's objects are not listed.
    names: Option<&'static Names>,
}

/// Why a query failed. A command is the arguments of `docker`, as typed.
#[derive(Debug)]
pub(crate) enum NoAnswer {
    /// `docker` could not be run.
    Run(process::Error),
    /// `docker` did not end within the time limit.
    Silent { command: String, limit: Duration },
    /// `docker` ended with an error.
    Refused { command: String, output: String },
    /// `docker` reported an object as removed, but it still exists.
    Stays(Object),
    /// `docker` printed something other than expected.
    Answer {
        command: String,
        reason: serde_json::Error,
    },
}

impl NoAnswer {
    /// What went wrong and the cause, for a reader.
    pub(crate) fn say(&self, language: Language) -> String {
        match self {
            Self::Run(source) => text!(language, "docker-run", reason = source.say(language)),
            Self::Silent { command, limit } => {
                text!(language, "docker-silent", command, seconds = limit.as_secs())
            }
            Self::Refused { command, output } => text!(language, "docker-refused", command, output),
            Self::Stays(object) => text!(language, "docker-stays", object = object.say(language)),
            Self::Answer { command, reason } => text!(language, "docker-answer", command, reason),
        }
    }

    pub(crate) fn refused(arguments: &[&str], output: &str) -> Self {
        Self::Refused {
            command: arguments.join(" "),
            output: output.trim().to_owned(),
        }
    }

    /// What `docker` printed despite the error: it may have failed only for some of its arguments.
    pub(crate) fn output(self) -> Result<String, Self> {
        match self {
            Self::Refused { output, .. } => Ok(output),
            error => Err(error),
        }
    }
}

impl Docker {
    /// Uses the engine that `runner`'s environment selects; `names` are the tutorial's names, `None` for
    /// a tutorial that has no names there.
    #[must_use]
    pub fn new(runner: Runner, names: Option<&'static Names>) -> Self {
        Self { runner, names }
    }

    /// The same engine, for a cleanup that Ctrl-C does not interrupt.
    pub(crate) fn uninterruptible(&self) -> Self {
        Self::new(self.runner.uninterruptible(), self.names)
    }

    /// The tutorial's names; empty for a tutorial that has none.
    pub(crate) fn names(&self) -> &'static Names {
        static NONE: LazyLock<Names> = LazyLock::new(Names::default);
        self.names.unwrap_or(&NONE)
    }

    /// Where the client looks for the engine, even if no engine is there.
    pub(crate) fn endpoint(&self) -> Endpoint {
        Endpoint::read(&self.ask(CONTEXT).unwrap_or_default(), &self.runner)
    }

    /// Name of the container that publishes this port; `None` if no container does.
    pub(crate) fn container_on(&self, port: u16) -> Option<String> {
        let filter = format!("publish={port}");
        let names = self.ask(&["container", "ls", "--filter", &filter, "--format", "{{.Names}}"]);
        names.ok()?.lines().next().map(str::to_owned)
    }

    /// All objects that the engine holds, sorted; empty for a tutorial that is not about Docker.
    pub(crate) fn objects(&self) -> Result<Vec<Object>, NoAnswer> {
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

    /// Removes what [`Names::made`] says was made since `before`, and repeats this until nothing is left, a
    /// few times at most: an interrupted command's objects may appear during the removal, and the engine
    /// refuses to remove what it is removing already, or a network while one of its containers ends.
    pub(crate) fn remove_made(&self, before: &[Object], seen: &BTreeSet<String>) -> Result<(), NoAnswer> {
        let mut seen = seen.clone();
        let mut removed = Ok(());
        for _ in 0..REMOVALS_MAX {
            let made = self.names().made(before, &self.objects()?, &seen);
            if made.is_empty() {
                return Ok(());
            }
            removed = self.remove(&made);
            if removed.is_err() {
                process::pause(REMOVAL_INTERVAL);
            }
            // An image that lost its name after a container was made from it is recognised by its id.
            seen.extend(made.iter().map(|object| digits(&object.id).to_owned()));
        }
        let mut made = self.names().made(before, &self.objects()?, &seen).into_iter();
        made.next()
            .map_or(Ok(()), |stays| removed.and(Err(NoAnswer::Stays(stays))))
    }

    /// Removes `objects`, including running containers. If some of them are in use elsewhere, the others
    /// are removed anyway.
    pub(crate) fn remove(&self, objects: &[Object]) -> Result<(), NoAnswer> {
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

    /// What `docker` prints for these arguments.
    pub(crate) fn ask(&self, arguments: &[&str]) -> Result<String, NoAnswer> {
        let [answer] = self.ask_all([arguments]);
        answer
    }

    /// Runs all `questions` at the same time, because most of the time is spent on starting the client.
    pub(crate) fn ask_all<const N: usize>(&self, questions: [&[&str]; N]) -> [Result<String, NoAnswer>; N] {
        let started = questions.map(|question| (question, self.start(question)));
        started.map(|(question, process)| {
            let outcome = process?.wait(QUERY_LIMIT, &mut |_| {}).map_err(NoAnswer::Run)?;
            answer(question, QUERY_LIMIT, outcome)
        })
    }

    /// Starts `docker`.
    pub(crate) fn start(&self, arguments: &[&str]) -> Result<Process, NoAnswer> {
        let mut command = Command::new("docker");
        command.args(arguments);
        self.runner.start(command).map_err(NoAnswer::Run)
    }
}

/// The output of a query that was given this time limit, or the error.
pub(crate) fn answer(question: &[&str], limit: Duration, outcome: Outcome) -> Result<String, NoAnswer> {
    let command = question.join(" ");
    match (outcome.end, outcome.status) {
        (End::TimedOut, _) => Err(NoAnswer::Silent { command, limit }),
        (_, Some(0)) => Ok(outcome.output),
        _ => Err(NoAnswer::refused(question, &outcome.output)),
    }
}

/// Reads the JSON lines of an output; a client may print warnings between them.
pub(crate) fn read<T: DeserializeOwned>(question: &[&str], output: &str) -> Result<Vec<T>, NoAnswer> {
    let lines = output.lines().filter(|line| line.starts_with('{'));
    let answers: Result<_, _> = lines.map(serde_json::from_str).collect();
    let command = question.join(" ");
    answers.map_err(|reason| NoAnswer::Answer { command, reason })
}
