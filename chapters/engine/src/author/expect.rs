//! What a command has to show. The deciding is pure: an outcome goes in, what
//! is met and what is not comes out.

use std::time::Duration;

use crate::language::Language;
use crate::record::build_log::BuildLog;
use crate::record::placeholder::alone;
use crate::record::size;
use crate::run::process::{End, Outcome};
use crate::text;

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

impl Expected {
    /// What was expected, as a noun that stands alone or after "expected ": `exit status 0`.
    #[must_use]
    pub fn say(&self, language: Language) -> String {
        match *self {
            Self::Fragment(fragment) => text!(language, "expect-output", what = in_words(fragment, language)),
            Self::NotFragment(fragment) => {
                text!(
                    language,
                    "expect-output-without",
                    what = in_words(fragment, language)
                )
            }
            Self::NoOutput => text!(language, "expect-no-output"),
            Self::Within(limit) => text!(language, "expect-within", seconds = limit.as_secs_f64()),
            Self::Step(step, StepIs::Shown) => text!(language, "expect-step", step),
            Self::Step(step, StepIs::Cached) => text!(language, "expect-step-cached", step),
            Self::Step(step, StepIs::Rebuilt) => text!(language, "expect-step-rebuilt", step),
            Self::SmallerThan { line, limit } => {
                text!(
                    language,
                    "expect-smaller",
                    line,
                    megabytes = (limit / 1e6).round()
                )
            }
            Self::Times {
                line,
                other,
                at_least,
            } => {
                text!(language, "expect-times", line, other, times = at_least)
            }
            Self::NothingNew => text!(language, "expect-nothing-new"),
            Self::End => text!(language, "expect-end"),
            Self::GoesOn => text!(language, "expect-goes-on"),
            Self::Status(status) => text!(language, "expect-status", status),
        }
    }

    /// The fragment that the output has to hold, if it is that.
    pub(crate) fn fragment(&self) -> Option<&'static str> {
        match *self {
            Self::Fragment(fragment) => Some(fragment),
            _ => None,
        }
    }

    pub(crate) fn is_met(&self, outcome: &Outcome, normalised: Normalised<'_>) -> bool {
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
    let mut said: Vec<String> = Vec::new();
    for together in expected.chunk_by(|one, next| one.fragment().is_some() && next.fragment().is_some()) {
        let fragments = together.iter().filter_map(Expected::fragment);
        let fragments = fragments.map(|fragment| in_words(fragment, language));
        match fragments.reduce(|before, last| text!(language, "expect-and", before, last)) {
            Some(what) => said.push(text!(language, "expect-output", what)),
            None => said.extend(together.iter().map(|one| one.say(language))),
        }
    }
    language.list(&said)
}

/// A fragment in quotes, or what a placeholder stands for: the id of container 1.
fn in_words(fragment: &str, language: Language) -> String {
    match alone(fragment).and_then(|placeholder| placeholder.numbered) {
        Some((kind, number)) => text!(language, "expect-placeholder", kind = kind.name(), number),
        None => text!(language, "expect-fragment", fragment),
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
