//! Tests of files that cannot be written: no false success, and existing files are kept.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a test may unwrap, write files and start programs"
)]

mod numbers;

use std::fs::{self, File, Permissions};
use std::io;
use std::os::unix::fs::{FileTypeExt, PermissionsExt, symlink};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread;

use nix::sys::stat::Mode;
use nix::unistd::mkfifo;
use numbers::{Numbers, PROGRAM, limited, names};

/// Prints little.
const SHORT: &str = "echo one";

/// Prints more than fits into a file of [`LIMIT`].
const LONG: &str = "echo one; seq 1000";

/// Presses Ctrl-C for the chapter.
const INTERRUPTS: &str = "kill -INT $PPID; echo one";

/// A note from an earlier run.
const NOTE: &str = r#"{"engine":"","before":null,"kept":[]}"#;

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "needs /dev/full")]
fn a_transcript_on_a_full_disk_is_a_failure_that_is_said_once_and_cleans_up() {
    let ended = Numbers::that(LONG).run(&[], full());
    ended.check(1, "Error: failed to write stdout: No space left on device");
    ended.check(
        1,
        "next: make space for it, or write it elsewhere, and run the same again",
    );
    assert_eq!(ended.said.matches("stdout").count(), 1, "{}", ended.said);
    assert_eq!(ended.made, [] as [&str; 0]);
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "needs /dev/full")]
fn a_document_on_a_full_disk_is_a_failure() {
    let ended = Numbers::that(SHORT).run(&["--format", "json"], full());
    ended.check(1, "Error: failed to write stdout: No space left on device");
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "needs /dev/full")]
fn what_only_shows_something_fails_where_it_cannot_be_shown() {
    for shows in ["--list", "--dry-run", "--help"] {
        let ended = Numbers::that(SHORT).run(&[shows], full());
        ended.check(1, "Error: failed to write stdout: No space left on device");
        assert_eq!(ended.said.matches("stdout").count(), 1, "{}", ended.said);
    }
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "needs /dev/full")]
fn it_is_said_in_japanese_too() {
    let numbers = Numbers::that(SHORT);
    let ended = numbers.run(&["--lang", "ja"], full());
    ended.check(
        1,
        "エラー：標準出力に書き込めませんでした：No space left on device",
    );
    ended.check(
        1,
        "次の操作：空き容量を増やすか出力先を変えて、もう一度実行してください",
    );
    let ended = numbers.run(&["--lang", "ja", "--junit", "/dev/full"], Stdio::null());
    ended.check(
        1,
        "エラー：/dev/fullに書き込めませんでした：No space left on device",
    );
}

#[test]
fn a_stdout_that_ends_half_way_is_a_failure() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let ended = Numbers::that(LONG).end(&mut limited(1), file.reopen().unwrap());
    ended.check(1, "Error: failed to write stdout: File too large");
}

#[test]
fn a_reader_who_has_seen_enough_is_no_failure() {
    for arguments in [&[][..], &["--format", "json"], &["--list"], &["--help"]] {
        let ended = Numbers::that(LONG).run(arguments, without_reader());
        ended.check(0, "");
        assert!(!ended.said.contains("Error"), "{}", ended.said);
        assert_eq!(ended.made, [] as [&str; 0]);
    }
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "needs /dev/full")]
fn what_ended_otherwise_keeps_its_exit_status() {
    Numbers::that(INTERRUPTS)
        .run(&["--junit", "/dev/full"], full())
        .check(130, "Error: failed to write stdout");
    Numbers::that("exit 7")
        .run(&[], full())
        .check(1, "Error: failed to write stdout");
    let arguments = ["--format", "json", "--junit", "/dev/full"];
    let not_started = Numbers::that(SHORT);
    not_started.write("target/tutorial", "no folder");
    not_started
        .run(&arguments, full())
        .check(3, "Error: failed to write stdout");
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "needs /dev/full")]
fn a_file_on_a_full_disk_is_a_failure_that_names_it() {
    let numbers = Numbers::that(SHORT);
    for option in ["--junit", "--transcript"] {
        let ended = numbers.run(&[option, "/dev/full"], Stdio::null());
        ended.check(1, "Error: failed to write /dev/full: No space left on device");
        ended.check(
            1,
            "next: make space for it, or write it elsewhere, and run the same again",
        );
    }
}

