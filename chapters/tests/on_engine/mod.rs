//! Helpers for tests on a real Docker Engine.

#![allow(dead_code, reason = "not each of them needs all of it")]

pub mod asked;
#[path = "../programs/mod.rs"]
pub mod programs;
pub mod resident;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};

use chapters::TUTORIAL;
use tutorial_engine::record::snapshot::Snapshot;
use tutorial_engine::record::transcript::Entry;

/// One chapter at a time: chapters share names and ports, and tests compare the engine's objects before
/// and after.
static ENGINE: Mutex<()> = Mutex::new(());

/// Waits for other tests.
pub fn engine() -> MutexGuard<'static, ()> {
    // A failed test has cleaned up, so the next one may run.
    ENGINE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Runs a chapter to its end, without a terminal.
pub fn run(program: &str, arguments: &[&str]) -> Output {
    Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

/// Runs a chapter in its own network namespace, as in a dev container that has the engine's socket.
pub fn run_apart(program: &str, arguments: &[&str]) -> Output {
    const ALONE: &str = "ip link set lo up && exec \"$0\" \"$@\"";
    run(
        "unshare",
        &[&["--net", "sh", "-c", ALONE, program], arguments].concat(),
    )
}

/// Copies the contents of a folder.
pub fn copy(from: &str, to: &str) {
    let copied = Command::new("cp").args(["-R", &format!("{from}/."), to]).status();
    assert!(copied.unwrap().success(), "{from} cannot be copied");
}

/// A chapter's messages to people.
pub fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// All objects that the engine holds, by id and name, without the build cache.
pub fn objects() -> Vec<String> {
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

/// docker's output; it must succeed.
#[track_caller]
pub fn docker(arguments: &[&str]) -> String {
    let output = Command::new("docker").args(arguments).output().unwrap();
    assert!(
        output.status.success(),
        "docker {arguments:?}: {}",
        stderr(&output)
    );
    String::from_utf8(output.stdout).unwrap()
}

/// The note that a chapter leaves while it runs, or if it kept something.
pub fn note(name: &str) -> PathBuf {
    target().join(format!("tutorial/{name}.json"))
}

/// Folders that chapters make in `target`.
pub fn files() -> Vec<PathBuf> {
    let entries = |folder: &Path| -> Vec<PathBuf> {
        let entries = fs::read_dir(folder).into_iter().flatten();
        entries.map(|entry| entry.unwrap().path()).collect()
    };
    let is_a_chapters = |path: &PathBuf| {
        path.file_name()
            .unwrap()
            .to_string_lossy()
            .starts_with("chapter-")
    };
    entries(&target()).into_iter().filter(is_a_chapters).collect()
}

fn target() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    root.join("target")
}

/// Removes a chapter's leftovers, including the note.
#[track_caller]
pub fn clean(program: &str) {
    let output = run(program, &["--clean", "--yes"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
}

/// Runs a chapter; also returns its normalised output, or nothing if it failed.
pub fn record(program: &str, arguments: &[&str]) -> (Output, Vec<Entry>) {
    let file = tempfile::NamedTempFile::new().unwrap();
    let transcript = ["--transcript", file.path().to_str().unwrap()];
    let output = run(program, &[arguments, &transcript].concat());
    let shown = serde_json::from_reader(File::open(file.path()).unwrap());
    (
        output,
        shown.map_or_else(|_| Vec::new(), |shown: Snapshot| shown.transcript.entries),
    )
}

/// A chapter's entries in the book, starting at a section.
pub fn book_from(chapter: &str, section: &str) -> Vec<Entry> {
    let book = TUTORIAL.snapshot(chapter).unwrap();
    let entries = book.transcript.entries.into_iter();
    entries.skip_while(|entry| entry.section != section).collect()
}

/// A section's entries in the book.
pub fn book_of(chapter: &str, section: &str) -> Vec<Entry> {
    let mut entries = book_from(chapter, section);
    entries.retain(|entry| entry.section == section);
    entries
}
