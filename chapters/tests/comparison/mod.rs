//! How a recording is compared with the transcript in the book.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use chapters::compare::{is_about_the_same_size, may_be_worded_otherwise};
use chapters::reader::Recording;
use chapters::size;
use chapters::snapshot::Snapshot;
use chapters::versions::in_the_words_of;
use insta::Settings;

/// Fails unless `recording` reads as the snapshot `name` of `folder` does, and
/// its sizes are about those of the snapshot.
#[track_caller]
pub fn compare(recording: &Recording, folder: &Path, name: &str) {
    // Read before insta may write the new one.
    let known = fs::read_to_string(folder.join(format!("{name}.snap"))).unwrap_or_default();
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
    // Whoever records anew wants the new words and sizes too.
    let records = std::env::var_os("INSTA_UPDATE").is_some_and(|update| update == "always");
    let content = known.splitn(3, "---\n").nth(2).unwrap_or_default();
    let may_be_worded_otherwise = known
        .parse()
        .is_ok_and(|book: Snapshot| may_be_worded_otherwise(&book.provenance, &recording.provenance));
    let transcript = if !records && may_be_worded_otherwise {
        in_the_words_of(content, &recording.transcript)
    } else {
        &recording.transcript
    };
    settings.bind(|| insta::assert_snapshot!(name, transcript));
    if !records {
        compare_recorded(&known, &recording.recorded);
    }
}

#[track_caller]
fn compare_recorded(snapshot: &str, recorded: &BTreeMap<String, String>) {
    for (placeholder, value) in recorded {
        let Some(known) = snapshot
            .lines()
            .find_map(|line| line.trim().strip_prefix(&format!("{placeholder}: ")))
        else {
            continue;
        };
        if let Some((known, value)) = size::bytes(known).zip(size::bytes(value)) {
            assert!(
                is_about_the_same_size(known, value),
                "<{placeholder}> is {value} bytes, the book says {known}"
            );
        }
    }
}
