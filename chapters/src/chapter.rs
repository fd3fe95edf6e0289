//! What an author of a chapter needs: sections, commands, a process in the
//! foreground, waiting, and what runs afterwards.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use regex::Regex;
use xshell::Shell;

use crate::build_log::{self, Stage};
use crate::database::Database;
use crate::expect::{Expectation, Finding};
use crate::failure::{Error, Failure};
use crate::normalise::{Normaliser, Reading};
use crate::options::Options;
use crate::process::{self, End, Outcome, Process, Runner};
use crate::screen::Screen;
use crate::setup::Engine;
use crate::transcript::{Entry, Transcript, Typed, one_line};

/// Longest time for a command that names none: a cold build on a slow machine.
pub const COMMAND_LIMIT: Duration = Duration::from_mins(30);

/// Time between two attempts of a command that is waited for.
const ATTEMPT_INTERVAL: Duration = Duration::from_millis(100);

/// A chapter as a value: what it is called, what it needs, what it does.
#[derive(Clone, Copy, Debug)]
pub struct Outline {
    /// As in `cargo run --bin chapter-5`.
    pub name: &'static str,
    /// Its page in the book, as in `book/en/src/3-writing.md`.
    pub page: &'static str,
    /// TCP ports of the host that the chapter publishes, or shows to be free.
    pub ports: &'static [u16],
    /// Whether it runs a database engine, which the reader may choose.
    pub has_database: bool,
    /// Whether the whole preflight is shown, not only what needs seeing to.
    pub shows_preflight: bool,
    /// The commands, in order.
    pub commands: fn(&mut Chapter) -> Result<(), Error>,
}

impl Outline {
    /// Where `cargo run --bin book -- serve` shows the page. The English one links to the Japanese one.
    pub(crate) fn address(&self) -> String {
        format!("http://127.0.0.1:3000/en/{}.html", self.page)
    }
}

/// A chapter that is being read: it runs what its file says, line by line.
#[derive(Debug)]
pub struct Chapter {
    shell: Shell,
    options: Options,
    /// `None` when commands are only listed.
    runner: Option<Runner>,
    is_native: bool,
    database: Database,
    screen: Screen,
    section: &'static str,
    is_section_announced: bool,
    normaliser: Normaliser,
    transcript: Transcript,
    foreground: Option<Foreground>,
    /// The same when commands are only listed.
    listed_foreground: Option<&'static str>,
    afterwards: Vec<Afterwards>,
    seen: BTreeSet<String>,
}

/// A command as the chapter's file has it.
#[derive(Debug)]
pub struct Line {
    /// What it says and where.
    pub source: Source,
    /// The same, cut into program and arguments by xshell.
    pub command: Command,
}

/// What a chapter's file says, and where.
#[derive(Clone, Copy, Debug)]
pub struct Source {
    /// The literal, exactly.
    pub literal: &'static str,
    /// File and line of the chapter: `chapters/src/bin/chapter-5.rs:41`.
    pub place: &'static str,
}

/// A command that runs while the chapter goes on.
#[derive(Debug)]
struct Foreground {
    source: Source,
    process: Process,
    /// Bytes of its output that the transcript has already.
    shown: usize,
}

#[derive(Debug)]
struct Afterwards {
    literal: &'static str,
    command: Command,
}

impl Chapter {
    /// A chapter whose commands run in `root` on `engine`, or are only listed
    /// when there is none; `database` is what it runs, if it runs one.
    ///
    /// # Panics
    ///
    /// If the current folder cannot be read.
    #[must_use]
    pub fn new(root: &Path, options: Options, engine: Option<&Engine>, database: Database) -> Self {
        let shell = Shell::new().expect("the current folder can be read");
        shell.change_dir(root);
        Self {
            shell,
            options,
            runner: engine.map(|engine| engine.runner.clone()),
            is_native: engine.is_some_and(|engine| engine.facts.is_native),
            database,
            screen: Screen::default(),
            section: "",
            is_section_announced: false,
            normaliser: Normaliser::default(),
            transcript: Transcript::default(),
            foreground: None,
            listed_foreground: None,
            afterwards: Vec::new(),
            seen: BTreeSet::new(),
        }
    }

