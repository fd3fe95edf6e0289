//! What a command has to show. The deciding is pure: an outcome goes in, what
//! is met and what is not comes out.

use std::fmt;
use std::time::Duration;

use crate::build_log::BuildLog;
use crate::database::Database;
use crate::language::Language;
use crate::normalise;
use crate::process::{End, Outcome};
use crate::provenance::Part;
use crate::size;

/// What a command has to show; made by [`shows`] or [`shows_nothing`].
#[derive(Clone, Debug)]
pub struct Expectation {
    checks: Vec<Expected>,
    status: i32,
    needs_engines_network: bool,
    database: Option<Database>,
    varies_with: Option<Part>,
}

/// One thing that a command has to show.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Expected {
    /// The output holds this.
    Fragment(&'static str),
    /// The output does not hold this.
    NotFragment(&'static str),
    /// The output is empty, or blank lines.
    NoOutput,
    /// It takes less than this.
    Within(Duration),
    /// The build has a step whose name holds this, and it is as said.
    Step(&'static str, StepIs),
    /// A size in the output is small.
    SmallerThan {
        /// What the size's line holds.
        line: &'static str,
        /// The size is below this, in bytes.
        limit: f64,
    },
    /// A size in the output is a multiple of another one.
    Times {
        /// What the size's line holds.
        line: &'static str,
        /// What the other size's line holds.
        other: &'static str,
        /// The least multiple.
        at_least: f64,
    },
    /// Every id, address and port in the output was in an earlier one.
    NothingNew,
    /// It ends before its time limit does.
    End,
    /// It does not end by itself.
    GoesOn,
    /// Its exit status, 0 to 255.
    Status(i32),
}

/// What an expectation says of the text that is printed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Look {
    /// It holds this fragment.
    With(&'static str),
    /// It does not.
    Without(&'static str),
    /// There is none, or blank lines.
    Nothing,
}

/// An output as the transcript has it.
#[derive(Clone, Copy, Debug)]
pub struct Normalised<'a> {
    /// With placeholders; lines end in `\n`.
    pub text: &'a str,
    /// Whether a placeholder in it is new.
    pub names_new: bool,
}

/// What is expected of a step of a build.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum StepIs {
    /// It is there.
    Shown,
    /// It came from the cache.
    Cached,
    /// It did not.
    Rebuilt,
}

/// One thing that was expected, and whether it came.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// What was expected.
    pub expected: Expected,
    /// Whether it holds.
    pub is_met: bool,
}

/// The output holds `fragment`: the part that is the lesson. A fragment with
/// a placeholder in it, such as `<container-1>`, is looked for in the
/// normalised output.
#[must_use]
pub fn shows(fragment: &'static str) -> Expectation {
    Expectation {
        checks: vec![Expected::Fragment(fragment)],
        status: 0,
        needs_engines_network: false,
        database: None,
        varies_with: None,
    }
}

/// The command succeeds and prints nothing, or blank lines.
#[must_use]
pub fn shows_nothing() -> Expectation {
    Expectation {
        checks: vec![Expected::NoOutput],
        status: 0,
        needs_engines_network: false,
        database: None,
        varies_with: None,
    }
}

impl Expectation {
    /// The output holds this fragment too.
    #[must_use]
    pub fn and(self, fragment: &'static str) -> Self {
        self.with(Expected::Fragment(fragment))
    }

    /// The output does not hold this fragment.
    #[must_use]
    pub fn but_not(self, fragment: &'static str) -> Self {
        self.with(Expected::NotFragment(fragment))
    }

    /// The exit status is this one, 1 to 255, instead of 0.
    #[must_use]
    pub fn exits_with(mut self, status: i32) -> Self {
        self.status = status;
        self
    }

    /// It takes less than `limit`.
    #[must_use]
    pub fn within(self, limit: Duration) -> Self {
        self.with(Expected::Within(limit))
    }

    /// The build has a step whose name holds `step`; what it printed is kept
    /// in the transcript.
    #[must_use]
    pub fn showing_step(self, step: &'static str) -> Self {
        self.with(Expected::Step(step, StepIs::Shown))
    }

    /// That step of the build came from the cache; the transcript says so.
    #[must_use]
    pub fn cached(self, step: &'static str) -> Self {
        self.with(Expected::Step(step, StepIs::Cached))
    }

    /// That step of the build did not come from the cache.
    #[must_use]
    pub fn rebuilt(self, step: &'static str) -> Self {
        self.with(Expected::Step(step, StepIs::Rebuilt))
    }

    /// The size in the line that holds `line` is below this many megabytes
    /// (10⁶ bytes).
    #[must_use]
    pub fn megabytes_below(self, line: &'static str, megabytes: u32) -> Self {
        let limit = f64::from(megabytes) * 1e6;
        self.with(Expected::SmallerThan { line, limit })
    }

