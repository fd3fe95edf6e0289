//! How the chapters ended: the table at the end, what went wrong, the exit
//! status, what to run next. Every exit status is here.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::chapter::{Outline, Ran};
use crate::compare::{Step, Verdict};
use crate::database::Unrecorded;
use crate::docker::Docker;
use crate::explain;
use crate::failure::{Error, Failure};
use crate::language::Language;
use crate::options::Options;
use crate::provenance::Provenance;
use crate::reader::Recording;
use crate::screen::Screen;

/// Exit status when a command did not show what the book shows, or something could not be written.
pub(crate) const FAILED: u8 = 1;
/// Exit status when an option is wrong; clap's own too.
pub(crate) const USAGE: u8 = 2;
/// Exit status when a chapter could not start.
pub(crate) const NOT_STARTED: u8 = 3;
/// Exit status when all ran to its end, and something differs from the book.
pub(crate) const DIFFERS: u8 = 4;
/// Exit status after Ctrl-C, as shells have it.
pub(crate) const INTERRUPTED: u8 = 130;

/// How a chapter ended.
pub(crate) struct Ending {
    /// The chapter.
    pub(crate) outline: Outline,
    /// Every command that was run, seen or unseen, the one that failed included.
    pub(crate) ran: Vec<Ran>,
    /// What `--transcript` writes.
    pub(crate) recording: Recording,
    /// What every placeholder of the chapter stands for here: `<container-1>` and its id.
    pub(crate) values: BTreeMap<String, String>,
    /// On what the book was recorded; `None` where it has no recording of the chapter.
    pub(crate) book: Option<Provenance>,
    /// What became of each section.
    pub(crate) steps: Vec<Step>,
    /// From the preflight to the end of cleaning up.
    pub(crate) elapsed: Duration,
    /// How many commands the reader skipped when asked.
    pub(crate) skipped: usize,
    /// Why it stopped, if it did.
    pub(crate) result: Result<(), Error>,
    /// The likely cause of a failure, as [`explained`] has it.
    pub(crate) explanation: Option<String>,
    /// What of it could not be written, and why, in the reader's language.
    pub(crate) unwritten: Vec<String>,
}

impl Ending {
    fn differs(&self) -> bool {
        self.steps.iter().any(|step| step.verdict == Verdict::Differs)
    }

    fn is_in_other_words(&self) -> bool {
        self.steps
            .iter()
            .any(|step| step.verdict == Verdict::InOtherWords)
    }
}

/// The table at the end, what went wrong if something did, what to run next;
/// answers the exit status.
pub(crate) fn summary(endings: &[Ending], outlines: &[Outline], options: &Options, screen: &Screen) -> u8 {
    let rows: Vec<_> = endings
        .iter()
        .map(|ending| row(ending, options, screen.language()))
        .collect();
    screen.note(&format!("\n{}", rows.join("\n")));
    if !options.diff && endings.iter().any(Ending::is_in_other_words) {
        screen.say("report-show-words", &[]);
    }
    let Some(ending) = endings.last() else { return 0 };
    match &ending.result {
        Ok(()) => {
            let tutorial = ending.outline.tutorial;
            let next = tutorial.next_chapter(ending.outline.name);
            if let Some(next) = next.filter(|_| outlines.len() == 1) {
                screen.say(
                    "report-next",
                    &[("command", &format!("{} {next}", tutorial.start))],
                );
            }
        }
        Err(Error::Interrupted | Error::Left) => offer_to_resume(&ending.outline, options, screen),
        Err(error) => {
            let values = [
                ("chapter", ending.outline.name),
                ("cause", &*error.say(screen.language())),
            ];
            screen.note(&format!("\n{}", screen.language().text("report-error", &values)));
            if ending.skipped > 0 {
                screen.say("interactive-skipped", &[("number", &ending.skipped.to_string())]);
            }
            if let Error::Failed(failure) = error {
                screen.note(&advice(ending, failure, options, screen.language()));
            }
            let book = ending.book.as_ref();
            if let Some(unrecorded) = book.and_then(|book| Unrecorded::of(&ending.recording.provenance, book))
            {
                screen.note(&unrecorded.instead(&ending.outline, screen.language()));
            }
            offer_to_resume(&ending.outline, options, screen);
        }
    }
    exit_status(endings)
}

