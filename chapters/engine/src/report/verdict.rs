//! The verdicts of a comparison on each section and each command.

use serde::Serialize;

use crate::author::line::Line;
use crate::record::provenance::Part;
use crate::record::transcript::{Entry, Typed};
use crate::report::ran::Ran;

/// A section of the book and what became of it.
#[derive(Clone, Debug, Default, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Step {
    /// Such as `3-12-tag`.
    pub section: String,
    /// The worst of its commands'.
    pub verdict: Verdict,
    /// Those of the book and of the run, in order.
    pub commands: Vec<Compared>,
}

/// A command and what became of it.
#[derive(Clone, Debug, Default, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Compared {
    /// Such as `5-3#2`.
    pub id: String,
    /// Section that it belongs to.
    pub section: String,
    /// As the book has it.
    pub typed: String,
    /// Whether Ctrl-C was pressed in the terminal where it runs, instead of typing it.
    pub is_interrupt: bool,
    /// How it compares with the book.
    pub verdict: Verdict,
    /// What differs and is meant to, in order, each once.
    pub expected: Vec<Difference>,
    /// Lines that differ: those in other words, and those that are not meant to differ.
    pub diff: Diff,
    /// Why it differs, as far as that is known.
    pub reasons: Vec<Reason>,
    /// File and line of the chapter; `null` for a command that only the book has.
    pub place: Option<&'static str>,
    /// What came; `null` if it was not run.
    pub run: Option<Ran>,
}

/// How something compares with the book, from good to bad.
#[derive(Clone, Copy, Debug, Default, strum::Display, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")] // as in the ids of messages
pub enum Verdict {
    /// Nothing differs at all.
    #[default]
    Same,
    /// What differs is what differs between any two machines or moments.
    DiffersAsExpected,
    /// The book has it, and it was left out here.
    NotRun,
    /// It was run, and the book was recorded where it is no part of the chapter.
    NotRecorded,
    /// The command shows what it has to show, and a program that is another one here than in the
    /// book says it in other words.
    InOtherWords,
    /// Something else differs.
    Differs,
    /// The command did not show what it has to show, or could not be run.
    Failed,
}

/// Something that differs and is meant to.
#[derive(Clone, Debug, Eq, Hash, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Difference {
    /// A placeholder with a number, and what it stands for.
    Placeholder {
        /// Such as `container-1`.
        placeholder: String,
        /// What it stands for here.
        here: String,
        /// What it stood for when the book was recorded; `null` where the book does not keep that.
        book: Option<String>,
    },
    /// A placeholder without a number, such as `time`: whatever comes is as good.
    Varies {
        /// Its name.
        placeholder: String,
    },
    /// A port that the book publishes on IPv4 and IPv6 is published on IPv4 alone.
    PublishedOnIpv4,
    /// A service that listens on IPv6 and IPv4 in the book finds no IPv6 in its container.
    ListensOnIpv4,
    /// The lines of a container's log stand in another order.
    LogOrder,
}

/// Why something differs.
#[derive(Clone, Debug, Eq, Hash, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Reason {
    /// The book has a command that the chapter has not.
    NotInChapter,
    /// The chapter has a command that the book has not.
    NotInBook,
    /// Something that takes part in the command is another one here, which may be why.
    RecordedElsewhere {
        /// What is another one.
        what: Part,
        /// The one of the book.
        book: String,
        /// The one of this run.
        here: String,
    },
}

/// Two normalised outputs side by side, cut to what matters.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Diff {
    /// Each starts with `-` (the book's), `+` (this run's) or a space (both).
    pub lines: Vec<String>,
    /// How many more there are.
    pub left_out: usize,
}

impl Compared {
    /// A command of a transcript.
    pub(super) fn new(id: String, entry: &Entry, verdict: Verdict, reasons: Vec<Reason>) -> Self {
        Self {
            id,
            section: entry.section.clone(),
            typed: entry.typed.text().to_owned(),
            is_interrupt: matches!(entry.typed, Typed::Interrupt(_)),
            verdict,
            reasons,
            ..Self::default()
        }
    }

    /// A line of the chapter, with its result if it was run.
    pub(super) fn of(line: &Line, ran: Option<&Ran>, verdict: Verdict, reasons: Vec<Reason>) -> Self {
        Self {
            place: Some(line.place),
            run: ran.cloned(),
            ..Self::new(line.id.clone(), &line.entry(), verdict, reasons)
        }
    }
}
