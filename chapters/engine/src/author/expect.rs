//! Expectations on a command. Checking is pure: it takes an outcome and says which expectations are met.

use std::time::Duration;

use serde::Serialize;

use crate::language::Language;
use crate::record::build_log::BuildLog;
use crate::record::placeholder::alone;
use crate::record::size;
use crate::run::process::{End, Outcome};
use crate::text;

/// One expectation on a command.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Expected {
    /// The output contains this text.
    Fragment(&'static str),
    /// The output does not contain this text.
    NotFragment(&'static str),
    /// The output is empty or has only blank lines.
    NoOutput,
    /// The output has a line that is not blank.
    SomeOutput,
    /// The command takes less time than this.
    Within(Duration),
    /// The build has a step with this text in its name.
    Step(&'static str),
    /// The build step with this text in its name came from the cache.
    Cached(&'static str),
    /// The build step with this text in its name did not come from the cache.
    Rebuilt(&'static str),
    /// The size in the line that contains this text is below this number of megabytes (10⁶ bytes).
    SmallerThan(&'static str, u32),
    /// The size in the line with the first text is at least this many times the size in the line with
    /// the second text.
    Times(&'static str, f64, &'static str),
    /// The command takes at most half as long as the last run of this command before it.
    HalfOf(&'static str),
    /// Every id, address and port in the output already appeared in an earlier output.
    NothingNew,
    /// The command ends within its time limit.
    End,
    /// The command keeps running.
    GoesOn,
    /// The command ends with this exit status, 0 to 255.
    Status(i32),
}

/// An output in the form of the transcript, and what it is compared with.
#[derive(Clone, Copy, Debug)]
pub struct Normalised<'a> {
    /// The output with placeholders; lines end in `\n`.
    pub text: &'a str,
    /// Whether a placeholder in the output is new.
    pub names_new: bool,
    /// How long the last run of the command named by [`Expected::HalfOf`] took; `None` if there was none.
    pub compared_with: Option<Duration>,
}

/// One thing that was expected, in words.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Told"))]
pub struct Finding {
    /// What it is.
    #[serde(skip)]
    pub claim: Expected,
    /// For people, in the reader's language: `ends with exit status 0`.
    pub expected: String,
    /// Whether it holds.
    pub is_met: bool,
}

impl Expected {
    /// The expectation in words, used after a tick or after "expected": `ends with exit status 0`.
    pub(crate) fn say(&self, language: Language) -> String {
        let words = |fragment| in_words(fragment, language);
        match *self {
            Self::Fragment(fragment) => text!(language, "expect-output", what = words(fragment)),
            Self::NotFragment(fragment) => text!(language, "expect-output-without", what = words(fragment)),
            Self::NoOutput => text!(language, "expect-no-output"),
            Self::SomeOutput => text!(language, "expect-some-output"),
            Self::Within(limit) => text!(language, "expect-within", seconds = limit.as_secs_f64()),
            Self::Step(step) => text!(language, "expect-step", step),
            Self::Cached(step) => text!(language, "expect-step-cached", step),
            Self::Rebuilt(step) => text!(language, "expect-step-rebuilt", step),
            Self::SmallerThan(line, megabytes) => text!(language, "expect-smaller", line, megabytes),
            Self::Times(line, times, other) => text!(language, "expect-times", line, times, other),
            Self::HalfOf(other) => text!(language, "expect-half", other),
            Self::NothingNew => text!(language, "expect-nothing-new"),
            Self::End => text!(language, "expect-end"),
            Self::GoesOn => text!(language, "expect-goes-on"),
            Self::Status(status) => text!(language, "expect-status", status),
        }
    }

    /// A finding for a reader of this language: the expectation, met or not met.
    pub(crate) fn found(self, is_met: bool, language: Language) -> Finding {
        Finding {
            claim: self,
            expected: self.say(language),
            is_met,
        }
    }

    /// The text that the output must contain, if this expectation is about such a text.
    pub(crate) fn fragment(&self) -> Option<&'static str> {
        match *self {
            Self::Fragment(fragment) => Some(fragment),
            _ => None,
        }
    }

    pub(crate) fn is_met(&self, outcome: &Outcome, normalised: Normalised<'_>) -> bool {
        let output = outcome.output.as_str();
        let is_shown = |fragment| output.contains(fragment) || normalised.text.contains(fragment);
        let is_cached = |step| Some(BuildLog::parse(output)?.step(step)?.is_cached);
        let size = |line| size::in_line(output.lines().find(|text| text.contains(line))?);
        match *self {
            Self::Fragment(fragment) => is_shown(fragment),
            Self::NotFragment(fragment) => !is_shown(fragment),
            Self::NoOutput => output.trim().is_empty(),
            Self::SomeOutput => !output.trim().is_empty(),
            Self::NothingNew => !normalised.names_new,
            Self::End => outcome.end != End::TimedOut,
            // A command with an outcome has ended.
            Self::GoesOn => false,
            Self::Status(status) => outcome.status == Some(status),
            Self::Within(limit) => outcome.elapsed < limit,
            Self::HalfOf(_) => normalised
                .compared_with
                .is_some_and(|other| outcome.elapsed * 2 <= other),
            Self::Step(step) => is_cached(step).is_some(),
            Self::Cached(step) => is_cached(step) == Some(true),
            Self::Rebuilt(step) => is_cached(step) == Some(false),
            Self::SmallerThan(line, megabytes) => {
                size(line).is_some_and(|size| size < f64::from(megabytes) * 1e6)
            }
            Self::Times(line, times, other) => {
                let sizes = size(line).zip(size(other));
                sizes.is_some_and(|(size, other)| size >= times * other)
            }
        }
    }
}

/// All of `expected` in words, in order; the required texts are combined: `shows "a" and "b"`.
pub(crate) fn say_all(expected: &[Expected], language: Language) -> String {
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

/// A text in quotes; a placeholder becomes what it stands for, such as "the id of container 1".
fn in_words(fragment: &str, language: Language) -> String {
    match alone(fragment).and_then(|placeholder| placeholder.numbered) {
        Some((kind, number)) => text!(language, "expect-placeholder", kind, number),
        None => text!(language, "expect-fragment", fragment),
    }
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
            "shows \"a\" and the id of container 1, does not show \"b\", ends with exit status 0"
        );
        assert_eq!(
            say_all(&expected, Language::Japanese),
            "「a」とコンテナ1のIDを表示、「b」を表示しない、終了ステータス0で終了"
        );
    }
}