    /// The commands that follow belong to this section.
    pub fn section(&mut self, id: &'static str) {
        self.section = id;
        self.is_section_announced = false;
    }

    /// Runs a command; [`run!`](crate::run) is the way to write it.
    ///
    /// # Errors
    ///
    /// [`Error::Failed`] if it does not show what is expected, [`Error::Run`]
    /// if it cannot be started, [`Error::Interrupted`] on Ctrl-C.
    pub fn run(&mut self, line: &Line, expected: &Expectation, limit: Duration) -> Result<(), Error> {
        let Some((runner, command)) = self.announce(line, expected)? else {
            return Ok(());
        };
        let screen = &mut self.screen;
        let outcome = runner
            .run(command, limit, &mut |event| screen.event(event))
            .map_err(|source| line.source.run_error(source))?;
        self.conclude(line, expected, outcome)
    }

    /// Starts a foreground process; [`foreground!`](crate::foreground) is the
    /// way to write it.
    ///
    /// # Errors
    ///
    /// As for [`Chapter::run`]; also if it ends before it has shown enough.
    pub fn foreground(&mut self, line: &Line, expected: &Expectation, limit: Duration) -> Result<(), Error> {
        let Some((runner, command)) = self.announce(line, expected)? else {
            self.listed_foreground = Some(line.source.literal);
            return Ok(());
        };
        let screen = &mut self.screen;
        let process = runner
            .start(command)
            .map_err(|source| line.source.run_error(source))?;
        let waited = process.wait_for(&|output| expected.is_shown_by(output), limit, &mut |event| {
            screen.event(event);
        });
        match waited.map_err(|source| line.source.run_error(source))? {
            Ok(process) => {
                let output = process.shown().to_owned();
                self.foreground = Some(Foreground {
                    source: line.source,
                    shown: output.len(),
                    process,
                });
                let outcome = Outcome {
                    output,
                    status: Some(0),
                    elapsed: Duration::ZERO,
                    end: End::Exited,
                };
                self.conclude(line, expected, outcome)
            }
            Err(outcome) => {
                // It ended where it should have gone on: whatever it has
                // shown, that is a failure.
                let goes_on = Finding {
                    expected: "a process that goes on".to_owned(),
                    is_met: false,
                };
                self.fail_or_interrupt(line.source, vec![goes_on], outcome)
            }
        }
    }

    /// Presses Ctrl-C for the foreground process;
    /// [`interrupt!`](crate::interrupt) is the way to write it.
    ///
    /// # Errors
    ///
    /// As for [`Chapter::run`]; [`Error::NoForeground`] if nothing runs there.
    pub fn interrupt(
        &mut self,
        place: &'static str,
        expected: &Expectation,
        limit: Duration,
    ) -> Result<(), Error> {
        if self.runner.is_none() {
            let literal = self.listed_foreground.take().ok_or(Error::NoForeground(place))?;
            self.note_down(Typed::Interrupt(one_line(literal)));
            return Ok(());
        }
        let Foreground {
            source,
            process,
            shown,
        } = self.foreground.take().ok_or(Error::NoForeground(place))?;
        let typed = one_line(source.literal);
        self.screen.interrupt(&typed);
        let screen = &mut self.screen;
        let mut outcome = process
            .interrupt(limit, &mut |event| screen.event(event))
            .map_err(|error| source.run_error(error))?;
        outcome.output = outcome.output.split_off(shown);
        let source = Source { place, ..source };
        self.keep(source, Typed::Interrupt(typed), &[], expected, outcome)
    }

