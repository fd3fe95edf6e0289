//! What tests on a real Docker Engine share.

#![allow(dead_code, reason = "not each of them needs all of it")]

pub mod asked;
pub mod resident;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};

use chapters::TUTORIAL;
use tutorial_engine::record::snapshot::Snapshot;
use tutorial_engine::record::transcript::Entry;

/// One chapter at a time: they share names and ports, and a test looks at what
/// the engine holds before and after.
static ENGINE: Mutex<()> = Mutex::new(());

/// Waits for other tests.
pub fn engine() -> MutexGuard<'static, ()> {
    // A chapter that failed has cleaned up: the next may run.
    ENGINE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Runs a chapter to its end; nobody is at the keyboard.
pub fn run(program: &str, arguments: &[&str]) -> Output {
    Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

/// The same in a network namespace of its own, as in a dev container that has the engine's socket.
pub fn run_apart(program: &str, arguments: &[&str]) -> Output {
    const ALONE: &str = "ip link set lo up && exec \"$0\" \"$@\"";
    run(
        "unshare",
        &[&["--net", "sh", "-c", ALONE, program], arguments].concat(),
    )
}

/// What a chapter said to people.
pub fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// All that the engine holds, by id and name; build cache is not an object.
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

/// What docker prints; it has to succeed.
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

/// The note that a chapter leaves while it runs, and when it kept something.
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

/// Removes what a chapter left, the note included.
#[track_caller]
pub fn clean(program: &str) {
    let output = run(program, &["--clean", "--yes"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
}

/// Runs a chapter and answers what it showed, too, normalised; nothing if it failed.
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

/// What the book shows of a chapter, from a section on.
pub fn book_from(chapter: &str, section: &str) -> Vec<Entry> {
    let book = TUTORIAL.snapshot(chapter).unwrap();
    let entries = book.transcript.entries.into_iter();
    entries.skip_while(|entry| entry.section != section).collect()
}

/// What the book shows of a section.
pub fn book_of(chapter: &str, section: &str) -> Vec<Entry> {
    let mut entries = book_from(chapter, section);
    entries.retain(|entry| entry.section == section);
    entries
}
