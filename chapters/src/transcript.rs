//! What a chapter printed, normalised: the form that is kept, compared and
//! shown in the book.
//!
//! One character at the start of a line says what it is, so that no reader of
//! a transcript has to guess what is command and what is output:
//!
//! ```text
//! [5-2]
//! $ docker run \
//! $     --publish 8080:8080 docker-gs-ping
//! | the output, as normalised
//! ? 125
//! ^C docker run docker-gs-ping
//! ```

use std::fmt;
use std::str::FromStr;

/// All that a chapter printed, in order.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Transcript {
    /// One for each command, and one more for each Ctrl-C.
    pub entries: Vec<Entry>,
}

/// One command and what came of it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Entry {
    /// Section of the article, with a word for the step: `3-12-tag`.
    pub section: String,
    /// What was typed.
    pub typed: Typed,
    /// Normalised; lines end in `\n`. Empty when there was none.
    pub output: String,
    /// Exit status; 0 for a foreground process that goes on.
    /// `None` when a signal ended the process.
    pub status: Option<i32>,
}

/// What somebody at the keyboard would have done.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Typed {
    /// Typed a command, of one line or more.
    Command(String),
    /// Pressed Ctrl-C in the terminal where this command runs.
    Interrupt(String),
}

/// A text that is no transcript.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A line that starts with none of the known marks.
    #[error("line {number} of the transcript is none of section, command, output, status: `{line}`")]
    UnknownLine {
        /// From 1.
        number: usize,
        /// As it stands.
        line: String,
    },
    /// An output or a status that belongs to no command.
    #[error("line {number} of the transcript stands before any command: `{line}`")]
    NoCommand {
        /// From 1.
        number: usize,
        /// As it stands.
        line: String,
    },
}

impl Transcript {
    /// Ids of the sections, in order, each once.
    #[must_use]
    pub fn sections(&self) -> Vec<&str> {
        let mut sections: Vec<_> = self.entries.iter().map(|entry| entry.section.as_str()).collect();
        sections.dedup();
        sections
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
                Typed::Command(command) => {
                    for line in command.lines() {
                        writeln!(f, "$ {line}")?;
                    }
                }
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
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let mut entries: Vec<Entry> = Vec::new();
        let mut section = String::new();
        let mut goes_on = false;
        for (line, number) in text.lines().zip(1..) {
            let unknown = || Error::UnknownLine {
                number,
                line: line.to_owned(),
            };
            let entry = |typed| Entry {
                section: section.clone(),
                typed,
                output: String::new(),
                status: Some(0),
            };
            let more = std::mem::take(&mut goes_on);
            if line.is_empty() {
                continue;
            }
            if let Some(id) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
                id.clone_into(&mut section);
            } else if let Some(command) = line.strip_prefix("$ ") {
                goes_on = command.ends_with('\\');
                match entries.last_mut() {
                    Some(Entry {
                        typed: Typed::Command(first),
                        ..
                    }) if more => {
                        first.push('\n');
                        first.push_str(command);
                    }
                    _ => entries.push(entry(Typed::Command(command.to_owned()))),
                }
            } else if let Some(command) = line.strip_prefix("^C ") {
                entries.push(entry(Typed::Interrupt(command.to_owned())));
            } else {
                let last = entries.last_mut().ok_or_else(|| Error::NoCommand {
                    number,
                    line: line.to_owned(),
                })?;
                if let Some(output) = line.strip_prefix('|') {
                    last.output.push_str(output.strip_prefix(' ').unwrap_or(output));
                    last.output.push('\n');
                } else {
                    let status = line.strip_prefix("? ").ok_or_else(unknown)?;
                    last.status = match status {
                        "signal" => None,
                        number => Some(number.parse().map_err(|_| unknown())?),
                    };
                }
            }
        }
        Ok(Self { entries })
    }
}

/// A command of several lines, on one.
#[must_use]
pub fn one_line(command: &str) -> String {
    let words: Vec<_> = command
        .lines()
        .map(|line| line.trim().trim_end_matches('\\').trim_end())
        .collect();
    words.join(" ")
}