#[test]
fn a_file_in_a_folder_that_is_not_there_is_a_failure_that_names_it() {
    let ended = Numbers::that(SHORT).run(&["--junit", "/nowhere/junit.xml"], Stdio::null());
    ended.check(
        1,
        "Error: failed to write /nowhere/junit.xml: No such file or directory",
    );
    ended.check(1, "next: name a file that can be written, and run the same again");
}

#[test]
fn a_file_that_fails_half_way_leaves_the_earlier_one_and_nothing_beside_it() {
    let numbers = Numbers::that(LONG);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("earlier");
    fs::write(&file, "earlier").unwrap();
    let name = file.to_str().unwrap();
    let ended = numbers.run_limited(1, &["--transcript", name]);
    ended.check(
        1,
        &format!("Error: failed to write {name}: File too large (os error 27)\n"),
    );
    assert_eq!(fs::read_to_string(&file).unwrap(), "earlier");
    assert_eq!(names(folder.path()), ["earlier"]);
}

#[test]
fn what_is_no_regular_file_is_written_to() {
    let numbers = Numbers::that(SHORT);
    let fifo = numbers.path("fifo");
    mkfifo(&fifo, Mode::S_IRWXU).unwrap();
    let reader = thread::spawn({
        let fifo = fifo.clone();
        move || fs::read_to_string(fifo).unwrap()
    });
    let ended = numbers.run(&["--junit", fifo.to_str().unwrap()], Stdio::null());
    ended.check(0, "");
    assert!(reader.join().unwrap().contains("<testsuites"));
    assert!(fs::metadata(&fifo).unwrap().file_type().is_fifo());
}

#[test]
fn a_report_on_stdout_comes_after_what_is_there() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let ended = Numbers::that(SHORT).run(&["--junit", "/dev/stdout"], file.reopen().unwrap());
    ended.check(0, "");
    let text = fs::read_to_string(file.path()).unwrap();
    assert!(text.starts_with("$ touch made.txt\n"), "{text}");
    assert!(text.trim_end().ends_with("</testsuites>"), "{text}");
}

#[test]
fn a_file_that_a_link_names_is_written_where_it_lies() {
    let numbers = Numbers::that(SHORT);
    let (file, link) = (numbers.path("file"), numbers.path("link"));
    symlink(&file, &link).unwrap();
    for _ in ["not there", "there"] {
        let ended = numbers.run(&["--junit", link.to_str().unwrap()], Stdio::null());
        ended.check(0, "");
        assert!(fs::read_to_string(&file).unwrap().contains("<testsuites"));
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        fs::write(&file, "earlier").unwrap();
    }
}

#[test]
fn a_new_file_has_the_rights_that_others_get_and_an_earlier_one_keeps_its_own() {
    let numbers = Numbers::that(SHORT);
    let (new, others, earlier) = (
        numbers.path("new"),
        numbers.path("others"),
        numbers.path("earlier"),
    );
    File::create(&others).unwrap();
    File::create(&earlier).unwrap();
    fs::set_permissions(&earlier, Permissions::from_mode(0o600)).unwrap();
    for file in [&new, &earlier] {
        let ended = numbers.run(&["--junit", file.to_str().unwrap()], Stdio::null());
        ended.check(0, "");
    }
    let rights = |file: &PathBuf| fs::metadata(file).unwrap().permissions().mode() & 0o777;
    assert_eq!(rights(&new), rights(&others));
    assert_eq!(rights(&earlier), 0o600);
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "needs /dev/full")]
fn a_document_says_what_else_could_not_be_written() {
    let numbers = Numbers::that(SHORT);
    let ended = numbers.run(&["--format", "json", "--junit", "/dev/full"], Stdio::piped());
    ended.check(1, "Error: failed to write /dev/full");
    let document: serde_json::Value = serde_json::from_str(&ended.shown).unwrap();
    assert_eq!(document["exit_code"], 1);
    let unwritten = document["unwritten"][0].as_str().unwrap();
    assert!(
        unwritten.starts_with("failed to write /dev/full: "),
        "{unwritten}"
    );
}

