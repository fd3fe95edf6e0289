//! What a chapter's events said, in the form that pages ask for: each entry has the number of its last
//! change, so that a page can ask for what has changed since.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use serde::Serialize;
use serde_json::Value;

/// Longest output of a command that is kept, in bytes.
const KEPT_MAX: usize = 4 << 20;

/// Longest output of a command that a page gets without asking: its beginning and its end, in bytes.
const SHOWN_MAX: (usize, usize) = (48 << 10, 16 << 10);

/// Everything that pages can see.
#[derive(Debug, Default)]
pub struct Log {
    /// Number of the last change.
    pub now: u64,
    /// The chapter that is up, or the last one.
    pub session: Session,
    /// By chapter and id.
    sections: BTreeMap<(String, String), Section>,
    /// Number of the last change before what runs now.
    run_began: u64,
    /// By chapter and id, such as `5-3#2`.
    commands: BTreeMap<(String, String), Command>,
}

/// A chapter that is up, or was.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Session {
    /// Number of its last change.
    pub changed: u64,
    /// Its chapter, such as `chapter-5`; empty if none was ever up.
    pub chapter: String,
    /// What it does.
    pub phase: Phase,
    /// What runs: the id of a section, or empty for the whole chapter; `null` if nothing runs.
    pub run: Option<String>,
    /// The last line that it printed for people.
    pub note: String,
    /// Why it could not start or failed to clean up, for people; empty if it did not fail.
    pub trouble: String,
    /// Ids of the sections that have run and whose results are there, in order.
    pub there: Vec<String>,
    /// Whether one of them stopped halfway, so that the next run begins anew.
    pub is_spoiled: bool,
}

/// What a chapter that is up does.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// It is not up.
    #[default]
    Down,
    /// It looks for the engine and checks the machine.
    Starting,
    /// It waits.
    Ready,
    /// It runs a section.
    Running,
    /// It removes what it made.
    Cleaning,
    /// It could not start; `trouble` says why.
    Refused,
}

/// A section that has run.
#[derive(Clone, Debug, Serialize)]
struct Section {
    changed: u64,
    chapter: String,
    id: String,
    state: State,
    /// What went wrong, and the likely cause, for people.
    error: String,
    explanation: String,
    /// Page and section that explain the instruction at which a build has failed, or empty.
    explained: String,
    /// What the reader's own file brings about, and what it lacks; empty if the section ran with the book's.
    effects: Vec<Value>,
}

/// What became of a section.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum State {
    Running,
    /// It ran as a prerequisite, and was not compared.
    Prepared,
    Same,
    /// Some of it was left out on this machine.
    NotRun,
    NotRecorded,
    InOtherWords,
    Differs,
    Failed,
    Stopped,
    /// The reader's own file has every effect of the book's.
    Complete,
    /// It lacks some.
    Lacks,
}

/// A command that runs or has run.
#[derive(Clone, Debug)]
struct Command {
    started: Instant,
    changed: u64,
    chapter: String,
    section: String,
    id: String,
    typed: String,
    is_interrupt: bool,
    output: String,
    /// Bytes of output that were not kept.
    lost: usize,
    ended: Option<Value>,
    compared: Option<Value>,
}

impl Log {
    /// A chapter starts, or another one takes its place.
    pub fn start(&mut self, chapter: &str) {
        self.session = Session {
            chapter: chapter.to_owned(),
            phase: Phase::Starting,
            ..Session::default()
        };
        self.touch();
    }

    /// Something is about to run.
    pub fn begin_run(&mut self) {
        self.run_began = self.now;
    }

    /// The session changes.
    pub fn change(&mut self, change: impl FnOnce(&mut Session)) {
        change(&mut self.session);
        self.touch();
    }

    fn touch(&mut self) {
        self.now += 1;
        self.session.changed = self.now;
    }

    /// The chapter has ended. `said` is what it printed for people.
    pub fn end(&mut self, said: &str) {
        let is_refused = self.session.phase == Phase::Starting;
        let was_cleaning = self.session.phase == Phase::Cleaning;
        if self.session.phase == Phase::Running {
            self.stop_running();
        }
        self.change(|session| {
            session.phase = if is_refused { Phase::Refused } else { Phase::Down };
            if is_refused || !was_cleaning {
                said.trim().clone_into(&mut session.trouble);
            }
            session.run = None;
            session.there.clear();
            session.is_spoiled = false;
        });
    }

