//! A line of a chapter: a literal command, and what it has to show.

use std::time::Duration;

use crate::author::expect::{Expected, Finding, Normalised};
use crate::author::tutorial::Variant;
use crate::language::Language;
use crate::record::provenance::Part;
use crate::record::transcript::{Entry, Typed, one_line};
use crate::run::process::{End, Outcome};

/// Longest time for a command: a cold build on a slow machine.
const COMMAND_LIMIT: Duration = Duration::from_mins(30);

/// Longest time for what is waited for, and for a process in the foreground to show that it works: a
/// database on a slow disk.
const WAIT_LIMIT: Duration = Duration::from_mins(1);

/// What ends when it is asked to takes less, on a busy machine too. A container that does not is
/// killed after ten seconds.
const AT_ONCE: Duration = Duration::from_secs(3);

/// A line of a chapter: a command, or a Ctrl-C.
#[derive(Clone, Debug, Default)]
pub struct Line {
    /// Its section and its place there among those that a transcript shows, from 1: `5-3#2`. Empty
    /// until [`Chapter::on`](crate::author::chapter::Chapter::on) has chosen the lines.
    pub id: String,
    /// Id of its section.
    pub section: &'static str,
    /// What is done with the command.
    pub action: Action,
    /// What is typed, exactly; for a Ctrl-C the command that gets it.
    pub literal: &'static str,
    /// File and line of the chapter: `chapters/src/chapter_5.rs:41`.
    pub place: &'static str,
    /// Program and arguments, with placeholders.
    pub words: Vec<String>,
    /// What it has to show, beside its exit status.
    pub(crate) expected: Vec<Expected>,
    /// Exit status that it has to end with, 0 to 255.
    pub status: i32,
    /// Longest time for it.
    pub(crate) limit: Duration,
    /// Whether it is left out where the engine's network is not the shell's.
    pub needs_engines_network: bool,
    /// The alternative that it belongs to; `None` if it is part of the chapter on each.
    pub(crate) variant: Option<&'static Variant>,
    /// The part of the machine that the lines of its output depend on; `None` if they are the same
    /// everywhere.
    pub varies_with: Option<Part>,
}

/// What is done with the command of a line.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Action {
    /// It runs to its end.
    #[default]
    Run,
    /// It starts, and the chapter goes on.
    Foreground,
    /// Ctrl-C is pressed for what was started.
    Interrupt,
    /// It runs again and again until it shows what is expected.
    WaitUntil,
    /// It runs when the chapter ends, however it ends.
    Afterwards,
}

impl Line {
    pub(crate) fn new(
        action: Action,
        literal: &'static str,
        place: &'static str,
        words: Vec<String>,
    ) -> Self {
        Self {
            action,
            literal,
            place,
            words,
            limit: match action {
                Action::Run | Action::Afterwards => COMMAND_LIMIT,
                Action::Foreground | Action::Interrupt | Action::WaitUntil => WAIT_LIMIT,
            },
            ..Self::default()
        }
    }

    /// The output holds this fragment: the part that is the lesson. A fragment with a placeholder in
    /// it, such as `<container-1>`, is looked for in the normalised output.
    pub fn shows(&mut self, fragment: &'static str) -> &mut Self {
        self.expect(Expected::Fragment(fragment))
    }

    /// The output does not hold this fragment.
    pub fn but_not(&mut self, fragment: &'static str) -> &mut Self {
        self.expect(Expected::NotFragment(fragment))
    }

    /// It prints nothing, or blank lines.
    pub fn shows_nothing(&mut self) -> &mut Self {
        self.expect(Expected::NoOutput)
    }

    /// The exit status is this one, 1 to 255, instead of 0.
    pub fn exits_with(&mut self, status: i32) -> &mut Self {
        self.status = status;
        self
    }

    /// It ends in less than three seconds: that is part of the lesson.
    pub fn ends_at_once(&mut self) -> &mut Self {
        self.expect(Expected::Within(AT_ONCE))
    }

    /// The build has a step whose name holds `step`; what it printed is kept in the transcript.
    pub fn showing_step(&mut self, step: &'static str) -> &mut Self {
        self.expect(Expected::Step(step))
    }

    /// That step of the build came from the cache; the transcript says so.
    pub fn cached(&mut self, step: &'static str) -> &mut Self {
        self.expect(Expected::Cached(step))
    }

