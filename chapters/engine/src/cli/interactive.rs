//! Asks before each command. It only reads lines, so it works in any terminal and with answers from a
//! pipe.

use std::io;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use console::Term;

use crate::report::failure::Failure;
use crate::run::process::Runner;
use crate::say::screen::Screen;
use crate::text;

/// Time between two checks for Ctrl-C.
const TICK: Duration = Duration::from_millis(50);

/// The reader's answer for a command.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Answer {
    Run,
    Skip,
    /// Run it and all later commands without asking.
    RunTheRest,
}

/// Shows a command, asks what to do with it and waits for an answer, without a time limit. `page` is the
/// web address of the chapter's page. [`Failure::Left`] if the reader quits or stdin ends.
pub(crate) fn ask(
    page: &str,
    section: &str,
    command: &str,
    runner: &Runner,
    screen: &Screen,
) -> Result<Answer, Failure> {
    screen.note(&format!("\n  {}", command.replace('\n', "\n  ")));
    loop {
        // The answer is typed on the line of the question. If stderr is closed, the question is not
        // shown, but answers are still read.
        let question = text!(screen.language(), "interactive-question");
        let _ = Term::stderr().write_str(&format!("  {question} "));
        // After Ctrl-C the thread keeps reading until the program ends, which is soon.
        let line = match next(&lines(1, |_| {}), || runner.is_interrupted()) {
            Ok(line) => line,
            Err(RecvTimeoutError::Timeout) => return Err(Failure::Interrupted),
            Err(RecvTimeoutError::Disconnected) => {
                screen.note("");
                screen.say("interactive-end", &[]);
                return Err(Failure::Left);
            }
        };
        match line.trim() {
            "" | "r" => return Ok(Answer::Run),
            "s" => return Ok(Answer::Skip),
            "a" => return Ok(Answer::RunTheRest),
            "q" => return Err(Failure::Left),
            "e" => screen.note(&format!("  {page}#{section}")),
            _ => screen.say("interactive-again", &[]),
        }
    }
}

/// Reads at most `count` lines of stdin in a thread, because a blocking read would not notice Ctrl-C.
/// Calls `hear` for each line at once, and with `None` at the end of stdin.
pub(crate) fn lines(count: usize, hear: impl Fn(Option<&str>) + Send + 'static) -> Receiver<String> {
    let (sender, lines) = mpsc::channel();
    thread::spawn(move || {
        for line in io::stdin().lines().map_while(Result::ok).take(count) {
            hear(Some(&line));
            if sender.send(line).is_err() {
                return;
            }
        }
        hear(None);
    });
    lines
}

/// The next of these lines; the error is `Timeout` once `is_over`, `Disconnected` at the end of stdin.
pub(crate) fn next(lines: &Receiver<String>, is_over: impl Fn() -> bool) -> Result<String, RecvTimeoutError> {
    while !is_over() {
        match lines.recv_timeout(TICK) {
            Err(RecvTimeoutError::Timeout) => {}
            line => return line,
        }
    }
    Err(RecvTimeoutError::Timeout)
}
