//! How a recording is compared with the transcript in the book.

#![allow(dead_code, reason = "not each test needs all of it")]

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use chapters::compare::{is_about_the_same_size, is_in_other_order};
use chapters::reader::Recording;
use chapters::size;
use chapters::snapshot::Snapshot;
use chapters::transcript::{Transcript, Typed};
use insta::Settings;

/// Whether transcripts are recorded anew. insta sets the variable to another word when it writes the
/// first one, so it is read once, before that.
pub fn records() -> bool {
    static RECORDS: LazyLock<bool> =
        LazyLock::new(|| std::env::var_os("INSTA_UPDATE").is_some_and(|update| update == "always"));
    *RECORDS
}

/// Fails unless `recording` reads as the snapshot `name` of `folder` does.
#[track_caller]
pub fn compare(recording: &Recording, folder: &Path, name: &str) {
    let mut settings = Settings::clone_current();
    settings.set_snapshot_path(folder);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    // One line for all durations: they change with each recording.
    let elapsed: Vec<String> = recording.elapsed.iter().map(u64::to_string).collect();
    settings.set_info(&serde_json::json!({
        "elapsed": elapsed.join(" "),
        "provenance": recording.provenance,
        "recorded": recording.recorded,
    }));
    let transcript = in_the_books_order(&recording.transcript, folder, name);
    settings.bind(|| insta::assert_snapshot!(name, transcript));
}

/// The transcript with the lines of a container's log in the order of the snapshot, where that is all
/// that differs in them.
fn in_the_books_order(transcript: &str, folder: &Path, name: &str) -> String {
    let book = fs::read_to_string(folder.join(format!("{name}.snap"))).ok();
    let Some(book) = book.and_then(|text| text.parse::<Snapshot>().ok()) else {
        return transcript.to_owned();
    };
    let mut here: Transcript = transcript.parse().expect("a transcript reads as it was written");
    for (entry, book) in here.entries.iter_mut().zip(&book.transcript.entries) {
        if let (Typed::Command(command), true) = (&entry.typed, entry.typed == book.typed)
            && is_in_other_order(command, &book.output, &entry.output)
        {
            entry.output.clone_from(&book.output);
        }
    }
    here.to_string()
}

/// Fails unless `recording` was made on what the snapshot `name` of `folder` was made on, and its
/// sizes are about those of the snapshot: on anything else words may differ, and nothing would be
/// proven by comparing them.
#[track_caller]
pub fn check_machine(recording: &Recording, folder: &Path, name: &str) {
    // Whoever records anew wants the new words, sizes and versions too.
    if records() {
        return;
    }
    let file = folder.join(format!("{name}.snap"));
    let known = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let book: Snapshot = known
        .parse()
        .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let others = book.provenance.others(&recording.provenance).into_iter();
    let others: Vec<String> = others
        .map(|part| {
            let (book, here) = (book.provenance.value(part), recording.provenance.value(part));
            format!("{part:?}: {here}, recorded on {book}")
        })
        .collect();
    assert!(
        others.is_empty(),
        "{name} was recorded on another machine, so its words are not tested here; \
         cargo run --bin walkthrough tests what it claims. {}",
        others.join("; ")
    );
    for (placeholder, value) in &recording.recorded {
        let known = book
            .recorded
            .get(placeholder)
            .and_then(|known| size::bytes(known));
        if let Some((known, value)) = known.zip(size::bytes(value)) {
            assert!(
                is_about_the_same_size(known, value),
                "<{placeholder}> is {value} bytes, the book says {known}"
            );
        }
    }
}
