//! What a command has to show. The deciding is pure: an outcome goes in, what
//! is met and what is not comes out.

use std::fmt;
use std::time::Duration;

use crate::build_log::BuildLog;
use crate::database::Database;
use crate::normalise::placeholder_in_words;
use crate::process::{End, Outcome};
use crate::size;

/// What a command has to show; made by [`shows`] or [`shows_nothing`].
#[derive(Clone, Debug)]
pub struct Expectation {
    checks: Vec<Check>,
    status: i32,
    needs_native_engine: bool,
    database: Option<Database>,
}

#[derive(Clone, Copy, Debug)]
enum Check {
    Fragment(&'static str),
    NotFragment(&'static str),
    Nothing,
    Within(Duration),
    Step(&'static str, StepIs),
    SmallerThan {
        line: &'static str,
        limit: f64,
    },
    Times {
        line: &'static str,
        other: &'static str,
        at_least: f64,
    },
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum StepIs {
    Shown,
    Cached,
    Rebuilt,
}

/// One thing that was expected.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Finding {
    /// For people, to be read after "expected ": `exit status 0`.
    pub expected: String,
    /// Whether it holds.
    pub is_met: bool,
}

/// The output holds `fragment`: the part that is the lesson. A fragment with
/// a placeholder in it, such as `<container-1>`, is looked for in the
/// normalised output.
#[must_use]
pub fn shows(fragment: &'static str) -> Expectation {
    Expectation {
        checks: vec![Check::Fragment(fragment)],
        status: 0,
        needs_native_engine: false,
        database: None,
    }
}

/// The command succeeds and prints nothing, or blank lines.
#[must_use]
pub fn shows_nothing() -> Expectation {
    Expectation {
        checks: vec![Check::Nothing],
        status: 0,
        needs_native_engine: false,
        database: None,
    }
}

impl Expectation {
    /// The output holds this fragment too.
    #[must_use]
    pub fn and(self, fragment: &'static str) -> Self {
        self.with(Check::Fragment(fragment))
    }

    /// The output does not hold this fragment.
    #[must_use]
    pub fn but_not(self, fragment: &'static str) -> Self {
        self.with(Check::NotFragment(fragment))
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
        self.with(Check::Within(limit))
    }

    /// The build has a step whose name holds `step`; what it printed is kept
    /// in the transcript.
    #[must_use]
    pub fn showing_step(self, step: &'static str) -> Self {
        self.with(Check::Step(step, StepIs::Shown))
    }

    /// That step of the build came from the cache; the transcript says so.
    #[must_use]
    pub fn cached(self, step: &'static str) -> Self {
        self.with(Check::Step(step, StepIs::Cached))
    }

    /// That step of the build did not come from the cache.
    #[must_use]
    pub fn rebuilt(self, step: &'static str) -> Self {
        self.with(Check::Step(step, StepIs::Rebuilt))
    }

    /// The size in the line that holds `line` is below this many megabytes
    /// (10⁶ bytes).
    #[must_use]
    pub fn megabytes_below(self, line: &'static str, megabytes: u32) -> Self {
        let limit = f64::from(megabytes) * 1e6;
        self.with(Check::SmallerThan { line, limit })
    }

    /// The size in the line that holds `line` is at least `at_least` times the
    /// size in the line that holds `other`.
    #[must_use]
    pub fn times(self, line: &'static str, at_least: f64, other: &'static str) -> Self {
        self.with(Check::Times {
            line,
            other,
            at_least,
        })
    }

    /// The command only makes sense where the engine shares this machine's
    /// kernel and network, as on Linux: elsewhere, such as in the virtual
    /// machine of Docker Desktop, the host does not reach the addresses of
    /// containers. There it is left out.
    #[must_use]
    pub fn on_native_linux(mut self) -> Self {
        self.needs_native_engine = true;
        self
    }

    /// Whether the command is left out where the engine is not this machine's own.
    #[must_use]
    pub fn needs_native_engine(&self) -> bool {
        self.needs_native_engine
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

    /// Whether its duration is part of the lesson.
    #[must_use]
    pub fn is_timed(&self) -> bool {
        self.checks.iter().any(|check| matches!(check, Check::Within(_)))
    }

    /// Steps of a build that the transcript keeps in full.
    #[must_use]
    pub fn kept_steps(&self) -> Vec<&'static str> {
        let step = |check: &Check| match check {
            Check::Step(step, StepIs::Shown | StepIs::Cached) => Some(*step),
            _ => None,
        };
        self.checks.iter().filter_map(step).collect()
    }

    /// Compares with what came; `normalised` is the output as the transcript
    /// has it. Every expectation is answered, met or not.
    #[must_use]
    pub fn check(&self, outcome: &Outcome, normalised: &str) -> Vec<Finding> {
        let ended = (outcome.end == End::TimedOut).then(|| Finding {
            expected: "an end within its time limit".to_owned(),
            is_met: false,
        });
        let status = Finding {
            expected: format!("exit status {}", self.status),
            is_met: outcome.status == Some(self.status),
        };
        let findings = self.checks.iter().map(|check| Finding {
            expected: check.to_string(),
            is_met: check.is_met(outcome, normalised),
        });
        ended.into_iter().chain(findings).chain([status]).collect()
    }

    /// Whether a process that goes on has shown enough by now.
    #[must_use]
    pub fn is_shown_by(&self, output: &str) -> bool {
        self.checks.iter().all(|check| match check {
            Check::Fragment(fragment) => output.contains(fragment),
            _ => true,
        })
    }

    fn with(mut self, check: Check) -> Self {
        self.checks.push(check);
        self
    }
}

impl Check {
    fn is_met(&self, outcome: &Outcome, normalised: &str) -> bool {
        let output = outcome.output.as_str();
        match *self {
            Self::Fragment(fragment) => output.contains(fragment) || normalised.contains(fragment),
            Self::NotFragment(fragment) => !output.contains(fragment) && !normalised.contains(fragment),
            Self::Nothing => output.trim().is_empty(),
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

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fragment(fragment) => write!(f, "output with {}", in_words(fragment)),
            Self::NotFragment(fragment) => write!(f, "output without {}", in_words(fragment)),
            Self::Nothing => f.write_str("no output"),
            Self::Within(limit) => write!(f, "an end within {limit:?}"),
            Self::Step(step, StepIs::Shown) => write!(f, "a build step \"{step}\""),
            Self::Step(step, StepIs::Cached) => write!(f, "build step \"{step}\" from the cache"),
            Self::Step(step, StepIs::Rebuilt) => write!(f, "build step \"{step}\" done again"),
            Self::SmallerThan { line, limit } => write!(f, "\"{line}\" below {:.0} MB", limit / 1e6),
            Self::Times {
                line,
                other,
                at_least,
            } => {
                write!(f, "\"{line}\" at least {at_least} times as large as \"{other}\"")
            }
        }
    }
}

/// A fragment in quotes, or what a placeholder stands for: `container 1`.
fn in_words(fragment: &str) -> String {
    match placeholder_in_words(fragment) {
        Some(words) => words,
        None => format!("\"{fragment}\""),
    }
}

fn size_in(output: &str, line: &str) -> Option<f64> {
    let line = output.lines().find(|text| text.contains(line))?;
    size::PATTERN
        .find_iter(line)
        .last()
        .and_then(|found| size::bytes(found.as_str()))
}
