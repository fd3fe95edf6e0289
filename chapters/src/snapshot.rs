//! The file that keeps a chapter's transcript: a header that says where it was
//! recorded and what stands behind its placeholders, then the transcript.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use crate::provenance::Provenance;
use crate::transcript::{self, Transcript};
use crate::tutorial::Tutorial;

/// Line between header and transcript, as insta writes it.
const RULE: &str = "---\n";

/// What `chapters/transcripts/chapter-N.snap` holds.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Snapshot {
    /// Where and on what it was recorded.
    pub provenance: Provenance,
    /// Values behind placeholders such as `size-1`, as the engine printed them.
    pub recorded: BTreeMap<String, String>,
    /// How long each entry of the transcript took, in order.
    pub elapsed: Vec<Duration>,
    /// What the chapter printed, normalised.
    pub transcript: Transcript,
}

/// A text that is no snapshot.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Without the two lines `---` around the header.
    #[error("the snapshot has no header between two lines `---`; record it anew: scripts/record")]
    NoHeader,
    /// A header that does not say where it was recorded.
    #[error("the snapshot's header names no `{0}`; record it anew: scripts/record")]
    NoProvenance(&'static str),
    /// A header that does not say how long each command took.
    #[error(
        "the snapshot's header has {durations} durations in `elapsed` for {entries} commands; \
         record it anew: scripts/record"
    )]
    Elapsed {
        /// Numbers in the header.
        durations: usize,
        /// Entries in the transcript.
        entries: usize,
    },
    /// A transcript that cannot be read.
    #[error("the snapshot's transcript cannot be read")]
    Transcript(#[from] transcript::Error),
    /// A file that cannot be read.
    #[error("failed to read {}", file.display())]
    Read {
        /// Where it was looked for.
        file: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl Snapshot {
    /// What was recorded of a chapter.
    ///
    /// # Errors
    ///
    /// [`Error::Read`] if there is no such file; one of the others if it is no snapshot.
    pub fn of_chapter(tutorial: &Tutorial, name: &str) -> Result<Self, Error> {
        let file = Path::new(tutorial.root).join(tutorial.transcript(name));
        match fs::read_to_string(&file) {
            Ok(text) => text.parse(),
            Err(source) => Err(Error::Read { file, source }),
        }
    }
}

impl FromStr for Snapshot {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let mut parts = text.splitn(3, RULE);
        let (Some(""), Some(header), Some(transcript)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(Error::NoHeader);
        };
        let mut provenance = table(header, "provenance");
        let mut value = |key| provenance.remove(key).ok_or(Error::NoProvenance(key));
        let elapsed = durations(header);
        let transcript: Transcript = transcript.parse()?;
        if elapsed.len() != transcript.entries.len() {
            return Err(Error::Elapsed {
                durations: elapsed.len(),
                entries: transcript.entries.len(),
            });
        }
        Ok(Self {
            provenance: Provenance {
                recorded_on: value("recorded_on")?,
                engine: value("engine")?,
                client: value("client")?,
                buildx: value("buildx")?,
                compose: value("compose")?,
                runc: value("runc")?,
                containerd: value("containerd")?,
                image_store: value("image_store")?,
                frontend: value("frontend")?,
                curl: value("curl")?,
                operating_system: value("operating_system")?,
                architecture: value("architecture")?,
                base_images: value("base_images")?,
                database: value("database").ok(),
            },
            recorded: table(header, "recorded"),
            elapsed,
            transcript,
        })
    }
}

/// The table `  name:` of the header; its entries are indented twice as far.
fn table(header: &str, name: &str) -> BTreeMap<String, String> {
    header
        .lines()
        .skip_while(|line| line.trim_end() != format!("  {name}:"))
        .skip(1)
        .map_while(|line| line.strip_prefix("    ")?.split_once(": "))
        .map(|(key, value)| (key.to_owned(), value.trim_matches('"').to_owned()))
        .collect()
}

/// The line `  elapsed:` of the header: milliseconds, with spaces between.
fn durations(header: &str) -> Vec<Duration> {
    let line = header.lines().find_map(|line| line.strip_prefix("  elapsed: "));
    let numbers = line.unwrap_or_default().trim_matches('"').split_whitespace();
    numbers
        .filter_map(|number| number.parse().ok().map(Duration::from_millis))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SNAPSHOT: &str = "---\nsource: somewhere\ninfo:\n  elapsed: \"1500\"\n  provenance:\n    architecture: linux/x86_64\n    \
        base_images: pulled\n    buildx: 0.1\n    client: \"1\"\n    compose: \"\"\n    containerd: 1.7\n    \
        curl: 7.88.1\n    engine: 26.1.5\n    frontend: assembled\n    image_store: overlay2\n    \
        operating_system: debian 12\n    recorded_on: 2026-11-25\n    runc: 1.1.5\n  \
        recorded:\n    size-1: 6.1MB\n---\n[6-1]\n$ docker volume ls\n| <size-1>\n";

    #[test]
    fn header_and_transcript_are_read() {
        let snapshot: Snapshot = SNAPSHOT.parse().unwrap();
        assert_eq!(snapshot.provenance.client, "1");
        assert_eq!(snapshot.provenance.database, None);
        assert_eq!(snapshot.provenance.recorded_on, "2026-11-25");
        assert_eq!(snapshot.recorded["size-1"], "6.1MB");
        assert_eq!(snapshot.elapsed, [Duration::from_millis(1500)]);
        assert_eq!(snapshot.transcript.sections(), ["6-1"]);
    }

    #[test]
    fn text_without_header_is_no_snapshot() {
        assert!(matches!("[6-1]\n".parse::<Snapshot>(), Err(Error::NoHeader)));
    }

    #[track_caller]
    fn check_without(line: &str, expected: &str) {
        let text = SNAPSHOT.replacen(line, "", 1);
        let error = text.parse::<Snapshot>().unwrap_err().to_string();
        assert_eq!(
            error,
            format!("the snapshot's header {expected}; record it anew: scripts/record")
        );
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
