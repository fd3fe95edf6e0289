//! A chapter in interactive mode.

use std::io::{Read, Write};
use std::process::{Child, ChildStderr, Command, Stdio};
use std::thread::{self, JoinHandle};

/// A chapter that asks before each command, with answers through a pipe.
pub struct Asked {
    pub child: Child,
    stderr: ChildStderr,
    stdout: JoinHandle<String>,
    /// Its stderr since the last answer.
    pub said: String,
}

impl Asked {
    /// The end of the question, in English and in Japanese.
    const QUESTIONS: [&str; 2] = ["(Enter runs it): ", "（Enterで実行）: "];

    pub fn start(program: &str, arguments: &[&str]) -> Self {
        let mut child = Command::new(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdout = child.stdout.take().unwrap();
        let stdout = thread::spawn(move || {
            let mut shown = String::new();
            stdout.read_to_string(&mut shown).unwrap();
            shown
        });
        let stderr = child.stderr.take().unwrap();
        let mut asked = Self {
            child,
            stderr,
            stdout,
            said: String::new(),
        };
        asked.listen();
        asked
    }

    /// Sends an answer, and waits for the next question.
    #[track_caller]
    pub fn answer(&mut self, answer: &str) {
        self.answer_last(answer);
        self.listen();
    }

    pub fn answer_last(&mut self, answer: &str) {
        let stdin = self.child.stdin.as_mut().unwrap();
        writeln!(stdin, "{answer}").unwrap();
        self.said.clear();
    }

    #[track_caller]
    fn listen(&mut self) {
        let mut bytes = Vec::new();
        let mut byte = [0];
        while self.stderr.read(&mut byte).unwrap() == 1 {
            bytes.push(byte[0]);
            let is_asked = Self::QUESTIONS
                .iter()
                .any(|question| bytes.ends_with(question.as_bytes()));
            if is_asked {
                self.said = String::from_utf8(bytes).unwrap();
                return;
            }
        }
        panic!("it asked no more:\n{}", String::from_utf8_lossy(&bytes));
    }

    pub fn end(self) -> (Option<i32>, String) {
        let (status, said, _) = self.end_with_output();
        (status, said)
    }

    /// Exit status, the rest of its stderr, and its whole stdout.
    pub fn end_with_output(mut self) -> (Option<i32>, String, String) {
        let mut said = String::new();
        self.stderr.read_to_string(&mut said).unwrap();
        let status = self.child.wait().unwrap();
        (status.code(), said, self.stdout.join().unwrap())
    }
}
