//! Causes known failures on a real Docker Engine and checks their explanations. `-- --ignored
//! --nocapture` prints each explanation in both languages.

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
use on_engine::programs::CHAPTER_1;
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
        .map(|(section, cause)| (section.as_str(), cause.id))
        .collect();
    assert_eq!(
        found,
        [
            // The engine is asked whether this is the cause.
            ("5-foreground", "published-elsewhere"),
            ("5-background", "published-elsewhere"),
            ("5-3", "container-taken"),
            ("5-4", "image-missing"),
            ("5-4", "image-missing"),
            ("6-5-early", "database-not-ready"),
            ("7-3", "database-not-ready"),
            ("7-exercise-2", "orphans")
        ]
    );
}

/// Example outputs for each of the tutorial's own patterns, with the place where they were seen: an
/// address, a source file of the program, or `here`.
const SEEN: [&[(&str, &str)]; 7] = [
    &[
        (
            "here",
            "psql: error: connection to server at \"db\" (172.18.0.2), port 5432 failed: Connection refused\n\tIs the server running on that host and accepting TCP/IP connections?\n",
        ),
        (
            "https://github.com/postgres/postgres/blob/REL_15_STABLE/src/backend/postmaster/postmaster.c",
            "psql: error: connection to server at \"db\" (172.18.0.2), port 5432 failed: FATAL:  the database system is starting up",
        ),
    ],
    &[(
        "here",
        "psql: error: connection to server on socket \"/var/run/postgresql/.s.PGSQL.5432\" failed: No such file or directory\n\tIs the server running locally and accepting connections on that socket?\n",
    )],
    &[("here", "db:5432 - no response\n")],
    &[(
        "server/src/roach/keep.rs",
        "the database at db:5432 is not ready (attempt 1): error connecting to server: Connection refused (os error 111); next try in 0.1 s",
    )],
    &[(
        "https://github.com/MaterializeInc/materialize/issues/14732",
        "ERROR: cannot dial server.\nIs the server running?\nIf the server is running, check --host client-side and --advertise server-side.\n",
    )],
    &[(
        "here",
        r#"psql: error: connection to server at "db" (172.18.0.2), port 5432 failed: FATAL:  password authentication failed for user "totoro""#,
    )],
    &[(
        "https://github.com/cockroachdb/cockroach/blob/027dd8b26b5ab931656bd3c1cf4e33c21ece6995/pkg/security/auth.go",
        "ERROR: password authentication failed for user totoro\nSQLSTATE: 28P01\nFailed running \"sql\"",
    )],
];

#[test]
fn the_words_of_this_tutorial_are_recognised_and_explained() {
    let nowhere = Runner::new(BTreeMap::new(), Arc::default());
    let docker = Docker::new(nowhere, TUTORIAL.docker);
    let words = names().words.iter();
    let patterns = words.flat_map(|words| words.patterns.iter().map(|pattern| (words.failure, pattern)));
    assert_eq!(patterns.clone().count(), SEEN.len());
    for ((failure, pattern), seen) in patterns.zip(SEEN) {
        let pattern = Regex::new(pattern).unwrap();
        for (_, output) in seen {
            assert!(pattern.is_match(output), "{pattern}: {output}");
            let cause = explain::cause(Some(0), output, names()).unwrap();
            assert_eq!(cause.id, failure, "{output}");
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

/// The messages of a chapter with a first program that finds the disk full.
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
    let output = Command::new(CHAPTER_1)
        .args(["--lang", language])
        .env("PATH", search)
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    said
}
