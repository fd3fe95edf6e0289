//! Why a chapter did not reach its end, and the report that a reader gets.

use console::{Alignment, pad_str};

use crate::expect::Finding;
use crate::language::Language;
use crate::process::{self, End, Outcome};
use crate::transcript::one_line;

/// Why a chapter did not reach its end.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A command did not show what the book says.
    #[error("{}", .0.report(Language::English))]
    Failed(Box<Failure>),
    /// A command could not be run at all.
    #[error("failed to run `{command}` ({place})")]
    Run {
        /// As typed.
        command: String,
        /// File and line of the chapter.
        place: &'static str,
        /// Why.
        source: process::Error,
    },
    /// A command uses a placeholder that no earlier output has filled.
    #[error("`{command}` ({place}) needs {placeholder}, which no earlier command of the chapter printed")]
    Placeholder {
        /// As typed.
        command: String,
        /// File and line of the chapter.
        place: &'static str,
        /// Such as `<container-1>`.
        placeholder: String,
    },
    /// The chapter's file interrupts a foreground process that it never started.
    #[error("nothing runs in the foreground at {0}")]
    NoForeground(&'static str),
    /// The reader pressed Ctrl-C.
    #[error("interrupted")]
    Interrupted,
    /// The reader was asked, and wanted to go.
    #[error("left early")]
    Left,
}

impl Error {
    /// File and line of the command at which the chapter stopped; `None` after Ctrl-C.
    pub(crate) fn place(&self) -> Option<&'static str> {
        match self {
            Self::Failed(failure) => Some(failure.place),
            Self::Run { place, .. } | Self::Placeholder { place, .. } | Self::NoForeground(place) => {
                Some(place)
            }
            Self::Interrupted | Self::Left => None,
        }
    }

    /// The same for a command that was waited for and was tried this often.
    pub(crate) fn after(mut self, attempts: usize) -> Self {
        if let Self::Failed(failure) = &mut self {
            failure.attempts = Some(attempts);
        }
        self
    }

    /// What went wrong and why, for a reader.
    #[must_use]
    pub fn say(&self, language: Language) -> String {
        match self {
            Self::Failed(failure) => failure.report(language),
            Self::Run {
                command,
                place,
                source,
            } => language.text(
                "failure-run",
                &[
                    ("command", command),
                    ("place", place),
                    ("reason", &source.say(language)),
                ],
            ),
            Self::Placeholder {
                command,
                place,
                placeholder,
            } => language.text(
                "failure-placeholder",
                &[
                    ("command", command),
                    ("place", place),
                    ("placeholder", placeholder),
                ],
            ),
            Self::NoForeground(place) => language.text("failure-no-foreground", &[("place", place)]),
            Self::Interrupted => language.text("failure-interrupted", &[]),
            Self::Left => language.text("failure-left", &[]),
        }
    }
}

/// A command that did not show what the book says.
#[derive(Clone, Debug)]
pub struct Failure {
    /// Section in which it happened.
    pub section: &'static str,
    /// File and line of the chapter.
    pub place: &'static str,
    /// As typed.
    pub command: String,
    /// Every expectation, met or not.
    pub findings: Vec<Finding>,
    /// What came instead. Of a command that was waited for: the last attempt that ended by itself,
    /// or the last one if none did, with the time that all of them took.
    pub outcome: Outcome,
    /// How often a command that was waited for was tried; `None` for a command that runs once.
    pub attempts: Option<usize>,
}

/// Lines of output that a report shows; the screen has the whole.
const REPORT_LINES: usize = 12;

/// Columns that a label takes in a report, the gap behind it included.
const LABEL: usize = 11;

impl Failure {
    /// Where, which command, what was expected, what came.
    #[must_use]
    pub fn report(&self, language: Language) -> String {
        let unmet = self.findings.iter().filter(|finding| !finding.is_met);
        let expected: Vec<_> = unmet.map(|finding| finding.expected.say(language)).collect();
        let command = format!("$ {}", one_line(&self.command));
        let where_it_was = [("section", self.section), ("place", self.place)];
        [
            language.text("failure-section", &where_it_was),
            labelled(&language.text("failure-command", &[]), &command),
            labelled(&language.text("failure-expected", &[]), &expected.join("\n")),
            labelled(&language.text("failure-came", &[]), &self.came(language)),
        ]
        .join("\n")
    }

    fn came(&self, language: Language) -> String {
        let came = match self.attempts {
            Some(attempts) => self.came_of(attempts, language),
            None => self.came_at_once(language),
        };
        let lines: Vec<_> = self.outcome.output.lines().collect();
        let hidden = lines.len().saturating_sub(REPORT_LINES);
        let introduction = match (lines.len(), hidden) {
            (0, _) => return language.text("failure-no-output", &[("came", &came)]),
            (_, 0) => language.text("failure-output", &[("came", &came)]),
            (_, _) => language.text("failure-last-lines", &[("came", &came)]),
        };
        [&introduction]
            .into_iter()
            .map(String::as_str)
            .chain(lines.into_iter().skip(hidden))
            .collect::<Vec<_>>()
            .join("\n")
    }

    /// How a command ended that runs once.
    fn came_at_once(&self, language: Language) -> String {
        let seconds = self.outcome.elapsed.as_secs_f64();
        match (self.outcome.end, self.outcome.status) {
            (End::TimedOut, _) => {
                language.text("failure-timed-out", &[("seconds", &format!("{seconds:.0}"))])
            }
            (_, Some(status)) => language.text(
                "failure-status",
                &[
                    ("status", &status.to_string()),
                    ("seconds", &format!("{seconds:.1}")),
                ],
            ),
            (_, None) => language.text("failure-signal", &[]),
        }
    }

    /// How a command ended that was waited for.
    fn came_of(&self, attempts: usize, language: Language) -> String {
        let seconds = format!("{:.0}", self.outcome.elapsed.as_secs_f64());
        let last = match (self.outcome.end, self.outcome.status) {
            (End::TimedOut, _) => language.text("failure-no-attempt-ended", &[]),
            (_, Some(status)) => language.text("failure-last-status", &[("status", &status.to_string())]),
            (_, None) => language.text("failure-last-signal", &[]),
        };
        language.text(
            "failure-waited",
            &[
                ("seconds", &seconds),
                ("attempts", &attempts.to_string()),
                ("last", &last),
            ],
        )
    }
}

/// A text of one or more lines behind its label, aligned with those of other labels.
pub(crate) fn labelled(label: &str, text: &str) -> String {
    let label = pad_str(label, LABEL, Alignment::Left, None);
    format!("{label}{}", text.replace('\n', &format!("\n{:LABEL$}", "")))
}
