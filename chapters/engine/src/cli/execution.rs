//! Runs the lines of a chapter and keeps the results.

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
use crate::cli::interactive::{Answer, ask};
use crate::cli::options::Mode;
use crate::cli::session::Session;
use crate::docker::endpoint::Network;
use crate::docker::objects::Object;
use crate::record::build_log::{self, Stage};
use crate::record::compose_log;
use crate::record::invocation::Invocation;
use crate::record::normalise::{Normaliser, Reading, Unfilled};
use crate::record::placeholder;
use crate::record::snapshot::Snapshot;
use crate::report::failure::Failure;
use crate::report::ran::{Ran, milliseconds};
use crate::report::readers::Format;
use crate::run::process::{self, End, GRACE, Outcome, Process, Runner, Watch};
use crate::say::screen::Screen;
use crate::text;

/// Minimum number of attempts that fit into the time limit of `wait_until!`: each attempt may take one
/// share of it. An attempt can hang, as curl does if packets are dropped; without its own limit it would
/// leave no time for the next attempt, which may succeed.
const ATTEMPT_SHARES: u32 = 3;

/// Time between two attempts of `wait_until!`.
const ATTEMPT_INTERVAL: Duration = Duration::from_millis(100);

/// A chapter that is being run.
#[derive(Debug)]
pub(crate) struct Execution<'a> {
    session: &'a Session<'a>,
    screen: Screen,
    /// Web address of the chapter's page, while the reader is asked about each command.
    asks_beside: Option<String>,
    /// Where events are sent.
    pub(crate) events: Events,
    /// Line id → placeholders that the line's output shows in the book.
    recorded: BTreeMap<String, Vec<String>>,
    /// How many commands the reader skipped when asked.
    pub(crate) skipped: usize,
    /// The section of the last heading shown.
    announced: &'static str,
    is_shown: bool,
    /// TCP ports of the host that the chapter publishes.
    ports: Vec<u16>,
    /// The values behind the placeholders so far.
    pub(crate) normaliser: Normaliser,
    /// Every line that was run, shown or hidden, in order.
    pub(crate) ran: Vec<Ran>,
    /// A command that keeps running while the chapter continues.
    foreground: Option<Process>,
    afterwards: Vec<&'a Line>,
    /// Ids of images and containers that appeared in outputs, 64 hexadecimal digits each.
    pub(crate) seen: BTreeSet<String>,
    /// Names and ids of the objects that the engine held before the chapter.
    others: Vec<(String, String)>,
}

impl<'a> Execution<'a> {
    /// Creates the execution of a chapter in the root of its tutorial; `book` is the recorded snapshot.
    pub(crate) fn new(
        session: &'a Session<'a>,
        chapter: &Chapter,
        book: Option<&Snapshot>,
        before: &[Object],
        screen: &Screen,
    ) -> Self {
        let (options, language) = (session.options, screen.language());
        let stays = options.mode() == Mode::Session;
        let page = || chapter.tutorial.page(chapter.page, language);
        let page = chapter.address(language).unwrap_or_else(page);
        Self {
            session,
            screen: screen.for_chapter(chapter, options.format == Format::Text && !stays),
            asks_beside: options.is_interactive.then_some(page),
            events: Events(stays.then(|| screen.stdout.clone())),
            recorded: placeholders(chapter, book),
            skipped: 0,
            announced: "",
            is_shown: true,
            normaliser: Normaliser::publishing(&chapter.ports),
            ports: chapter.ports.clone(),
            ran: Vec::new(),
            foreground: None,
            afterwards: Vec::new(),
            seen: BTreeSet::new(),
            others: before.iter().map(Object::named).collect(),
        }
    }

    /// Runs a section; the reader sees its commands and output if `is_shown`. If it checks the reader's own
    /// file, it continues where that lacks an effect.
    pub(crate) fn section(
        &mut self,
        section: &'a Section,
        is_shown: bool,
        checks: bool,
    ) -> Result<(), Failure> {
        self.is_shown = is_shown;
        self.screen.is_muted = !is_shown;
        self.events.tell(&Event::SectionStarted {
            section: section.id,
            is_shown,
        });
        section.lines.iter().try_for_each(|line| match self.line(line) {
            Err(Failure::Failed { .. }) if checks && !line.effects.is_empty() => Ok(()),
            result => result,
        })
    }

