//! Asks before each command, line by line: it needs no more of a terminal than that it reads lines,
//! and takes its answers from a pipe as well.

use std::io::{self, Write};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use crate::report::failure::Error;
use crate::run::process::Runner;
use crate::say::screen::Screen;

/// Time between two looks at whether Ctrl-C was pressed instead of an answer.
const TICK: Duration = Duration::from_millis(50);

/// What the reader wants of a command.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Answer {
    /// Run it, and ask before the next.
    Run,
    /// Go on without it.
    Skip,
    /// Run it and all that follow, and ask no more.
    RunTheRest,
}

/// What is needed to ask about the commands of a chapter.
#[derive(Clone, Debug)]
pub(crate) struct Questions {
    /// Where the chapter's page is read.
    page: String,
}

impl Questions {
    /// Questions about a chapter whose page has this address, or is this file.
    pub(crate) fn new(page: String) -> Self {
        Self { page }
    }

    /// Shows a command and asks what to do with it; waits as long as the reader thinks.
    ///
    /// # Errors
    ///
    /// [`Error::Left`] if the reader wants to go, or gives no more answers; [`Error::Interrupted`]
    /// on Ctrl-C.
    pub(crate) fn ask(
        &self,
        section: &str,
        command: &str,
        runner: &Runner,
        screen: &Screen,
    ) -> Result<Answer, Error> {
        screen.note(&format!("\n  {}", command.replace('\n', "\n  ")));
        loop {
            prompt(&screen.language().text("interactive-question", &[]));
            let Some(line) = line(runner)? else {
                screen.note("");
                screen.say("interactive-end", &[]);
                return Err(Error::Left);
            };
            match line.trim() {
                "" | "r" => return Ok(Answer::Run),
                "s" => return Ok(Answer::Skip),
                "a" => return Ok(Answer::RunTheRest),
                "q" => return Err(Error::Left),
                "e" => screen.note(&format!("  {}#{section}", self.page)),
                _ => screen.say("interactive-again", &[]),
            }
        }
    }
}

/// The question stays on the line of its answer.
#[expect(clippy::disallowed_methods, reason = "stderr is for people")]
fn prompt(text: &str) {
    // With stderr closed there is nobody to ask; the answers come all the same.
    let mut stderr = io::stderr();
    let _ = write!(stderr, "  {text} ");
    let _ = stderr.flush();
}

/// A line of stdin; `None` at its end.
///
/// # Errors
///
/// [`Error::Interrupted`] on Ctrl-C, which reading alone would not notice.
fn line(runner: &Runner) -> Result<Option<String>, Error> {
    let _waiting = runner.waiting();
    let (sender, receiver) = mpsc::channel();
    // After Ctrl-C it goes on reading until the program ends, which is soon.
    thread::spawn(move || {
        let mut line = String::new();
        let read = io::stdin().read_line(&mut line);
        let _ = sender.send(read.is_ok_and(|bytes| bytes > 0).then_some(line));
    });
    loop {
        if runner.is_interrupted() {
            return Err(Error::Interrupted);
        }
        match receiver.recv_timeout(TICK) {
            Ok(line) => return Ok(line),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return Ok(None),
        }
    }
}
