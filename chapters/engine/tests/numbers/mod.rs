//! The tutorial of `tests/programs/numbers.rs`, run as a reader runs it.

#![allow(dead_code, reason = "not each test needs all of it")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use tempfile::TempDir;

/// The program of `tests/programs/numbers.rs`.
pub static PROGRAM: LazyLock<PathBuf> = LazyLock::new(|| {
    // A run of this test alone does not build it.
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

/// The tutorial of that program, in a folder of its own.
pub struct Numbers {
    root: TempDir,
}

/// How a program ended.
pub struct Ended {
    /// Exit status; `None` if a signal ended it.
    pub code: Option<i32>,
    /// stdout.
    pub shown: String,
    /// stderr.
    pub said: String,
    /// What the chapter made and is still there.
    pub made: Vec<String>,
}

impl Numbers {
    /// One whose second command is this script.
    pub fn that(script: &str) -> Self {
        let numbers = Self {
            root: tempfile::tempdir().unwrap(),
        };
        numbers.write("numbers.sh", script);
        numbers.write("attempt.sh", "echo ready");
        numbers
    }

    /// One whose last command waits for what this script shows.
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

    /// The same where no file may be larger than this many blocks.
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

/// The program where no file may be larger than this many blocks of 512 bytes, as POSIX's `ulimit` has
/// it. A write beyond them fails as one on a full disk does.
pub fn limited(blocks: u32) -> Command {
    let mut command = Command::new("sh");
    let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
    command.args(["-c", &script]).arg(&*PROGRAM);
    command
}

/// Names of what is in a folder, in order.
pub fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}