/// What a program says with its exit status, once its chapters have been started.
pub(crate) fn exit_status(endings: &[Ending]) -> u8 {
    match endings.last().map(|ending| &ending.result) {
        Some(Err(Error::Interrupted)) => INTERRUPTED,
        Some(Err(Error::Left)) => 0,
        Some(Err(_)) => FAILED,
        _ if endings.iter().any(Ending::differs) => DIFFERS,
        _ => 0,
    }
}

/// What a program that would have ended with `code` says if something could not be written.
pub(crate) fn with_unwritten(code: u8) -> u8 {
    match code {
        0 | DIFFERS => FAILED,
        code => code,
    }
}

/// A chapter's line in the table.
fn row(ending: &Ending, options: &Options, language: Language) -> String {
    let shown = ending.ran.iter().filter(|ran| ran.is_shown && ran.is_met());
    let shown: Vec<_> = shown.collect();
    let sections = shown
        .chunk_by(|one, next| one.entry.section == next.entry.section)
        .count();
    let (mark, id) = match &ending.result {
        Ok(()) if ending.differs() => ("≠", "report-ended-differently"),
        Ok(()) if ending.is_in_other_words() => ("✓", "report-ended-in-other-words"),
        Ok(()) => ("✓", "report-ended"),
        Err(Error::Interrupted) => ("✗", "report-interrupted"),
        Err(Error::Left) => ("✓", "report-left"),
        Err(_) => ("✗", "report-stopped"),
    };
    let word = language.text(id, &[]);
    let word = if ending.result.is_err() && !options.keep {
        language.text("report-removed", &[("word", &word)])
    } else {
        word
    };
    let counted = language.text(
        "report-row",
        &[
            ("sections", &format!("{sections:>2}")),
            ("commands", &format!("{:>3}", shown.len())),
            ("seconds", &format!("{:>6.1}", ending.elapsed.as_secs_f64())),
            ("word", &word),
        ],
    );
    format!("{mark} {:<10} {counted}", ending.outline.name)
}

fn offer_to_resume(outline: &Outline, options: &Options, screen: &Screen) {
    let command = format!(
        "{} {} -- --resume{}",
        outline.tutorial.start,
        outline.name,
        options.repeated()
    );
    screen.say("step-resume-offer", &[("command", &command)]);
}

/// The likely cause of a failure in the lines of a report, from what the machine and the engine are
/// like now; `None` if it is not a known one.
pub(crate) fn explained(error: &Error, docker: &Docker, language: Language) -> Option<String> {
    let Error::Failed(failure) = error else {
        return None;
    };
    let cause = explain::cause(failure.outcome.status, &failure.outcome.output);
    let cause = cause.filter(|cause| cause.applies(docker))?;
    Some(cause.explanation(language, docker).lines(language))
}

/// The last lines of a failure's report: its likely cause, its page and the next command.
fn advice(ending: &Ending, failure: &Failure, options: &Options, language: Language) -> String {
    let outline = &ending.outline;
    let section = failure.section;
    let address = outline.address(language);
    let page = address.map(|address| explain::line(language, "page", &format!("{address}#{section}")) + "\n");
    let page = page.unwrap_or_default();
    let (start, name, more) = (outline.tutorial.start, outline.name, options.repeated());
    let again = format!("{start} {name} -- --step {section}{more}");
    match &ending.explanation {
        Some(explanation) => explanation.clone() + &page + &explain::line(language, "then", &again),
        None => page + &explain::line(language, "next", &again),
    }
}

/// A chapter whose run is made up, for tests of what is said of it.
#[cfg(test)]
pub(crate) mod made_up {
    use super::*;
    use crate::chapter::{Action, Listed, Source};
    use crate::compare::{Run, compare};
    use crate::expect::{Expected, Finding, shows_nothing};
    use crate::snapshot::Snapshot;
    use crate::transcript::{Transcript, Typed};
    use crate::tutorial::RUNNING_RUST_IN_DOCKER;

