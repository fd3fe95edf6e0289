//! Tests of leftovers, however a chapter ends: it removes its own objects and keeps all others.

#![expect(clippy::unwrap_used, reason = "a test may unwrap: its panic is the report")]

mod on_engine;

use std::ffi::OsString;
use std::io::{BufRead, BufReader, Read};
use std::panic;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use chapters::TUTORIAL;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use on_engine::asked::Asked;
use on_engine::programs::{CHAPTER_1, CHAPTER_2, CHAPTER_3, CHAPTER_4, CHAPTER_5, CHAPTER_6, CHAPTER_7};
use on_engine::resident::Resident;
use on_engine::{clean, docker, engine, files, note, objects, run, stderr};
use tutorial_engine::author::chapter::Chapter;
use tutorial_engine::cli::reader;

#[test]
#[ignore = "needs a Docker Engine"]
fn ctrl_c_beside_a_database_leaves_no_volume_and_no_network() {
    check_interrupt(CHAPTER_6, "6-9", "Hello, Docker! (0)");
}

#[test]
#[ignore = "needs a Docker Engine"]
fn ctrl_c_while_compose_starts_a_project_leaves_nothing() {
    check_interrupt(CHAPTER_7, "7-2", "Container docker-gs-ping-db-1  Started");
}

#[test]
#[ignore = "needs a Docker Engine"]
fn ctrl_c_in_a_build_leaves_nothing() {
    check_interrupt(CHAPTER_4, "4-3-test", "[run-test-stage 2/2]");
}

#[test]
#[ignore = "needs a Docker Engine"]
fn ctrl_c_among_files_of_its_own_leaves_no_file() {
    check_interrupt(CHAPTER_4, "4-3-several-files", "$ docker container create");
}

#[test]
#[ignore = "needs a Docker Engine"]
fn ctrl_c_in_a_foreground_run_leaves_nothing() {
    check_interrupt(CHAPTER_5, "5-foreground", "http server started on");
}

#[test]
#[ignore = "needs a Docker Engine"]
fn what_a_killed_chapter_left_is_removed_later() {
    let _engine = engine();
    let before = objects();
    let (mut resident, _) = Resident::start(CHAPTER_6, &["--database", "postgres"]);
    resident.run("6-9");
    resident.child.kill().unwrap();
    resident.child.wait().unwrap();
    let left = objects();
    // No other chapter starts until the cleanup is done.
    let refused = run(CHAPTER_6, &["--step", "6-2"]);
    clean(CHAPTER_6);
    assert_ne!(left, before);
    assert_eq!(refused.status.code(), Some(3), "{}", stderr(&refused));
    assert!(stderr(&refused).contains("--clean"), "{}", stderr(&refused));
    assert_eq!(objects(), before);
    assert!(!note("chapter-6").exists());
}

#[test]
#[ignore = "needs a Docker Engine"]
fn what_is_kept_can_be_removed_later() {
    let _engine = engine();
    let before = objects();
    // Chapter 3 also leaves files, and images without a name.
    let kept = run(CHAPTER_3, &["--keep", "--lang", "en"]);
    let in_between = objects();
    let files_in_between = files();
    docker(&["volume", "create", "roach"]);
    let removed = run(CHAPTER_3, &["--clean", "--yes", "--lang", "en"]);
    docker(&["volume", "rm", "roach"]);
    assert_eq!(objects(), before, "{}", stderr(&removed));
    assert_eq!(files(), Vec::<PathBuf>::new());
    assert!(!note("chapter-3").exists());
    assert_ne!(in_between, before);
    assert_ne!(files_in_between, Vec::<PathBuf>::new());
    let said = stderr(&kept);
    assert!(said.contains("\n  image docker-gs-ping-step:3-2\n"), "{said}");
    // This volume only has the same name; another user made it.
    let said = stderr(&removed);
    assert!(said.contains("docker volume rm roach"), "{said}");
}

