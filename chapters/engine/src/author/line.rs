//! A line of a chapter: a literal command and its expectations.

use std::time::Duration;

use crate::author::effect::Effect;
use crate::author::expect::{Expected, Finding, Normalised};
use crate::author::tutorial::Variant;
use crate::language::Language;
use crate::record::provenance::Part;
use crate::record::transcript::{Entry, Typed, one_line};
use crate::run::process::{End, Outcome};

/// Default time limit of a command: enough for a build without cache on a slow machine.
const COMMAND_LIMIT: Duration = Duration::from_mins(30);

/// Default time limit of `wait_until!`, and of a process in the foreground until it shows what is
/// expected: enough for a database on a slow disk.
const WAIT_LIMIT: Duration = Duration::from_mins(1);

/// Upper limit for "at once". A program that reacts to the stop signal ends faster than this, even on a
/// busy machine. Docker kills a container that does not react after ten seconds.
const AT_ONCE: Duration = Duration::from_secs(3);

/// A line of a chapter: a command, or a Ctrl-C.
#[derive(Clone, Debug, Default)]
pub struct Line {
    /// Id: the section and the position in it, from 1, among the lines that a transcript shows: `5-3#2`.
    /// Empty until [`Chapter::on`](crate::author::chapter::Chapter::on) has chosen the lines.
    pub id: String,
    /// Id of the line's section.
    pub section: &'static str,
    /// How the command is run.
    pub action: Action,
    /// The command, exactly as typed; for a Ctrl-C, the command that is interrupted.
    pub literal: String,
    /// File and line in the chapter's source: `chapters/src/chapter_5.rs:41`.
    pub place: &'static str,
    /// Program and arguments, with placeholders.
    pub words: Vec<String>,
    /// The expectations, without the exit status.
    pub(crate) expected: Vec<Expected>,
    /// Expected exit status, 0 to 255.
    pub status: i32,
    /// Time limit of the command.
    pub(crate) limit: Duration,
    /// Whether the line is left out if the engine and this shell have different networks.
    pub needs_engines_network: bool,
    /// The alternative that the line belongs to; `None` if it belongs to all of them.
    pub(crate) variant: Option<&'static Variant>,
    /// The part of the machine that the output's lines depend on; `None` if they are the same
    /// everywhere.
    pub varies_with: Option<Part>,
    /// The effects of a reader's own file that the command shows, each with the number of expectations
    /// that stand before it; empty if the command only prepares others.
    pub(crate) effects: Vec<(usize, &'static Effect)>,
}

/// How the command of a line is run.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Action {
    /// The command runs to its end.
    #[default]
    Run,
    /// The command starts, and the chapter continues while it runs.
    Foreground,
    /// Ctrl-C is pressed for the command in the foreground.
    Interrupt,
    /// The command is repeated until it shows what is expected and its output no longer changes.
    WaitUntil,
    /// The command runs when the chapter ends, even after a failure.
    Afterwards,
}

impl Line {
    pub(crate) fn new(action: Action, literal: &str, place: &'static str, words: Vec<String>) -> Self {
        Self {
            action,
            literal: literal.to_owned(),
            place,
            words,
            limit: match action {
                Action::Run | Action::Afterwards => COMMAND_LIMIT,
                Action::Foreground | Action::Interrupt | Action::WaitUntil => WAIT_LIMIT,
            },
            ..Self::default()
        }
    }

    /// Expects this text in the output: the part that matters for the lesson. Text with a placeholder,
    /// such as `<container-1>`, is searched for in the normalised output.
    pub fn shows(&mut self, fragment: &'static str) -> &mut Self {
        self.expect(Expected::Fragment(fragment))
    }

    /// Expects that the output does not contain this text.
    pub fn but_not(&mut self, fragment: &'static str) -> &mut Self {
        self.expect(Expected::NotFragment(fragment))
    }

    /// Expects a line of output that is not blank.
    pub fn shows_something(&mut self) -> &mut Self {
        self.expect(Expected::SomeOutput)
    }

    /// Expects no output, or only blank lines.
    pub fn shows_nothing(&mut self) -> &mut Self {
        self.expect(Expected::NoOutput)
    }

    /// Expects this exit status, 1 to 255, instead of 0.
    pub fn exits_with(&mut self, status: i32) -> &mut Self {
        self.status = status;
        self
    }

    /// Expects the command to end in less than three seconds, as part of the lesson.
    pub fn ends_at_once(&mut self) -> &mut Self {
        self.expect(Expected::Within(AT_ONCE))
    }

    /// Expects a build step with `step` in its name; the transcript keeps the output of this step.
    pub fn showing_step(&mut self, step: &'static str) -> &mut Self {
        self.expect(Expected::Step(step))
    }

    /// Expects that this build step came from the cache; the transcript shows it.
    pub fn cached(&mut self, step: &'static str) -> &mut Self {
        self.expect(Expected::Cached(step))
    }

    /// Expects that this build step did not come from the cache.
    pub fn rebuilt(&mut self, step: &'static str) -> &mut Self {
        self.expect(Expected::Rebuilt(step))
    }

    /// Expects a size below this number of megabytes (10⁶ bytes) in the output line with the text
    /// `line`.
    pub fn megabytes_below(&mut self, line: &'static str, megabytes: u32) -> &mut Self {
        self.expect(Expected::SmallerThan(line, megabytes))
    }