    /// What the run gave.
    pub(crate) const TRUE: &str = "[3]\n$ ls\n| Dockerfile\n\n[3-1]\n\
        $ curl --no-progress-meter http://localhost:8080/100%\n| Hello, <Docker>! (2)\n\n\
        [3-2]\n$ docker ps\n";
    /// A book in which one character of that is another.
    pub(crate) const FALSIFIED: &str = "[3]\n$ ls\n| Dockerfile\n\n[3-1]\n\
        $ curl --no-progress-meter http://localhost:8080/100%\n| Hello, <Docker>! (0)\n\n\
        [3-2]\n$ docker ps\n";

    /// The end of a chapter that gave [`TRUE`], its last section left out, compared with `book`.
    pub(crate) fn ending(book: &str) -> Ending {
        let transcript: Transcript = TRUE.parse().unwrap();
        let place = "chapters/src/bin/chapter-3.rs:1";
        let lines = transcript.entries.iter().map(|entry| {
            let Typed::Command(literal) = entry.typed.clone() else {
                unreachable!()
            };
            Listed {
                section: entry.section.clone().leak(),
                action: Action::Run,
                source: Source {
                    literal: literal.leak(),
                    place,
                },
                words: Vec::new(),
                expected: shows_nothing(),
                limit: Duration::from_secs(1),
            }
        });
        let lines: Vec<_> = lines.collect();
        let ran = transcript.entries.into_iter().take(2).map(|entry| Ran {
            typed: lines[0].source.literal.to_owned(),
            output: entry.output.clone(),
            entry,
            elapsed: Duration::from_millis(250),
            findings: vec![Finding {
                expected: Expected::Status(0),
                is_met: true,
            }],
            place,
            varies_with: None,
            is_shown: true,
        });
        let ran: Vec<_> = ran.collect();
        let book = Snapshot {
            transcript: book.parse().unwrap(),
            ..Snapshot::default()
        };
        let recording = Recording {
            provenance: Provenance::default(),
            recorded: BTreeMap::new(),
            transcript: TRUE.to_owned(),
            elapsed: vec![250, 250],
        };
        let values = BTreeMap::new();
        let steps = compare(
            &book,
            &Run {
                ran: &ran,
                lines: &lines,
                values: &values,
                provenance: &recording.provenance,
                stopped_at: None,
            },
        );
        Ending {
            outline: Outline::new(&RUNNING_RUST_IN_DOCKER, "chapter-3", "3-writing", |_| Ok(())),
            ran,
            recording,
            values,
            book: Some(book.provenance),
            steps,
            elapsed: Duration::from_millis(1500),
            skipped: 0,
            result: Ok(()),
            explanation: None,
            unwritten: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exit_status_says_whether_something_differs() {
        assert_eq!(exit_status(&[made_up::ending(made_up::TRUE)]), 0);
        assert_eq!(exit_status(&[made_up::ending(made_up::FALSIFIED)]), DIFFERS);
    }

    #[test]
    fn what_could_not_be_written_is_a_failure_unless_something_said_more() {
        let codes = [0, FAILED, USAGE, NOT_STARTED, DIFFERS, INTERRUPTED].map(with_unwritten);
        assert_eq!(codes, [FAILED, FAILED, USAGE, NOT_STARTED, FAILED, INTERRUPTED]);
    }

    #[test]
    fn what_differs_in_one_chapter_differs_in_the_walkthrough() {
        let endings = [made_up::FALSIFIED, made_up::TRUE].map(made_up::ending);
        assert_eq!(exit_status(&endings), DIFFERS);
    }

    #[test]
    fn a_chapter_that_stopped_says_that_first() {
        let mut stopped = made_up::ending(made_up::FALSIFIED);
        stopped.result = Err(Error::NoForeground("chapters/src/bin/chapter-3.rs:1"));
        assert_eq!(exit_status(&[stopped]), FAILED);
        let mut interrupted = made_up::ending(made_up::FALSIFIED);
        interrupted.result = Err(Error::Interrupted);
        assert_eq!(exit_status(&[interrupted]), INTERRUPTED);
    }
}