    /// That step of the build did not come from the cache.
    pub fn rebuilt(&mut self, step: &'static str) -> &mut Self {
        self.expect(Expected::Rebuilt(step))
    }

    /// The size in the line of output that holds `line` is below this many megabytes (10⁶ bytes).
    pub fn megabytes_below(&mut self, line: &'static str, megabytes: u32) -> &mut Self {
        self.expect(Expected::SmallerThan(line, megabytes))
    }

    /// The size in the line of output that holds `line` is at least `at_least` times the size in the
    /// line that holds `other`.
    pub fn times(&mut self, line: &'static str, at_least: f64, other: &'static str) -> &mut Self {
        self.expect(Expected::Times(line, at_least, other))
    }

    /// Every id, address and port in the output was in an earlier one of the chapter.
    pub fn naming_nothing_new(&mut self) -> &mut Self {
        self.expect(Expected::NothingNew)
    }

    /// The lines of the output depend on `part` of the machine: where it is another one than in the
    /// book, other lines are as good, as long as they show what is expected.
    pub fn varies_with(&mut self, part: Part) -> &mut Self {
        self.varies_with = Some(part);
        self
    }

    /// It only makes sense where the engine's network is the shell's, as it usually is on Linux.
    /// Elsewhere the shell does not reach the addresses of containers: with the virtual machine of
    /// Docker Desktop, or in a dev container. There it is left out.
    pub fn in_the_engines_network(&mut self) -> &mut Self {
        self.needs_engines_network = true;
        self
    }

    /// It belongs to this alternative of the tutorial; on another one it is no part of the chapter.
    pub fn on(&mut self, variant: &'static Variant) -> &mut Self {
        self.variant = Some(variant);
        self
    }

    /// It is waited for this long at most, instead of half an hour for a command and a minute for
    /// what is waited for.
    pub fn for_at_most(&mut self, limit: Duration) -> &mut Self {
        self.limit = limit;
        self
    }

    fn expect(&mut self, expected: Expected) -> &mut Self {
        self.expected.push(expected);
        self
    }

    /// Whether a transcript shows it.
    #[must_use]
    pub fn is_shown(&self) -> bool {
        self.action != Action::Afterwards
    }

    /// What somebody at the keyboard does. Of a literal of several lines each but the last ends in
    /// `\`, and the following ones are indented.
    #[must_use]
    pub fn typed(&self) -> Typed {
        let lines = self.literal.lines().map(str::trim);
        let lines: Vec<_> = lines.filter(|line| !line.is_empty()).collect();
        let typed = lines.join(" \\\n    ");
        match self.action {
            Action::Interrupt => Typed::Interrupt(one_line(&typed)),
            _ => Typed::Command(typed),
        }
    }

    /// What a transcript has of it before it has run.
    #[must_use]
    pub fn entry(&self) -> Entry {
        Entry {
            section: self.section.to_owned(),
            typed: self.typed(),
            output: String::new(),
            status: Some(0),
        }
    }

    /// Fragments that the output has to hold.
    pub fn fragments(&self) -> impl Iterator<Item = &'static str> {
        self.expected.iter().filter_map(Expected::fragment)
    }

    /// Steps of a build that the transcript keeps in full.
    pub(crate) fn kept_steps(&self) -> Vec<&'static str> {
        let step = |expected: &Expected| match expected {
            Expected::Step(step) | Expected::Cached(step) => Some(*step),
            _ => None,
        };
        self.expected.iter().filter_map(step).collect()
    }

    /// Compares with what came. Every expectation is answered, met or not.
    #[must_use]
    pub fn check(&self, outcome: &Outcome, normalised: Normalised<'_>, language: Language) -> Vec<Finding> {
        let ended = (outcome.end == End::TimedOut).then_some(Expected::End);
        let all = ended.into_iter().chain(self.expected.iter().copied());
        all.chain([Expected::Status(self.status)])
            .map(|expected| expected.found(expected.is_met(outcome, normalised), language))
            .collect()
    }

    /// Whether a process that goes on has shown enough by now.
    pub(crate) fn is_shown_by(&self, output: &str) -> bool {
        self.fragments().all(|fragment| output.contains(fragment))
    }
}
