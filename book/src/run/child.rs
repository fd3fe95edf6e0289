//! A chapter that stays up: a process of this program, which reads requests and answers with events.

use std::ffi::OsString;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::thread;

use serde_json::Value;

/// Longest text for people that is kept, in bytes: the end counts.
const SAID_MAX: usize = 16 << 10;

/// How a chapter's process is started.
#[derive(Clone, Debug)]
pub struct Program {
    /// The program's file.
    pub file: PathBuf,
    /// Its arguments before the name of the chapter.
    pub arguments: Vec<OsString>,
    /// The environment of the reader's shell.
    pub variables: Vec<(OsString, OsString)>,
}

/// What a chapter's process says.
#[derive(Debug)]
pub enum Said {
    /// An event on stdout.
    Event(Value),
    /// A line for people on stderr.
    Note(String),
    /// It has ended. The text is the last that it said for people.
    Ended(String),
}

/// A chapter's process. When this is dropped, its stdin ends, so it cleans up and ends.
#[derive(Debug)]
pub struct Resident {
    stdin: ChildStdin,
}

impl Resident {
    /// Starts the process; `answer` is a reader's own file for the chapter's exercises. `hear` gets what it
    /// says, in a thread of its own, and last that it has ended.
    ///
    /// # Errors
    ///
    /// - Why the process could not be started.
    pub fn start(
        program: &Program,
        chapter: &str,
        language: &str,
        answer: Option<&str>,
        hear: impl Fn(Said) + Clone + Send + 'static,
    ) -> io::Result<Self> {
        let mut child = Command::new(&program.file)
            .args(&program.arguments)
            .arg(chapter)
            .env_clear()
            .envs(program.variables.iter().cloned())
            .args(["--events", "--lang", language])
            .args(answer.iter().flat_map(|file| ["--answer", *file]))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            // Ctrl-C reaches this server alone, which ends the process by the end of its stdin.
            .process_group(0)
            .spawn()?;
        let (Some(stdin), Some(stdout), Some(stderr)) =
            (child.stdin.take(), child.stdout.take(), child.stderr.take())
        else {
            unreachable!("all three are pipes");
        };
        let hear_notes = hear.clone();
        let notes = thread::spawn(move || said(stderr, &hear_notes));
        thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if let Ok(event) = serde_json::from_str(&line) {
                    hear(Said::Event(event));
                }
            }
            let said = notes.join().unwrap_or_default();
            end(child);
            hear(Said::Ended(said));
        });
        Ok(Self { stdin })
    }

    /// Sends a request. If the process has ended, nothing happens: [`Said::Ended`] tells of that.
    pub fn ask(&mut self, request: &str) {
        let _ = writeln!(self.stdin, "{request}");
    }
}

/// Hears every line for people, and returns the end of all of them.
fn said(stderr: impl Read, hear: &impl Fn(Said)) -> String {
    let mut all = String::new();
    let mut lines = BufReader::new(stderr);
    let mut line = Vec::new();
    while lines.read_until(b'\n', &mut line).is_ok_and(|count| count > 0) {
        let text = String::from_utf8_lossy(&line);
        all.push_str(&text);
        if all.len() > SAID_MAX {
            all.drain(..all.ceil_char_boundary(all.len() - SAID_MAX));
        }
        if !text.trim().is_empty() {
            hear(Said::Note(text.trim().to_owned()));
        }
        line.clear();
    }
    all
}

/// Both its outputs are closed, so it is about to end.
fn end(mut child: Child) {
    let _ = child.wait();
}
