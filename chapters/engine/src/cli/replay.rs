//! `--replay`: shows a recorded chapter without an engine, faster than it ran.

use std::io::{self, IsTerminal};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::author::chapter::Chapter;
use crate::cli::options::Options;
use crate::cli::session::Meant;
use crate::language::Language;
use crate::record::placeholder::with_recorded;
use crate::record::provenance::{Part, Provenance};
use crate::record::transcript::Typed;
use crate::report::ending::{INTERRUPTED, NOT_STARTED};
use crate::run::process::{self, Progress};
use crate::say::screen::{self, Screen, sentence};
use crate::say::wrap::wrap;
use crate::text;

/// Longest total time of a chapter's pauses.
const CHAPTER_LIMIT: Duration = Duration::from_secs(20);

/// Longest pause before the output of one command.
const PAUSE_LIMIT: Duration = Duration::from_millis(1500);

/// Longest time between two checks for Ctrl-C.
const TICK: Duration = Duration::from_millis(20);

/// Shows the recording of each chapter, or of the selected sections; returns the exit status.
pub(crate) fn replay(chapters: &[Meant], options: &Options, stop: &AtomicBool, screen: &mut Screen) -> u8 {
    // Pauses are useless if stdout is a file or a pipe.
    let is_watched = io::stdout().is_terminal();
    for (chapter, meant) in chapters {
        let snapshot = match chapter.tutorial.snapshot(chapter.name) {
            Ok(snapshot) => snapshot,
            Err(error) => {
                let (chapter, error) = (chapter.name, sentence(&error));
                screen.say("replay-no-recording", &[("chapter", chapter), ("error", &error)]);
                return NOT_STARTED;
            }
        };
        let elapsed = snapshot.elapsed.iter().copied().map(Duration::from_millis);
        let shown = snapshot.transcript.entries.iter().zip(elapsed);
        let shown: Vec<_> = shown.filter(|(one, _)| meant.contains(&*one.section)).collect();
        if shown.is_empty() {
            continue;
        }
        let screen = &mut screen.for_chapter(chapter, true);
        let recorded = recorded(chapter, options, &snapshot.provenance, screen.language());
        let recorded = wrap(&recorded, screen::width(), "", "");
        screen.say("replay-starts", &[("chapter", chapter.name)]);
        screen.note(&recorded);
        let elapsed: Vec<Duration> = shown.iter().map(|(_, elapsed)| *elapsed).collect();
        let mut section = "";
        for ((entry, elapsed), pause) in shown.into_iter().zip(pauses(&elapsed)) {
            if section != entry.section {
                section = &entry.section;
                screen.section(section);
            }
            screen.command(entry.typed.text(), matches!(entry.typed, Typed::Interrupt(_)));
            if is_watched {
                wait(pause, stop);
            }
            if stop.load(Ordering::Relaxed) {
                return INTERRUPTED;
            }
            for line in with_recorded(&entry.output, &snapshot.recorded).lines() {
                screen.event(Progress::Line(line));
            }
            match entry.status {
                Some(0) => {}
                Some(status) => screen.say("replay-status", &[("status", &status.to_string())]),
                None => screen.say("replay-signal", &[]),
            }
            // Shows the recorded duration, if it was long.
            screen.findings(&[], elapsed);
        }
        screen.note("");
        screen.say("replay-ends", &[("chapter", chapter.name)]);
        screen.note(&recorded);
    }
    0
}

/// When and on what it was recorded, and how to run it.
fn recorded(chapter: &Chapter, options: &Options, on: &Provenance, language: Language) -> String {
    let step = options.step.as_ref().map(|id| format!(" -- --step {id}"));
    let from = options.from.as_ref().map(|id| format!(" -- --from {id}"));
    let step = step.or(from).unwrap_or_default();
    let command = format!("{} {}{step}", chapter.tutorial.start, chapter.name);
    let (date, engine) = (&on.recorded_on, on.value(Part::Engine));
    let (architecture, base_images) = (on.value(Part::Architecture), on.value(Part::BaseImages));
    let database = on.parts.get(&Part::Database).map_or("none", String::as_str);
    text!(
        language,
        "replay-recorded",
        date,
        engine,
        architecture,
        base_images,
        database,
        command,
    )
}

/// The pause before each output, computed from the recorded durations.
fn pauses(elapsed: &[Duration]) -> Vec<Duration> {
    let whole: Duration = elapsed.iter().sum();
    let scale = (CHAPTER_LIMIT.as_secs_f64() / whole.as_secs_f64()).min(1.0);
    elapsed
        .iter()
        .map(|elapsed| elapsed.mul_f64(scale).min(PAUSE_LIMIT))
        .collect()
}

fn wait(pause: Duration, stop: &AtomicBool) {
    let deadline = Instant::now() + pause;
    while !stop.load(Ordering::Relaxed) && Instant::now() < deadline {
        process::pause(TICK.min(deadline.saturating_duration_since(Instant::now())));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(milliseconds: &[u64], expected: &[u64]) {
        let elapsed: Vec<_> = milliseconds.iter().copied().map(Duration::from_millis).collect();
        let pauses: Vec<_> = pauses(&elapsed).iter().map(Duration::as_millis).collect();
        let expected: Vec<_> = expected.iter().copied().map(u128::from).collect();
        assert_eq!(pauses, expected);
    }

    #[test]
    fn a_short_chapter_takes_as_long_as_it_took() {
        check(&[100, 0, 1400], &[100, 0, 1400]);
    }

    #[test]
    fn a_long_chapter_is_as_fast_as_its_limit_asks() {
        check(&[1000; 40], &[500; 40]);
    }

    #[test]
    fn no_pause_is_longer_than_its_limit() {
        check(&[90_000, 10_000], &[1500, 1500]);
    }

    #[test]
    fn a_chapter_that_took_no_time_has_no_pause() {
        check(&[0, 0], &[0, 0]);
        check(&[], &[]);
    }
}
