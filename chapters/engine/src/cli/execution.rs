//! Runs the lines of a chapter and keeps what came of them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use regex::Regex;

use crate::author::chapter::{Chapter, Section};
use crate::author::expect::{Expected, Finding, Normalised};
use crate::author::line::{Action, Line};
use crate::cli::events::{Event, Events};
use crate::cli::interactive::{Answer, Questions};
use crate::cli::options::Mode;
use crate::cli::session::Session;
use crate::docker::endpoint::Network;
use crate::record::build_log::{self, Stage};
use crate::record::invocation::Invocation;
use crate::record::normalise::{Normaliser, Reading, Unfilled};
use crate::record::placeholder;
use crate::record::snapshot::Snapshot;
use crate::record::transcript::Transcript;
use crate::report::failure::Error;
use crate::report::ran::{Ran, Told, milliseconds};
use crate::report::readers::Format;
use crate::run::process::{self, End, GRACE, Outcome, Process, Runner};
use crate::say::screen::Screen;
use crate::text;

/// How many attempts fit at least into the time that a command is waited for: each may take one
/// share of it. An attempt can hang, as curl does where packets are dropped; without a limit of its
/// own it would leave no time for the next one, which may succeed.
const ATTEMPT_SHARES: u32 = 3;

/// Time between two attempts of a command that is waited for.
const ATTEMPT_INTERVAL: Duration = Duration::from_millis(100);

/// A chapter that is being run.
#[derive(Debug)]
pub(crate) struct Execution<'a> {
    root: &'a Path,
    runner: Runner,
    shares_network: bool,
    screen: Screen,
    questions: Option<Questions>,
    /// Where it tells what it does.
    pub(crate) events: Events,
    /// By a line's id: the placeholders that its output shows in the book.
    recorded: BTreeMap<String, Vec<String>>,
    /// How many commands the reader skipped when asked.
    pub(crate) skipped: usize,
    /// The section whose heading was shown last.
    announced: &'static str,
    is_shown: bool,
    /// Values behind the placeholders so far.
    pub(crate) normaliser: Normaliser,
    /// Every line that was run, seen or unseen, in order.
    pub(crate) ran: Vec<Ran>,
    /// A command that runs while the chapter goes on.
    foreground: Option<Process>,
    afterwards: Vec<&'a Line>,
    /// Ids of images and containers that outputs named, 64 hexadecimal digits.
    pub(crate) seen: BTreeSet<String>,
}

impl<'a> Execution<'a> {
    /// A chapter whose lines run in the root of its tutorial; `book` is what was recorded of it.
    pub(crate) fn new(
        session: &Session<'_>,
        chapter: &Chapter,
        book: Option<&Snapshot>,
        screen: &Screen,
    ) -> Self {
        let (engine, options) = (&session.engine, session.options);
        let is_session = options.mode == Mode::Session;
        let questions = options.is_interactive.then(|| {
            let page = chapter.tutorial.page(chapter.page, screen.language());
            Questions::new(chapter.address(screen.language()).unwrap_or(page))
        });
        let stdout = screen.stdout().clone();
        Self {
            root: Path::new(chapter.tutorial.root),
            runner: engine.runner.clone(),
            shares_network: engine.facts.network == Network::Shared,
            screen: screen.for_chapter(chapter, options.format == Format::Text && !is_session),
            questions,
            events: Events::on(is_session.then_some(stdout)),
            recorded: placeholders(chapter, book),
            skipped: 0,
            announced: "",
            is_shown: true,
            normaliser: Normaliser::default(),
            ran: Vec::new(),
            foreground: None,
            afterwards: Vec::new(),
            seen: BTreeSet::new(),
        }
    }

    /// Runs a section; the reader sees what it does if `is_shown`.
    ///
    /// # Errors
    ///
    /// [`Error::Failed`] if a command does not show what is expected, [`Error::Run`] if it cannot be
    /// run, [`Error::Interrupted`] on Ctrl-C, [`Error::Left`] if the reader was asked and left.
    pub(crate) fn section(&mut self, section: &'a Section, is_shown: bool) -> Result<(), Error> {
        self.is_shown = is_shown;
        self.screen.mute(!is_shown);
        let id = section.id;
        self.events.tell(&Event::SectionStarted {
            section: id,
            is_shown,
        });
        section.lines().iter().try_for_each(|line| self.line(line))
    }

