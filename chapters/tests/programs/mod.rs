//! The chapters' programs, and how to run them without an engine.

#![allow(dead_code, reason = "not each test needs all of it")]

use std::process::{Command, Output};

// One chapter each.
pub const CHAPTER_0: &str = env!("CARGO_BIN_EXE_chapter-0");
pub const CHAPTER_1: &str = env!("CARGO_BIN_EXE_chapter-1");
pub const CHAPTER_2: &str = env!("CARGO_BIN_EXE_chapter-2");
pub const CHAPTER_3: &str = env!("CARGO_BIN_EXE_chapter-3");
pub const CHAPTER_4: &str = env!("CARGO_BIN_EXE_chapter-4");
pub const CHAPTER_5: &str = env!("CARGO_BIN_EXE_chapter-5");
pub const CHAPTER_6: &str = env!("CARGO_BIN_EXE_chapter-6");
pub const CHAPTER_7: &str = env!("CARGO_BIN_EXE_chapter-7");

/// The program that runs all chapters.
pub const WALKTHROUGH: &str = env!("CARGO_BIN_EXE_walkthrough");

/// The program of a chapter.
#[track_caller]
pub fn program(chapter: &str) -> &'static str {
    match chapter {
        "chapter-0" => CHAPTER_0,
        "chapter-1" => CHAPTER_1,
        "chapter-2" => CHAPTER_2,
        "chapter-3" => CHAPTER_3,
        "chapter-4" => CHAPTER_4,
        "chapter-5" => CHAPTER_5,
        "chapter-6" => CHAPTER_6,
        "chapter-7" => CHAPTER_7,
        _ => panic!("{chapter} has no program"),
    }
}

/// Runs a program that needs no engine, in English.
pub fn run(program: &str, arguments: &[&str]) -> Output {
    run_with(program, arguments, &[("LC_ALL", "C.UTF-8")])
}

/// Runs it with these variables, and no others that choose a language.
pub fn run_with(program: &str, arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    let mut command = Command::new(program);
    for name in ["LC_ALL", "LC_MESSAGES", "LANG"] {
        command.env_remove(name);
    }
    command
        .args(arguments)
        .env("DOCKER_HOST", "unix:///nowhere")
        .envs(variables.iter().copied())
        .output()
        .unwrap()
}

/// The output of a program that needs no engine; it must succeed.
#[track_caller]
pub fn stdout(program: &str, arguments: &[&str]) -> String {
    let output = run(program, arguments);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    String::from_utf8(output.stdout).unwrap()
}

/// A program's messages to people.
pub fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}
