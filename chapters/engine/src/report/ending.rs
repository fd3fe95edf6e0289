//! How a chapter ended, and the exit statuses.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;

use crate::author::chapter::Chapter;
use crate::language::Language;
use crate::record::provenance::Provenance;
use crate::record::snapshot::Snapshot;
use crate::report::failure::Failure;
use crate::report::ran::Ran;
use crate::report::verdict::{Step, Verdict};
use crate::say::pages::{self, Heading};

/// Exit status if a command did not show what the book shows, or something could not be written.
pub(crate) const FAILED: u8 = 1;
/// Exit status if an option is wrong; the same as clap's.
pub(crate) const USAGE: u8 = 2;
/// Exit status if a chapter could not start.
pub(crate) const NOT_STARTED: u8 = 3;
/// Exit status if all chapters ran to their end, but something differs from the book.
pub(crate) const DIFFERS: u8 = 4;
/// Exit status after Ctrl-C; the same as in shells.
pub(crate) const INTERRUPTED: u8 = 130;

/// How a chapter ended.
pub(crate) struct Ending {
    pub(crate) chapter: Chapter,
    /// Every line that was run, shown or hidden, including the one that failed.
    pub(crate) ran: Vec<Ran>,
    /// What `--transcript` writes.
    pub(crate) recording: Snapshot,
    /// The value of every placeholder in this run: `<container-1>` and its id.
    pub(crate) values: BTreeMap<String, String>,
    /// The machine that the book was recorded on; `None` if the book has no recording of the chapter.
    pub(crate) book: Option<Provenance>,
    /// The verdict on each section.
    pub(crate) steps: Vec<Step>,
    /// Time from the preflight to the end of the cleanup.
    pub(crate) elapsed: Duration,
    /// Processor time of this program itself in that time.
    pub(crate) own: Duration,
    /// How many commands the reader skipped when asked.
    pub(crate) skipped: usize,
    /// Why the chapter stopped, if it did.
    pub(crate) result: Result<(), Failure>,
    /// The likely cause of a failure, as lines of a report.
    pub(crate) explanation: Option<String>,
}

impl Ending {
    /// Whether a section of the chapter has this verdict.
    pub(crate) fn has(&self, verdict: Verdict) -> bool {
        self.steps.iter().any(|step| step.verdict == verdict)
    }

    /// The heading of a section in the book.
    pub(crate) fn heading(&self, step: &Step, language: Language) -> Option<Heading> {
        let chapter = &self.chapter;
        pages::heading(chapter.tutorial, chapter.page, language, &step.section)
    }
}

/// How something that runs commands ended.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub(crate) enum HowItEnded {
    /// It reached its end.
    Completed,
    /// A command did not show what it should, or could not be run.
    Failed,
    /// Somebody pressed Ctrl-C, or asked for the same.
    Interrupted,
}

impl HowItEnded {
    pub(crate) fn of(result: &Result<(), Failure>) -> Self {
        match result {
            Ok(()) => Self::Completed,
            Err(Failure::Interrupted) => Self::Interrupted,
            Err(_) => Self::Failed,
        }
    }
}

/// The exit status of a program after its chapters have started.
pub(crate) fn exit_status(endings: &[Ending]) -> u8 {
    match endings.last().map(|ending| &ending.result) {
        Some(Err(Failure::Interrupted)) => INTERRUPTED,
        Some(Err(Failure::Left)) => 0,
        Some(Err(_)) => FAILED,
        _ if endings.iter().any(|ending| ending.has(Verdict::Differs)) => DIFFERS,
        _ => 0,
    }
}

/// The exit status instead of `code` if there were errors in writing or reading.
pub(crate) fn or_failed(code: u8, troubles: &[impl Sized]) -> u8 {
    match code {
        0 | DIFFERS if !troubles.is_empty() => FAILED,
        code => code,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::made_up;

    #[track_caller]
    fn check(books: &[&str], result: Result<(), Failure>, expected: u8) {
        let mut endings: Vec<_> = books.iter().map(|book| made_up::ending(book)).collect();
        endings.last_mut().unwrap().result = result;
        assert_eq!(exit_status(&endings), expected);
    }

    #[test]
    fn exit_status_says_whether_something_differs_in_any_chapter() {
        check(&[made_up::TRUE], Ok(()), 0);
        check(&[made_up::FALSIFIED], Ok(()), DIFFERS);
        check(&[made_up::FALSIFIED, made_up::TRUE], Ok(()), DIFFERS);
    }

    #[test]
    fn a_chapter_that_stopped_says_that_first() {
        let failed = Failure::Placeholder {
            line: Box::new(made_up::ending(made_up::TRUE).ran.remove(0).line),
            placeholder: "<container-1>".to_owned(),
        };
        check(&[made_up::FALSIFIED], Err(failed), FAILED);
        check(&[made_up::FALSIFIED], Err(Failure::Interrupted), INTERRUPTED);
        check(&[made_up::FALSIFIED], Err(Failure::Left), 0);
    }

    #[test]
    fn what_could_not_be_written_is_a_failure_unless_something_said_more() {
        let unwritten = ["failed to write /dev/full".to_owned()];
        let codes = [0, FAILED, USAGE, NOT_STARTED, DIFFERS, INTERRUPTED];
        let with = codes.map(|code| or_failed(code, &unwritten));
        assert_eq!(with, [FAILED, FAILED, USAGE, NOT_STARTED, FAILED, INTERRUPTED]);
        assert_eq!(codes.map(|code| or_failed(code, &Vec::<String>::new())), codes);
    }
}
