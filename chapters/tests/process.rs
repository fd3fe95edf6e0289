//! How programs are run, on small real programs.

#![expect(clippy::unwrap_used, reason = "a test may unwrap: its panic is the report")]

use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use chapters::expect::{Expectation, shows, shows_nothing};
use chapters::process::{End, Error, Event, Outcome, Runner};
use signal_hook::consts::SIGINT;

const LIMIT: Duration = Duration::from_secs(20);

fn runner(interrupted: &Arc<AtomicBool>) -> Runner {
    // As a chapter does. Programs would else inherit a signal that whoever
    // started these tests ignores, as a shell does for what it runs in the background.
    signal_hook::flag::register(SIGINT, Arc::clone(interrupted)).unwrap();
    let variables = [
        ("PATH".into(), "/usr/bin:/bin".into()),
        ("GREETING".into(), "hello".into()),
    ];
    Runner::new(variables.into(), Arc::clone(interrupted))
}

fn shell(script: &str) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", script]);
    command
}

fn run(script: &str, limit: Duration) -> Outcome {
    runner(&Arc::default())
        .run(shell(script), limit, &mut |_| {})
        .unwrap()
}

#[test]
fn both_outputs_come_in_the_order_in_which_they_were_written() {
    let outcome = run("echo 1; echo 2 >&2; echo 3; echo 4 >&2; exit 7", LIMIT);
    assert_eq!(
        (outcome.output.as_str(), outcome.status),
        ("1\n2\n3\n4\n", Some(7))
    );
}

#[test]
fn a_program_sees_the_plain_environment_and_nothing_else() {
    let outcome = run(
        "echo $GREETING ${HOME:-no home} ${CARGO_PKG_NAME:-no cargo}",
        LIMIT,
    );
    assert_eq!(outcome.output, "hello no home no cargo\n");
}

#[test]
fn a_program_that_takes_too_long_is_ended_with_its_children() {
    let started = Instant::now();
    let outcome = run("sleep 300 & wait", Duration::from_millis(200));
    assert_eq!(outcome.end, End::TimedOut);
    assert!(started.elapsed() < LIMIT, "{:?}", started.elapsed());
}

#[test]
fn ctrl_c_ends_the_program_that_is_waited_for() {
    let interrupted = Arc::new(AtomicBool::new(false));
    let outcome = runner(&interrupted)
        .run(shell("echo ready; exec sleep 300"), LIMIT, &mut |event| {
            if matches!(event, Event::Line("ready\n")) {
                interrupted.store(true, Ordering::Relaxed);
            }
        })
        .unwrap();
    assert_eq!((outcome.end, outcome.status), (End::Interrupted, None));
}

#[test]
fn a_foreground_process_goes_on_until_it_is_interrupted() {
    let script = "trap 'echo bye; exit 0' INT; echo ready; while :; do sleep 0.01; done";
    let process = runner(&Arc::default()).start(shell(script)).unwrap();
    let ready = process
        .wait_for(&|output| output.contains("ready"), LIMIT, &mut |_| {})
        .unwrap();
    let outcome = ready.unwrap().interrupt(LIMIT, &mut |_| {}).unwrap();
    assert_eq!(
        (outcome.output.as_str(), outcome.status),
        ("ready\nbye\n", Some(0))
    );
}

#[test]
fn a_foreground_process_that_ends_before_it_is_ready_gives_its_outcome() {
    let process = runner(&Arc::default()).start(shell("echo no; exit 3")).unwrap();
    let outcome = process
        .wait_for(&|output| output.contains("ready"), LIMIT, &mut |_| {})
        .unwrap()
        .unwrap_err();
    assert_eq!((outcome.output.as_str(), outcome.status), ("no\n", Some(3)));
}

#[test]
fn a_program_that_is_missing_is_named() {
    let error = runner(&Arc::default())
        .start(Command::new("no-such-program"))
        .unwrap_err();
    assert!(
        matches!(&error, Error::Start { program, .. } if program == "no-such-program"),
        "{error}"
    );
}

#[test]
fn bytes_that_are_no_text_do_not_stop_the_reading() {
    assert_eq!(run(r"printf '\377\n'; echo on", LIMIT).output, "\u{fffd}\non\n");
}

#[track_caller]
fn unmet(expected: &Expectation, script: &str) -> Vec<String> {
    let findings = expected.check(&run(script, LIMIT), "<container-1>\n");
    findings
        .into_iter()
        .filter(|finding| !finding.is_met)
        .map(|finding| finding.expected.to_string())
        .collect()
}

#[test]
fn every_expectation_that_is_not_met_is_named() {
    let expected = shows("one").and("two").but_not("three").exits_with(1);
    let said = unmet(&expected, "echo one three");
    assert_eq!(
        said,
        ["output with \"two\"", "output without \"three\"", "exit status 1"]
    );
}

#[test]
fn a_placeholder_is_expected_of_the_normalised_output() {
    assert_eq!(
        unmet(&shows("<container-1>"), "echo anything"),
        Vec::<String>::new()
    );
}

#[test]
fn silence_is_silence() {
    assert_eq!(unmet(&shows_nothing(), "true"), Vec::<String>::new());
    assert_eq!(unmet(&shows_nothing(), "echo a"), ["no output"]);
}

#[test]
fn sizes_are_compared_by_line() {
    let script = "echo 'a 1.2GB'; echo 'b 3.7MB'";
    let fits = shows("a").times("a ", 100.0, "b ").megabytes_below("b ", 5);
    assert_eq!(unmet(&fits, script), Vec::<String>::new());
    let fails = shows("a").times("a ", 1000.0, "b ").megabytes_below("b ", 3);
    assert_eq!(
        unmet(&fails, script),
        [
            "\"a \" at least 1000 times as large as \"b \"",
            "\"b \" below 3 MB"
        ]
    );
}
