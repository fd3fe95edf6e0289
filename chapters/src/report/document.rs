//! A run as one JSON document; `chapters/schema/report-1.json` says what is in it.

use std::collections::BTreeMap;

use std::time::Duration;

use serde::Serialize;

use super::heading;
use crate::chapter::Ran;
use crate::compare::{Compared, Diff, Expected, Reason, Step, Verdict};
use crate::failure::Error;
use crate::language::Language;
use crate::provenance::Provenance;
use crate::summary::{Ending, with_unwritten};
use crate::transcript::Typed;

/// Version of the form; another number where something of it goes or changes its meaning.
const VERSION: u32 = 1;

/// What became of one chapter or more.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Document {
    /// Version of this form.
    version: u32,
    /// Exit status of the program, unless this document cannot be written.
    exit_code: u8,
    /// Why a chapter could not start; `null` if all did.
    not_started: Option<String>,
    /// Files that could not be written, and why, for people; empty if all were.
    unwritten: Vec<String>,
    /// Those that were started, in order.
    chapters: Vec<Chapter>,
}

/// What became of a chapter.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Chapter {
    /// As in `cargo run --bin chapter-5`.
    name: String,
    /// How it ended.
    ended: Ended,
    /// Why it stopped, for people; `null` if it did not.
    error: Option<String>,
    /// From the preflight to the end of cleaning up.
    elapsed_milliseconds: u64,
    /// On what it ran.
    provenance: Provenance,
    /// On what the book was recorded; `null` if it has no recording of the chapter.
    book_provenance: Option<Provenance>,
    /// What every placeholder stands for here: `<container-1>` and its id.
    placeholders: BTreeMap<String, String>,
    /// Its sections, in the order of the book.
    steps: Vec<BookSection>,
}

/// How a chapter ended.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
enum Ended {
    /// It reached its end.
    Completed,
    /// A command did not show what it should, or could not be run.
    Failed,
    /// Somebody pressed Ctrl-C.
    Interrupted,
}

/// A section of the book.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct BookSection {
    /// Such as `3-12-tag`.
    section: String,
    /// The worst of its commands'.
    verdict: Verdict,
    /// Where the English page speaks of it; `null` if it does not.
    english: Option<Heading>,
    /// Where the Japanese page speaks of it; `null` if it does not.
    japanese: Option<Heading>,
    /// Those of the book and of the run, in order.
    commands: Vec<Command>,
}

/// A heading of a page.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Heading {
    /// From the root of the repository: `book/en/src/3-writing.md`.
    file: String,
    /// From 1.
    line: usize,
}

/// A command, and what came of it.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Command {
    /// Section that it belongs to.
    section: String,
    /// As the book has it.
    typed: String,
    /// Whether Ctrl-C was pressed in the terminal where it runs, instead of typing it.
    is_interrupt: bool,
    /// How it compares with the book.
    verdict: Verdict,
    /// What differs and is meant to.
    expected: Vec<Expected>,
    /// What differs and is not meant to.
    diff: Diff,
    /// Why it differs, as far as that is known.
    reasons: Vec<Reason>,
    /// File and line of the chapter; `null` for a command that only the book has.
    place: Option<String>,
    /// What came; `null` if it was not run.
    run: Option<Outcome>,
}

/// What came of a command.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Outcome {
    /// As it was typed here, placeholders filled in.
    typed: String,
    /// stdout and stderr as they came.
    output: String,
    /// The same as a transcript has it.
    normalised: String,
    /// `null` when a signal ended it; 0 for a foreground process that goes on.
    exit_status: Option<i32>,
    /// How long it took.
    elapsed_milliseconds: u64,
    /// Every expectation of the chapter.
    findings: Vec<Finding>,
}

/// One thing that was expected.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Finding {
    /// For people: `exit status 0`.
    expected: String,
    /// Whether it holds.
    is_met: bool,
}

impl Document {
    pub(super) fn new(endings: &[Ending], trouble: Option<&str>, code: u8, unwritten: &[String]) -> Self {
        Self {
            version: VERSION,
            exit_code: if unwritten.is_empty() {
                code
            } else {
                with_unwritten(code)
            },
            not_started: trouble.map(str::to_owned),
            unwritten: unwritten.to_vec(),
            chapters: endings.iter().map(chapter).collect(),
        }
    }
}