    /// A section is not run: the placeholders that it shows in the book are taken all the same, so that
    /// the next ones get the book's numbers.
    pub(crate) fn pass(&mut self, section: &Section) {
        for line in section.lines() {
            self.reserve(line);
        }
    }

    /// Ends what still runs and runs what was kept for the end, unless all is to stay; answers what
    /// could not be run, in the reader's language.
    pub(crate) fn close(&mut self, keeps: bool) -> Vec<String> {
        self.foreground = None;
        let language = self.screen.language();
        let runner = self.runner.uninterruptible();
        let mut troubles = Vec::new();
        while let Some(line) = self.afterwards.pop()
            && !keeps
        {
            let ended = self
                .command(line)
                .and_then(|command| run(&runner, line, command, line.limit));
            match ended {
                Ok(outcome) if outcome.status == Some(0) => {}
                // What was to be removed may never have been made.
                Ok(_) if self.skipped > 0 => {}
                Ok(outcome) => {
                    let (command, output) = (line.literal, outcome.output.trim());
                    troubles.push(text!(language, "chapter-afterwards-failed", command, output));
                }
                Err(error) => troubles.push(error.say(language)),
            }
        }
        troubles
    }

    /// Forgets what ran: what it made is gone, and numbers begin anew.
    pub(crate) fn forget(&mut self) {
        self.normaliser = Normaliser::default();
        self.seen.clear();
        self.announced = "";
    }

    /// What the reader has seen; what failed is not in it.
    pub(crate) fn transcript(&self) -> Transcript {
        let recorded = self.ran.iter().filter(|ran| ran.is_recorded());
        Transcript {
            entries: recorded.map(Ran::entry).collect(),
        }
    }

    fn line(&mut self, line: &'a Line) -> Result<(), Error> {
        if self.runner.is_interrupted() {
            return Err(Error::Interrupted);
        }
        if line.action == Action::Afterwards {
            self.afterwards.push(line);
            return Ok(());
        }
        if !self.is_to_run(line)? {
            self.reserve(line);
            return Ok(());
        }
        let typed = self.typed_here(line);
        let (id, is_shown, is_interrupt) = (&*line.id, self.is_shown, line.action == Action::Interrupt);
        self.events.tell(&Event::CommandStarted {
            id,
            is_shown,
            is_interrupt,
            typed: &typed,
        });
        self.screen.command(&typed, is_interrupt);
        match line.action {
            Action::Run | Action::Afterwards => self.run(line),
            Action::Foreground => self.start(line),
            Action::WaitUntil => self.wait_until(line),
            Action::Interrupt => self.interrupt(line),
        }
    }

    /// Whether a line runs: some make no sense here, and the reader may be asked.
    fn is_to_run(&mut self, line: &Line) -> Result<bool, Error> {
        if line.needs_engines_network && !self.shares_network {
            let language = self.screen.language();
            let text = text!(language, "chapter-left-out", command = line.literal);
            self.screen.note(&format!("   {text}"));
            return Ok(false);
        }
        // A process that the reader skipped needs no Ctrl-C.
        if line.action == Action::Interrupt && self.foreground.is_none() && self.skipped > 0 {
            return Ok(false);
        }
        if self.announced != line.section {
            self.screen.section(line.section);
            self.announced = line.section;
        }
        let (Some(questions), true) = (&self.questions, self.is_shown) else {
            return Ok(true);
        };
        let typed = self.typed_here(line);
        let typed = match line.action {
            Action::Interrupt => format!("^C {typed}"),
            _ => typed,
        };
        match questions.ask(line.section, &typed, &self.runner, &self.screen)? {
            Answer::Run => Ok(true),
            Answer::Skip => {
                self.skipped += 1;
                Ok(false)
            }
            Answer::RunTheRest => {
                self.questions = None;
                Ok(true)
            }
        }
    }

    fn run(&mut self, line: &'a Line) -> Result<(), Error> {
        let command = self.command(line)?;
        let patience = if Invocation::parse(line.literal).is_one_request() {
            GRACE
        } else {
            Duration::ZERO
        };
        let process = self
            .runner
            .start(command)
            .map_err(|error| Error::run(line, error))?;
        let process = process.with_patience(patience);
        let outcome = process.wait(line.limit, &mut watch(&mut self.screen, &self.events, line));
        let outcome = outcome.map_err(|error| Error::run(line, error))?;
        self.conclude(line, &outcome, None)
    }

