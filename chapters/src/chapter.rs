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
use crate::effects::State;
use crate::expect::{Expectation, Expected, Finding, Normalised, shows_nothing};
use crate::failure::{Error, Failure};
use crate::interactive::{Answer, Questions};
use crate::invocation::Invocation;
use crate::language::Language;
use crate::listing::in_words;
use crate::normalise::{Normaliser, Reading};
use crate::plan::{self, Plan, Planned};
use crate::process::{self, End, GRACE, Outcome, Process, Runner};
use crate::provenance::Part;
use crate::screen::Screen;
use crate::setup::Engine;
use crate::transcript::{Entry, Transcript, Typed, one_line};
use crate::tutorial::Tutorial;

/// Longest time for a command that names none: a cold build on a slow machine.
pub const COMMAND_LIMIT: Duration = Duration::from_mins(30);

/// How many attempts fit at least into the time that a command is waited for: each may take one
/// share of it. An attempt can hang, as curl does where packets are dropped; without a limit of its
/// own it would leave no time for the next one, which may succeed. A share of a third is 10 s where
/// a chapter waits for 30 s, and an attempt that goes well takes less than one.
const ATTEMPT_SHARES: u32 = 3;

/// Time between two attempts of a command that is waited for.
const ATTEMPT_INTERVAL: Duration = Duration::from_millis(100);

/// A chapter as a value: what it is called, what it needs, what it does.
#[derive(Clone, Copy, Debug)]
pub struct Outline {
    /// The tutorial that it belongs to.
    pub tutorial: &'static Tutorial,
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
    /// A chapter of a tutorial that publishes no port, has no database and shows no preflight.
    #[must_use]
    pub const fn new(
        tutorial: &'static Tutorial,
        name: &'static str,
        page: &'static str,
        commands: fn(&mut Chapter) -> Result<(), Error>,
    ) -> Self {
        Self {
            tutorial,
            name,
            page,
            ports: &[],
            has_database: false,
            shows_preflight: false,
            commands,
        }
    }

    /// Where the page is read; `None` where the tutorial's pages are files alone.
    pub(crate) fn address(&self, language: Language) -> Option<String> {
        let site = self.tutorial.site?;
        Some(format!("{site}/{}/{}.html", language.code(), self.page))
    }
}

/// A chapter that is being read: it runs what its file says, line by line.
#[derive(Debug)]
pub struct Chapter {
    shell: Shell,
    plan: Plan,
    /// `None` when commands are only listed.
    runner: Option<Runner>,
    shares_network: bool,
    database: Database,
    screen: Screen,
    section: &'static str,
    is_section_announced: bool,
    /// Lines of the chapter's file that were reached, run or not.
    reached: usize,
    state: State,
    done: Vec<&'static str>,
    questions: Option<Questions>,
    skipped: usize,
    normaliser: Normaliser,
    ran: Vec<Ran>,
    listed: Vec<Listed>,
    foreground: Option<Foreground>,
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

/// A command that was run, or a Ctrl-C that was pressed, and what came of it.
#[derive(Clone, Debug)]
pub struct Ran {
    /// As the transcript has it.
    pub entry: Entry,
    /// What is executed, as it was typed here: placeholders are filled in.
    pub typed: String,
    /// stdout and stderr as they came; lines end in `\n`.
    pub output: String,
    /// How long it took; for a process in the foreground and for what is waited for: until it had
    /// shown what is expected.
    pub elapsed: Duration,
    /// Every expectation, met or not.
    pub findings: Vec<Finding>,
    /// File and line of the chapter.
    pub place: &'static str,
    /// The part of the machine that its lines depend on, as the chapter says.
    pub varies_with: Option<Part>,
    /// Whether the reader saw it: what others build on is run unseen.
    pub is_shown: bool,
}

/// A line of a chapter's file, in a chapter that is only listed.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Section that it belongs to.
    pub section: &'static str,
    /// What is done with the command.
    pub action: Action,
    /// What it says and where; for a Ctrl-C the command that gets it.
    pub source: Source,
    /// The same as program and arguments, with placeholders.
    pub words: Vec<String>,
    /// What it has to show.
    pub expected: Expectation,
    /// Longest time for it.
    pub limit: Duration,
}