    /// Skips a section, but reserves the placeholders that it shows in the book, so that the next
    /// placeholders get the same numbers as in the book.
    pub(crate) fn pass(&mut self, section: &Section) {
        for line in &section.lines {
            self.reserve(line);
        }
    }

    /// Ends the process in the foreground and runs the `afterwards!` commands, unless `keeps` is set.
    /// Returns the commands that could not be run, in the reader's language.
    pub(crate) fn close(&mut self, keeps: bool) -> Vec<String> {
        self.foreground = None;
        let language = self.screen.language();
        let runner = self.runner().uninterruptible();
        let mut troubles = Vec::new();
        while let Some(line) = self.afterwards.pop()
            && !keeps
        {
            match self.attempt(line, &runner, line.limit) {
                Ok(outcome) if outcome.status == Some(0) => {}
                // The command may fail because a skipped command never made the object.
                Ok(_) if self.skipped > 0 => {}
                Ok(outcome) => {
                    let (command, output) = (&*line.literal, outcome.output.trim());
                    troubles.push(text!(language, "chapter-afterwards-failed", command, output));
                }
                Err(error) => troubles.push(error.say(language)),
            }
        }
        troubles
    }

    /// Forgets what ran, since the objects are gone; numbers start again.
    pub(crate) fn forget(&mut self) {
        self.normaliser = Normaliser::publishing(&self.ports);
        self.seen.clear();
        self.announced = "";
    }

    fn line(&mut self, line: &'a Line) -> Result<(), Failure> {
        if self.runner().is_interrupted() {
            return Err(Failure::Interrupted);
        }
        if line.action == Action::Afterwards {
            self.afterwards.push(line);
            return Ok(());
        }
        if !self.is_to_run(line)? {
            self.reserve(line);
            return Ok(());
        }
        let (typed, is_interrupt) = (self.typed_here(line), line.action == Action::Interrupt);
        self.events.tell(&Event::CommandStarted {
            id: &line.id,
            is_shown: self.is_shown,
            is_interrupt,
            typed: &typed,
        });
        self.screen.command(&typed, is_interrupt);
        match line.action {
            Action::Run | Action::Afterwards => self.run(line),
            Action::Foreground => self.foreground(line),
            Action::WaitUntil => self.wait_until(line),
            Action::Interrupt => self.interrupt(line),
        }
    }