    /// Takes an event of the chapter that is up; `schema/events-1.json` describes it.
    pub fn take(&mut self, event: &Value) {
        let text = |name: &str| event[name].as_str().unwrap_or_default().to_owned();
        let is_shown = event["is_shown"] == true;
        match event["event"].as_str().unwrap_or_default() {
            "ready" => self.change(|session| {
                session.phase = if session.run.is_some() {
                    Phase::Running
                } else {
                    Phase::Ready
                };
            }),
            "section-started" => {
                self.forget(&text("section"));
                let state = if is_shown { State::Running } else { State::Prepared };
                self.set(&text("section"), |section| section.state = state);
            }
            "command-started" => self.start_command(event, is_shown),
            "output" => self.command(&text("id"), |command| command.add(&text("text"))),
            "command-ended" => self.command(&text("id"), |command| {
                if let Some(output) = event["output"].as_str() {
                    command.output.clear();
                    command.lost = 0;
                    command.add(output);
                }
                command.ended = Some(event.clone());
            }),
            "verdict" => self.compare(event),
            "cause" => self.set(&text("section"), |section| {
                section.state = State::Failed;
                section.error = text("error");
                section.explanation = text("explanation");
                section.explained = text("explained");
            }),
            "effects" => self.set(&text("section"), |section| {
                section.effects = event["effects"].as_array().cloned().unwrap_or_default();
                let has_all = section.effects.iter().all(|effect| effect["is_met"] == true);
                if section.state == State::Running {
                    section.state = if has_all { State::Complete } else { State::Lacks };
                }
            }),
            "ended" => {
                if event["ended"] == "interrupted" {
                    self.stop_running();
                }
                self.change(|session| {
                    session.phase = Phase::Ready;
                    session.run = None;
                    session.there = strings(&event["there"]);
                    session.is_spoiled = event["is_spoiled"] == true;
                });
            }
            "cleaned" => self.change(|session| {
                if session.run.is_none() {
                    session.phase = Phase::Ready;
                }
                session.there.clear();
                session.is_spoiled = false;
                session.trouble = strings(&event["troubles"]).join("\n");
            }),
            "refused" => self.change(|session| {
                session.phase = Phase::Ready;
                session.run = None;
                session.trouble = text("why");
            }),
            _ => {}
        }
    }

    /// Removes what an earlier run of a section has left.
    fn forget(&mut self, section: &str) {
        let chapter = &self.session.chapter;
        self.commands
            .retain(|(of, _), command| of != chapter || command.section != section);
        self.sections.remove(&(chapter.clone(), section.to_owned()));
    }

    fn start_command(&mut self, event: &Value, is_shown: bool) {
        let text = |name: &str| event[name].as_str().unwrap_or_default().to_owned();
        let id = text("id");
        if !is_shown {
            let typed = text("typed");
            return self.change(|session| session.note = format!("$ {typed}"));
        }
        let section = id.split_once('#').map_or(&*id, |(section, _)| section).to_owned();
        self.now += 1;
        let command = Command {
            changed: self.now,
            chapter: self.session.chapter.clone(),
            section,
            id: id.clone(),
            typed: text("typed"),
            is_interrupt: event["is_interrupt"] == true,
            started: Instant::now(),
            output: String::new(),
            lost: 0,
            ended: None,
            compared: None,
        };
        let key = (self.session.chapter.clone(), id);
        self.commands.insert(key, command);
    }

    /// A verdict on a section and its commands.
    fn compare(&mut self, event: &Value) {
        let section = event["section"].as_str().unwrap_or_default();
        let state = match event["verdict"].as_str().unwrap_or_default() {
            "in-other-words" => State::InOtherWords,
            "differs" => State::Differs,
            "failed" => State::Failed,
            "not-run" => State::NotRun,
            "not-recorded" => State::NotRecorded,
            _ => State::Same,
        };
        self.set(section, |section| {
            if section.state == State::Running {
                section.state = state;
            }
        });
        for compared in event["commands"].as_array().into_iter().flatten() {
            let id = compared["id"].as_str().unwrap_or_default();
            self.command(id, |command| command.compared = Some(compared.clone()));
        }
    }

