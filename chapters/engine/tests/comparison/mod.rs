//! Compares a recording with the book.

#![allow(dead_code, reason = "not each test needs all of it")]

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use insta::Settings;
use tutorial_engine::author::chapter::Chapter;
use tutorial_engine::record::snapshot::Snapshot;
use tutorial_engine::record::transcript::Transcript;
use tutorial_engine::report::compare::{Run, compare};
use tutorial_engine::report::ran::Ran;
use tutorial_engine::report::verdict::{Compared, Verdict};

/// Whether transcripts are recorded again. insta changes the variable when it writes the first one, so
/// it is read once, before that.
pub fn records() -> bool {
    static RECORDS: LazyLock<bool> =
        LazyLock::new(|| std::env::var_os("INSTA_UPDATE").is_some_and(|update| update == "always"));
    *RECORDS
}

/// Fails unless `recording` matches the snapshot of `chapter` in `folder`, on the snapshot's machine. If
/// transcripts are recorded again, it becomes the new snapshot.
#[track_caller]
pub fn check(recording: &Snapshot, chapter: &Chapter, folder: &Path) {
    let file = folder.join(format!("{}.snap", chapter.name));
    let text = fs::read_to_string(&file).unwrap_or_default();
    if records() {
        return record(recording, text.parse().ok().as_ref(), chapter, folder);
    }
    let book = text
        .parse()
        .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let differences = differences(&book, recording, chapter);
    assert!(
        differences.is_empty(),
        "{}\n{}",
        chapter.name,
        differences.join("\n")
    );
}

/// Differences between a recording and the book: each command with another result, and each part of the
/// machine with another version, because that may change messages.
pub fn differences(book: &Snapshot, recording: &Snapshot, chapter: &Chapter) -> Vec<String> {
    let here = &recording.provenance;
    let commands = compared(book, recording, chapter);
    let differing = commands.into_iter().filter(|command| !is_as_in_the_book(command));
    let differing = differing.map(|command| {
        let (id, verdict, typed) = (command.id, command.verdict, command.typed);
        format!("{id} {verdict:?}: {typed}\n{}", command.diff.lines.join("\n"))
    });
    // Without Docker, no part of the machine can change messages.
    let parts = chapter.tutorial.docker.map(|_| book.provenance.others(here));
    let others = parts.into_iter().flatten().map(|part| {
        let [book, here] = [&book.provenance, here].map(|provenance| provenance.value(part));
        format!("{part:?} is {here}, and the transcript was recorded on {book}")
    });
    differing.chain(others).collect()
}

/// The lines of a run of `chapter` that printed this transcript.
pub fn ran(transcript: &Transcript, chapter: &Chapter) -> Vec<Ran> {
    let ran = transcript.with_ids().map(|(id, entry)| {
        let line = chapter.lines().find(|line| line.id == id);
        Ran {
            line: line.expect("a transcript has the lines of its chapter").clone(),
            typed: entry.typed.text().to_owned(),
            output: entry.output.clone(),
            normalised: entry.output.clone(),
            exit_status: entry.status,
            elapsed_milliseconds: 0,
            findings: Vec::new(),
            is_shown: true,
        }
    });
    ran.collect()
}

/// Every command of the book and of the run recorded in `here`, with its verdict.
pub fn compared(book: &Snapshot, here: &Snapshot, chapter: &Chapter) -> Vec<Compared> {
    let values = here.recorded.iter();
    let values = values.map(|(name, value)| (format!("<{name}>"), value.clone()));
    let run = Run {
        chapter,
        ran: &ran(&here.transcript, chapter),
        values: &values.collect(),
        provenance: &here.provenance,
        stopped_at: None,
    };
    let steps = compare(book, &run).into_iter();
    steps.flat_map(|step| step.commands).collect()
}

fn is_as_in_the_book(command: &Compared) -> bool {
    command.verdict <= Verdict::DiffersAsExpected
}

/// Writes the snapshot. Output that matches the book stays as it is there: for example, the lines of a
/// log may come in any order.
fn record(recording: &Snapshot, book: Option<&Snapshot>, chapter: &Chapter, folder: &Path) {
    let mut here = recording.clone();
    if let Some(book) = book {
        for command in compared(book, &here, chapter)
            .iter()
            .filter(|command| is_as_in_the_book(command))
        {
            let known = book.transcript.with_ids().find(|(id, _)| *id == command.id);
            let at = here.transcript.with_ids().position(|(id, _)| id == command.id);
            if let Some((at, (_, known))) = at.zip(known) {
                here.transcript.entries[at].clone_from(known);
            }
        }
    }
    let mut settings = Settings::clone_current();
    settings.set_snapshot_path(folder);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    // All durations are on one line, because they change with each recording.
    let elapsed: Vec<String> = recording.elapsed.iter().map(u64::to_string).collect();
    settings.set_info(&serde_json::json!({
        "elapsed": elapsed.join(" "),
        "provenance": recording.provenance,
        "recorded": recording.recorded,
    }));
    settings.bind(|| insta::assert_snapshot!(chapter.name, here.transcript.to_string()));
}