    /// Whether a line runs: some lines do not apply here, and the reader may be asked.
    fn is_to_run(&mut self, line: &Line) -> Result<bool, Failure> {
        if line.needs_engines_network && self.session.facts.network != Network::Shared {
            let language = self.screen.language();
            let text = text!(language, "chapter-left-out", command = &*line.literal);
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
        let (Some(page), true) = (&self.asks_beside, self.is_shown) else {
            return Ok(true);
        };
        let mut typed = self.typed_here(line);
        if line.action == Action::Interrupt {
            typed.insert_str(0, "^C ");
        }
        let answer = ask(page, line.section, &typed, self.runner(), &self.screen)?;
        match answer {
            Answer::Run => {}
            Answer::Skip => self.skipped += 1,
            Answer::RunTheRest => self.asks_beside = None,
        }
        Ok(answer != Answer::Skip)
    }

    fn run(&mut self, line: &'a Line) -> Result<(), Failure> {
        let is_request = Invocation::parse(&line.literal).is_one_request();
        let patience = if is_request { GRACE } else { Duration::ZERO };
        let mut process = self.start(line)?;
        process.patience = patience;
        let outcome = self.watch(line, |watch| process.wait(line.limit, watch))?;
        self.conclude(line, &outcome, None)
    }

    fn foreground(&mut self, line: &'a Line) -> Result<(), Failure> {
        let started = Instant::now();
        let mut process = self.start(line)?;
        let is_enough = |output: &str| line.is_shown_by(output);
        match self.watch(line, |watch| process.wait_for(&is_enough, line.limit, watch))? {
            None => {
                let outcome = Outcome {
                    output: process.output.clone(),
                    status: Some(0),
                    elapsed: started.elapsed(),
                    end: End::Exited,
                };
                self.foreground = Some(process);
                self.conclude(line, &outcome, None)
            }
            Some(outcome) => {
                // It ended although it should keep running: a failure, whatever it has shown.
                let goes_on = Expected::GoesOn.found(false, self.screen.language());
                let ran = self.ran_of(line, &outcome, String::new(), vec![goes_on]);
                Err(Failure::failed(ran, outcome.end, None))
            }
        }
    }

    fn interrupt(&mut self, line: &'a Line) -> Result<(), Failure> {
        // Every interrupted process was started: the chapter is checked before anything runs.
        let Some(process) = self.foreground.take() else {
            return Ok(());
        };
        // The transcript already has this part.
        let shown = process.output.len();
        let mut outcome = self.watch(line, |watch| process.interrupt(line.limit, watch))?;
        outcome.output = outcome.output.split_off(shown);
        self.conclude(line, &outcome, None)
    }

    /// Repeats a command until it shows what is expected, and shows the same once more: a log may still get
    /// a line, a list a row. What a server answers comes whole, and asking again may leave a trace.
    ///
    /// If time runs out, the outcome is that of the last attempt that showed what is expected; else of the
    /// last attempt that ended by itself, or of the last attempt if none did.
    fn wait_until(&mut self, line: &'a Line) -> Result<(), Failure> {
        let is_whole = Invocation::parse(&line.literal).program == "curl";
        let started = Instant::now();
        let deadline = started + line.limit;
        let mut attempts = 0;
        let mut kept: Option<Outcome> = None;
        // How long it took until an attempt showed what is expected.
        let mut met_after = None;
        // What the attempt before showed, if that was expected.
        let mut before = None;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let limit = left.min(line.limit / ATTEMPT_SHARES);
            let outcome = self.attempt(line, self.runner(), limit)?;
            attempts += 1;
            if self.runner().is_interrupted() {
                return Err(Failure::Interrupted);
            }
            // Nothing is kept of an attempt unless it is the last one.
            let (_, text, findings) = self.read(line, &outcome);
            let is_met = findings.iter().all(|finding| finding.is_met);
            let is_worse = |earlier: &Outcome| {
                // An attempt that was cut off does not replace the output of an earlier one.
                let is_cut_off = earlier.end == End::Exited && outcome.end != End::Exited;
                !is_met && (met_after.is_some() || is_cut_off)
            };
            let outcome = match kept.take() {
                Some(earlier) if is_worse(&earlier) => earlier,
                _ => outcome,
            };
            if is_met {
                met_after.get_or_insert_with(|| started.elapsed());
            }
            let is_settled = is_met && (is_whole || before.as_ref() == Some(&text));
            // An attempt that starts at the deadline would have no time to print anything.
            if is_settled || Instant::now() + ATTEMPT_INTERVAL >= deadline {
                for text in outcome.output.lines() {
                    self.show(line, process::Progress::Line(text));
                }
                // The reader waited for all attempts, not only for the last one.
                let elapsed = met_after.unwrap_or_else(|| started.elapsed());
                return self.conclude(line, &Outcome { elapsed, ..outcome }, Some(attempts));
            }
            before = is_met.then_some(text);
            kept = Some(outcome);
            process::pause(ATTEMPT_INTERVAL);
        }
    }

