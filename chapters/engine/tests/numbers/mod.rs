//! Runs the tutorial of `tests/programs/numbers.rs` as a reader does.

#![allow(dead_code, reason = "not each test needs all of it")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use tempfile::TempDir;

/// The program of `tests/programs/numbers.rs`.
pub static PROGRAM: LazyLock<PathBuf> = LazyLock::new(|| {
    // `cargo test` for a single test does not build the program.
    let build = [
        "build",
        "--quiet",
        "--package",
        "tutorial-engine",
        "--example",
        "numbers",
    ];
    let profile: &[&str] = if cfg!(debug_assertions) {
        &[]
    } else {
        &["--release"]
    };
    let built = Command::new(env!("CARGO"))
        .args(build)
        .args(profile)
        .status()
        .unwrap();
    assert!(built.success());
    let tests = std::env::current_exe().unwrap();
    let folder = tests.parent().and_then(Path::parent).unwrap();
    folder.join("examples/numbers")
});

/// The tutorial of that program, in its own folder.
pub struct Numbers {
    root: TempDir,
}

/// The result of a program.
pub struct Ended {
    /// Exit status; `None` if a signal ended it.
    pub code: Option<i32>,
    /// stdout.
    pub shown: String,
    /// stderr.
    pub said: String,
    /// Objects that the chapter made and that still exist.
    pub made: Vec<String>,
}

impl Numbers {
    /// A tutorial with this script as its second command.
    pub fn that(script: &str) -> Self {
        let numbers = Self {
            root: tempfile::tempdir().unwrap(),
        };
        numbers.write("numbers.sh", script);
        numbers.write("attempt.sh", "echo ready");
        numbers
    }

    /// A tutorial with a last command that waits for the output of this script.
    pub fn that_waits_for(script: &str) -> Self {
        let numbers = Self::that("echo one");
        numbers.write("attempt.sh", script);
        numbers
    }

    pub fn path(&self, file: &str) -> PathBuf {
        self.root.path().join(file)
    }

    pub fn write(&self, file: &str, text: &str) {
        let file = self.path(file);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }

    pub fn run(&self, arguments: &[&str], stdout: impl Into<Stdio>) -> Ended {
        self.end(Command::new(&*PROGRAM).args(arguments), stdout)
    }

    /// Runs the program with a limit on the size of files, in blocks.
    pub fn run_limited(&self, blocks: u32, arguments: &[&str]) -> Ended {
        self.end(limited(blocks).args(arguments), Stdio::null())
    }

    pub fn end(&self, command: &mut Command, stdout: impl Into<Stdio>) -> Ended {
        let command = command.env("NUMBERS_ROOT", self.root.path()).env("LC_ALL", "C");
        let ended = Ended::of(command, stdout);
        let mut made = names(self.root.path());
        made.retain(|name| name == "made.txt");
        Ended { made, ..ended }
    }
}

impl Ended {
    pub fn of(command: &mut Command, stdout: impl Into<Stdio>) -> Self {
        let child = command
            .stdin(Stdio::null())
            .stdout(stdout)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let output = child.wait_with_output().unwrap();
        Self {
            code: output.status.code(),
            shown: String::from_utf8(output.stdout).unwrap(),
            said: String::from_utf8(output.stderr).unwrap(),
            made: Vec::new(),
        }
    }

    #[track_caller]
    pub fn check(&self, code: i32, said: &str) {
        assert_eq!(self.code, Some(code), "{}", self.said);
        assert!(self.said.contains(said), "no `{said}` in\n{}", self.said);
    }
}

/// The program with a limit on the size of files, in blocks of 512 bytes, as in POSIX's `ulimit`. A
/// larger write fails as on a full disk.
pub fn limited(blocks: u32) -> Command {
    let mut command = Command::new("sh");
    let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
    command.args(["-c", &script]).arg(&*PROGRAM);
    command
}

/// Names of the entries of a folder, sorted.
pub fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}