    /// What runs has been stopped: a section that has not ended is not failed.
    fn stop_running(&mut self) {
        self.now += 1;
        for section in self.sections.values_mut() {
            let is_open = [State::Running, State::NotRun, State::Failed].contains(&section.state);
            if is_open && section.changed > self.run_began {
                section.state = State::Stopped;
                section.error.clear();
                section.explanation.clear();
                section.changed = self.now;
            }
        }
    }

    fn set(&mut self, section: &str, change: impl FnOnce(&mut Section)) {
        self.now += 1;
        let key = (self.session.chapter.clone(), section.to_owned());
        let (chapter, id) = key.clone();
        let section = self.sections.entry(key).or_insert(Section {
            changed: 0,
            chapter,
            id,
            state: State::Running,
            error: String::new(),
            explanation: String::new(),
            explained: String::new(),
            effects: Vec::new(),
        });
        change(section);
        section.changed = self.now;
    }

    /// Changes a command; one of a prerequisite is not kept.
    fn command(&mut self, id: &str, change: impl FnOnce(&mut Command)) {
        let key = (self.session.chapter.clone(), id.to_owned());
        if let Some(command) = self.commands.get_mut(&key) {
            self.now += 1;
            change(command);
            command.changed = self.now;
        }
    }

    /// All that has changed after the change `since`, as JSON.
    #[must_use]
    pub fn since(&self, since: u64) -> Value {
        let sections = self.sections.values().filter(|section| section.changed > since);
        let commands = self.commands.values().filter(|command| command.changed > since);
        // A command that a new run has removed is not among these.
        let ids = self
            .commands
            .keys()
            .map(|(chapter, id)| format!("{chapter} {id}"));
        serde_json::json!({
            "now": self.now,
            "session": (self.session.changed > since).then_some(&self.session),
            "sections": sections.collect::<Vec<_>>(),
            "commands": commands.map(Command::shown).collect::<Vec<_>>(),
            "ids": ids.collect::<BTreeSet<_>>(),
        })
    }

    /// The whole output of a command, as far as it was kept; `None` if there is no such command.
    #[must_use]
    pub fn output(&self, chapter: &str, id: &str) -> Option<&str> {
        let key = (chapter.to_owned(), id.to_owned());
        self.commands.get(&key).map(|command| &*command.output)
    }
}

impl Command {
    fn add(&mut self, text: &str) {
        let room = KEPT_MAX.saturating_sub(self.output.len());
        let kept = &text[..text.floor_char_boundary(room)];
        self.output.push_str(kept);
        self.lost += text.len() - kept.len();
    }

    fn shown(&self) -> Value {
        let (head, left_out, tail) = excerpt(&self.output, SHOWN_MAX);
        let (ended, compared) = (self.ended.as_ref(), self.compared.as_ref());
        let of = |value: Option<&Value>, name: &str| value.map(|value| value[name].clone());
        serde_json::json!({
            "chapter": self.chapter,
            "section": self.section,
            "id": self.id,
            "typed": self.typed,
            "is_interrupt": self.is_interrupt,
            "head": head,
            "left_out": left_out,
            "tail": tail,
            "lost": self.lost,
            "has_ended": ended.is_some(),
            "status": of(ended, "exit_status"),
            "milliseconds": of(ended, "elapsed_milliseconds"),
            "runs_for": self.started.elapsed().as_secs(),
            "verdict": of(compared, "verdict"),
            "diff": of(compared, "diff"),
            "reasons": of(compared, "reasons"),
        })
    }
}

/// The beginning and the end of a text, each of whole lines and at most so many bytes long, and the
/// number of lines between them.
fn excerpt(text: &str, (head_max, tail_max): (usize, usize)) -> (&str, usize, &str) {
    if text.len() <= head_max + tail_max {
        return (text, 0, "");
    }
    let head = &text[..text.floor_char_boundary(head_max)];
    let head = head.rfind('\n').map_or(head, |end| &head[..=end]);
    let tail = &text[text.ceil_char_boundary(text.len() - tail_max)..];
    let tail = tail.find('\n').map_or(tail, |end| &tail[end + 1..]);
    let between = &text[head.len()..text.len() - tail.len()];
    (head, between.lines().count(), tail)
}

fn strings(values: &Value) -> Vec<String> {
    let values = values.as_array().into_iter().flatten();
    values
        .filter_map(|value| value.as_str().map(str::to_owned))
        .collect()
}

#[cfg(test)]
mod tests;
