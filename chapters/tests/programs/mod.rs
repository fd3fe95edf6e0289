//! The chapters' programs, run where no engine is within reach.

use std::process::{Command, Output};

use chapters::transcript::Transcript;

/// Names of all chapters, and their programs.
pub const CHAPTERS: [(&str, &str); 6] = [
    ("chapter-1", env!("CARGO_BIN_EXE_chapter-1")),
    ("chapter-2", env!("CARGO_BIN_EXE_chapter-2")),
    ("chapter-3", env!("CARGO_BIN_EXE_chapter-3")),
    ("chapter-4", env!("CARGO_BIN_EXE_chapter-4")),
    ("chapter-5", env!("CARGO_BIN_EXE_chapter-5")),
    ("chapter-6", env!("CARGO_BIN_EXE_chapter-6")),
];

/// Runs a program that needs no engine.
pub fn run(program: &str, arguments: &[&str]) -> Output {
    Command::new(program)
        .args(arguments)
        .env("DOCKER_HOST", "unix:///nowhere")
        .env("LC_ALL", "C.UTF-8")
        .output()
        .unwrap()
}

/// The commands that a chapter lists, without the lines about what they make.
#[track_caller]
pub fn dry_run(program: &str, arguments: &[&str]) -> Transcript {
    let output = run(program, &[&["--dry-run"], arguments].concat());
    let listed = String::from_utf8(output.stdout).unwrap();
    let commands = listed.lines().filter(|line| !line.starts_with('#'));
    commands
        .flat_map(|line| [line, "\n"])
        .collect::<String>()
        .parse()
        .unwrap()
}
