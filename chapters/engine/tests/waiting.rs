//! Tests of commands that are repeated until they show what is expected.

#![allow(
    clippy::disallowed_methods,
    reason = "tests start programs, write files and read the environment"
)]
#![expect(clippy::unwrap_used, reason = "a test may unwrap: its panic is the report")]

mod numbers;

use std::process::Stdio;

use numbers::{Ended, Numbers};
use regex::Regex;

/// Hangs until it is killed.
const HANGS: &str = "exec sleep 300";

#[test]
fn an_attempt_that_hangs_hides_nothing_of_what_the_one_before_said() {
    // The third run and all later ones hang.
    let numbers = Numbers::that_waits_for(&format!(
        "echo >> attempts; test $(wc -l < attempts) -lt 3 || {HANGS}; echo No space left on device; exit 7"
    ));
    let ended = wait(&numbers, "en");
    ended.check(
        1,
        "expected   shows \"ready\"\n           ends with exit status 0\n",
    );
    ended.check(1, "waited S s, N attempts; the last one that ended: exit status 7, and this output:\n           No space left on device\n");
    ended.check(1, "cause      A disk is full.\n");
    ended.check(1, "then       cargo run --bin numbers -- --from wait\n");
}

#[test]
fn an_attempt_that_hangs_leaves_time_for_the_next() {
    let numbers = Numbers::that_waits_for(&format!(
        "test -e attempts && exec echo ready; touch attempts; {HANGS}"
    ));
    let ended = wait(&numbers, "en");
    ended.check(0, "");
    assert_eq!(ended.shown, "$ sh attempt.sh\nready\n");
}

#[test]
fn what_still_grows_is_shown_when_it_is_whole() {
    let numbers =
        Numbers::that_waits_for("echo >> attempts; echo ready; test $(wc -l < attempts) -lt 2 || echo rest");
    let ended = wait(&numbers, "en");
    ended.check(0, "");
    assert_eq!(ended.shown, "$ sh attempt.sh\nready\nrest\n");
}

#[test]
fn what_was_shown_once_is_enough_if_the_time_is_over() {
    let numbers = Numbers::that_waits_for(&format!(
        "test -e attempts && {HANGS}; touch attempts; echo ready"
    ));
    let ended = wait(&numbers, "en");
    ended.check(0, "");
    assert_eq!(ended.shown, "$ sh attempt.sh\nready\n");
}

#[test]
fn if_no_attempt_ended_the_report_says_so_in_both_languages() {
    let numbers = Numbers::that_waits_for(&format!("echo Trying 10.0.0.1...; {HANGS}"));
    wait(&numbers, "en").check(1, "came       waited S s, N attempts; none of them ended by itself, and this output:\n           Trying 10.0.0.1...");
    wait(&numbers, "ja").check(1, "結果       S秒待ってN回試行、時間内に終了した試行なし、出力は次のとおり\n           Trying 10.0.0.1...");
}

#[test]
fn an_attempt_that_is_interrupted_is_no_failure() {
    let numbers = Numbers::that_waits_for(&format!(
        "test -e attempts && kill -INT $PPID && {HANGS}; touch attempts; echo not yet; exit 7"
    ));
    let ended = wait(&numbers, "en");
    ended.check(130, "");
    assert!(!ended.said.contains("expected"), "{}", ended.said);
}

#[test]
fn what_a_command_computes_is_not_the_programs_own_time() {
    let spin = "i=0; while [ $i -lt 300000 ]; do i=$((i + 1)); done; echo ready";
    let ended = wait(&Numbers::that_waits_for(spin), "en");
    let own = Regex::new(r"own part of that time: ([0-9.]+) %").unwrap();
    let own: f64 = own.captures(&ended.said).unwrap()[1].parse().unwrap();
    assert!(own > 0.0 && own < 50.0, "{}", ended.said);
}

/// Runs the section that waits; replaces time and number of attempts in its messages, because they
/// differ in each run.
fn wait(numbers: &Numbers, language: &str) -> Ended {
    let ended = numbers.run(&["--step", "wait", "--lang", language], Stdio::piped());
    let seconds = Regex::new(r"[0-9]+( s, |秒待って)").unwrap();
    let attempts = Regex::new(r"[0-9]+( attempts|回試行)").unwrap();
    let said = seconds.replace_all(&ended.said, "S$1");
    let said = attempts.replace_all(&said, "N$1").into_owned();
    Ended { said, ..ended }
}