    /// Runs a command until it shows what is expected;
    /// [`wait_until!`](crate::wait_until) is the way to write it.
    ///
    /// # Errors
    ///
    /// As for [`Chapter::run`], with the last attempt's outcome when `limit`
    /// is over.
    pub fn wait_until(&mut self, line: &Line, expected: &Expectation, limit: Duration) -> Result<(), Error> {
        let Some((runner, _)) = self.announce(line, expected)? else {
            return Ok(());
        };
        let deadline = Instant::now() + limit;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let command = self.command(line)?;
            let outcome = runner
                .run(command, left, &mut |_| {})
                .map_err(|source| line.source.run_error(source))?;
            let is_last = outcome.end != End::Exited || Instant::now() >= deadline;
            if is_last || expected.check(&outcome, "").iter().all(|finding| finding.is_met) {
                for text in outcome.output.lines() {
                    self.screen.event(process::Event::Line(text));
                }
                return self.conclude(line, expected, outcome);
            }
            process::pause(ATTEMPT_INTERVAL);
        }
    }

    /// Remembers a command for the end; [`afterwards!`](crate::afterwards) is
    /// the way to write it.
    pub fn afterwards(&mut self, line: Line) {
        if self.runner.is_some() {
            self.afterwards.push(Afterwards {
                literal: line.source.literal,
                command: line.command,
            });
        }
    }

    /// Where commands run; a copy, so that the chapter stays free to run them.
    #[must_use]
    pub fn shell(&self) -> Shell {
        self.shell.clone()
    }

    /// Ends what still runs and runs what was kept for the end; answers what
    /// could not be run.
    pub fn close(&mut self) -> Vec<String> {
        drop(self.foreground.take());
        let Some(runner) = self.runner.as_ref().map(Runner::uninterruptible) else {
            return Vec::new();
        };
        if self.options.keep {
            return Vec::new();
        }
        let mut troubles = Vec::new();
        while let Some(Afterwards { literal, command }) = self.afterwards.pop() {
            match runner.run(command, COMMAND_LIMIT, &mut |_| {}) {
                Ok(outcome) if outcome.status == Some(0) => {}
                Ok(outcome) => troubles.push(format!("`{literal}` failed: {}", outcome.output.trim())),
                Err(error) => troubles.push(error.to_string()),
            }
        }
        troubles
    }

    /// What has been recorded so far.
    #[must_use]
    pub fn transcript(&self) -> &Transcript {
        &self.transcript
    }

    /// Values behind the placeholders that the book shows; see
    /// [`Normaliser::recorded`].
    #[must_use]
    pub fn normaliser(&self) -> &Normaliser {
        &self.normaliser
    }

    /// Ids of images and containers that outputs named, 64 hexadecimal digits.
    #[must_use]
    pub fn seen(&self) -> &BTreeSet<String> {
        &self.seen
    }

    /// What people see of this chapter.
    pub fn screen(&mut self) -> &mut Screen {
        &mut self.screen
    }

    /// Shows the command and answers how to run it, or notes it down and
    /// answers nothing when commands are only listed.
    fn announce(&mut self, line: &Line, expected: &Expectation) -> Result<Option<(Runner, Command)>, Error> {
        if !expected.belongs_to(self.database) {
            return Ok(None);
        }
        let is_shown = self.options.shows(self.section);
        let Some(runner) = self.runner.clone() else {
            self.note_down(Typed::Command(shown(line.source.literal)));
            return Ok(None);
        };
        if runner.is_interrupted() {
            return Err(Error::Interrupted);
        }
        let has_shown_all = !is_shown && !self.transcript.entries.is_empty();
        if has_shown_all {
            return Err(Error::StepIsOver);
        }
        if expected.needs_native_engine() && !self.is_native {
            self.screen.note(&format!(
                "   left out, since this engine has a network of its own: {}",
                line.source.literal
            ));
            return Ok(None);
        }
        let command = self.command(line)?;
        self.screen.mute(!is_shown);
        if !self.is_section_announced {
            self.screen.heading(self.section);
            self.is_section_announced = true;
        }
        self.screen.command(
            &self
                .normaliser
                .resolve(&shown(line.source.literal))
                .unwrap_or_default(),
        );
        Ok(Some((runner, command)))
    }

    /// Adds to the transcript what would be typed.
    fn note_down(&mut self, typed: Typed) {
        if self.options.shows(self.section) {
            self.transcript.entries.push(Entry {
                section: self.section.to_owned(),
                typed,
                output: String::new(),
                status: Some(0),
            });
        }
    }

    /// The command with its placeholders filled in.
    fn command(&self, line: &Line) -> Result<Command, Error> {
        let resolve = |word: &OsStr| {
            self.normaliser
                .resolve(&word.to_string_lossy())
                .map_err(|placeholder| Error::Placeholder {
                    command: line.source.literal.to_owned(),
                    place: line.source.place,
                    placeholder,
                })
        };
        let mut command = Command::new(line.command.get_program());
        for word in line.command.get_args() {
            command.arg(resolve(word)?);
        }
        command.current_dir(self.shell.current_dir());
        Ok(command)
    }

    fn conclude(&mut self, line: &Line, expected: &Expectation, outcome: Outcome) -> Result<(), Error> {
        let stages = self.stages(line);
        self.keep(
            line.source,
            Typed::Command(shown(line.source.literal)),
            &stages,
            expected,
            outcome,
        )
    }

    /// Normalises, compares, keeps and shows; `stages` are those of the
    /// Dockerfile that was built.
    fn keep(
        &mut self,
        source: Source,
        typed: Typed,
        stages: &[Stage],
        expected: &Expectation,
        outcome: Outcome,
    ) -> Result<(), Error> {
        self.seen.extend(
            FULL_ID
                .find_iter(&outcome.output)
                .map(|id| id.as_str().to_owned()),
        );
        let kept = expected.kept_steps();
        let reading = Reading {
            command: source.literal,
            stages,
            kept: &kept,
        };
        let output = self.normaliser.output(&outcome.output, &reading);
        let findings = expected.check(&outcome, &output);
        self.screen
            .findings(&findings, outcome.elapsed, expected.is_timed());
        if findings.iter().any(|finding| !finding.is_met) {
            return self.fail_or_interrupt(source, findings, outcome);
        }
        if self.options.shows(self.section) {
            let section = self.section.to_owned();
            self.transcript.entries.push(Entry {
                section,
                typed,
                output,
                status: outcome.status,
            });
        }
        Ok(())
    }

    fn fail_or_interrupt(
        &self,
        source: Source,
        findings: Vec<Finding>,
        outcome: Outcome,
    ) -> Result<(), Error> {
        if outcome.end == End::Interrupted {
            return Err(Error::Interrupted);
        }
        let command = self
            .normaliser
            .resolve(source.literal)
            .unwrap_or_else(|_| source.literal.to_owned());
        Err(Error::Failed(Box::new(Failure {
            section: self.section,
            place: source.place,
            command,
            findings,
            outcome,
        })))
    }

    /// Build stages in the Dockerfile that a `docker build` reads.
    fn stages(&self, line: &Line) -> Vec<Stage> {
        let words: Vec<_> = line.command.get_args().collect();
        if words.first().is_none_or(|word| *word != "build") {
            return Vec::new();
        }
        let named = words
            .iter()
            .position(|word| *word == "--file" || *word == "-f")
            .and_then(|at| words.get(at + 1));
        let root = self.shell.current_dir();
        let file = named.map_or_else(
            || {
                root.join(words.last().unwrap_or(&".".as_ref()))
                    .join("Dockerfile")
            },
            |file| root.join(file),
        );
        // A Dockerfile that is missing on purpose has no stages.
        self.shell
            .read_file(file)
            .map(|text| build_log::stages(&text))
            .unwrap_or_default()
    }
}

static FULL_ID: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\b[0-9a-f]{64}\b").expect("the pattern of an id is valid"));

/// A literal of several lines as it is typed: each but the last ends in `\`,
/// and the following ones are indented.
fn shown(literal: &str) -> String {
    let lines: Vec<_> = literal
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    lines.join(" \\\n    ")
}

impl Source {
    fn run_error(self, source: process::Error) -> Error {
        Error::Run {
            command: self.literal.to_owned(),
            place: self.place,
            source,
        }
    }
}
