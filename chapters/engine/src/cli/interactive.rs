//! Asks before each command, line by line: it needs no more of a terminal than that it reads lines,
//! and takes its answers from a pipe as well.

use std::io;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use console::Term;

use crate::report::failure::Failure;
use crate::run::process::Runner;
use crate::say::screen::Screen;
use crate::text;

/// Time between two looks at whether Ctrl-C was pressed instead.
const TICK: Duration = Duration::from_millis(50);

/// What the reader wants of a command.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Answer {
    Run,
    Skip,
    /// Run it, and ask no more.
    RunTheRest,
}

/// Shows a command and asks what to do with it; waits as long as the reader thinks. `page` is where
/// the chapter's page is read. [`Failure::Left`] if the reader wants to go, or gives no more answers.
pub(crate) fn ask(
    page: &str,
    section: &str,
    command: &str,
    runner: &Runner,
    screen: &Screen,
) -> Result<Answer, Failure> {
    screen.note(&format!("\n  {}", command.replace('\n', "\n  ")));
    loop {
        // The question stays on the line of its answer. With stderr closed there is nobody to ask; the
        // answers come all the same.
        let question = text!(screen.language(), "interactive-question");
        let _ = Term::stderr().write_str(&format!("  {question} "));
        // After Ctrl-C the thread goes on reading until the program ends, which is soon.
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

/// Lines of stdin, `count` at most, from a thread that reads them: reading alone would not notice
/// Ctrl-C. It tells `hear` of each at once.
pub(crate) fn lines(count: usize, hear: impl Fn(&str) + Send + 'static) -> Receiver<String> {
    let (sender, lines) = mpsc::channel();
    thread::spawn(move || {
        for line in io::stdin().lines().map_while(Result::ok).take(count) {
            hear(&line);
            if sender.send(line).is_err() {
                return;
            }
        }
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
