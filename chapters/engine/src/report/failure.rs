//! Why a chapter did not reach its end, and the report to the reader.

use std::time::Duration;

use crate::author::line::Line;
use crate::language::Language;
use crate::record::transcript::one_line;
use crate::report::ran::Ran;
use crate::run::process::{self, End};
use crate::say::wrap::labelled;
use crate::text;

/// Why a chapter did not reach its end.
#[derive(Debug)]
pub(crate) enum Failure {
    /// A command did not show what is expected.
    Failed {
        /// The result. For `wait_until!`: the last attempt that ended by itself, or the last one if none
        /// did, with the total time of all attempts.
        ran: Box<Ran>,
        /// Why it ended.
        end: End,
        /// Number of attempts of `wait_until!`; `None` for a command that runs once.
        attempts: Option<usize>,
    },
    /// A command could not be run at all.
    Run { line: Box<Line>, source: process::Error },
    /// A command uses a placeholder that no earlier output has given a value.
    Placeholder {
        line: Box<Line>,
        /// The placeholder, such as `<container-1>`.
        placeholder: String,
    },
    /// The reader pressed Ctrl-C.
    Interrupted,
    /// The reader chose to quit when asked about a command.
    Left,
}

impl Failure {
    /// A failure for a line that did not show what is expected, or [`Failure::Interrupted`] after
    /// Ctrl-C.
    pub(crate) fn failed(ran: Ran, end: End, attempts: Option<usize>) -> Self {
        let ran = Box::new(ran);
        match end {
            End::Interrupted => Self::Interrupted,
            end => Self::Failed { ran, end, attempts },
        }
    }

    pub(crate) fn run(line: &Line, source: process::Error) -> Self {
        let line = Box::new(line.clone());
        Self::Run { line, source }
    }

    /// The line at which the chapter stopped; `None` after Ctrl-C.
    pub(crate) fn line(&self) -> Option<&Line> {
        match self {
            Self::Failed { ran, .. } => Some(&ran.line),
            Self::Run { line, .. } | Self::Placeholder { line, .. } => Some(line),
            Self::Interrupted | Self::Left => None,
        }
    }

    /// What went wrong and the cause, for a reader.
    pub(crate) fn say(&self, language: Language) -> String {
        match self {
            Self::Failed { ran, end, attempts } => report(ran, *end, *attempts, language),
            Self::Run { line, source } => {
                let (command, place, reason) = (&*line.literal, line.place, source.say(language));
                text!(language, "failure-run", command, place, reason)
            }
            Self::Placeholder { line, placeholder } => {
                let (command, place) = (&*line.literal, line.place);
                text!(language, "failure-placeholder", command, place, placeholder)
            }
            Self::Interrupted => text!(language, "failure-interrupted"),
            Self::Left => text!(language, "failure-left"),
        }
    }
}

/// Largest number of output lines in a report; the screen has shown all of them.
const REPORT_LINES: usize = 12;

/// The place, the command, what was expected, and the result.
fn report(ran: &Ran, end: End, attempts: Option<usize>, language: Language) -> String {
    let unmet = ran.findings.iter().filter(|finding| !finding.is_met);
    let expected: Vec<_> = unmet.map(|finding| &*finding.expected).collect();
    let (section, place) = (ran.line.section, ran.line.place);
    let came = came(ran, end, attempts, language);
    let lines: Vec<_> = ran.output.lines().collect();
    let hidden = lines.len().saturating_sub(REPORT_LINES);
    let introduction = match (lines.len(), hidden) {
        (0, _) => text!(language, "failure-no-output", came),
        (_, 0) => text!(language, "failure-output", came),
        (_, _) => text!(language, "failure-last-lines", came),
    };
    let came = [&[&*introduction], &lines[hidden..]].concat().join("\n");
    let command = format!("$ {}", one_line(&ran.typed));
    [
        text!(language, "failure-section", section, place),
        labelled(&text!(language, "failure-command"), &command),
        labelled(&text!(language, "failure-expected"), &expected.join("\n")),
        labelled(&text!(language, "failure-came"), &came),
    ]
    .join("\n")
}

/// How a command ended.
fn came(ran: &Ran, end: End, attempts: Option<usize>, language: Language) -> String {
    let seconds = Duration::from_millis(ran.elapsed_milliseconds).as_secs_f64();
    let (whole, exact) = (format!("{seconds:.0}"), format!("{seconds:.1}"));
    let Some(attempts) = attempts else {
        return match (end, ran.exit_status) {
            (End::TimedOut, _) => text!(language, "failure-timed-out", seconds = whole),
            (_, Some(status)) => text!(language, "failure-status", status, seconds = exact),
            (_, None) => text!(language, "failure-signal"),
        };
    };
    let last = match (end, ran.exit_status) {
        (End::TimedOut, _) => text!(language, "failure-no-attempt-ended"),
        (_, Some(status)) => text!(language, "failure-last-status", status),
        (_, None) => text!(language, "failure-last-signal"),
    };
    text!(language, "failure-waited", seconds = whole, attempts, last)
}
