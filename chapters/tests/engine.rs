//! The chapters on a real Docker Engine: what they print is what the book
//! shows, and nothing of theirs stays behind.

#![expect(clippy::unwrap_used, reason = "a test may unwrap: its panic is the report")]

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};

use chapters::normalise::{Host, leaks};
use chapters::reader::Recording;
use chapters::size;
use insta::Settings;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

/// One chapter at a time: they share names and ports, and a test looks at what
/// the engine holds before and after.
static ENGINE: Mutex<()> = Mutex::new(());

#[test]
#[ignore = "needs a Docker Engine"]
fn chapter_1_shows_what_its_transcript_says() {
    check(env!("CARGO_BIN_EXE_chapter-1"), "chapter-1");
}

#[test]
#[ignore = "needs a Docker Engine"]
fn chapter_2_shows_what_its_transcript_says() {
    check(env!("CARGO_BIN_EXE_chapter-2"), "chapter-2");
}

#[test]
#[ignore = "needs a Docker Engine"]
fn chapter_3_shows_what_its_transcript_says() {
    check(env!("CARGO_BIN_EXE_chapter-3"), "chapter-3");
}

#[test]
#[ignore = "needs a Docker Engine"]
fn chapter_4_shows_what_its_transcript_says() {
    check(env!("CARGO_BIN_EXE_chapter-4"), "chapter-4");
}

#[test]
#[ignore = "needs a Docker Engine"]
fn chapter_5_shows_what_its_transcript_says() {
    check(env!("CARGO_BIN_EXE_chapter-5"), "chapter-5");
}

#[test]
#[ignore = "needs a Docker Engine"]
fn a_chapter_run_twice_gives_the_same_transcript() {
    let _engine = engine();
    let first = record(env!("CARGO_BIN_EXE_chapter-5"));
    let second = record(env!("CARGO_BIN_EXE_chapter-5"));
    assert_eq!(first.transcript, second.transcript);
}

#[test]
#[ignore = "needs a Docker Engine"]
fn what_a_stranger_has_survives_and_nothing_of_a_chapter_stays() {
    let _engine = engine();
    let _decoy = Decoy::set_up();
    let before = objects();
    record(env!("CARGO_BIN_EXE_chapter-5"));
    record(env!("CARGO_BIN_EXE_chapter-2"));
    assert_eq!(objects(), before);
}

#[test]
#[ignore = "needs a Docker Engine"]
fn a_chapter_refuses_to_start_where_its_names_are_taken() {
    let _engine = engine();
    docker(&["image", "tag", "docker/dockerfile:1", "docker-gs-ping:strangers"]);
    let output = run(env!("CARGO_BIN_EXE_chapter-2"), &[]);
    let is_there = docker(&["image", "ls", "--quiet", "docker-gs-ping:strangers"]);
    docker(&["image", "rm", "docker-gs-ping:strangers"]);
    assert_eq!(output.status.code(), Some(3));
    assert!(
        stderr(&output).contains("image docker-gs-ping:strangers"),
        "{}",
        stderr(&output)
    );
    assert!(!is_there.trim().is_empty());
}

#[test]
#[ignore = "needs a Docker Engine"]
fn ctrl_c_in_a_build_leaves_nothing() {
    check_interrupt(
        env!("CARGO_BIN_EXE_chapter-4"),
        "4-3-test",
        "[run-test-stage 3/3]",
    );
}

#[test]
#[ignore = "needs a Docker Engine"]
fn ctrl_c_in_a_foreground_run_leaves_nothing() {
    check_interrupt(env!("CARGO_BIN_EXE_chapter-5"), "5", "http server started on");
}

#[test]
#[ignore = "needs a Docker Engine"]
fn a_port_that_is_held_is_named_with_its_holder() {
    let _engine = engine();
    let listener = std::net::TcpListener::bind("0.0.0.0:8080").unwrap();
    let output = run(env!("CARGO_BIN_EXE_chapter-5"), &[]);
    drop(listener);
    assert_eq!(output.status.code(), Some(3));
    let said = stderr(&output);
    assert!(
        said.contains("port 8080") && said.contains(&std::process::id().to_string()),
        "{said}"
    );
}

