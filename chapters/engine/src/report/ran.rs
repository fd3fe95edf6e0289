//! A line of a chapter that was run.

use std::time::Duration;

use serde::Serialize;

use crate::author::expect::Finding;
use crate::author::line::Line;
use crate::record::transcript::Entry;

/// A line that was run, and what came of it.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Ran {
    /// What the chapter has.
    #[serde(skip)]
    pub line: Line,
    /// As it was typed here, placeholders filled in.
    pub typed: String,
    /// stdout and stderr as they came; lines end in `\n`.
    pub output: String,
    /// The same as a transcript has it.
    pub normalised: String,
    /// `null` when a signal ended it; 0 for a foreground process that goes on.
    pub exit_status: Option<i32>,
    /// How long it took; for a foreground process and for what is waited for: until it had shown what
    /// is expected.
    pub elapsed_milliseconds: u64,
    /// Every expectation of the chapter.
    pub findings: Vec<Finding>,
    /// Whether the reader saw it: prerequisites run unseen.
    #[serde(skip)]
    pub is_shown: bool,
}

impl Ran {
    /// Whether it showed all that was expected.
    #[must_use]
    pub fn is_met(&self) -> bool {
        self.findings.iter().all(|finding| finding.is_met)
    }

    /// Whether the transcript has it.
    pub(crate) fn is_recorded(&self) -> bool {
        self.is_shown && self.is_met()
    }

    /// As the transcript has it.
    #[must_use]
    pub fn entry(&self) -> Entry {
        Entry {
            output: self.normalised.clone(),
            status: self.exit_status,
            ..self.line.entry()
        }
    }
}

/// In milliseconds. A command that takes longer than `u64` can hold would have met its limit long
/// before.
pub(crate) fn milliseconds(elapsed: Duration) -> u64 {
    u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX)
}