    /// The size in the line that holds `line` is at least `at_least` times the
    /// size in the line that holds `other`.
    #[must_use]
    pub fn times(self, line: &'static str, at_least: f64, other: &'static str) -> Self {
        self.with(Expected::Times {
            line,
            other,
            at_least,
        })
    }

    /// Every id, address and port in the output was in an earlier one of the chapter.
    #[must_use]
    pub fn naming_nothing_new(self) -> Self {
        self.with(Expected::NothingNew)
    }

    /// The lines of the output depend on `part` of the machine: where it is another one than in
    /// the book, other lines are as good, as long as they show what is expected.
    #[must_use]
    pub fn varies_with(mut self, part: Part) -> Self {
        self.varies_with = Some(part);
        self
    }

    /// The part of the machine that the lines of the output depend on; `None` if they are the same
    /// on every machine.
    #[must_use]
    pub fn varying_part(&self) -> Option<Part> {
        self.varies_with
    }

    /// The command only makes sense where the engine's network is the shell's, as it usually is on
    /// Linux. Elsewhere the shell does not reach the addresses of containers: with the virtual
    /// machine of Docker Desktop, or in a dev container. There it is left out.
    #[must_use]
    pub fn in_the_engines_network(mut self) -> Self {
        self.needs_engines_network = true;
        self
    }

    /// Whether the command is left out where the engine's network is not the shell's.
    #[must_use]
    pub fn needs_engines_network(&self) -> bool {
        self.needs_engines_network
    }

    /// The command belongs to this database engine; where the chapter runs on
    /// another one, it is no part of it.
    #[must_use]
    pub fn on(mut self, database: Database) -> Self {
        self.database = Some(database);
        self
    }

    /// Whether the command is part of a chapter that runs on `database`.
    #[must_use]
    pub fn belongs_to(&self, database: Database) -> bool {
        self.database.is_none_or(|only| only == database)
    }

    /// Exit status that the command has to end with, 0 to 255.
    #[must_use]
    pub fn exit_status(&self) -> i32 {
        self.status
    }

    /// Whether a build has to take a step from the cache.
    #[must_use]
    pub fn uses_cache(&self) -> bool {
        let is_cached = |check: &Expected| matches!(check, Expected::Step(_, StepIs::Cached));
        self.checks.iter().any(is_cached)
    }

    /// What is expected of the text that is printed, in order.
    pub(crate) fn looks(&self) -> impl Iterator<Item = Look> {
        self.checks.iter().filter_map(|check| match check {
            Expected::Fragment(fragment) => Some(Look::With(fragment)),
            Expected::NotFragment(fragment) => Some(Look::Without(fragment)),
            Expected::NoOutput => Some(Look::Nothing),
            _ => None,
        })
    }

    /// Fragments that the output has to hold.
    pub fn fragments(&self) -> impl Iterator<Item = &'static str> {
        self.looks().filter_map(|look| match look {
            Look::With(fragment) => Some(fragment),
            Look::Without(_) | Look::Nothing => None,
        })
    }

    /// Whether its duration is part of the lesson.
    #[must_use]
    pub fn is_timed(&self) -> bool {
        self.checks
            .iter()
            .any(|check| matches!(check, Expected::Within(_)))
    }

    /// Steps of a build that the transcript keeps in full.
    #[must_use]
    pub fn kept_steps(&self) -> Vec<&'static str> {
        let step = |check: &Expected| match check {
            Expected::Step(step, StepIs::Shown | StepIs::Cached) => Some(*step),
            _ => None,
        };
        self.checks.iter().filter_map(step).collect()
    }

    /// Compares with what came. Every expectation is answered, met or not.
    #[must_use]
    pub fn check(&self, outcome: &Outcome, normalised: Normalised<'_>) -> Vec<Finding> {
        let ended = (outcome.end == End::TimedOut).then_some(Expected::End);
        let all = ended.into_iter().chain(self.checks.iter().copied());
        all.chain([Expected::Status(self.status)])
            .map(|expected| Finding {
                expected,
                is_met: expected.is_met(outcome, normalised),
            })
            .collect()
    }

    /// Whether a process that goes on has shown enough by now.
    #[must_use]
    pub fn is_shown_by(&self, output: &str) -> bool {
        self.checks.iter().all(|check| match check {
            Expected::Fragment(fragment) => output.contains(fragment),
            _ => true,
        })
    }

    fn with(mut self, check: Expected) -> Self {
        self.checks.push(check);
        self
    }
}