    fn start(&mut self, line: &'a Line) -> Result<(), Error> {
        let command = self.command(line)?;
        let started = Instant::now();
        let process = self
            .runner
            .start(command)
            .map_err(|error| Error::run(line, error))?;
        let waited = process.wait_for(
            &|output| line.is_shown_by(output),
            line.limit,
            &mut watch(&mut self.screen, &self.events, line),
        );
        match waited.map_err(|error| Error::run(line, error))? {
            Ok(process) => {
                let outcome = Outcome {
                    output: process.shown().to_owned(),
                    status: Some(0),
                    elapsed: started.elapsed(),
                    end: End::Exited,
                };
                self.foreground = Some(process);
                self.conclude(line, &outcome, None)
            }
            Err(outcome) => {
                // It ended where it should have gone on: whatever it has shown, that is a failure.
                let goes_on = Finding {
                    expected: Expected::GoesOn,
                    is_met: false,
                };
                let ran = self.ran_of(line, &outcome, String::new(), &[goes_on]);
                Err(Error::failed(ran, outcome.end, None))
            }
        }
    }

    fn interrupt(&mut self, line: &'a Line) -> Result<(), Error> {
        // What a chapter interrupts it has started: it is looked for before anything runs.
        let Some(process) = self.foreground.take() else {
            return Ok(());
        };
        // The transcript has this already.
        let shown = process.shown().len();
        let outcome = process.interrupt(line.limit, &mut watch(&mut self.screen, &self.events, line));
        let mut outcome = outcome.map_err(|error| Error::run(line, error))?;
        outcome.output = outcome.output.split_off(shown);
        self.conclude(line, &outcome, None)
    }

    /// When its time is over, the outcome is that of the last attempt that ended by itself, or of the
    /// last one if none did.
    fn wait_until(&mut self, line: &'a Line) -> Result<(), Error> {
        let started = Instant::now();
        let deadline = started + line.limit;
        let mut attempts = 0;
        let mut kept: Option<Outcome> = None;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let limit = left.min(line.limit / ATTEMPT_SHARES);
            let outcome = run(&self.runner, line, self.command(line)?, limit)?;
            attempts += 1;
            if self.runner.is_interrupted() {
                return Err(Error::Interrupted);
            }
            // Nothing of an attempt is kept until it is the last.
            let (_, findings) = read(&mut self.normaliser.clone(), line, &self.stages(line), &outcome);
            let is_met = findings.iter().all(|finding| finding.is_met);
            // An attempt that was cut off never hides what an earlier one said.
            let outcome = match kept.take() {
                Some(earlier) if earlier.end == End::Exited && outcome.end != End::Exited => earlier,
                _ => outcome,
            };
            // An attempt that begins at the deadline could say nothing.
            if is_met || Instant::now() + ATTEMPT_INTERVAL >= deadline {
                for text in outcome.output.lines() {
                    watch(&mut self.screen, &self.events, line)(process::Event::Line(text));
                }
                // What a reader has waited for is all attempts, not the last.
                let elapsed = started.elapsed();
                return self.conclude(line, &Outcome { elapsed, ..outcome }, Some(attempts));
            }
            kept = Some(outcome);
            self.runner.pause(ATTEMPT_INTERVAL);
        }
    }

    /// Normalises, compares, keeps and shows. `attempts` is how often a command that was waited for was
    /// tried.
    fn conclude(&mut self, line: &Line, outcome: &Outcome, attempts: Option<usize>) -> Result<(), Error> {
        let ids = FULL_ID.find_iter(&outcome.output);
        self.seen.extend(ids.map(|id| id.as_str().to_owned()));
        let stages = match line.action {
            Action::Interrupt => Vec::new(),
            _ => self.stages(line),
        };
        let (normalised, findings) = read(&mut self.normaliser, line, &stages, outcome);
        self.screen.findings(&findings, outcome.elapsed, line.is_timed());
        let ran = self.ran_of(line, outcome, normalised, &findings);
        self.events.tell(&Event::CommandEnded {
            id: &line.id,
            ran: &ran,
        });
        if outcome.end != End::Interrupted {
            self.ran.push(ran.clone());
        }
        if ran.is_met() {
            Ok(())
        } else {
            Err(Error::failed(ran, outcome.end, attempts))
        }
    }

    fn ran_of(&self, line: &Line, outcome: &Outcome, normalised: String, findings: &[Finding]) -> Ran {
        Ran {
            line: line.clone(),
            typed: self.typed_here(line),
            output: outcome.output.clone(),
            normalised,
            exit_status: outcome.status,
            elapsed_milliseconds: milliseconds(outcome.elapsed),
            findings: Told::all(findings, self.screen.language()),
            is_shown: self.is_shown,
        }
    }

    fn reserve(&mut self, line: &Line) {
        for placeholder in self.recorded.get(&line.id).into_iter().flatten() {
            self.normaliser.reserve(placeholder);
        }
    }

    /// A line as somebody here would type it: placeholders are filled in.
    fn typed_here(&self, line: &Line) -> String {
        let typed = line.typed();
        let resolved = self.normaliser.resolve(typed.text());
        resolved.unwrap_or_else(|_| typed.text().to_owned())
    }

    /// The command with its placeholders filled in.
    fn command(&self, line: &Line) -> Result<Command, Error> {
        let words = line.words.iter().map(|word| self.normaliser.resolve(word));
        let words = words.collect::<Result<Vec<_>, _>>();
        let words = words.map_err(|Unfilled(placeholder)| Error::Placeholder {
            line: Box::new(line.clone()),
            placeholder,
        })?;
        let mut words = words.iter();
        let mut command = Command::new(words.next().map_or("", String::as_str));
        command.args(words).current_dir(self.root);
        Ok(command)
    }

    /// Build stages in the Dockerfile that a `docker build` reads.
    fn stages(&self, line: &Line) -> Vec<Stage> {
        let invocation = Invocation::parse(line.literal);
        if !invocation.is_build() {
            return Vec::new();
        }
        let named = invocation.values(&["--file", "-f"]).next();
        let file = named.map_or_else(
            || {
                let context = line.words.last().map_or(".", String::as_str);
                self.root.join(context).join("Dockerfile")
            },
            |file| self.root.join(file),
        );
        // A Dockerfile that is missing on purpose has no stages.
        let text = fs::read_to_string(file);
        text.map(|text| build_log::stages(&text)).unwrap_or_default()
    }
}

