//! `--replay`: a chapter as it was recorded, without an engine, in less time than it took.

use std::io::{self, IsTerminal};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::author::chapter::Chapter;
use crate::cli::options::{Options, Portion};
use crate::cli::session::Meant;
use crate::record::placeholder::with_recorded;
use crate::record::provenance::Part;
use crate::record::snapshot::Snapshot;
use crate::record::transcript::{Entry, Typed};
use crate::report::ending::{INTERRUPTED, NOT_STARTED};
use crate::run::process::{self, Event};
use crate::say::screen::{Screen, sentence};

/// Longest time that the pauses of a chapter take together.
const CHAPTER_LIMIT: Duration = Duration::from_secs(20);

/// Longest pause before the output of one command.
const PAUSE_LIMIT: Duration = Duration::from_millis(1500);

/// Longest time between two looks at whether Ctrl-C was pressed.
const TICK: Duration = Duration::from_millis(20);

/// Shows what was recorded of each chapter, or of the step that is asked for;
/// answers the exit status.
pub(crate) fn replay(
    chapters: &[Meant],
    options: &Options,
    interrupted: &AtomicBool,
    screen: &mut Screen,
) -> u8 {
    // Nobody watches a file or a pipe fill.
    let is_watched = io::stdout().is_terminal();
    for (chapter, meant) in chapters {
        let snapshot = match chapter.tutorial.snapshot(chapter.name) {
            Ok(snapshot) => snapshot,
            Err(error) => {
                let error = sentence(&error);
                screen.say(
                    "replay-no-recording",
                    &[("chapter", chapter.name), ("error", &error)],
                );
                return NOT_STARTED;
            }
        };
        let shown: Vec<(&Entry, Duration)> = snapshot
            .transcript
            .entries
            .iter()
            .zip(snapshot.elapsed.iter().copied().map(Duration::from_millis))
            .filter(|(entry, _)| meant.contains(&*entry.section))
            .collect();
        if shown.is_empty() {
            continue;
        }
        let screen = &mut screen.for_chapter(chapter, true);
        say_what_it_is("replay-starts", chapter, options, &snapshot, screen);
        let elapsed: Vec<Duration> = shown.iter().map(|(_, elapsed)| *elapsed).collect();
        let mut section = "";
        for ((entry, elapsed), pause) in shown.iter().zip(pauses(&elapsed)) {
            if section != entry.section {
                section = &entry.section;
                screen.section(section);
            }
            let pause = if is_watched { pause } else { Duration::ZERO };
            show(entry, *elapsed, pause, &snapshot, interrupted, screen);
            if interrupted.load(Ordering::Relaxed) {
                return INTERRUPTED;
            }
        }
        screen.note("");
        say_what_it_is("replay-ends", chapter, options, &snapshot, screen);
    }
    0
}

/// Before and after: that it is a replay, of what, recorded when and on what, and how to run it.
fn say_what_it_is(id: &str, chapter: &Chapter, options: &Options, snapshot: &Snapshot, screen: &Screen) {
    let recorded = &snapshot.provenance;
    let database = recorded.parts.get(&Part::Database);
    let step = match &options.portion {
        Portion::All => String::new(),
        Portion::Step(id) => format!(" -- --step {id}"),
        Portion::From(id) => format!(" -- --from {id}"),
    };
    let command = format!("{} {}{step}", chapter.tutorial.start, chapter.name);
    screen.say(id, &[("chapter", chapter.name)]);
    screen.say(
        "replay-recorded",
        &[
            ("date", &recorded.recorded_on),
            ("engine", recorded.value(Part::Engine)),
            ("architecture", recorded.value(Part::Architecture)),
            ("base_images", recorded.value(Part::BaseImages)),
            ("database", database.map_or("none", String::as_str)),
            ("command", &command),
        ],
    );
}

/// The command, a pause, what came of it.
fn show(
    entry: &Entry,
    elapsed: Duration,
    pause: Duration,
    snapshot: &Snapshot,
    interrupted: &AtomicBool,
    screen: &mut Screen,
) {
    screen.command(entry.typed.text(), matches!(entry.typed, Typed::Interrupt(_)));
    wait(pause, interrupted);
    if interrupted.load(Ordering::Relaxed) {
        return;
    }
    for line in with_recorded(&entry.output, &snapshot.recorded).lines() {
        screen.event(Event::Line(&format!("{line}\n")));
    }
    match entry.status {
        Some(0) => {}
        Some(status) => screen.say("replay-status", &[("status", &status.to_string())]),
        None => screen.say("replay-signal", &[]),
    }
    // How long it took when it was recorded, where that was long.
    screen.findings(&[], elapsed, false);
}

/// How long to wait before each output, given how long each took.
fn pauses(elapsed: &[Duration]) -> Vec<Duration> {
    let whole: Duration = elapsed.iter().sum();
    let scale = (CHAPTER_LIMIT.as_secs_f64() / whole.as_secs_f64()).min(1.0);
    elapsed
        .iter()
        .map(|elapsed| elapsed.mul_f64(scale).min(PAUSE_LIMIT))
        .collect()
}

fn wait(pause: Duration, interrupted: &AtomicBool) {
    let deadline = Instant::now() + pause;
    while !interrupted.load(Ordering::Relaxed) && Instant::now() < deadline {
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
