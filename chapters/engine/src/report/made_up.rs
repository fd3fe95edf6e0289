//! An invented run of a chapter, for tests of the reports.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::author::chapter::Chapter;
use crate::author::expect::Expected;
use crate::author::tutorial::EXAMPLE;
use crate::language::Language;
use crate::record::provenance::Provenance;
use crate::record::snapshot::Snapshot;
use crate::report::compare::{Run, compare};
use crate::report::ending::Ending;
use crate::report::ran::Ran;
use crate::run;

/// The transcript of the run.
pub(crate) const TRUE: &str = "[3]\n$ ls\n| Dockerfile\n\n[3-1]\n\
    $ curl --no-progress-meter http://localhost:8080/100%\n| Hello, <Docker>! (2)\n\n\
    [3-2]\n$ docker ps\n";
/// A book that differs from it in one character.
pub(crate) const FALSIFIED: &str = "[3]\n$ ls\n| Dockerfile\n\n[3-1]\n\
    $ curl --no-progress-meter http://localhost:8080/100%\n| Hello, <Docker>! (0)\n\n\
    [3-2]\n$ docker ps\n";

/// The ending of a chapter with the transcript [`TRUE`], without its last section, compared with `book`.
pub(crate) fn ending(book: &str) -> Ending {
    let mut chapter = Chapter::new(&EXAMPLE, "chapter-3", "3-writing");
    chapter.section("3");
    run!(chapter, "ls");
    chapter.section("3-1");
    run!(chapter, "curl --no-progress-meter http://localhost:8080/100%");
    chapter.section("3-2");
    run!(chapter, "docker ps");
    let chapter = chapter.on(None);
    let outputs = ["Dockerfile\n", "Hello, <Docker>! (2)\n"];
    let ran = chapter.lines().zip(outputs).map(|(line, output)| Ran {
        line: line.clone(),
        typed: line.literal.clone(),
        output: output.to_owned(),
        normalised: output.to_owned(),
        exit_status: Some(0),
        elapsed_milliseconds: 250,
        findings: vec![Expected::Status(0).found(true, Language::English)],
        is_shown: true,
    });
    let ran: Vec<_> = ran.collect();
    let book = Snapshot {
        transcript: book.parse().unwrap(),
        ..Snapshot::default()
    };
    let recording = Snapshot {
        provenance: Provenance::default(),
        recorded: BTreeMap::new(),
        transcript: TRUE.parse().unwrap(),
        elapsed: vec![250, 250],
    };
    let values = BTreeMap::new();
    let run = Run {
        chapter: &chapter,
        ran: &ran,
        values: &values,
        provenance: &recording.provenance,
        stopped_at: None,
    };
    let steps = compare(&book, &run);
    Ending {
        chapter,
        ran,
        recording,
        values,
        book: Some(book.provenance),
        steps,
        elapsed: Duration::from_millis(1500),
        own: Duration::from_millis(15),
        skipped: 0,
        result: Ok(()),
        explanation: None,
    }
}
