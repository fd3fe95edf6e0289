//! A chapter that stays up for another program: it reads requests from stdin, one a line, and answers
//! with events. At the end of stdin it cleans up.
//!
//! - `run ID` runs the sections that the id selects. Their prerequisites run first, hidden. If
//!   something else has run since, all that was made is removed first.
//! - `stop` ends the running command, as Ctrl-C does.
//! - `clean` removes what the chapter has made.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::author::chapter::Chapter;
use crate::cli::events::{Event, VERSION};
use crate::cli::interactive::{lines, next};
use crate::cli::session::Session;
use crate::cli::visit::Visit;
use crate::report::ending::{FAILED, HowItEnded, INTERRUPTED};
use crate::say::screen::Screen;
use crate::start::setup::NotBegun;
use crate::text;

/// Flags that tell the chapter to stop.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stops {
    /// Ends the running command.
    pub(crate) command: Arc<AtomicBool>,
    /// Ends the program, after Ctrl-C or another signal.
    pub(crate) program: Arc<AtomicBool>,
}

/// Handles requests from stdin until it ends; returns the exit status.
pub(crate) fn stay(
    session: &Session<'_>,
    chapter: &Chapter,
    stops: &Stops,
    screen: &mut Screen,
) -> Result<u8, NotBegun> {
    let mut visit = Visit::begin(session, chapter, screen)?;
    // `stop` must be noticed while a command runs.
    let command = Arc::clone(&stops.command);
    let requests = lines(usize::MAX, move |line| {
        if line.trim() == "stop" {
            command.store(true, Ordering::Relaxed);
        }
    });
    visit.execution.events.tell(&Event::Ready {
        version: VERSION,
        chapter: chapter.name,
        sections: chapter.sections.iter().map(|section| section.id).collect(),
        provenance: &visit.provenance,
    });
    let is_over = || stops.program.load(Ordering::Relaxed);
    let mut code = 0;
    while let Ok(request) = next(&requests, is_over) {
        let words: Vec<&str> = request.split_whitespace().collect();
        match words[..] {
            ["run", id] => run(&mut visit, chapter, id, stops, screen),
            ["clean"] => code = if clean(&mut visit, screen) { 0 } else { FAILED },
            // The command to be stopped has already ended.
            ["stop"] => stops.command.store(false, Ordering::Relaxed),
            [] => {}
            _ => refuse(&visit, &request, text!(screen.language(), "resident-unknown")),
        }
    }
    visit.end(screen);
    Ok(if is_over() { INTERRUPTED } else { code })
}

fn run(visit: &mut Visit<'_>, chapter: &Chapter, id: &str, stops: &Stops, screen: &Screen) {
    let shown: BTreeSet<&str> = chapter.sections_of(id).into_iter().collect();
    if shown.is_empty() {
        let why = text!(screen.language(), "reader-unknown-step", step = id);
        return refuse(visit, &format!("run {id}"), why);
    }
    if !visit.is_ready_for(&shown) {
        clean(visit, screen);
    }
    let result = visit.run(&shown);
    // A `stop` that arrives now is too late.
    if !stops.program.load(Ordering::Relaxed) {
        stops.command.store(false, Ordering::Relaxed);
    }
    if let Err(error) = &result
        && let Some(line) = error.line()
    {
        visit.execution.events.tell(&Event::Cause {
            section: line.section,
            error: error.say(screen.language()),
            explanation: visit.explanation(error, screen.language()).as_deref(),
        });
    }
    let events = &visit.execution.events;
    for step in visit.verdicts(&result) {
        if shown.contains(&*step.section) {
            events.tell(&Event::Verdict(&step));
        }
    }
    let ended = HowItEnded::of(&result);
    events.tell(&Event::Ended { run: id, ended });
}

/// Removes what was made; whether all of it is gone.
fn clean(visit: &mut Visit<'_>, screen: &Screen) -> bool {
    let troubles = visit.clear(false, screen);
    visit.execution.forget();
    let is_clean = troubles.is_empty();
    visit.execution.events.tell(&Event::Cleaned { troubles });
    is_clean
}

fn refuse(visit: &Visit<'_>, input: &str, why: String) {
    visit.execution.events.tell(&Event::Refused { input, why });
}
