//! A chapter that stays up for another program: it reads requests from stdin, one a line, and answers
//! with events. At the end of stdin it stops what runs, cleans up and ends.
//!
//! - `run ID` runs the sections that the id selects, and `run` alone the whole chapter. Their
//!   prerequisites run first, hidden. If something else has run since, all that was made is removed
//!   first.
//! - `check ID` runs an exercise with the file of `--answer` in place of the book's, and says what it brings
//!   about. What has run before stays if the exercise can follow it.
//! - `stop` ends the running command, as Ctrl-C does.
//! - `list` names what the chapter has made.
//! - `clean` removes it.
//! - `language CODE` sets the language of the texts for people from then on.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::author::chapter::Chapter;
use crate::cli::answer;
use crate::cli::events::{Event, VERSION};
use crate::cli::interactive::{lines, next};
use crate::cli::session::Session;
use crate::cli::visit::Visit;
use crate::language::Language;
use crate::report::ending::{FAILED, HowItEnded, INTERRUPTED};
use crate::report::failure::Failure;
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
    let answered = session.options.answer.as_deref().map(|own| {
        let own = std::path::absolute(own).unwrap_or_else(|_| own.to_owned());
        chapter.clone().answered(&own.display().to_string())
    });
    let mut visit = Visit::begin(session, chapter, screen)?;
    // `stop` and the end of stdin must be noticed while a command runs.
    let (command, is_left) = (Arc::clone(&stops.command), Arc::new(AtomicBool::new(false)));
    let leaves = Arc::clone(&is_left);
    let requests = lines(usize::MAX, move |line| {
        if line.is_none_or(|line| line.trim() == "stop") {
            leaves.store(line.is_none(), Ordering::Relaxed);
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
        if is_left.load(Ordering::Relaxed) {
            break;
        }
        let words: Vec<&str> = request.split_whitespace().collect();
        match words[..] {
            ["run"] => run(&mut visit, chapter, "", stops, screen),
            ["run", id] => run(&mut visit, chapter, id, stops, screen),
            ["check", id] => match (&answered, &session.options.answer) {
                (Some(answered), Some(own)) => check(&mut visit, answered, own, id, stops, screen),
                _ => refuse(&visit, &request, text!(screen.language(), "resident-no-answer")),
            },
            ["list"] => list(&visit, screen),
            ["language", code] if Language::of_code(code).is_some() => {
                screen.speak(Language::of_code(code).unwrap_or(screen.language()));
            }
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

/// Runs the sections that `id` selects; all if it is empty.
fn run(visit: &mut Visit<'_>, chapter: &Chapter, id: &str, stops: &Stops, screen: &Screen) {
    let shown: BTreeSet<&str> = match id {
        "" => chapter.sections.iter().map(|section| section.id).collect(),
        id => chapter.sections_of(id).into_iter().collect(),
    };
    if shown.is_empty() {
        let why = text!(screen.language(), "reader-unknown-step", step = id);
        return refuse(visit, &format!("run {id}"), why);
    }
    if !visit.continues_with(&shown) {
        clean(visit, screen);
    }
    let result = visit.run(&shown);
    conclude(visit, &result, None, stops, screen);
    for step in visit.verdicts(&result) {
        if shown.contains(&*step.section) {
            visit.execution.events.tell(&Event::Verdict(&step));
        }
    }
    end(visit, id, &result);
}

/// Runs an exercise with the reader's own file; `answered` is the chapter with that file in place of the
/// book's.
fn check<'a>(
    visit: &mut Visit<'a>,
    answered: &'a Chapter,
    own: &Path,
    id: &str,
    stops: &Stops,
    screen: &Screen,
) {
    let language = screen.language();
    let mut exercises = answered.sections.iter().filter(|one| one.answer.is_some());
    let Some(section) = exercises.find(|one| one.id == id) else {
        let why = text!(language, "reader-unknown-step", step = id);
        return refuse(visit, &format!("check {id}"), why);
    };
    if let Err(why) = answer::found(answered, id, own, language) {
        return refuse(visit, &format!("check {id}"), why);
    }
    if !visit.continues_with(&BTreeSet::from([id])) {
        clean(visit, screen);
    }
    let before = visit.execution.ran.len();
    let result = visit.check(answered, id);
    conclude(visit, &result, Some(answered), stops, screen);
    if result.is_ok() {
        let effects = answer::effects(&visit.execution.ran[before..], section, language);
        let effects = Event::Effects { section: id, effects };
        visit.execution.events.tell(&effects);
    }
    end(visit, id, &result);
}

/// Tells why a run has failed. `checked` is the chapter of an exercise with the reader's own file.
fn conclude(
    visit: &Visit<'_>,
    result: &Result<(), Failure>,
    checked: Option<&Chapter>,
    stops: &Stops,
    screen: &Screen,
) {
    // A `stop` that arrives now is too late.
    if !stops.program.load(Ordering::Relaxed) {
        stops.command.store(false, Ordering::Relaxed);
    }
    if let Err(error) = result
        && let Some(line) = error.line()
    {
        visit.execution.events.tell(&Event::Cause {
            section: line.section,
            error: error.say(screen.language()),
            explanation: visit.explanation(error, screen.language()).as_deref(),
            explained: checked.and_then(|chapter| answer::explained(error, chapter.tutorial)),
        });
    }
}

/// Tells that what was asked for has ended.
fn end(visit: &Visit<'_>, id: &str, result: &Result<(), Failure>) {
    let ended = HowItEnded::of(result);
    let (there, is_spoiled) = visit.there();
    visit.execution.events.tell(&Event::Ended {
        run: id,
        ended,
        there,
        is_spoiled,
    });
}

/// Tells what `clean` would remove.
fn list(visit: &Visit<'_>, screen: &Screen) {
    match visit.made(screen.language()) {
        Ok(objects) => visit.execution.events.tell(&Event::Made { objects }),
        Err(why) => refuse(visit, "list", why),
    }
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