    /// Expects the size in the output line with the text `line` to be at least `at_least` times the size
    /// in the line with the text `other`.
    pub fn times(&mut self, line: &'static str, at_least: f64, other: &'static str) -> &mut Self {
        self.expect(Expected::Times(line, at_least, other))
    }

    /// Expects that every id, address and port already appeared in an earlier output of the chapter.
    pub fn naming_nothing_new(&mut self) -> &mut Self {
        self.expect(Expected::NothingNew)
    }

    /// Declares that the output's lines depend on `part` of the machine. If that part differs from the
    /// book's, other lines are accepted if they show what is expected.
    pub fn varies_with(&mut self, part: Part) -> &mut Self {
        self.varies_with = Some(part);
        self
    }

    /// Declares that the line needs the engine and this shell to share a network, as they usually do on
    /// Linux. With Docker Desktop's virtual machine or in a dev container, the shell cannot reach the
    /// addresses of containers, and the line is left out.
    pub fn in_the_engines_network(&mut self) -> &mut Self {
        self.needs_engines_network = true;
        self
    }

    /// Expects the command to take at most half as long as the last run of the command `other`, which stands
    /// before it.
    pub fn in_half_the_time_of(&mut self, other: &'static str) -> &mut Self {
        self.expect(Expected::HalfOf(other))
    }

    /// Declares that the expectations before it, down to the previous effect, and the exit status show an
    /// effect of the file that a reader's own takes the place of. If his file lacks it, the section
    /// continues.
    pub fn proves(&mut self, effect: &'static Effect) -> &mut Self {
        self.effects.push((self.expected.len(), effect));
        self
    }

    /// The effects that the command shows, and whether the findings on it are those of such a file.
    pub(crate) fn effects(&self, findings: &[Finding]) -> impl Iterator<Item = (&'static Effect, bool)> {
        // The exit status is the last one; the time limit comes first, if the command has met it.
        let (own, rest) = findings.split_at(findings.len().saturating_sub(self.expected.len() + 1));
        let ends_well = own.iter().chain(rest.last()).all(|finding| finding.is_met);
        let starts = [0].into_iter().chain(self.effects.iter().map(|(end, _)| *end));
        self.effects
            .iter()
            .zip(starts)
            .map(move |((end, effect), start)| {
                let of_this = rest.get(start..*end).unwrap_or_default();
                (*effect, ends_well && of_this.iter().all(|finding| finding.is_met))
            })
    }

    /// Restricts the line to one alternative of the tutorial; the others leave it out.
    pub fn on(&mut self, variant: &'static Variant) -> &mut Self {
        self.variant = Some(variant);
        self
    }

    /// Sets the time limit. The default is half an hour for a command and one minute for `wait_until!`.
    pub fn for_at_most(&mut self, limit: Duration) -> &mut Self {
        self.limit = limit;
        self
    }

    /// Puts the path `own` in place of the path `books`.
    pub(crate) fn replace(&mut self, books: &str, own: &str) {
        for word in &mut self.words {
            *word = word.replace(books, own);
        }
        let typed = shlex::try_quote(own).map_or(own.into(), |quoted| quoted);
        self.literal = self.literal.replace(books, &typed);
    }

    fn expect(&mut self, expected: Expected) -> &mut Self {
        self.expected.push(expected);
        self
    }

    /// Whether the transcript shows the line.
    #[must_use]
    pub fn is_shown(&self) -> bool {
        self.action != Action::Afterwards
    }

    /// What a person types. If the literal has several lines, each except the last ends in `\`, and the
    /// lines after the first are indented.
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

    /// The line's transcript entry before it has run.
    #[must_use]
    pub fn entry(&self) -> Entry {
        Entry {
            section: self.section.to_owned(),
            typed: self.typed(),
            output: String::new(),
            status: Some(0),
        }
    }

    /// Texts that the output must contain.
    pub fn fragments(&self) -> impl Iterator<Item = &'static str> {
        self.expected.iter().filter_map(Expected::fragment)
    }

    /// Whether the line's duration is part of the lesson.
    #[must_use]
    pub fn is_timed(&self) -> bool {
        let is_limit = |expected: &Expected| matches!(expected, Expected::Within(_) | Expected::HalfOf(_));
        self.expected.iter().any(is_limit)
    }

    /// Build steps that the transcript keeps in full.
    pub(crate) fn kept_steps(&self) -> Vec<&'static str> {
        let step = |expected: &Expected| match expected {
            Expected::Step(step) | Expected::Cached(step) => Some(*step),
            _ => None,
        };
        self.expected.iter().filter_map(step).collect()
    }

    /// Checks every expectation against the outcome; each one gets a finding, met or not met.
    #[must_use]
    pub fn check(&self, outcome: &Outcome, normalised: Normalised<'_>, language: Language) -> Vec<Finding> {
        let ended = (outcome.end == End::TimedOut).then_some(Expected::End);
        let all = ended.into_iter().chain(self.expected.iter().copied());
        all.chain([Expected::Status(self.status)])
            .map(|expected| expected.found(expected.is_met(outcome, normalised), language))
            .collect()
    }

    /// Whether a process that keeps running has shown enough by now.
    pub(crate) fn is_shown_by(&self, output: &str) -> bool {
        self.fragments().all(|fragment| output.contains(fragment))
    }
}
