//! Asks before each command, line by line: it needs no more of a terminal than that it reads lines,
//! and takes its answers from a pipe as well.

use std::io::{self, Write};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use crate::failure::Error;
use crate::pages;
use crate::process::Runner;
use crate::screen::Screen;
use crate::tutorial::Tutorial;

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
    tutorial: &'static Tutorial,
    page: &'static str,
}

impl Questions {
    /// Questions whose explanations stand on this page of the tutorial's book.
    pub(crate) fn new(tutorial: &'static Tutorial, page: &'static str) -> Self {
        Self { tutorial, page }
    }

    /// Shows a command with its `effects` and asks what to do with it; waits as long as the reader
    /// thinks.
    ///
    /// # Errors
    ///
    /// [`Error::Left`] if the reader wants to go, or gives no more answers; [`Error::Interrupted`]
    /// on Ctrl-C.
    pub(crate) fn ask(
        &self,
        section: &'static str,
        command: &str,
        effects: &[String],
        runner: &Runner,
        screen: &Screen,
    ) -> Result<Answer, Error> {
        let language = screen.language();
        screen.note(&format!("\n  {}", command.replace('\n', "\n  ")));
        for effect in effects {
            screen.note(&format!("  # {effect}"));
        }
        loop {
            prompt(&language.text("interactive-question", &[]));
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
                "e" => {
                    let found = pages::section(self.tutorial, self.page, language, section);
                    let text = found.map(|found| found.text).filter(|text| !text.is_empty());
                    let text = text.unwrap_or_else(|| language.text("interactive-no-text", &[]));
                    screen.note(&format!("\n{text}\n"));
                }
                _ => screen.say("interactive-again", &[]),
            }
        }
    }
}

/// The question stays on the line of its answer.
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