/// What a line of a chapter's file does with its command.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Action {
    /// Runs it to its end.
    Run,
    /// Starts it and goes on.
    Foreground,
    /// Presses Ctrl-C for what was started.
    Interrupt,
    /// Runs it again and again until it shows what is expected.
    WaitUntil,
    /// Runs it when the chapter ends.
    Afterwards,
}

#[derive(Debug)]
struct Afterwards {
    literal: &'static str,
    command: Command,
}

impl Chapter {
    /// A chapter whose commands run in `root` on `engine`, as `plan` says; `database` is what it
    /// runs, if it runs one.
    ///
    /// # Panics
    ///
    /// If the current folder cannot be read.
    #[must_use]
    pub fn new(root: &Path, plan: Plan, engine: &Engine, database: Database, screen: Screen) -> Self {
        Self {
            state: plan.start().clone(),
            plan,
            runner: Some(engine.runner.clone()),
            shares_network: engine.facts.shares_network,
            screen,
            ..Self::listed(root, database)
        }
    }

    /// A chapter whose commands are only listed.
    ///
    /// # Panics
    ///
    /// If the current folder cannot be read.
    #[must_use]
    pub fn listed(root: &Path, database: Database) -> Self {
        let shell = Shell::new().expect("the current folder can be read");
        shell.change_dir(root);
        Self {
            shell,
            plan: Plan::default(),
            runner: None,
            shares_network: false,
            database,
            screen: Screen::default(),
            section: "",
            is_section_announced: false,
            reached: 0,
            state: State::default(),
            done: Vec::new(),
            questions: None,
            skipped: 0,
            normaliser: Normaliser::default(),
            ran: Vec::new(),
            listed: Vec::new(),
            foreground: None,
            afterwards: Vec::new(),
            seen: BTreeSet::new(),
        }
    }

    /// Asks before each command that is shown.
    #[must_use]
    pub(crate) fn asking(mut self, questions: Questions) -> Self {
        self.questions = Some(questions);
        self
    }

