//! The file that keeps a chapter's transcript: a header that says where it was
//! recorded and what stands behind its placeholders, then the transcript.

use std::collections::BTreeMap;
use std::str::FromStr;

use crate::docker::Provenance;
use crate::transcript::{self, Transcript};

/// Line between header and transcript, as insta writes it.
const RULE: &str = "---\n";

/// What `chapters/transcripts/chapter-N.snap` holds.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Snapshot {
    /// Where and on what it was recorded.
    pub provenance: Provenance,
    /// Values behind placeholders such as `size-1`, as the engine printed them.
    pub recorded: BTreeMap<String, String>,
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
    /// A transcript that cannot be read.
    #[error("the snapshot's transcript cannot be read")]
    Transcript(#[from] transcript::Error),
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
        Ok(Self {
            provenance: Provenance {
                engine: value("engine")?,
                client: value("client")?,
                buildx: value("buildx")?,
                compose: value("compose")?,
                architecture: value("architecture")?,
                base_images: value("base_images")?,
                database: value("database").ok(),
            },
            recorded: table(header, "recorded"),
            transcript: transcript.parse()?,
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

#[cfg(test)]
mod tests {
    use super::*;

    const SNAPSHOT: &str = "---\nsource: somewhere\ninfo:\n  provenance:\n    architecture: linux/x86_64\n    \
        base_images: pulled\n    buildx: 0.1\n    client: \"1\"\n    compose: \"\"\n    engine: 26.1.5\n  \
        recorded:\n    size-1: 6.1MB\n---\n[6-1]\n$ docker volume ls\n| <size-1>\n";

    #[test]
    fn header_and_transcript_are_read() {
        let snapshot: Snapshot = SNAPSHOT.parse().unwrap();
        assert_eq!(snapshot.provenance.client, "1");
        assert_eq!(snapshot.provenance.database, None);
        assert_eq!(snapshot.recorded["size-1"], "6.1MB");
        assert_eq!(snapshot.transcript.sections(), ["6-1"]);
    }

    #[test]
    fn text_without_header_is_no_snapshot() {
        assert!(matches!("[6-1]\n".parse::<Snapshot>(), Err(Error::NoHeader)));
    }
}
