//! What a reader's own file should bring about, as the book's file does.

use serde::Serialize;

use crate::language::Language;

/// An effect of the book's file, and where the book explains it. Texts are in English and in Japanese.
#[derive(Clone, Copy, Debug)]
pub struct Effect {
    /// The effect as a sentence: `The service answers on port 8080.`
    pub what: [&'static str; 2],
    /// What it is good for.
    pub why: [&'static str; 2],
    /// Page and section that explain it: `3-writing#3-8`.
    pub explained: &'static str,
}

/// An effect, and whether a reader's own file has it.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Shown {
    /// The effect as a sentence, in the reader's language.
    pub what: String,
    /// What it is good for, in the reader's language.
    pub why: String,
    /// Page and section that explain it: `3-writing#3-8`.
    pub explained: &'static str,
    /// Whether every command that shows it has shown it.
    pub is_met: bool,
}

impl Effect {
    pub(crate) fn shown(&self, is_met: bool, language: Language) -> Shown {
        Shown {
            what: self.what[language as usize].to_owned(),
            why: self.why[language as usize].to_owned(),
            explained: self.explained,
            is_met,
        }
    }
}