    /// The commands that follow belong to this section.
    pub fn section(&mut self, id: &'static str) {
        self.end_section();
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
        let Some((runner, command)) = self.announce(Action::Run, line, expected, limit)? else {
            return Ok(());
        };
        let screen = &mut self.screen;
        let process = runner
            .start(command)
            .map_err(|source| line.source.run_error(source))?;
        let patience = if Invocation::parse(line.source.literal).is_one_request() {
            GRACE
        } else {
            Duration::ZERO
        };
        let outcome = process
            .with_patience(patience)
            .wait(limit, &mut |event| screen.event(event))
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
        let Some((runner, command)) = self.announce(Action::Foreground, line, expected, limit)? else {
            return Ok(());
        };
        let screen = &mut self.screen;
        let started = Instant::now();
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
                    elapsed: started.elapsed(),
                    end: End::Exited,
                };
                self.conclude(line, expected, outcome)
            }
            Err(outcome) => {
                // It ended where it should have gone on: whatever it has
                // shown, that is a failure.
                let goes_on = Finding {
                    expected: Expected::GoesOn,
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
            return self.list_interrupt(place, expected, limit);
        }
        let line = self.reach();
        // A process that the reader skipped needs no Ctrl-C.
        let is_skipped = self.skipped > 0 && self.foreground.is_none();
        if self.part() == plan::Part::Skipped || is_skipped {
            self.pass(line.as_ref());
            return Ok(());
        }
        if let Some(foreground) = &self.foreground {
            let typed = format!("^C {}", self.typed_here(foreground.source.literal));
            if !self.ask(&typed, line.as_ref())? {
                self.pass(line.as_ref());
                return Ok(());
            }
        }
        let Foreground {
            source,
            process,
            shown,
        } = self.foreground.take().ok_or(Error::NoForeground(place))?;
        self.advance(line.as_ref());
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
    /// As for [`Chapter::run`]. When `limit` is over, the outcome is that of the last attempt that
    /// ended by itself, or of the last one if none did.
    pub fn wait_until(&mut self, line: &Line, expected: &Expectation, limit: Duration) -> Result<(), Error> {
        let Some((runner, _)) = self.announce(Action::WaitUntil, line, expected, limit)? else {
            return Ok(());
        };
        let started = Instant::now();
        let deadline = started + limit;
        let mut attempts = 0;
        let mut kept: Option<Outcome> = None;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let command = self.command(line)?;
            let outcome = runner
                .run(command, left.min(limit / ATTEMPT_SHARES), &mut |_| {})
                .map_err(|source| line.source.run_error(source))?;
            attempts += 1;
            if runner.is_interrupted() {
                return Err(Error::Interrupted);
            }
            let is_met = self.is_enough(line, expected, &outcome);
            // An attempt that was cut off never hides what an earlier one said.
            let outcome = match kept.take() {
                Some(earlier) if earlier.end == End::Exited && outcome.end != End::Exited => earlier,
                _ => outcome,
            };
            // An attempt that begins at the deadline could say nothing.
            if is_met || Instant::now() + ATTEMPT_INTERVAL >= deadline {
                for text in outcome.output.lines() {
                    self.screen.event(process::Event::Line(text));
                }
                // What a reader has waited for is all attempts, not the last.
                let outcome = Outcome {
                    elapsed: started.elapsed(),
                    ..outcome
                };
                let concluded = self.conclude(line, expected, outcome);
                return concluded.map_err(|error| error.after(attempts));
            }
            kept = Some(outcome);
            process::pause(ATTEMPT_INTERVAL);
        }
    }

    /// Whether an attempt has shown all that is expected; nothing of it is kept.
    fn is_enough(&self, line: &Line, expected: &Expectation, outcome: &Outcome) -> bool {
        let stages = self.stages(line);
        let (_, findings) = self
            .normaliser
            .clone()
            .read(line.source.literal, &stages, expected, outcome);
        findings.iter().all(|finding| finding.is_met)
    }

    /// Remembers a command for the end; [`afterwards!`](crate::afterwards) is
    /// the way to write it.
    pub fn afterwards(&mut self, line: Line) {
        if self.runner.is_none() {
            self.list(Action::Afterwards, &line, &shows_nothing(), COMMAND_LIMIT);
            return;
        }
        self.reach();
        if self.part() != plan::Part::Skipped {
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
    /// could not be run, in the reader's language. What `keeps` asks for is left as it is.
    pub fn close(&mut self, keeps: bool) -> Vec<String> {
        drop(self.foreground.take());
        let Some(runner) = self.runner.as_ref().map(Runner::uninterruptible) else {
            return Vec::new();
        };
        if keeps {
            return Vec::new();
        }
        let language = self.screen.language();
        let mut troubles = Vec::new();
        while let Some(Afterwards { literal, command }) = self.afterwards.pop() {
            match runner.run(command, COMMAND_LIMIT, &mut |_| {}) {
                Ok(outcome) if outcome.status == Some(0) => {}
                // What was to be removed may never have been made.
                Ok(_) if self.skipped > 0 => {}
                Ok(outcome) => {
                    let failed = [("command", literal), ("output", outcome.output.trim())];
                    troubles.push(language.text("chapter-afterwards-failed", &failed));
                }
                Err(error) => troubles.push(error.say(language)),
            }
        }
        troubles
    }

    /// What the reader has seen so far, or would see; what failed is not in it.
    #[must_use]
    pub fn transcript(&self) -> Transcript {
        let ran = self.ran.iter().filter(|ran| ran.is_recorded());
        let listed = self.listed.iter().filter_map(Listed::entry);
        Transcript {
            entries: ran.map(|ran| ran.entry.clone()).chain(listed).collect(),
        }
    }

    /// How long each entry of the transcript took, in order.
    #[must_use]
    pub fn elapsed(&self) -> Vec<Duration> {
        let recorded = self.ran.iter().filter(|ran| ran.is_recorded());
        recorded.map(|ran| ran.elapsed).collect()
    }

    /// Every command that was run, seen or unseen, in order.
    #[must_use]
    pub fn ran(&self) -> &[Ran] {
        &self.ran
    }

    /// Every line of the chapter's file, where it is only listed.
    #[must_use]
    pub fn lines(&self) -> &[Listed] {
        &self.listed
    }

    /// Values behind the placeholders that the book shows; see
    /// [`Normaliser::recorded`].
    #[must_use]
    pub fn normaliser(&self) -> &Normaliser {
        &self.normaliser
    }

    /// What is there of the tutorial's by now, and which commands made it so.
    #[must_use]
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Sections that ran to their end, in order.
    #[must_use]
    pub fn done(&self) -> &[&'static str] {
        &self.done
    }

    /// How many commands the reader skipped when asked.
    #[must_use]
    pub fn skipped(&self) -> usize {
        self.skipped
    }

    /// The section that the chapter is in has come to its end.
    pub(crate) fn end_section(&mut self) {
        let is_new = !self.section.is_empty() && self.done.last() != Some(&self.section);
        if is_new && self.part() != plan::Part::Skipped {
            self.done.push(self.section);
        }
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

    /// Shows the command and answers how to run it, or answers nothing: where commands are only
    /// listed, where the plan skips them, and where they make no sense.
    fn announce(
        &mut self,
        action: Action,
        line: &Line,
        expected: &Expectation,
        limit: Duration,
    ) -> Result<Option<(Runner, Command)>, Error> {
        if !expected.belongs_to(self.database) {
            return Ok(None);
        }
        let Some(runner) = self.runner.clone() else {
            self.list(action, line, expected, limit);
            return Ok(None);
        };
        if runner.is_interrupted() {
            return Err(Error::Interrupted);
        }
        let planned = self.reach();
        let part = self.part();
        if part == plan::Part::Skipped {
            self.pass(planned.as_ref());
            return Ok(None);
        }
        if expected.needs_engines_network() && !self.shares_network {
            self.pass(planned.as_ref());
            let command = [("command", line.source.literal)];
            let text = self.screen.language().text("chapter-left-out", &command);
            self.screen.note(&format!("   {text}"));
            return Ok(None);
        }
        self.screen.mute(part == plan::Part::Unseen);
        if !self.is_section_announced {
            self.screen.section(self.section);
            self.is_section_announced = true;
        }
        let typed = self.typed_here(line.source.literal);
        if part == plan::Part::Shown && !self.ask(&typed, planned.as_ref())? {
            self.pass(planned.as_ref());
            return Ok(None);
        }
        let command = self.command(line)?;
        // Also where it fails: what it made until then may be there.
        self.advance(planned.as_ref());
        self.screen.command(&typed);
        Ok(Some((runner, command)))
    }

    /// The next line of the chapter's file, as far as the plan knows it.
    fn reach(&mut self) -> Option<Planned> {
        let line = self.plan.line(self.reached).cloned();
        self.reached += 1;
        line
    }

    /// A line is not run: the placeholders that it shows in the book are taken all the same.
    fn pass(&mut self, line: Option<&Planned>) {
        for placeholder in line.iter().flat_map(|line| &line.shown) {
            self.normaliser.reserve(placeholder, self.plan.value(placeholder));
        }
    }

    /// A line is run.
    fn advance(&mut self, line: Option<&Planned>) {
        if let Some(line) = line {
            self.state.apply(&line.step);
        }
    }

    /// Whether the reader wants this command to run; yes where nobody is asked.
    fn ask(&mut self, typed: &str, line: Option<&Planned>) -> Result<bool, Error> {
        let (Some(questions), Some(runner)) = (&mut self.questions, &self.runner) else {
            return Ok(true);
        };
        let effects = line
            .map(|line| self.state.effects(&line.step))
            .unwrap_or_default();
        let language = self.screen.language();
        let name = |text: &String| self.normaliser.resolve(text).unwrap_or_else(|_| text.clone());
        let effects: Vec<String> = in_words(&effects, language).iter().map(name).collect();
        match questions.ask(self.section, typed, &effects, runner, &self.screen)? {
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

    /// What the plan does with the section that the chapter is in.
    fn part(&self) -> plan::Part {
        self.plan.part(self.section)
    }

    /// A literal as somebody here would type it: placeholders are filled in.
    fn typed_here(&self, literal: &str) -> String {
        let typed = shown(literal);
        self.normaliser.resolve(&typed).unwrap_or(typed)
    }

    fn list(&mut self, action: Action, line: &Line, expected: &Expectation, limit: Duration) {
        let words = [line.command.get_program()].into_iter();
        let words = words.chain(line.command.get_args());
        self.listed.push(Listed {
            section: self.section,
            action,
            source: line.source,
            words: words.map(|word| word.to_string_lossy().into_owned()).collect(),
            expected: expected.clone(),
            limit,
        });
    }

    /// The Ctrl-C belongs to the foreground process that was listed last.
    fn list_interrupt(
        &mut self,
        place: &'static str,
        expected: &Expectation,
        limit: Duration,
    ) -> Result<(), Error> {
        let foreground = self
            .listed
            .iter()
            .rev()
            .find(|listed| matches!(listed.action, Action::Foreground | Action::Interrupt))
            .filter(|listed| listed.action == Action::Foreground);
        let listed = Listed {
            section: self.section,
            action: Action::Interrupt,
            expected: expected.clone(),
            limit,
            ..foreground.ok_or(Error::NoForeground(place))?.clone()
        };
        self.listed.push(listed);
        Ok(())
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
        let typed_here = self.typed_here(source.literal);
        let (output, findings) = self.normaliser.read(source.literal, stages, expected, &outcome);
        self.screen
            .findings(&findings, outcome.elapsed, expected.is_timed());
        let ran = Ran {
            entry: Entry {
                section: self.section.to_owned(),
                typed,
                output,
                status: outcome.status,
            },
            typed: typed_here,
            output: outcome.output.clone(),
            elapsed: outcome.elapsed,
            findings,
            place: source.place,
            varies_with: expected.varying_part(),
            is_shown: self.part() == plan::Part::Shown,
        };
        let failed = (!ran.is_met()).then(|| ran.findings.clone());
        if outcome.end != End::Interrupted {
            self.ran.push(ran);
        }
        match failed {
            Some(findings) => self.fail_or_interrupt(source, findings, outcome),
            None => Ok(()),
        }
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
            attempts: None,
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

impl Normaliser {
    /// The output as the transcript has it, and what of it is met.
    fn read(
        &mut self,
        literal: &str,
        stages: &[Stage],
        expected: &Expectation,
        outcome: &Outcome,
    ) -> (String, Vec<Finding>) {
        let kept = expected.kept_steps();
        let known = self.count();
        let text = self.output(
            &outcome.output,
            &Reading {
                command: literal,
                stages,
                kept: &kept,
            },
        );
        let normalised = Normalised {
            text: &text,
            names_new: self.count() > known,
        };
        let findings = expected.check(outcome, normalised);
        (text, findings)
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

impl Ran {
    /// Whether it showed all that was expected.
    #[must_use]
    pub fn is_met(&self) -> bool {
        self.findings.iter().all(|finding| finding.is_met)
    }

    /// Whether the transcript has it.
    fn is_recorded(&self) -> bool {
        self.is_shown && self.is_met()
    }
}

impl Listed {
    /// What a transcript would have of it; `None` for what runs when the chapter ends.
    #[must_use]
    pub fn entry(&self) -> Option<Entry> {
        let typed = match self.action {
            Action::Afterwards => return None,
            Action::Interrupt => Typed::Interrupt(one_line(self.source.literal)),
            Action::Run | Action::Foreground | Action::WaitUntil => {
                Typed::Command(shown(self.source.literal))
            }
        };
        Some(Entry {
            section: self.section.to_owned(),
            typed,
            output: String::new(),
            status: Some(0),
        })
    }
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
