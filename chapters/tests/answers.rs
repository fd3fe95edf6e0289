//! Tests of what is said of a reader's own file.

#![expect(clippy::unwrap_used, reason = "a test may unwrap: its panic is the report")]

mod on_engine;

use std::fs;

use on_engine::programs::{
    CHAPTER_1, CHAPTER_2, CHAPTER_3, CHAPTER_4, CHAPTER_5, CHAPTER_6, CHAPTER_7, WALKTHROUGH,
};
use on_engine::resident::{Resident, of_kind};
use on_engine::{engine, objects, run, stderr};

/// Folder of Dockerfiles with mistakes that beginners make; each names where it was seen.
const BEGINNERS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/answers_of_beginners");

/// Folder of the files that exercises give.
const LISTINGS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/listings");

const WORKDIR: &str = "The commands in a container start in /app.";
const EXPOSE: &str = "The image says that the service listens on port 8080.";
const CMD: &str = "A container starts the service itself, without a shell in between.";
const STEPS: &str = "The image's history shows how the manifests and the sources were copied.";
const ANSWERS: &str = "The service answers on port 8080.";
const FETCHES_ONCE: &str = "After a change of a source file, a build downloads no crate.";

/// Runs an exercise with a file; exactly the effects in `lacks` are missing, and nothing is left. Returns
/// what was said.
#[track_caller]
fn check(program: &str, arguments: &[&str], file: &str, status: i32, lacks: &[&str]) -> String {
    let _engine = engine();
    let before = objects();
    let output = run(
        program,
        &[arguments, &["--lang", "en", "--answer", file]].concat(),
    );
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(status), "{said}");
    let report = said.split_once("by what it brings about:");
    assert!(report.is_some() || status == 1, "{said}");
    let (_, report) = report.unwrap_or_default();
    // A long effect continues on the next line.
    let report = report
        .replace("\n    ", "\n\t")
        .replace("\n\t  ", "\n  ")
        .replace("\n\t", " ");
    let missing: Vec<&str> = report
        .lines()
        .filter_map(|line| line.strip_prefix("  ✗ "))
        .collect();
    assert_eq!(missing, lacks, "{said}");
    assert_eq!(objects(), before);
    said
}

#[track_caller]
fn check_beginner(file: &str, lacks: &[&str]) -> String {
    check(CHAPTER_3, &[], &format!("{BEGINNERS}/{file}"), 4, lacks)
}

#[test]
#[ignore = "needs a Docker Engine"]
fn a_copy_of_everything_costs_the_download() {
    let said = check_beginner("everything-first.Dockerfile", &[STEPS, FETCHES_ONCE]);
    assert!(said.contains("4 of 6 effects."), "{said}");
    assert!(said.contains("/en/3-writing.html#3-11-cache\n"), "{said}");
}

#[test]
#[ignore = "needs a Docker Engine"]
fn a_file_in_other_words_has_the_same_effects() {
    let file = format!("{BEGINNERS}/other-words.Dockerfile");
    let said = check(CHAPTER_3, &[], &file, 0, &[]);
    assert!(said.contains("6 of 6 effects."), "{said}");
}

#[test]
#[ignore = "needs a Docker Engine"]
fn a_command_for_the_shell_and_a_missing_expose_are_named_with_what_they_are_for() {
    let said = check_beginner("shell-form.Dockerfile", &[EXPOSE, CMD]);
    assert!(
        said.contains("--publish-all publishes the ports that EXPOSE"),
        "{said}"
    );
    assert!(said.contains("/en/3-writing.html#3-9\n"), "{said}");
}

#[test]
#[ignore = "needs a Docker Engine"]
fn a_program_that_is_not_where_cmd_looks_does_not_answer() {
    let said = check_beginner("not-in-path.Dockerfile", &[ANSWERS]);
    assert!(said.contains("/en/5-running.html#5-2\n"), "{said}");
}

#[test]
#[ignore = "needs a Docker Engine"]
fn files_at_the_root_of_the_image_are_named() {
    check_beginner("no-workdir.Dockerfile", &[WORKDIR, FETCHES_ONCE]);
}

#[test]
#[ignore = "needs a Docker Engine"]
fn a_file_that_does_not_build_comes_with_the_section_of_its_instruction() {
    let said = check(
        CHAPTER_3,
        &[],
        &format!("{BEGINNERS}/wrong-path.Dockerfile"),
        1,
        &[],
    );
    assert!(said.contains("\"/Cargo.toml\": not found"), "{said}");
    assert!(said.contains("/en/3-writing.html#3-4\n"), "{said}");
    assert!(said.contains("chapter-3 -- --step 3-yours --answer "), "{said}");
}

#[test]
#[ignore = "needs a Docker Engine"]
fn the_file_of_each_exercise_lacks_what_the_exercise_is_about() {
    let step = |id| ["--step", id];
    let file = |name: &str| format!("{LISTINGS}/{name}");
    check(
        CHAPTER_2,
        &step("2-exercise-3"),
        &file("2-exercise-3/broken.Dockerfile"),
        1,
        &[],
    );
    let reached = "The host reaches the service at port 8080.";
    check(
        CHAPTER_5,
        &step("5-exercise-4"),
        &file("5-exercise-4/broken.Dockerfile"),
        4,
        &[reached],
    );
    let stops = "docker stop ends the service within three seconds, and the exit status is 0.";
    check(
        CHAPTER_5,
        &step("5-exercise-5"),
        &file("5-exercise-5/broken.Dockerfile"),
        4,
        &[stops],
    );
    let waits = "The service starts once the database is ready: its log has no failed attempt.";
    check(
        CHAPTER_7,
        &step("7-exercise-4"),
        &file("7-exercise-4/broken.yaml"),
        4,
        &[waits],
    );
}

