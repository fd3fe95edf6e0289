//! A chapter that stays up.

use std::io::{BufRead, BufReader, Lines, Write};
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::Value;

/// A chapter that reads requests on stdin and answers with events.
pub struct Resident {
    pub child: Child,
    events: Lines<BufReader<ChildStdout>>,
}

impl Resident {
    /// Starts the chapter; also returns its first event.
    #[track_caller]
    pub fn start(program: &str, arguments: &[&str]) -> (Self, Value) {
        let mut child = Command::new(program)
            .args(["--events", "--lang", "en"])
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let events = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut resident = Self { child, events };
        let ready = resident.next().unwrap();
        assert_eq!(ready["event"], "ready", "{ready}");
        (resident, ready)
    }

    /// Sends a request.
    pub fn ask(&mut self, request: &str) {
        writeln!(self.child.stdin.as_mut().unwrap(), "{request}").unwrap();
    }

    /// The next event; `None` if there are no more.
    pub fn next(&mut self) -> Option<Value> {
        let line = self.events.next()?.unwrap();
        Some(serde_json::from_str(&line).unwrap())
    }

    /// Events up to and including the first of this kind.
    #[track_caller]
    pub fn until(&mut self, kind: &str) -> Vec<Value> {
        let mut events = Vec::new();
        loop {
            let event = self.next();
            events.push(event.unwrap_or_else(|| panic!("no {kind} in {events:#?}")));
            if events.last().unwrap()["event"] == kind {
                return events;
            }
        }
    }

    /// Runs a section; returns all events up to its end.
    #[track_caller]
    pub fn run(&mut self, section: &str) -> Vec<Value> {
        self.ask(&format!("run {section}"));
        self.until("ended")
    }

    /// Closes stdin and waits for the end; returns the exit status.
    pub fn end(mut self) -> Option<i32> {
        drop(self.child.stdin.take());
        while self.next().is_some() {}
        self.child.wait().unwrap().code()
    }
}

/// The events of a kind, in order.
pub fn of_kind<'a>(events: &'a [Value], kind: &str) -> Vec<&'a Value> {
    events.iter().filter(|event| event["event"] == kind).collect()
}
