//! Tests of running a part of a chapter, and of interactive mode.

#![expect(clippy::unwrap_used, reason = "a test may unwrap: its panic is the report")]

mod on_engine;

use std::net::TcpListener;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use on_engine::asked::Asked;
use on_engine::programs::{CHAPTER_2, CHAPTER_3, CHAPTER_5};
use on_engine::{book_from, book_of, docker, engine, objects, record, run, stderr};

#[test]
#[ignore = "needs a Docker Engine"]
fn a_step_shows_its_section_alone_and_numbers_as_the_book_does() {
    let _engine = engine();
    let before = objects();
    let (output, shown) = record(CHAPTER_3, &["--step", "3-12-tag", "--lang", "en"]);
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(0), "{said}");
    // The two commands of 3-12.
    assert_eq!(said.matches("first: ").count(), 2, "{said}");
    assert_eq!(shown, book_of("chapter-3", "3-12-tag"));
    assert_eq!(objects(), before);
}

#[test]
#[ignore = "needs a Docker Engine"]
fn a_step_that_builds_on_nothing_runs_alone() {
    let _engine = engine();
    let output = run(CHAPTER_2, &["--step", "2-1-missing"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let shown = String::from_utf8(output.stdout).unwrap();
    assert!(shown.starts_with("$ docker build server\n"), "{shown}");
    assert_eq!(shown.matches("\n$ ").count(), 0, "{shown}");
}

#[test]
#[ignore = "needs a Docker Engine"]
fn a_strangers_container_stops_a_step() {
    let _engine = engine();
    docker(&[
        "container",
        "create",
        "--name",
        "rest-server",
        "rust:1.95-slim-bookworm",
    ]);
    let output = run(CHAPTER_5, &["--step", "5-3"]);
    docker(&["container", "rm", "rest-server"]);
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(said.contains("container rest-server"), "{said}");
}

#[test]
#[ignore = "needs a Docker Engine"]
fn a_chapter_that_failed_says_how_to_go_on_and_does() {
    let _engine = engine();
    let before = objects();
    // While the chapter asks before 5-2, the test occupies the port that 5-2 publishes.
    let mut asked = Asked::start(CHAPTER_5, &["--interactive"]);
    while !asked.said.contains("--publish 8080:8080") {
        asked.answer("r");
    }
    let port = TcpListener::bind("0.0.0.0:8080").unwrap();
    asked.answer_last("a");
    let (status, said) = asked.end();
    drop(port);
    assert_eq!(status, Some(1), "{said}");
    assert!(
        said.contains("cargo run --bin chapter-5 -- --from 5-2\n"),
        "{said}"
    );
    assert_eq!(objects(), before, "a failed chapter left something");
    let (output, shown) = record(CHAPTER_5, &["--from", "5-2", "--lang", "en"]);
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(0), "{said}");
    // Of the sections before 5-2, only those that it and the later ones need.
    assert_eq!(said.matches("first: ").count(), lines_before("5-2"), "{said}");
    assert!(
        !said.contains("first: docker run --rm docker-gs-ping\n"),
        "{said}"
    );
    assert_eq!(shown, book_from("chapter-5", "5-2"));
    assert_eq!(objects(), before);
}

/// Number of lines in the prerequisites of a section of chapter 5 and of all after it.
fn lines_before(section: &str) -> usize {
    let chapter = chapters::chapter_5::chapter();
    let start = chapter
        .sections
        .iter()
        .position(|known| known.id == section)
        .unwrap();
    let (before, wanted) = chapter.sections.split_at(start);
    let needed = chapter.prerequisites(&wanted.iter().map(|section| section.id).collect());
    let needed = before.iter().filter(|section| needed.contains(section.id));
    needed.map(|section| section.lines.len()).sum()
}

#[test]
#[ignore = "needs a Docker Engine"]
fn a_chapter_that_asks_runs_skips_explains_and_ends() {
    let _engine = engine();
    let before = objects();
    let mut asked = Asked::start(CHAPTER_2, &["--interactive", "--lang", "en"]);
    assert!(
        asked.said.contains("cat chapters/listings/2/Dockerfile"),
        "{}",
        asked.said
    );
    asked.answer("s");
    asked.answer("what");
    asked.answer("e");
    let page = "http://127.0.0.1:3000/en/2-dockerfile.html#2\n";
    assert!(asked.said.contains(page), "{}", asked.said);
    asked.answer("");
    asked.answer("r");
    asked.answer_last("q");
    let (status, said, shown) = asked.end_with_output();
    assert_eq!(status, Some(0), "{said}");
    assert!(said.contains("left early"), "{said}");
    assert!(!shown.contains("$ cat"), "{shown}");
    let ran = "$ docker run --rm docker-gs-ping:dockerfile\nbuilt from Dockerfile\n";
    assert!(shown.contains(ran), "{shown}");
    assert_eq!(objects(), before);
}

#[test]
#[ignore = "needs a Docker Engine"]
fn the_end_of_the_answers_is_the_end_of_the_chapter() {
    let _engine = engine();
    let before = objects();
    let output = run(CHAPTER_2, &["--interactive"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(output.stdout, b"");
    assert_eq!(objects(), before);
}

#[test]
#[ignore = "needs a Docker Engine"]
fn a_failure_after_a_skipped_command_says_so() {
    let _engine = engine();
    let mut asked = Asked::start(CHAPTER_2, &["--interactive", "--lang", "en"]);
    asked.answer("r");
    asked.answer("s");
    asked.answer_last("a");
    let (status, said) = asked.end();
    assert_eq!(status, Some(1), "{said}");
    assert!(said.contains("Commands skipped before this one: 1."), "{said}");
}

#[test]
#[ignore = "needs a Docker Engine"]
fn ctrl_c_at_a_question_ends_the_chapter_and_says_how_to_go_on() {
    let _engine = engine();
    let before = objects();
    let mut asked = Asked::start(CHAPTER_2, &["--interactive"]);
    asked.answer("r");
    asked.answer("r");
    kill(Pid::from_raw(asked.child.id().cast_signed()), Signal::SIGINT).unwrap();
    let (status, said) = asked.end();
    assert_eq!(status, Some(130), "{said}");
    assert!(said.contains("cargo run --bin chapter-2 -- --from 2\n"), "{said}");
    assert_eq!(objects(), before);
}
