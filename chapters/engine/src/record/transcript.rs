//! What a chapter printed, normalised: the form that is stored, compared and shown in the book.
//!
//! The first character of a line says whether it is a command or output:
//!
//! ```text
//! [5-2]
//! $ docker run \
//! $     --publish 8080:8080 nginx
//! | the output, as normalised
//! ? 125
//! ^C docker run nginx
//! ```

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// All that a chapter printed, in order; serialised as text.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct Transcript {
    /// One entry for each command, and one for each Ctrl-C.
    pub entries: Vec<Entry>,
}

/// One command and its result.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Entry {
    /// Section of the article, with a word for the step: `3-12-tag`.
    pub section: String,
    /// What was typed.
    pub typed: Typed,
    /// Output, normalised; lines end in `\n`. Empty if there was none.
    pub output: String,
    /// Exit status; 0 for a foreground process that keeps running. `None` if a signal ended the process.
    pub status: Option<i32>,
}

/// What somebody at the keyboard would have done.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Typed {
    /// Typed a command, of one line or more.
    Command(String),
    /// Pressed Ctrl-C in the terminal where this command runs.
    Interrupt(String),
}

/// A line that cannot be parsed, with its number from 1: it starts with none of the marks, or stands
/// before the first command.
#[derive(Debug, thiserror::Error)]
#[error("line {0} of the transcript is no section, command, output or status: `{1}`")]
pub struct TranscriptError(usize, String);

impl Transcript {
    /// Ids of the sections, in order, each once.
    #[must_use]
    pub fn sections(&self) -> Vec<&str> {
        let mut sections: Vec<_> = self.entries.iter().map(|entry| entry.section.as_str()).collect();
        sections.dedup();
        sections
    }

    /// The entries with their ids, in order: section, and position in it from 1, as in `5-3#2`.
    pub fn with_ids(&self) -> impl Iterator<Item = (String, &Entry)> {
        let sections = self.entries.chunk_by(|one, next| one.section == next.section);
        sections.flat_map(|entries| {
            let numbered = entries.iter().zip(1..);
            numbered.map(|(entry, number): (_, usize)| (format!("{}#{number}", entry.section), entry))
        })
    }
}

impl Typed {
    /// The command that was typed, or that Ctrl-C was pressed for.
    #[must_use]
    pub fn text(&self) -> &str {
        let (Self::Command(text) | Self::Interrupt(text)) = self;
        text
    }
}

impl fmt::Display for Transcript {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut section = "";
        for entry in &self.entries {
            if entry.section != section {
                let gap = if section.is_empty() { "" } else { "\n" };
                writeln!(f, "{gap}[{}]", entry.section)?;
                section = &entry.section;
            }
            match &entry.typed {
                Typed::Command(command) => command.lines().try_for_each(|line| writeln!(f, "$ {line}"))?,
                Typed::Interrupt(command) => writeln!(f, "^C {}", one_line(command))?,
            }
            for line in entry.output.lines() {
                writeln!(f, "{}", format!("| {line}").trim_end())?;
            }
            match entry.status {
                Some(0) => {}
                Some(status) => writeln!(f, "? {status}")?,
                None => writeln!(f, "? signal")?,
            }
        }
        Ok(())
    }
}

impl FromStr for Transcript {
    type Err = TranscriptError;

    fn from_str(text: &str) -> Result<Self, TranscriptError> {
        let mut entries: Vec<Entry> = Vec::new();
        let mut section = "";
        let mut lines = text.lines().zip(1..).peekable();
        while let Some((line, number)) = lines.next() {
            let unreadable = || TranscriptError(number, line.to_owned());
            let entry = |typed| Entry {
                section: section.to_owned(),
                typed,
                output: String::new(),
                status: Some(0),
            };
            let (mark, rest) = line.split_once(' ').unwrap_or((line, ""));
            match (mark, entries.last_mut()) {
                ("$", _) => {
                    let mut command = rest.to_owned();
                    while command.ends_with('\\')
                        && let Some((more, _)) = lines.next_if(|(line, _)| line.starts_with("$ "))
                    {
                        command += &format!("\n{}", &more[2..]);
                    }
                    entries.push(entry(Typed::Command(command)));
                }
                ("^C", _) => entries.push(entry(Typed::Interrupt(rest.to_owned()))),
                ("|", Some(last)) => last.output += &format!("{rest}\n"),
                ("?", Some(last)) if rest == "signal" => last.status = None,
                ("?", Some(last)) => last.status = Some(rest.parse().map_err(|_| unreadable())?),
                _ if line.is_empty() => {}
                _ => {
                    let id = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
                    section = id.ok_or_else(unreadable)?;
                }
            }
        }
        Ok(Self { entries })
    }
}

impl TryFrom<String> for Transcript {
    type Error = TranscriptError;

    fn try_from(text: String) -> Result<Self, TranscriptError> {
        text.parse()
    }
}

impl From<Transcript> for String {
    fn from(transcript: Transcript) -> Self {
        transcript.to_string()
    }
}

/// A command of several lines, joined to one line.
#[must_use]
pub fn one_line(command: &str) -> String {
    let words = command
        .lines()
        .map(|line| line.trim().trim_end_matches('\\').trim_end());
    words.collect::<Vec<_>>().join(" ")
}
