//! How programs are run, on small real programs.

#![expect(clippy::unwrap_used, reason = "a test may unwrap: its panic is the report")]

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use chapters::chapter::Chapter;
use chapters::database::Database;
use chapters::docker::Facts;
use chapters::expect::{Expectation, Normalised, shows, shows_nothing};
use chapters::explain::{self, Cause};
use chapters::failure::{self, Failure};
use chapters::language::Language;
use chapters::plan::Plan;
use chapters::process::{End, Error, Event, Outcome, Runner};
use chapters::screen::Screen;
use chapters::setup::Engine;
use chapters::wait_until;
use signal_hook::consts::{SIGINT, SIGUSR1};

const LIMIT: Duration = Duration::from_secs(20);

fn runner(interrupted: &Arc<AtomicBool>) -> Runner {
    // As a chapter does. Programs would else inherit a signal that whoever
    // started these tests ignores, as a shell does for what it runs in the background.
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
fn after_ctrl_c_a_program_may_be_let_end_by_itself() {
    let interrupted = Arc::new(AtomicBool::new(true));
    let outcome = runner(&interrupted)
        .start(shell("sleep 0.3; echo made"))
        .unwrap()
        .with_patience(LIMIT)
        .wait(LIMIT, &mut |_| {})
        .unwrap();
    assert_eq!((outcome.end, outcome.output.as_str()), (End::Exited, "made\n"));
}

#[test]
fn patience_after_ctrl_c_has_an_end() {
    let interrupted = Arc::new(AtomicBool::new(true));
    let outcome = runner(&interrupted)
        .start(shell("exec sleep 300"))
        .unwrap()
        .with_patience(Duration::from_millis(200))
        .wait(LIMIT, &mut |_| {})
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
    let findings = expected.check(
        &run(script, LIMIT),
        Normalised {
            text: "<container-1>\n",
            names_new: true,
        },
    );
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

/// How long the tests below wait for a command. A third of it is what one attempt gets: enough to
/// start a shell on a busy machine.
const SHORT_LIMIT: Duration = Duration::from_secs(6);

/// A chapter whose commands run in `root`, which is empty.
fn chapter(root: &Path, interrupted: &Arc<AtomicBool>) -> Chapter {
    let engine = Engine {
        runner: runner(interrupted),
        facts: Facts::default(),
    };
    let screen = Screen::new(Language::English).showing_transcript(false);
    let mut chapter = Chapter::new(root, Plan::default(), &engine, Database::default(), screen);
    chapter.section("1");
    chapter
}

/// Why a chapter of this command alone fails, which is waited for.
macro_rules! wait_in_vain {
    ($command:literal) => {{
        let root = tempfile::tempdir().unwrap();
        let mut chapter = chapter(root.path(), &Arc::default());
        let waited = wait_until!(chapter, $command, shows("ready"), within: SHORT_LIMIT);
        match waited.unwrap_err() {
            failure::Error::Failed(failure) => *failure,
            error => panic!("{error}"),
        }
    }};
}

/// The report of a failure, with what differs from run to run replaced: place, time, attempts.
fn report(failure: &Failure, language: Language) -> String {
    let attempts = failure.attempts.unwrap();
    let (seconds, place) = (failure.outcome.elapsed.as_secs_f64(), failure.place);
    assert!(seconds >= SHORT_LIMIT.as_secs_f64() - 0.2, "{seconds}");
    let report = failure.report(language).replace(place, "PLACE");
    let report = report.replace(&format!("{seconds:.0} s, "), "S s, ");
    let report = report.replace(&format!("{seconds:.0}秒"), "S秒");
    let report = report.replace(&format!("{attempts} attempts"), "N attempts");
    report.replace(&format!("{attempts}回"), "N回")
}

#[test]
fn an_attempt_that_hangs_hides_nothing_of_what_the_one_before_said() {
    // The third one and all that follow hang.
    let failure = wait_in_vain!(
        "sh -c 'echo >> attempts; test $(wc -l < attempts) -lt 3 || exec sleep 300; echo No space left on device; exit 7'"
    );
    let command = failure.command.as_str();
    assert_eq!(
        report(&failure, Language::English),
        format!(
            "section 1 did not show what the book shows (PLACE)\n\
             command    $ {command}\n\
             expected   output with \"ready\"\n           exit status 0\n\
             came       waited S s, N attempts; the last one that ended: exit status 7, and this output:\n           \
             No space left on device"
        )
    );
    assert_eq!(
        report(&failure, Language::Japanese),
        format!(
            "1の結果が本書と異なります（PLACE）\n\
             コマンド   $ {command}\n\
             期待       「ready」を含む出力\n           終了ステータス0\n\
             結果       S秒待ってN回試行、最後に終了した試行は終了ステータス7、出力は次のとおり\n           \
             No space left on device"
        )
    );
    let cause = explain::cause(failure.outcome.status, &failure.outcome.output);
    assert_eq!(cause, Some(Cause::DiskFull));
}

#[test]
fn an_attempt_that_hangs_leaves_time_for_the_next() {
    let root = tempfile::tempdir().unwrap();
    let mut chapter = chapter(root.path(), &Arc::default());
    // The first one hangs.
    wait_until!(
        chapter,
        "sh -c 'test -e attempts && exec echo ready; touch attempts; exec sleep 300'",
        shows("ready"),
        within: SHORT_LIMIT
    )
    .unwrap();
    assert_eq!(chapter.ran()[0].output, "ready\n");
}

#[test]
fn when_no_attempt_ended_the_report_says_so() {
    let failure = wait_in_vain!("sh -c 'echo Trying 10.0.0.1...; exec sleep 300'");
    assert!(failure.attempts.unwrap() > 1);
    let english = report(&failure, Language::English);
    let came = "came       waited S s, N attempts; none of them ended by itself, and this output:\n           Trying 10.0.0.1...";
    assert!(english.ends_with(came), "{english}");
    let japanese = report(&failure, Language::Japanese);
    let came = "結果       S秒待ってN回試行、時間内に終了した試行なし、出力は次のとおり\n           Trying 10.0.0.1...";
    assert!(japanese.ends_with(came), "{japanese}");
}

#[test]
fn an_attempt_that_is_interrupted_is_no_failure() {
    let root = tempfile::tempdir().unwrap();
    let interrupted = Arc::default();
    // As Ctrl-C does, for this test alone: a SIGINT is for every test of this program.
    signal_hook::flag::register(SIGUSR1, Arc::clone(&interrupted)).unwrap();
    let mut chapter = chapter(root.path(), &interrupted);
    let waited = wait_until!(
        chapter,
        "sh -c 'test -e attempts && kill -USR1 $PPID && exec sleep 300; touch attempts; echo not yet; exit 7'",
        shows("ready"),
        within: LIMIT
    );
    assert!(matches!(waited, Err(failure::Error::Interrupted)), "{waited:?}");
    assert!(chapter.ran().is_empty());
}
