//! Known failures, made to happen on a real Docker Engine, and what is said of
//! them. `-- --ignored --nocapture` prints each explanation in both languages.

#![expect(clippy::unwrap_used, reason = "a test may unwrap: its panic is the report")]

#[path = "../on_engine/mod.rs"]
mod on_engine;
#[path = "../registry/mod.rs"]
mod registry;
#[path = "../unprivileged/mod.rs"]
mod unprivileged;

mod ran;
mod reach;
mod objects;
mod images;
mod registries;

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;
use std::sync::Arc;

use chapters::TUTORIAL;
use on_engine::engine;
use ran::{check_cause, names};
use regex::Regex;
use tutorial_engine::docker::client::Docker;
use tutorial_engine::explain::cause as explain;
use tutorial_engine::run::process::Runner;

#[test]
fn a_run_that_goes_as_it_should_shows_no_known_failure_but_those_it_is_about() {
    let mut found = Vec::new();
    for name in TUTORIAL.chapters {
        for entry in TUTORIAL.snapshot(name).unwrap().transcript.entries {
            if let Some(cause) = explain::cause(entry.status, &entry.output, names()) {
                found.push((entry.section, cause));
            }
        }
    }
    let found: Vec<_> = found
        .iter()
        .map(|(section, cause)| (section.as_str(), cause.id()))
        .collect();
    assert_eq!(
        found,
        [
            // Whether it is that, the engine is asked.
            ("5-foreground", "published-elsewhere"),
            ("5-background", "published-elsewhere"),
            ("5-3", "container-taken"),
            ("5-4", "image-missing"),
            ("5-4", "image-missing")
        ]
    );
}

#[test]
fn the_words_of_this_tutorial_are_recognised_and_explained() {
    let nowhere = Runner::new(BTreeMap::new(), Arc::default());
    let docker = Docker::new(nowhere, TUTORIAL.docker);
    for words in names().words {
        let pattern = Regex::new(words.pattern).unwrap();
        for (_, output) in words.seen {
            assert!(pattern.is_match(output), "{pattern}: {output}");
            let cause = explain::cause(Some(0), output, names()).unwrap();
            assert_eq!(cause.id(), words.failure, "{output}");
            check_cause(&cause, &docker, &[]);
        }
    }
}

#[test]
#[ignore = "needs a Docker Engine"]
fn a_chapter_that_fails_says_what_it_is_and_why_and_what_to_type_next_and_then() {
    let _engine = engine();
    let lines = "cause      A disk is full.\nwhy        ";
    let said = failing_chapter("en");
    assert!(said.contains(lines), "{said}");
    assert!(said.contains("next       `df --human-readable`"), "{said}");
    let then = "\nthen       cargo run --bin chapter-1 -- --from 1-1\n";
    assert!(said.ends_with(then), "{said}");
    let said = failing_chapter("ja");
    assert!(
        said.contains("原因       ディスクがいっぱいです。\n理由       "),
        "{said}"
    );
}

/// What a chapter says whose first program finds the disk full.
fn failing_chapter(language: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("ls");
    fs::write(
        &program,
        "#!/bin/sh\necho ls: write error: No space left on device; exit 2\n",
    )
    .unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let search = format!("{}:{}", folder.path().display(), std::env::var("PATH").unwrap());
    let program = env!("CARGO_BIN_EXE_chapter-1");
    let output = Command::new(program)
        .args(["--lang", language])
        .env("PATH", search)
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    said
}