#[test]
#[ignore = "needs a Docker Engine"]
fn a_chapter_refuses_to_start_where_its_names_are_taken() {
    let _engine = engine();
    docker(&["image", "tag", "docker/dockerfile:1", "docker-gs-ping:strangers"]);
    let output = run(CHAPTER_2, &[]);
    let is_there = docker(&["image", "ls", "--quiet", "docker-gs-ping:strangers"]);
    docker(&["image", "rm", "docker-gs-ping:strangers"]);
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(said.contains("image docker-gs-ping:strangers"), "{said}");
    assert!(!is_there.trim().is_empty());
}

#[test]
#[ignore = "needs a Docker Engine"]
fn a_command_that_takes_too_long_leaves_no_container() {
    let mut chapter = Chapter::new(&TUTORIAL, "chapter-of-a-test", "none");
    chapter.section("1");
    tutorial_engine::run!(
        chapter,
        "docker run --name rest-server rust:1.95-slim-bookworm sleep 600"
    )
    .shows_nothing()
    .for_at_most(Duration::from_secs(2));
    let _engine = engine();
    let before = objects();
    let started = Instant::now();
    read(chapter);
    assert_eq!(objects(), before);
    let elapsed = started.elapsed();
    assert!(elapsed < Duration::from_mins(1), "{elapsed:?}");
}

#[test]
#[ignore = "needs a Docker Engine"]
fn a_panic_while_a_chapter_runs_leaves_nothing() {
    let mut chapter = Chapter::new(&TUTORIAL, "chapter-of-a-test", "none");
    chapter.section("1");
    tutorial_engine::run!(
        chapter,
        "docker container create --name rest-server rust:1.95-slim-bookworm"
    )
    .shows("<container-1>");
    // A time limit beyond what the clock can represent.
    tutorial_engine::run!(chapter, "docker version")
        .shows("Version")
        .for_at_most(Duration::MAX);
    let _engine = engine();
    let before = objects();
    let ended = panic::catch_unwind(|| read(chapter));
    assert!(ended.is_err());
    assert_eq!(objects(), before);
}

#[test]
#[ignore = "needs a Docker Engine"]
fn two_chapters_run_one_after_the_other() {
    let _engine = engine();
    let mut first = Asked::start(CHAPTER_2, &["--interactive"]);
    let mut second = Command::new(CHAPTER_1)
        .args(["--lang", "en"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(second.stderr.take().unwrap())
        .lines()
        .map(Result::unwrap);
    let waits = "Another chapter is running; waiting until it has ended.";
    assert_eq!(said.next().as_deref(), Some(waits));
    first.answer_last("q");
    assert_eq!(first.end().0, Some(0));
    let mut shown = String::new();
    second.stdout.take().unwrap().read_to_string(&mut shown).unwrap();
    said.for_each(drop);
    assert_eq!(second.wait().unwrap().code(), Some(0));
    assert!(shown.starts_with("$ docker version"), "{shown}");
}

/// Runs a test's chapter, as a reader would.
fn read(chapter: Chapter) {
    // The exit status is irrelevant: the test checks which objects are left.
    let _ = reader::open(
        vec![chapter],
        [OsString::from("chapter-of-a-test")],
        std::env::vars_os(),
    );
}

/// Interrupts a chapter, started at a section, as soon as it has printed `moment`.
#[track_caller]
fn check_interrupt(program: &str, from: &str, moment: &str) {
    let _engine = engine();
    let before = objects();
    let mut child = Command::new(program)
        .args(["--from", from, "--database", "postgres"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stderr = child.stderr.take().unwrap();
    let said = std::thread::spawn(move || {
        let mut said = String::new();
        stderr.read_to_string(&mut said).unwrap();
        said
    });
    let mut lines = BufReader::new(child.stdout.take().unwrap())
        .lines()
        .map(Result::unwrap);
    assert!(
        lines.any(|line| line.contains(moment)),
        "the chapter never printed {moment}"
    );
    kill(Pid::from_raw(child.id().cast_signed()), Signal::SIGINT).unwrap();
    lines.for_each(drop);
    let status = child.wait().unwrap();
    let said = said.join().unwrap();
    assert_eq!(status.code(), Some(130), "{said}");
    assert_eq!(objects(), before);
    assert_eq!(files(), Vec::<PathBuf>::new());
    let name = Path::new(program).file_name().unwrap();
    assert!(!note(name.to_str().unwrap()).exists());
}
