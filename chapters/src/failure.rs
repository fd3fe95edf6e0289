//! Why a chapter did not reach its end, and the report that a reader gets.

use crate::expect::Finding;
use crate::process::{self, End, Outcome};
use crate::transcript::one_line;

/// Why a chapter did not reach its end.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A command did not show what the book says.
    #[error("{}", .0.report())]
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
    /// What came instead.
    pub outcome: Outcome,
}

/// Lines of output that a report shows; the screen has the whole.
const REPORT_LINES: usize = 12;

impl Failure {
    /// Where, which command, what was expected, what came.
    #[must_use]
    pub fn report(&self) -> String {
        let unmet = self
            .findings
            .iter()
            .filter(|finding| !finding.is_met)
            .map(|finding| finding.expected.as_str());
        let came = match (self.outcome.end, self.outcome.status) {
            (End::TimedOut, _) => format!("no end within {:.0} s", self.outcome.elapsed.as_secs_f64()),
            (_, Some(status)) => format!(
                "exit status {status} after {:.1} s",
                self.outcome.elapsed.as_secs_f64()
            ),
            (_, None) => "an end by a signal".to_owned(),
        };
        let lines: Vec<_> = self.outcome.output.lines().collect();
        let tail = lines.iter().skip(lines.len().saturating_sub(REPORT_LINES));
        let tail: Vec<_> = tail.map(|line| format!("\n           {line}")).collect();
        let tail = tail.concat();
        let tail = if tail.is_empty() {
            ", no output".to_owned()
        } else {
            format!(", and\n           (last lines){tail}")
        };
        format!(
            "section {} did not show what the book shows ({})\n\
             command    $ {}\n\
             expected   {}\n\
             came       {came}{tail}",
            self.section,
            self.place,
            one_line(&self.command),
            unmet.collect::<Vec<_>>().join("\n           "),
        )
    }
}