/// By a line's id: the placeholders that its output shows in the book. A line that was never recorded
/// shows those that it expects.
fn placeholders(chapter: &Chapter, book: Option<&Snapshot>) -> BTreeMap<String, Vec<String>> {
    let book: BTreeMap<_, _> = book.iter().flat_map(|book| book.transcript.with_ids()).collect();
    let of = |line: &Line| {
        let recorded = book.get(&line.id).filter(|entry| entry.typed == line.typed());
        let output = recorded.map(|entry| entry.output.clone());
        let output = output.unwrap_or_else(|| line.fragments().collect::<Vec<_>>().join(" "));
        let shown = placeholder::placeholders(&output).map(|shown| shown.text.to_owned());
        (line.id.clone(), shown.collect())
    };
    chapter.lines().map(of).collect()
}

/// Shows what a running line does.
fn watch<'a>(
    screen: &'a mut Screen,
    events: &'a Events,
    line: &'a Line,
) -> impl FnMut(process::Event<'_>) + use<'a> {
    move |event| {
        if let process::Event::Line(text) = event {
            events.tell(&Event::Output { id: &line.id, text });
        }
        screen.event(event);
    }
}

fn run(runner: &Runner, line: &Line, command: Command, limit: Duration) -> Result<Outcome, Error> {
    let outcome = runner.run(command, limit, &mut |_| {});
    outcome.map_err(|error| Error::run(line, error))
}

/// The output as the transcript has it, and what of it is met.
fn read(
    normaliser: &mut Normaliser,
    line: &Line,
    stages: &[Stage],
    outcome: &Outcome,
) -> (String, Vec<Finding>) {
    let known = normaliser.count();
    let reading = Reading {
        command: line.literal,
        stages,
        kept: &line.kept_steps(),
    };
    let text = normaliser.output(&outcome.output, &reading);
    let kept = Normalised {
        text: &text,
        names_new: normaliser.count() > known,
    };
    let findings = line.check(outcome, kept);
    (text, findings)
}

static FULL_ID: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\b[0-9a-f]{64}\b").expect("the pattern of an id is valid"));