#[test]
#[ignore = "needs a Docker Engine"]
fn a_file_that_builds_may_still_lack_what_its_exercise_asks_for() {
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path().to_str().unwrap();
    let file = format!("{own}/Dockerfile");
    let list = "A container starts the program itself, without a shell in between.";
    let greets = "A container prints the text of the file greeting.txt.";
    let runs = "A container runs the program, which prints something and ends with exit status 0.";
    for (command, lacks) in [
        ("ENTRYPOINT cat /greeting.txt", list),
        ("CMD [\"sh\", \"-c\", \"cat /greeting.txt\"]", list),
        ("CMD [\"true\"]", greets),
    ] {
        let text = format!("FROM rust:1.95-slim-bookworm\nCOPY greeting.txt /\n{command}\n");
        fs::write(&file, text).unwrap();
        check(CHAPTER_2, &["--step", "2-exercise-3"], &file, 4, &[lacks]);
    }
    // Without CMD, the shell of the base image starts, and ends at once.
    let words = format!("{LISTINGS}/words");
    on_engine::copy(&words, own);
    let books = fs::read_to_string(&file).unwrap();
    fs::write(&file, books.replace("CMD [ \"/words\" ]\n", "")).unwrap();
    check(CHAPTER_3, &["--step", "3-exercise-3"], own, 4, &[runs]);
}

#[test]
#[ignore = "needs a Docker Engine"]
fn the_slow_dockerfile_downloads_again() {
    let _engine = engine();
    let slow = format!("{LISTINGS}/4-exercise-4/slow.Dockerfile");
    let output = run(
        CHAPTER_4,
        &["--step", "4-exercise-4", "--lang", "en", "--answer", &slow],
    );
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(4), "{said}");
    // On a busy machine one of two equal builds may take twice as long as the other.
    assert!(said.contains(&format!("  ✗ {FETCHES_ONCE}")), "{said}");
}

#[test]
#[ignore = "needs a Docker Engine"]
fn a_backup_that_is_empty_restores_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let empty = "docker run --rm postgres:15-bookworm tar --create --files-from /dev/null > target/chapter-6/roach.tar\n";
    fs::write(folder.path().join("backup.sh"), empty).unwrap();
    let restore = format!("{LISTINGS}/6-exercise-4/restore.sh");
    fs::copy(restore, folder.path().join("restore.sh")).unwrap();
    let own = folder.path().to_str().unwrap();
    let lacks = ["The new volume contains the files of the database."];
    // PostgreSQL does not set up a database without a password.
    let restored = "A database that starts on the new volume has the same messages.";
    check(
        CHAPTER_6,
        &["--step", "6-exercise-4"],
        own,
        4,
        &[lacks[0], restored],
    );
}

#[test]
fn a_file_that_cannot_be_checked_is_an_error_that_names_it() {
    let step = |section| ["--step", section, "--answer", "Cargo.toml"];
    for (program, arguments, said) in [
        (
            CHAPTER_3,
            &["--answer", "nowhere.Dockerfile"][..],
            "nowhere.Dockerfile",
        ),
        (CHAPTER_3, &["--answer", BEGINNERS], "is a folder"),
        (CHAPTER_3, &step("3-exercise-3"), "3-exercise-3 asks for a folder"),
        (CHAPTER_3, &step("3-4"), "3-yours, 3-exercise-3"),
        (CHAPTER_3, &["--answer", "Cargo.toml", "--list"], "--list"),
        (
            CHAPTER_1,
            &["--answer", "Cargo.toml"],
            "chapter-1 has no exercise",
        ),
        (WALKTHROUGH, &["--answer", "Cargo.toml"], "goes with one chapter"),
    ] {
        let output = run(program, &[arguments, &["--lang", "en"]].concat());
        let came = stderr(&output);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {came}");
        assert!(came.contains(said), "{arguments:?}: {came}");
    }
}

#[test]
#[ignore = "needs a Docker Engine"]
fn a_session_checks_a_file_and_then_runs_the_book_again() {
    let _engine = engine();
    let before = objects();
    let broken = format!("{LISTINGS}/5-exercise-4/broken.Dockerfile");
    let (mut chapter, _) = Resident::start(CHAPTER_5, &["--answer", &broken]);
    chapter.ask("check 5-exercise-4");
    let events = chapter.until("ended");
    let effects = of_kind(&events, "effects")[0];
    assert_eq!(effects["effects"][0]["is_met"], false, "{effects}");
    assert_eq!(effects["effects"][0]["explained"], "5-running#5-2-localhost");
    chapter.ask("check 5-3");
    chapter.until("refused");
    let events = chapter.run("5-exercise-4");
    assert_eq!(events.last().unwrap()["ended"], "completed", "{events:?}");
    assert_eq!(chapter.end(), Some(0));
    assert_eq!(objects(), before);
}