fn chapter(ending: &Ending) -> Chapter {
    let section = |step: &Step| {
        let heading = |language| {
            let found = heading(&ending.outline, language, &step.section);
            found.map(|(file, line)| Heading { file, line })
        };
        BookSection {
            section: step.section.clone(),
            verdict: step.verdict,
            english: heading(Language::English),
            japanese: heading(Language::Japanese),
            commands: step
                .commands
                .iter()
                .map(|compared| command(&step.section, compared, &ending.ran))
                .collect(),
        }
    };
    Chapter {
        name: ending.outline.name.to_owned(),
        ended: match &ending.result {
            Ok(()) => Ended::Completed,
            Err(Error::Interrupted) => Ended::Interrupted,
            Err(_) => Ended::Failed,
        },
        error: ending
            .result
            .as_ref()
            .err()
            .map(|error| error.say(Language::English)),
        elapsed_milliseconds: milliseconds(ending.elapsed),
        provenance: ending.recording.provenance.clone(),
        book_provenance: ending.book.clone(),
        placeholders: ending.values.clone(),
        steps: ending.steps.iter().map(section).collect(),
    }
}

fn command(section: &str, compared: &Compared, ran: &[Ran]) -> Command {
    let (Typed::Command(typed) | Typed::Interrupt(typed)) = &compared.typed;
    Command {
        section: section.to_owned(),
        typed: typed.clone(),
        is_interrupt: matches!(compared.typed, Typed::Interrupt(_)),
        verdict: compared.verdict,
        expected: compared.expected.clone(),
        diff: compared.diff.clone(),
        reasons: compared.reasons.clone(),
        place: compared.place.map(str::to_owned),
        run: compared.ran.and_then(|at| ran.get(at)).map(outcome),
    }
}

fn outcome(ran: &Ran) -> Outcome {
    let finding = |finding: &crate::expect::Finding| Finding {
        expected: finding.expected.say(Language::English),
        is_met: finding.is_met,
    };
    Outcome {
        typed: ran.typed.clone(),
        output: ran.output.clone(),
        normalised: ran.entry.output.clone(),
        exit_status: ran.entry.status,
        elapsed_milliseconds: milliseconds(ran.elapsed),
        findings: ran.findings.iter().map(finding).collect(),
    }
}

fn milliseconds(elapsed: Duration) -> u64 {
    u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::summary::made_up;

    const SCHEMA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/schema/report-1.json");

    #[test]
    fn the_schema_is_that_of_the_document() {
        let schema = serde_json::to_string_pretty(&schemars::schema_for!(Document)).unwrap() + "\n";
        if fs::read_to_string(SCHEMA).is_ok_and(|committed| committed == schema) {
            return;
        }
        let new = std::env::temp_dir().join("report-1.json");
        fs::write(&new, schema).unwrap();
        panic!(
            "the document has another form now; if it is meant to: mv {} {SCHEMA}",
            new.display()
        );
    }

    #[test]
    fn what_is_written_is_as_the_schema_says() {
        let schema = fs::read_to_string(SCHEMA).unwrap();
        let schema = serde_json::from_str(&schema).unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();
        for (endings, trouble) in [
            (vec![made_up::ending(made_up::TRUE)], None),
            (vec![made_up::ending(made_up::FALSIFIED)], None),
            (vec![], Some("no Docker Engine answers")),
        ] {
            let document = Document::new(&endings, trouble, 4, &["failed to write /dev/full".to_owned()]);
            let document = serde_json::to_value(document).unwrap();
            let errors: Vec<_> = validator
                .iter_errors(&document)
                .map(|error| error.to_string())
                .collect();
            assert_eq!(errors, Vec::<String>::new());
        }
    }

    #[test]
    fn a_document_of_another_form_is_refused() {
        let schema = fs::read_to_string(SCHEMA).unwrap();
        let schema = serde_json::from_str(&schema).unwrap();
        let document = Document::new(&[made_up::ending(made_up::TRUE)], None, 0, &[]);
        let mut document = serde_json::to_value(document).unwrap();
        document["chapters"][0]["steps"][0]["verdict"] = "as-good-as-same".into();
        assert!(!jsonschema::is_valid(&schema, &document));
    }
}