#[test]
#[ignore = "needs a Docker Engine"]
fn a_step_alone_shows_that_step_alone() {
    let _engine = engine();
    let output = run(env!("CARGO_BIN_EXE_chapter-2"), &["--step", "2-1-missing"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let shown = String::from_utf8(output.stdout).unwrap();
    assert!(shown.starts_with("$ docker build server\n"), "{shown}");
    assert_eq!(shown.matches("\n$ ").count(), 0, "{shown}");
}

/// Runs a chapter and compares its recording with the one in the book.
#[track_caller]
fn check(program: &str, name: &str) {
    let _engine = engine();
    let before = objects();
    let recording = record(program);
    assert_eq!(objects(), before, "{name} left something behind");
    assert_eq!(leaks(&recording.transcript, &host()), Vec::<String>::new());
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("transcripts");
    compare_recorded(&folder.join(format!("{name}.snap")), &recording.recorded);
    let mut settings = Settings::clone_current();
    settings.set_snapshot_path(folder);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_info(&serde_json::json!({
        "provenance": recording.provenance,
        "recorded": recording.recorded,
    }));
    settings.bind(|| insta::assert_snapshot!(name, recording.transcript));
}

/// Sizes differ a little from machine to machine; a size that is less than
/// half or more than double is another size.
#[track_caller]
fn compare_recorded(snapshot: &Path, recorded: &BTreeMap<String, String>) {
    // A chapter that is recorded for the first time has nothing to compare with.
    let Ok(text) = fs::read_to_string(snapshot) else {
        return;
    };
    for (placeholder, value) in recorded {
        let Some(known) = text
            .lines()
            .find_map(|line| line.trim().strip_prefix(&format!("{placeholder}: ")))
        else {
            continue;
        };
        if let Some((known, value)) = size::bytes(known).zip(size::bytes(value)) {
            let ratio = value / known;
            assert!(
                (0.5..=2.0).contains(&ratio),
                "<{placeholder}> is {value} bytes, the book says {known}"
            );
        }
    }
}

/// Interrupts a chapter as soon as it has printed `moment`.
#[track_caller]
fn check_interrupt(program: &str, step: &str, moment: &str) {
    let _engine = engine();
    let before = objects();
    let mut child = Command::new(program)
        .args(["--step", step])
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
}

fn engine() -> MutexGuard<'static, ()> {
    // A chapter that failed has cleaned up: the next may run.
    ENGINE.lock().unwrap_or_else(PoisonError::into_inner)
}

#[track_caller]
fn record(program: &str) -> Recording {
    let file = tempfile::NamedTempFile::new().unwrap();
    let output = run(program, &["--transcript", file.path().to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(0), "{program}\n{}", stderr(&output));
    serde_json::from_reader(fs::File::open(file.path()).unwrap()).unwrap()
}

fn run(program: &str, arguments: &[&str]) -> Output {
    Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// All that the engine holds, by id and name; build cache is not an object.
fn objects() -> Vec<String> {
    let lists: [&[&str]; 4] = [
        &[
            "container",
            "ls",
            "--all",
            "--no-trunc",
            "--format",
            "{{.ID}} {{.Names}}",
        ],
        &[
            "image",
            "ls",
            "--no-trunc",
            "--format",
            "{{.ID}} {{.Repository}}:{{.Tag}}",
        ],
        &["network", "ls", "--no-trunc", "--format", "{{.ID}} {{.Name}}"],
        &["volume", "ls", "--format", "{{.Name}}"],
    ];
    let mut objects: Vec<String> = lists
        .iter()
        .flat_map(|list| docker(list).lines().map(str::to_owned).collect::<Vec<_>>())
        .collect();
    objects.sort();
    objects
}

#[track_caller]
fn docker(arguments: &[&str]) -> String {
    let output = Command::new("docker").args(arguments).output().unwrap();
    assert!(
        output.status.success(),
        "docker {arguments:?}: {}",
        stderr(&output)
    );
    String::from_utf8(output.stdout).unwrap()
}

fn host() -> Host {
    let name = nix::unistd::gethostname().unwrap();
    Host {
        name: name.to_string_lossy().into_owned(),
        ..Host::default()
    }
}

/// A stranger's container, image, volume and network, removed again at the end.
struct Decoy;

impl Decoy {
    const NAME: &str = "strangers-thing";

    fn set_up() -> Self {
        drop(Self);
        let folder: PathBuf = [env!("CARGO_MANIFEST_DIR"), "tests", "decoy"].iter().collect();
        docker(&["build", "--tag", Self::NAME, folder.to_str().unwrap()]);
        docker(&["volume", "create", Self::NAME]);
        docker(&["network", "create", Self::NAME]);
        docker(&["container", "create", "--name", Self::NAME, Self::NAME]);
        Self
    }
}

impl Drop for Decoy {
    fn drop(&mut self) {
        for kind in ["container", "image", "network", "volume"] {
            // What is not there yet need not go.
            let _ = Command::new("docker").args([kind, "rm", Self::NAME]).output();
        }
    }
}
