//! How a recording is compared with the transcript in the book.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use chapters::reader::Recording;
use chapters::size;
use insta::Settings;

/// Fails unless `recording` reads as the snapshot `name` of `folder` does, and
/// its sizes are about those of the snapshot.
#[track_caller]
pub fn compare(recording: &Recording, folder: &Path, name: &str) {
    compare_recorded(&folder.join(format!("{name}.snap")), &recording.recorded);
    let mut settings = Settings::clone_current();
    settings.set_snapshot_path(folder);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_info(&serde_json::json!({
        "provenance": recording.provenance,
        "recorded": recording.recorded,
    }));
    settings.bind(|| insta::assert_snapshot!(name, recording.transcript));
}

/// Sizes differ a little from machine to machine; a size that is less than
/// half or more than double is another size.
#[track_caller]
fn compare_recorded(snapshot: &Path, recorded: &BTreeMap<String, String>) {
    // A chapter that is recorded for the first time has nothing to compare with.
    let Ok(text) = fs::read_to_string(snapshot) else {
        return;
    };
    for (placeholder, value) in recorded {
        let Some(known) = text
            .lines()
            .find_map(|line| line.trim().strip_prefix(&format!("{placeholder}: ")))
        else {
            continue;
        };
        if let Some((known, value)) = size::bytes(known).zip(size::bytes(value)) {
            let ratio = value / known;
            assert!(
                (0.5..=2.0).contains(&ratio),
                "<{placeholder}> is {value} bytes, the book says {known}"
            );
        }
    }
}
