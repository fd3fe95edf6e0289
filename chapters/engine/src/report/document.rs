//! A run as one JSON document, described in `schema/report-1.json`.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::language::Language;
use crate::record::provenance::Provenance;
use crate::report::ending::{Ending, HowItEnded, or_failed};
use crate::report::ran::milliseconds;
use crate::report::verdict::Step;
use crate::say::pages::Heading;

/// Version of the format; it increases when a field is removed or changes its meaning.
const VERSION: u32 = 1;

/// What became of one chapter or more.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Document<'a> {
    /// Version of this form.
    version: u32,
    /// Exit status of the program, unless this document cannot be written.
    exit_code: u8,
    /// Why a chapter could not start; `null` if all did.
    not_started: Option<&'a str>,
    /// Files that could not be written, and why, for people; empty if all were.
    unwritten: &'a [String],
    /// Those that were started, in order.
    chapters: Vec<Started<'a>>,
}

/// What became of a chapter.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Started<'a> {
    /// Name of its program.
    name: &'a str,
    /// How it ended.
    ended: HowItEnded,
    /// Why it stopped, for people; `null` if it did not.
    error: Option<String>,
    /// From the preflight to the end of cleaning up.
    elapsed_milliseconds: u64,
    /// On what it ran.
    provenance: &'a Provenance,
    /// On what the book was recorded; `null` if it has no recording of the chapter.
    book_provenance: Option<&'a Provenance>,
    /// What every placeholder stands for here: `<container-1>` and its id.
    placeholders: &'a BTreeMap<String, String>,
    /// Its sections, in the order of the book.
    steps: Vec<OnPages<'a>>,
}

/// What became of a section, and where the book speaks of it.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct OnPages<'a> {
    #[serde(flatten)]
    step: &'a Step,
    /// Where the English page speaks of it; `null` if it does not.
    english: Option<Heading>,
    /// Where the Japanese page speaks of it; `null` if it does not.
    japanese: Option<Heading>,
}

impl<'a> Document<'a> {
    /// `code` is the exit status, apart from files in `unwritten`; texts for people are in `language`.
    pub(crate) fn new(
        endings: &'a [Ending],
        not_started: Option<&'a str>,
        code: u8,
        unwritten: &'a [String],
        language: Language,
    ) -> Self {
        let started = |ending: &'a Ending| Started {
            name: ending.chapter.name,
            ended: HowItEnded::of(&ending.result),
            error: ending.result.as_ref().err().map(|error| error.say(language)),
            elapsed_milliseconds: milliseconds(ending.elapsed),
            provenance: &ending.recording.provenance,
            book_provenance: ending.book.as_ref(),
            placeholders: &ending.values,
            steps: ending
                .steps
                .iter()
                .map(|step| OnPages {
                    step,
                    english: ending.heading(step, Language::English),
                    japanese: ending.heading(step, Language::Japanese),
                })
                .collect(),
        };
        Self {
            version: VERSION,
            exit_code: or_failed(code, unwritten),
            not_started,
            unwritten,
            chapters: endings.iter().map(started).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{made_up, schema};

    const SCHEMA: &str = "report-1.json";

    #[test]
    fn the_schema_is_that_of_the_document() {
        schema::check::<Document<'_>>(SCHEMA);
    }

    #[test]
    fn what_is_written_is_as_the_schema_says() {
        let unwritten = ["failed to write /dev/full".to_owned()];
        for (endings, trouble) in [
            (vec![made_up::ending(made_up::TRUE)], None),
            (vec![made_up::ending(made_up::FALSIFIED)], None),
            (vec![], Some("no Docker Engine answers")),
        ] {
            let document = Document::new(&endings, trouble, 4, &unwritten, Language::English);
            assert_eq!(
                schema::errors(SCHEMA, &serde_json::to_value(document).unwrap()),
                ""
            );
        }
    }

    #[test]
    fn a_document_of_another_form_is_refused() {
        let endings = [made_up::ending(made_up::TRUE)];
        let document = Document::new(&endings, None, 0, &[], Language::English);
        let mut document = serde_json::to_value(document).unwrap();
        document["chapters"][0]["steps"][0]["verdict"] = "as-good-as-same".into();
        assert_ne!(schema::errors(SCHEMA, &document), "");
    }
}
