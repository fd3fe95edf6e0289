//! The file with a chapter's transcript: a header with provenance and placeholder values, then the
//! transcript.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::record::provenance::Provenance;
use crate::record::transcript::{Transcript, TranscriptError};

/// Line between header and transcript, as insta writes it.
const RULE: &str = "---\n";

/// Content of a snapshot file, and what `--transcript` writes as JSON.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct Snapshot {
    /// When and on what it was recorded.
    pub provenance: Provenance,
    /// Values of placeholders such as `size-1`, as the engine printed them.
    pub recorded: BTreeMap<String, String>,
    /// Duration of each entry of the transcript, in order, in milliseconds.
    pub elapsed: Vec<u64>,
    /// What the chapter printed, normalised.
    pub transcript: Transcript,
}

/// Why a file cannot be read as a snapshot.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// The header lacks something.
    #[error("the snapshot's header {0}; record it anew")]
    Header(String),
    /// The transcript cannot be parsed.
    #[error("the snapshot's transcript cannot be read")]
    Transcript(#[from] TranscriptError),
    /// The file cannot be read.
    #[error("failed to read {}", .0.display())]
    Read(PathBuf, #[source] io::Error),
}

impl Snapshot {
    /// Reads a snapshot file.
    ///
    /// # Errors
    ///
    /// [`SnapshotError::Read`] if the file cannot be read; one of the others if it is not a snapshot.
    pub fn read(file: &Path) -> Result<Self, SnapshotError> {
        let text = fs::read_to_string(file).map_err(|error| SnapshotError::Read(file.to_owned(), error))?;
        text.parse()
    }
}

impl FromStr for Snapshot {
    type Err = SnapshotError;

    fn from_str(text: &str) -> Result<Self, SnapshotError> {
        let error = |what: String| Err(SnapshotError::Header(what));
        let parts = text.strip_prefix(RULE).and_then(|text| text.split_once(RULE));
        let Some((header, transcript)) = parts else {
            return error("does not stand between two lines `---`".to_owned());
        };
        let provenance = table(header, "provenance");
        let mut wanted = BTreeMap::from(Provenance::default()).into_keys();
        if let Some(missing) = wanted.find(|key| !provenance.contains_key(key)) {
            return error(format!("names no `{missing}`"));
        }
        let (elapsed, transcript) = (elapsed(header), transcript.parse::<Transcript>()?);
        let (durations, entries) = (elapsed.len(), transcript.entries.len());
        if durations != entries {
            return error(format!(
                "has {durations} durations in `elapsed` for {entries} commands"
            ));
        }
        Ok(Self {
            provenance: provenance.into(),
            recorded: table(header, "recorded"),
            elapsed,
            transcript,
        })
    }
}

/// The table `  name:` of the header; its entries are indented by twice as much.
fn table(header: &str, name: &str) -> BTreeMap<String, String> {
    header
        .lines()
        .skip_while(|line| line.trim_end() != format!("  {name}:"))
        .skip(1)
        .map_while(|line| line.strip_prefix("    ")?.split_once(": "))
        .map(|(key, value)| (key.to_owned(), value.trim_matches('"').to_owned()))
        .collect()
}

/// The line `  elapsed:` of the header: milliseconds, separated by spaces.
fn elapsed(header: &str) -> Vec<u64> {
    let line = header.lines().find_map(|line| line.strip_prefix("  elapsed: "));
    let numbers = line.unwrap_or_default().trim_matches('"').split_whitespace();
    numbers.filter_map(|number| number.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::provenance::Part;

    const SNAPSHOT: &str = "---\nsource: somewhere\ninfo:\n  elapsed: \"1500\"\n  provenance:\n    architecture: linux/x86_64\n    \
        base_images: pulled\n    buildx: 0.1\n    client: \"1\"\n    compose: \"\"\n    containerd: 1.7\n    \
        curl: 7.88.1\n    engine: 26.1.5\n    frontend: assembled\n    image_store: overlay2\n    \
        operating_system: debian 12\n    recorded_on: 2026-11-25\n    runc: 1.1.5\n  \
        recorded:\n    size-1: 6.1MB\n---\n[6-1]\n$ docker volume ls\n| <size-1>\n";

    #[test]
    fn header_and_transcript_are_read() {
        let snapshot: Snapshot = SNAPSHOT.parse().unwrap();
        assert_eq!(snapshot.provenance.value(Part::Client), "1");
        assert_eq!(snapshot.provenance.parts.get(&Part::Database), None);
        assert_eq!(snapshot.provenance.recorded_on, "2026-11-25");
        assert_eq!(snapshot.recorded["size-1"], "6.1MB");
        assert_eq!(snapshot.elapsed, [1500]);
        assert_eq!(snapshot.transcript.sections(), ["6-1"]);
    }

    #[test]
    fn text_without_header_is_no_snapshot() {
        assert!(matches!(
            "[6-1]\n".parse::<Snapshot>(),
            Err(SnapshotError::Header(_))
        ));
    }

    #[track_caller]
    fn check_without(line: &str, expected: &str) {
        let text = SNAPSHOT.replacen(line, "", 1);
        let error = text.parse::<Snapshot>().unwrap_err().to_string();
        assert_eq!(error, format!("the snapshot's header {expected}; record it anew"));
    }

    #[test]
    fn header_that_does_not_say_when_it_was_recorded_is_to_be_recorded_anew() {
        check_without("    recorded_on: 2026-11-25\n", "names no `recorded_on`");
    }

    #[test]
    fn header_that_does_not_say_how_long_it_took_is_to_be_recorded_anew() {
        check_without(
            "  elapsed: \"1500\"\n",
            "has 0 durations in `elapsed` for 1 commands",
        );
    }
}