    /// Normalises, checks, keeps and shows an outcome. `attempts` is the number of attempts of
    /// `wait_until!`.
    fn conclude(&mut self, line: &Line, outcome: &Outcome, attempts: Option<usize>) -> Result<(), Failure> {
        let ids = FULL_ID.find_iter(&outcome.output);
        self.seen.extend(ids.map(|id| id.as_str().to_owned()));
        let (normaliser, text, findings) = self.read(line, outcome);
        self.normaliser = normaliser;
        self.screen.findings(&findings, outcome.elapsed);
        let ran = self.ran_of(line, outcome, text, findings);
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
            Err(Failure::failed(ran, outcome.end, attempts))
        }
    }

    fn ran_of(&self, line: &Line, outcome: &Outcome, normalised: String, findings: Vec<Finding>) -> Ran {
        Ran {
            line: line.clone(),
            typed: self.typed_here(line),
            output: outcome.output.clone(),
            normalised,
            exit_status: outcome.status,
            elapsed_milliseconds: milliseconds(outcome.elapsed),
            findings,
            is_shown: self.is_shown,
        }
    }

    fn runner(&self) -> &'a Runner {
        &self.session.docker.runner
    }

    fn reserve(&mut self, line: &Line) {
        for placeholder in self.recorded.get(&line.id).into_iter().flatten() {
            self.normaliser.reserve(placeholder);
        }
    }

    /// A line as it would be typed here, with placeholders filled in.
    fn typed_here(&self, line: &Line) -> String {
        let typed = line.typed();
        let resolved = self.normaliser.resolve(typed.text());
        resolved.unwrap_or_else(|_| typed.text().to_owned())
    }

    /// The command, with placeholders filled in.
    fn command(&self, line: &Line) -> Result<Command, Failure> {
        let words = line.words.iter().map(|word| self.normaliser.resolve(word));
        let words = words.collect::<Result<Vec<_>, _>>();
        let words = words.map_err(|Unfilled(placeholder)| Failure::Placeholder {
            line: Box::new(line.clone()),
            placeholder,
        })?;
        let mut words = words.iter();
        let mut command = Command::new(words.next().map_or("", String::as_str));
        command.args(words).current_dir(self.session.root);
        Ok(command)
    }

    fn start(&self, line: &Line) -> Result<Process, Failure> {
        let started = self.runner().start(self.command(line)?);
        started.map_err(|error| Failure::run(line, error))
    }

    /// Runs the command of a line once, without showing it.
    fn attempt(&self, line: &Line, runner: &Runner, limit: Duration) -> Result<Outcome, Failure> {
        let outcome = runner.run(self.command(line)?, limit, &mut |_| {});
        outcome.map_err(|error| Failure::run(line, error))
    }

    /// Waits for a line that runs, and shows what it does.
    fn watch<T>(
        &mut self,
        line: &Line,
        wait: impl FnOnce(Watch<'_>) -> Result<T, process::Error>,
    ) -> Result<T, Failure> {
        wait(&mut |event| self.show(line, event)).map_err(|error| Failure::run(line, error))
    }

    /// Shows what a running line does.
    fn show(&mut self, line: &Line, event: process::Progress<'_>) {
        if let process::Progress::Line(text) = event {
            self.events.tell(&Event::Output { id: &line.id, text });
        }
        self.screen.event(event);
    }

    /// The output in the form of the transcript, the findings, and the placeholder values after it.
    fn read(&self, line: &Line, outcome: &Outcome) -> (Normaliser, String, Vec<Finding>) {
        let mut normaliser = self.normaliser.clone();
        let reading = Reading {
            command: &line.literal,
            stages: &self.stages(line),
            kept: &line.kept_steps(),
            others: &self.others,
        };
        let text = normaliser.output(&outcome.output, &reading);
        let kept = Normalised {
            text: &text,
            names_new: normaliser.count() > self.normaliser.count(),
            compared_with: self.compared_with(line),
        };
        let findings = line.check(outcome, kept, self.screen.language());
        (normaliser, text, findings)
    }

    /// How long the last run of the command took that a line is compared with.
    fn compared_with(&self, line: &Line) -> Option<Duration> {
        let named = line.expected.iter().find_map(|expected| match expected {
            Expected::HalfOf(other) => Some(*other),
            _ => None,
        })?;
        let ran = self.ran.iter().rfind(|ran| ran.line.literal == named)?;
        Some(Duration::from_millis(ran.elapsed_milliseconds))
    }

    /// Build stages in the Dockerfile that a `docker build` uses.
    fn stages(&self, line: &Line) -> Vec<Stage> {
        let invocation = Invocation::parse(&line.literal);
        if !invocation.is_build() {
            return Vec::new();
        }
        // If a Dockerfile is missing on purpose, there are no stages.
        let read = |file: &Path| fs::read_to_string(self.session.root.join(file)).unwrap_or_default();
        let mut named = invocation.values(&["--file", "-f"]).map(Path::new);
        let file = if invocation.noun == "compose" {
            let files: Vec<_> = named.collect();
            let first = files.first().copied().unwrap_or(Path::new("compose.yaml"));
            let texts = [first].into_iter().chain(files).map(read);
            let dockerfile = texts.rev().find_map(|text| compose_log::dockerfile(&text));
            first.with_file_name(dockerfile.unwrap_or_else(|| "Dockerfile".to_owned()))
        } else {
            let context = line.words.last().map_or(".", String::as_str);
            let default = || Path::new(context).join("Dockerfile");
            named.next().map_or_else(default, Path::to_owned)
        };
        build_log::stages(&read(&file))
    }
}

/// Line id → placeholders that the line's output shows in the book. For a line that was never recorded,
/// these are the placeholders in its expectations.
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

static FULL_ID: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\b[0-9a-f]{64}\b").expect("the pattern of an id is valid"));