impl Expected {
    /// What was expected, as a noun that stands alone or after "expected ": `exit status 0`.
    #[must_use]
    pub fn say(&self, language: Language) -> String {
        match *self {
            Self::Fragment(fragment) => {
                language.text("expect-output", &[("what", &in_words(fragment, language))])
            }
            Self::NotFragment(fragment) => language.text(
                "expect-output-without",
                &[("what", &in_words(fragment, language))],
            ),
            Self::NoOutput => language.text("expect-no-output", &[]),
            Self::Within(limit) => {
                language.text("expect-within", &[("seconds", &limit.as_secs_f64().to_string())])
            }
            Self::Step(step, StepIs::Shown) => language.text("expect-step", &[("step", step)]),
            Self::Step(step, StepIs::Cached) => language.text("expect-step-cached", &[("step", step)]),
            Self::Step(step, StepIs::Rebuilt) => language.text("expect-step-rebuilt", &[("step", step)]),
            Self::SmallerThan { line, limit } => {
                let megabytes = format!("{:.0}", limit / 1e6);
                language.text("expect-smaller", &[("line", line), ("megabytes", &megabytes)])
            }
            Self::Times {
                line,
                other,
                at_least,
            } => {
                let times = at_least.to_string();
                language.text(
                    "expect-times",
                    &[("line", line), ("other", other), ("times", &times)],
                )
            }
            Self::NothingNew => language.text("expect-nothing-new", &[]),
            Self::End => language.text("expect-end", &[]),
            Self::GoesOn => language.text("expect-goes-on", &[]),
            Self::Status(status) => language.text("expect-status", &[("status", &status.to_string())]),
        }
    }

    fn is_met(&self, outcome: &Outcome, normalised: Normalised<'_>) -> bool {
        let output = outcome.output.as_str();
        match *self {
            Self::Fragment(fragment) => output.contains(fragment) || normalised.text.contains(fragment),
            Self::NotFragment(fragment) => !output.contains(fragment) && !normalised.text.contains(fragment),
            Self::NoOutput => output.trim().is_empty(),
            Self::NothingNew => !normalised.names_new,
            Self::End => outcome.end != End::TimedOut,
            // What has an outcome has ended.
            Self::GoesOn => false,
            Self::Status(status) => outcome.status == Some(status),
            Self::Within(limit) => outcome.elapsed < limit,
            Self::Step(step, wanted) => {
                let log = BuildLog::parse(output);
                let found = log.as_ref().and_then(|log| log.step(step));
                found.is_some_and(|step| {
                    wanted == StepIs::Shown || step.is_cached == (wanted == StepIs::Cached)
                })
            }
            Self::SmallerThan { line, limit } => size_in(output, line).is_some_and(|size| size < limit),
            Self::Times {
                line,
                other,
                at_least,
            } => {
                let sizes = size_in(output, line).zip(size_in(output, other));
                sizes.is_some_and(|(size, other)| size >= at_least * other)
            }
        }
    }
}

/// All of `expected`, in order; what the output holds is said at once: `output with "a" and "b"`.
#[must_use]
pub fn say_all(expected: &[Expected], language: Language) -> String {
    let fragment = |expected: &Expected| match *expected {
        Expected::Fragment(fragment) => Some(in_words(fragment, language)),
        _ => None,
    };
    let said = expected.chunk_by(|one, next| fragment(one).is_some() && fragment(next).is_some());
    let said: Vec<_> = said
        .map(|together| {
            let fragments: Vec<_> = together.iter().filter_map(fragment).collect();
            let joined = fragments
                .into_iter()
                .reduce(|before, last| language.text("expect-and", &[("before", &before), ("last", &last)]));
            match joined {
                Some(what) => language.text("expect-output", &[("what", &what)]),
                None => language.list(&together.iter().map(|one| one.say(language)).collect::<Vec<_>>()),
            }
        })
        .collect();
    language.list(&said)
}

/// In English, as developers read it.
impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.say(Language::English))
    }
}

/// A fragment in quotes, or what a placeholder stands for: the id of container 1.
fn in_words(fragment: &str, language: Language) -> String {
    match normalise::placeholder(fragment) {
        Some((kind, number)) => language.text("expect-placeholder", &[("kind", kind), ("number", number)]),
        None => language.text("expect-fragment", &[("fragment", fragment)]),
    }
}

fn size_in(output: &str, line: &str) -> Option<f64> {
    size::in_line(output.lines().find(|text| text.contains(line))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_output_holds_is_said_at_once() {
        let expected = [
            Expected::Fragment("a"),
            Expected::Fragment("<container-1>"),
            Expected::NotFragment("b"),
            Expected::Status(0),
        ];
        assert_eq!(
            say_all(&expected, Language::English),
            "output with \"a\" and the id of container 1, output without \"b\", exit status 0"
        );
        assert_eq!(
            say_all(&expected, Language::Japanese),
            "「a」とコンテナ1のIDを含む出力、「b」を含まない出力、終了ステータス0"
        );
    }
}