#[test]
fn a_note_that_cannot_be_written_before_the_chapter_stops_it() {
    let numbers = Numbers::that("touch ran; echo one");
    numbers.write("target/tutorial", "no folder");
    let ended = numbers.run(&[], Stdio::piped());
    ended.check(3, "numbers cannot start");
    ended.check(3, "/target/tutorial/numbers.json: ");
    ended.check(
        3,
        "next: make space there, or make the folder writable, and run the same again",
    );
    assert_eq!(ended.shown, "");
    assert!(!numbers.path("ran").exists());
}

#[test]
fn a_note_that_fails_half_way_leaves_the_earlier_one() {
    let numbers = Numbers::that(SHORT);
    numbers.write("target/tutorial/numbers.json", NOTE);
    let ended = numbers.run_limited(0, &[]);
    ended.check(3, "numbers.json: File too large");
    let folder = numbers.path("target/tutorial");
    assert_eq!(fs::read_to_string(folder.join("numbers.json")).unwrap(), NOTE);
    assert_eq!(names(&folder), ["numbers.json"]);
}

#[test]
fn a_note_that_cannot_be_read_is_named_before_the_chapter_starts() {
    for note in [&NOTE[..20], "[]", r#"{"written":"by somebody else"}"#] {
        let numbers = Numbers::that("touch ran; echo one");
        numbers.write("target/tutorial/numbers.json", note);
        for option in [&[][..], &["--step", "1"]] {
            let ended = numbers.run(option, Stdio::piped());
            let file = numbers.path("target/tutorial/numbers.json");
            ended.check(3, &format!("failed to read the note {}: ", file.display()));
            ended.check(3, &format!("rm {}", file.display()));
            assert!(!numbers.path("ran").exists());
            assert_eq!(fs::read_to_string(file).unwrap(), note);
        }
    }
}

#[test]
fn cleaning_up_names_a_note_that_cannot_be_read_and_is_no_success() {
    let numbers = Numbers::that(SHORT);
    numbers.write("target/tutorial/another.json", "{");
    numbers.write("target/tutorial/numbers.json", NOTE);
    numbers.write("target/numbers/file", "");
    let ended = numbers.run(&["--clean"], Stdio::null());
    ended.check(1, "another.json");
    ended.check(1, "Removed.");
    let ended = numbers.run(&["--clean"], Stdio::null());
    ended.check(1, "another.json");
    assert!(!ended.said.contains("Nothing"), "{}", ended.said);
    assert_eq!(names(&numbers.path("target/tutorial")), ["another.json"]);
}

#[test]
fn a_chapter_that_is_left_early_has_a_transcript() {
    let numbers = Numbers::that(SHORT);
    let file = numbers.path("transcript");
    let arguments = ["--interactive", "--transcript", file.to_str().unwrap()];
    // stdin ends without an answer.
    numbers.run(&arguments, Stdio::null()).check(0, "");
    assert!(file.exists());
}

#[test]
fn a_step_of_a_tutorial_without_docker_asks_no_engine() {
    let numbers = Numbers::that(SHORT);
    numbers.write("target/tutorial/numbers.json", NOTE);
    let command = &mut Command::new(&*PROGRAM);
    let command = command
        .args(["--step", "1"])
        .env("DOCKER_HOST", "unix:///nowhere");
    numbers.end(command, Stdio::null()).check(0, "");
}

fn full() -> File {
    File::options().write(true).open("/dev/full").unwrap()
}

/// The writing end of a pipe without a reader.
fn without_reader() -> io::PipeWriter {
    io::pipe().unwrap().1
}
