//! Tests of expectations: when they are met, and the message if they are not.

use std::process::Command;
use std::time::Duration;

use tutorial_engine::author::chapter::Chapter;
use tutorial_engine::author::expect::Normalised;
use tutorial_engine::author::line::{Action, Line};
use tutorial_engine::author::tutorial::Tutorial;
use tutorial_engine::language::Language;
use tutorial_engine::run::process::{End, Outcome};

/// Output in the format of `BuildKit`: one step from the cache, one that ran.
const BUILD: &str = "#0 building with \"default\" instance using docker driver\n\n\
                     #5 [1/2] FROM a\n#5 CACHED\n\n#6 [2/2] RUN b\n#6 DONE 0.1s\n";

#[test]
fn every_claim_that_does_not_hold_is_named_in_order() {
    check(
        |line| line.shows("one").shows("two").but_not("three").exits_with(1),
        "one three\n",
        &[
            "shows \"two\"",
            "does not show \"three\"",
            "ends with exit status 1",
        ],
    );
}

#[test]
fn a_placeholder_is_looked_for_in_the_normalised_output() {
    check(|line| line.shows("<container-1>"), "4f1b7c02d9e3\n", &[]);
    check(
        |line| line.but_not("<container-1>"),
        "4f1b7c02d9e3\n",
        &["does not show the id of container 1"],
    );
}

#[test]
fn blank_lines_are_no_output() {
    check(Line::shows_nothing, "\n", &[]);
    check(Line::shows_nothing, "a\n", &["shows nothing"]);
}

#[test]
fn sizes_are_compared_by_line() {
    let output = "a 1.2GB\nb 3.7MB\n";
    check(
        |line| line.times("a ", 100.0, "b ").megabytes_below("b ", 5),
        output,
        &[],
    );
    check(
        |line| {
            line.times("a ", 1000.0, "b ")
                .megabytes_below("b ", 3)
                .megabytes_below("c", 5)
        },
        output,
        &[
            "\"a \" is at least 1000 times as large as \"b \"",
            "\"b \" is below 3 MB",
            "\"c\" is below 5 MB",
        ],
    );
}

#[test]
fn a_step_of_a_build_is_there_and_comes_from_the_cache_or_not() {
    check(
        |line| line.showing_step("RUN b").cached("FROM a").rebuilt("RUN b"),
        BUILD,
        &[],
    );
    check(
        |line| line.showing_step("RUN c").cached("RUN b").rebuilt("FROM a"),
        BUILD,
        &[
            "has the build step \"RUN c\"",
            "takes the build step \"RUN b\" from the cache",
            "does the build step \"FROM a\" again",
        ],
    );
}

#[test]
fn what_an_earlier_output_had_is_nothing_new() {
    // The outcomes in these tests always contain something new.
    check(
        Line::naming_nothing_new,
        "4f1b7c02d9e3\n",
        &["shows no new id, address or port"],
    );
}

#[test]
fn what_ends_at_once_takes_less_than_three_seconds() {
    let check = |elapsed, expected: &[&str]| {
        let outcome = Outcome { elapsed, ..ended("") };
        check_outcome(Line::ends_at_once, &outcome, expected);
    };
    check(Duration::from_millis(2900), &[]);
    check(Duration::from_secs(3), &["ends within 3 s"]);
}

#[test]
fn a_command_that_does_not_end_in_time_is_named_first() {
    let outcome = Outcome {
        end: End::TimedOut,
        status: None,
        ..ended("")
    };
    check_outcome(
        |line| line.shows("one"),
        &outcome,
        &[
            "ends within its time limit",
            "shows \"one\"",
            "ends with exit status 0",
        ],
    );
}

#[test]
fn half_the_time_of_another_command_is_needed() {
    let check = |seconds, compared_with: Option<u64>, expected: &[&str]| {
        let elapsed = Duration::from_secs(seconds);
        let outcome = Outcome { elapsed, ..ended("") };
        let compared_with = compared_with.map(Duration::from_secs);
        check_compared(
            |line| line.in_half_the_time_of("slow"),
            &outcome,
            compared_with,
            expected,
        );
    };
    let unmet = ["takes at most half as long as `slow`"];
    check(5, Some(10), &[]);
    check(6, Some(10), &unmet);
    check(0, None, &unmet);
}

#[test]
fn something_is_a_line_that_is_not_blank() {
    check(Line::shows_something, "one\n", &[]);
    check(Line::shows_something, "\n", &["shows something"]);
}

/// `unmet` are the expectations of a line that an output with exit status 0 does not meet.
#[track_caller]
fn check(claim: impl Fn(&mut Line) -> &mut Line, output: &str, unmet: &[&str]) {
    check_outcome(claim, &ended(output), unmet);
}

#[track_caller]
fn check_outcome(claim: impl Fn(&mut Line) -> &mut Line, outcome: &Outcome, unmet: &[&str]) {
    check_compared(claim, outcome, None, unmet);
}

#[track_caller]
fn check_compared(
    claim: impl Fn(&mut Line) -> &mut Line,
    outcome: &Outcome,
    compared_with: Option<Duration>,
    unmet: &[&str],
) {
    let mut chapter = Chapter::new(&Tutorial::PLAIN, "made-up", "made-up");
    chapter.section("1");
    let line = claim(chapter.line(Action::Run, "made-up", "here:1", &Command::new("made-up")));
    let normalised = Normalised {
        compared_with,
        text: "<container-1>\n",
        names_new: true,
    };
    let findings = line.check(outcome, normalised, Language::English).into_iter();
    let found = findings.filter(|finding| !finding.is_met);
    let found: Vec<_> = found.map(|finding| finding.expected).collect();
    assert_eq!(found, unmet);
}

fn ended(output: &str) -> Outcome {
    Outcome {
        output: output.to_owned(),
        status: Some(0),
        elapsed: Duration::ZERO,
        end: End::Exited,
    }
}
