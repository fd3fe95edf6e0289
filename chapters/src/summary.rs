//! How the chapters ended: the table at the end, what went wrong, the exit
//! status, what to run next.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::chapter::{Outline, Ran};
use crate::docker::Docker;
use crate::explain::{self, LABEL_WIDTH};
use crate::failure::{Error, Failure};
use crate::language::Language;
use crate::options::Options;
use crate::reader::Recording;
use crate::screen::Screen;

/// Exit status when a command did not show what the book shows.
pub(crate) const FAILED: u8 = 1;
/// Exit status when an option is wrong; clap's own too.
pub(crate) const USAGE: u8 = 2;
/// Exit status when a chapter could not start.
pub(crate) const NOT_STARTED: u8 = 3;
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
    /// From the preflight to the end of cleaning up.
    pub(crate) elapsed: Duration,
    /// Why it stopped, if it did.
    pub(crate) result: Result<(), Error>,
}

/// The table at the end, what went wrong if something did, what to run next.
pub(crate) fn summary(
    endings: &[Ending],
    outlines: &[Outline],
    docker: &Docker,
    options: &Options,
    screen: &Screen,
) -> u8 {
    let mut text = String::from("\n");
    for Ending {
        outline,
        ran,
        elapsed,
        result,
        ..
    } in endings
    {
        let shown: Vec<_> = ran.iter().filter(|ran| ran.is_shown && ran.is_met()).collect();
        let commands = shown.len();
        let sections = shown
            .chunk_by(|one, next| one.entry.section == next.entry.section)
            .count();
        let (mark, word) = match result {
            Ok(()) => ("✓", "all as expected"),
            Err(Error::Interrupted) => ("✗", "interrupted"),
            Err(_) => ("✗", "stopped"),
        };
        let word = match result {
            Err(_) if !options.keep => format!("{word}; what it made is removed"),
            _ => word.to_owned(),
        };
        let seconds = elapsed.as_secs_f64();
        let line = format!(
            "{mark} {:<10} {sections:>2} sections  {commands:>3} commands  {seconds:>6.1} s  {word}\n",
            outline.name
        );
        text.push_str(&line);
    }
    screen.note(text.trim_end());
    let Some(ending) = endings.last() else { return 0 };
    match &ending.result {
        Ok(()) => {
            let tutorial = ending.outline.tutorial;
            let next = tutorial.next_chapter(ending.outline.name);
            if let Some(next) = next.filter(|_| outlines.len() == 1) {
                screen.note(&format!("Next: {} {next}", tutorial.start));
            }
            0
        }
        Err(Error::Interrupted) => INTERRUPTED,
        Err(error) => {
            screen.note(&format!(
                "\nError: {}: {}",
                ending.outline.name,
                error.say(screen.language())
            ));
            if let Error::Failed(failure) = error {
                screen.note(&advice(&ending.outline, failure, docker, screen.language()));
            }
            FAILED
        }
    }
}

/// The last lines of a failure's report: its likely cause, its page and the next command.
fn advice(outline: &Outline, failure: &Failure, docker: &Docker, language: Language) -> String {
    let cause = explain::cause(failure.outcome.status, &failure.outcome.output);
    let explanation = cause.map(|cause| cause.explanation(language, docker).lines(language, LABEL_WIDTH));
    let section = failure.section;
    let page = outline.address(language);
    let page = page.map(|page| format!("page       {page}#{section}\n"));
    let again = format!(
        "next       {} {} -- --step {section}",
        outline.tutorial.start, outline.name
    );
    explanation.unwrap_or_default() + &page.unwrap_or_default() + &again
}
