//! Tests of running programs, with small real programs.

use std::collections::BTreeMap;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use signal_hook::consts::SIGINT;

use super::{End, Error, Outcome, Progress, Runner};

const LIMIT: Duration = Duration::from_secs(20);

fn runner(interrupted: &Arc<AtomicBool>) -> Runner {
    // As a chapter does. Otherwise programs would inherit ignored signals from the shell that started
    // these tests, for example if they run in the background.
    signal_hook::flag::register(SIGINT, Arc::clone(interrupted)).unwrap();
    let variables = [
        ("PATH".into(), "/usr/bin:/bin".into()),
        ("GREETING".into(), "hello".into()),
    ];
    Runner::new(BTreeMap::from(variables), Arc::clone(interrupted))
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
fn a_file_that_may_not_be_executed_hides_no_program_that_comes_after_it() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("true"), "").unwrap();
    let path = format!("{}:/usr/bin:/bin", folder.path().display());
    let runner = runner(&Arc::default()).with([("PATH", path.as_str())]);
    let outcome = runner.run(Command::new("true"), LIMIT, &mut |_| {}).unwrap();
    assert_eq!(outcome.status, Some(0));
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
            if matches!(event, Progress::Line("ready\n")) {
                interrupted.store(true, Ordering::Relaxed);
            }
        })
        .unwrap();
    assert_eq!((outcome.end, outcome.status), (End::Interrupted, None));
}

#[test]
fn after_ctrl_c_a_program_may_be_let_end_by_itself() {
    let interrupted = Arc::new(AtomicBool::new(true));
    let mut process = runner(&interrupted).start(shell("sleep 0.3; echo made")).unwrap();
    process.patience = LIMIT;
    let outcome = process.wait(LIMIT, &mut |_| {}).unwrap();
    assert_eq!((outcome.end, outcome.output.as_str()), (End::Exited, "made\n"));
}

#[test]
fn patience_after_ctrl_c_has_an_end() {
    let interrupted = Arc::new(AtomicBool::new(true));
    let mut process = runner(&interrupted).start(shell("exec sleep 300")).unwrap();
    process.patience = Duration::from_millis(200);
    let outcome = process.wait(LIMIT, &mut |_| {}).unwrap();
    assert_eq!((outcome.end, outcome.status), (End::Interrupted, None));
}

#[test]
fn a_foreground_process_goes_on_until_it_is_interrupted() {
    let script = "trap 'echo bye; exit 0' INT; echo ready; while :; do sleep 0.01; done";
    let mut process = runner(&Arc::default()).start(shell(script)).unwrap();
    let ended = process.wait_for(&|output| output.contains("ready"), LIMIT, &mut |_| {});
    assert_eq!(ended.unwrap(), None);
    let outcome = process.interrupt(LIMIT, &mut |_| {}).unwrap();
    assert_eq!(
        (outcome.output.as_str(), outcome.status),
        ("ready\nbye\n", Some(0))
    );
}

#[test]
fn a_foreground_process_that_ends_before_it_is_ready_gives_its_outcome() {
    let mut process = runner(&Arc::default()).start(shell("echo no; exit 3")).unwrap();
    let ended = process.wait_for(&|output| output.contains("ready"), LIMIT, &mut |_| {});
    let outcome = ended.unwrap().unwrap();
    assert_eq!((outcome.output.as_str(), outcome.status), ("no\n", Some(3)));
}

#[test]
fn a_program_that_is_missing_is_named() {
    let error = runner(&Arc::default())
        .start(Command::new("no-such-program"))
        .unwrap_err();
    assert!(
        matches!(&error, Error::Start(program, _) if program == "no-such-program"),
        "{error}"
    );
}

#[test]
fn bytes_that_are_no_text_do_not_stop_the_reading() {
    assert_eq!(run(r"printf '\377\n'; echo on", LIMIT).output, "\u{fffd}\non\n");
}
