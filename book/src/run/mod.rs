//! Runs sections from a page: one chapter is up at a time, and every page sees what it does.

pub mod guard; // who may run something
pub mod log; // what pages can see
pub mod child; // a chapter that stays up
pub mod routes; // requests of pages

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use serde::Serialize;
use serde_json::Value;
use tutorial_engine::author::chapter::Chapter;
use tutorial_engine::language::Language;
use tutorial_engine::start::setup;

use crate::run::child::{Program, Resident, Said};
use crate::run::log::{Log, Phase};

/// Longest wait for a chapter to remove what it made, at the end of the server: some seconds are usual.
const CLEANUP_LIMIT: Duration = Duration::from_mins(5);

/// Longest wait for the list of what a chapter has made.
const LIST_LIMIT: Duration = Duration::from_secs(30);

/// Time between two looks.
const TICK: Duration = Duration::from_millis(50);

/// The chapters that pages can run, and the one that is up.
#[derive(Clone)]
pub struct Runs {
    program: Program,
    chapters: fn() -> Vec<Chapter>,
    /// Path of the reader's own file for exercises; `None` if there is none.
    answer: Option<String>,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    log: Log,
    resident: Option<Resident>,
    /// Counts the processes, so that the last words of an old one are not taken for the new one's.
    process: u64,
    /// What starts when the chapter that is up has ended.
    next: Option<Wanted>,
    /// What the chapter has made, as it said when it was asked last.
    made: Option<Vec<String>>,
}

/// What a page asks for.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Such as `chapter-5`.
    pub chapter: String,
    /// Id of a section; empty for the whole chapter.
    pub section: String,
    /// The page's language.
    pub language: Language,
    /// Whether the section is an exercise that runs with the reader's own file.
    pub checks: bool,
    /// Whether a chapter that is up may be ended for it.
    pub replaces: bool,
}

/// What happens before a section runs.
#[derive(Debug, Default, Eq, PartialEq, Serialize)]
pub struct Plan {
    /// Ids of the prerequisites that run first.
    pub first: Vec<String>,
    /// Whether what has run is removed before.
    pub removes: bool,
    /// The chapter that is up and has to be ended; `null` if none is.
    pub other: Option<String>,
}

/// Why something is not run.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Declined {
    /// There is no such chapter or section.
    Unknown,
    /// Something runs.
    Busy,
    /// Another chapter is up.
    Other(String),
}

impl Runs {
    /// Runs these chapters with this program; `answer` is the path of a reader's own file for exercises.
    #[must_use]
    pub fn new(program: Program, chapters: fn() -> Vec<Chapter>, answer: Option<String>) -> Self {
        Self {
            program,
            chapters,
            answer,
            state: Arc::default(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state
            .lock()
            .expect("no thread panics while it holds the state")
    }

    fn chapter(&self, name: &str) -> Result<Chapter, Declined> {
        let mut chapters = (self.chapters)().into_iter();
        chapters
            .find(|chapter| chapter.name == name)
            .ok_or(Declined::Unknown)
    }

    /// The ids of the sections that a request names.
    fn wanted<'a>(chapter: &'a Chapter, section: &'a str) -> Result<BTreeSet<&'a str>, Declined> {
        let all = chapter.sections.iter().map(|section| section.id);
        let ids: BTreeSet<_> = all.filter(|id| section.is_empty() || *id == section).collect();
        if ids.is_empty() {
            Err(Declined::Unknown)
        } else {
            Ok(ids)
        }
    }

    /// What happens before a section runs.
    ///
    /// # Errors
    ///
    /// - [`Declined::Unknown`].
    pub fn plan(&self, chapter: &str, section: &str) -> Result<Plan, Declined> {
        let chapter = &self.chapter(chapter)?;
        let wanted = Self::wanted(chapter, section)?;
        let state = self.state();
        let session = &state.log.session;
        let is_up = state.resident.is_some();
        if is_up && session.chapter != chapter.name {
            return Ok(Plan {
                first: first(chapter, &BTreeSet::new(), &wanted),
                other: Some(session.chapter.clone()),
                ..Plan::default()
            });
        }
        let there: BTreeSet<&str> = session.there.iter().map(String::as_str).collect();
        let continues = !session.is_spoiled && chapter.continues(&there, &wanted);
        let none = BTreeSet::new();
        Ok(Plan {
            first: first(chapter, if continues { &there } else { &none }, &wanted),
            removes: !continues && (session.is_spoiled || !there.is_empty()),
            other: None,
        })
    }

    /// Why no chapter can run now, as a terminal says it; `None` if nothing is known to be in the way.
    pub async fn trouble(&self, language: Language) -> Option<String> {
        let runs = self.clone();
        let look = move || {
            let chapters = (runs.chapters)();
            setup::trouble(chapters.first()?.tutorial, runs.program.variables, language)
        };
        tokio::task::spawn_blocking(look).await.ok().flatten()
    }

    /// Runs a section or a chapter.
    ///
    /// # Errors
    ///
    /// - [`Declined`].
    pub fn run(&self, wanted: Wanted) -> Result<(), Declined> {
        let chapter = self.chapter(&wanted.chapter)?;
        Self::wanted(&chapter, &wanted.section)?;
        let exercises = exercises(&chapter, self.answer.as_deref());
        if wanted.checks && !exercises.contains(&&*wanted.section) {
            return Err(Declined::Unknown);
        }
        let mut state = self.state();
        let session = &state.log.session;
        if [Phase::Starting, Phase::Running, Phase::Cleaning].contains(&session.phase) {
            return Err(Declined::Busy);
        }
        if state.resident.is_some() && session.chapter != wanted.chapter {
            if !wanted.replaces {
                return Err(Declined::Other(session.chapter.clone()));
            }
            state.next = Some(wanted);
            state.log.change(|session| session.phase = Phase::Cleaning);
            // Its stdin ends.
            state.resident = None;
            return Ok(());
        }
        self.ask(&mut state, &wanted);
        Ok(())
    }

    /// Asks the chapter that is up, or starts it.
    fn ask(&self, state: &mut State, wanted: &Wanted) {
        if state.resident.is_none() {
            self.start(state, wanted);
        }
        let Some(resident) = &mut state.resident else {
            return;
        };
        resident.ask(&format!("language {}", wanted.language.code()));
        let verb = if wanted.checks { "check" } else { "run" };
        resident.ask(format!("{verb} {}", wanted.section).trim_end());
        let section = wanted.section.clone();
        state.log.begin_run();
        state.log.change(|session| {
            if session.phase == Phase::Ready {
                session.phase = Phase::Running;
            }
            session.run = Some(section);
            session.note.clear();
            session.trouble.clear();
        });
    }

    fn start(&self, state: &mut State, wanted: &Wanted) {
        state.process += 1;
        state.log.start(&wanted.chapter);
        let (runs, process) = (self.clone(), state.process);
        let hear = move |said| runs.hear(process, said);
        let (chapter, language) = (&wanted.chapter, wanted.language.code());
        // A chapter without such exercises does not take the option.
        let takes = self
            .chapter(chapter)
            .is_ok_and(|chapter| !exercises(&chapter, self.answer.as_deref()).is_empty());
        let answer = self.answer.as_deref().filter(|_| takes);
        match Resident::start(&self.program, chapter, language, answer, hear) {
            Ok(resident) => state.resident = Some(resident),
            Err(error) => state.log.end(&error.to_string()),
        }
    }

    /// Takes what a process says.
    fn hear(&self, process: u64, said: Said) {
        let mut state = self.state();
        if process != state.process {
            return;
        }
        match said {
            Said::Event(event) if event["event"] == "made" => {
                let objects = event["objects"].as_array().into_iter().flatten();
                let objects = objects.filter_map(Value::as_str).map(str::to_owned);
                state.made = Some(objects.collect());
            }
            Said::Event(event) => state.log.take(&event),
            Said::Note(note) => state.log.change(|session| session.note = note),
            Said::Ended(said) => {
                state.resident = None;
                state.log.end(&said);
                if let Some(wanted) = state.next.take() {
                    self.ask(&mut state, &wanted);
                }
            }
        }
    }

    /// Stops what runs.
    pub fn stop(&self) {
        let mut state = self.state();
        if state.log.session.phase == Phase::Starting {
            // It takes no requests yet; the end of its stdin would come too late.
            state.next = None;
        }
        if let Some(resident) = &mut state.resident {
            resident.ask("stop");
        }
    }

    /// Removes what the chapter that is up has made; it stays up.
    ///
    /// # Errors
    ///
    /// - [`Declined::Busy`].
    pub fn clean(&self) -> Result<(), Declined> {
        let mut state = self.state();
        if state.log.session.phase != Phase::Ready {
            return Err(Declined::Busy);
        }
        if let Some(resident) = &mut state.resident {
            resident.ask("clean");
            state.log.change(|session| session.phase = Phase::Cleaning);
        }
        Ok(())
    }

    /// What [`Runs::clean`] would remove, for people. Waits for the answer of the chapter.
    ///
    /// # Errors
    ///
    /// - [`Declined::Busy`], if something runs or the chapter does not answer.
    pub async fn made(&self, language: Language) -> Result<Vec<String>, Declined> {
        {
            let mut state = self.state();
            if state.log.session.phase != Phase::Ready {
                return Err(Declined::Busy);
            }
            state.made = None;
            if let Some(resident) = &mut state.resident {
                resident.ask(&format!("language {}", language.code()));
                resident.ask("list");
            }
        }
        let deadline = Instant::now() + LIST_LIMIT;
        while Instant::now() < deadline {
            if let Some(made) = self.state().made.take() {
                return Ok(made);
            }
            tokio::time::sleep(TICK).await;
        }
        Err(Declined::Busy)
    }

    /// All that has changed after the change `since`; at first also the names of the chapters' pages, and
    /// the reader's own file with the exercises that it can be for.
    #[must_use]
    pub fn since(&self, since: u64) -> Value {
        let mut changes = self.state().log.since(since);
        if since == 0 {
            let chapters = (self.chapters)();
            let pages = chapters.iter().map(|chapter| (chapter.name, chapter.page));
            changes["pages"] = pages.collect::<BTreeMap<_, _>>().into_iter().collect();
            changes["answer"] = self.answer.as_deref().into();
            let answer = self.answer.as_deref();
            let exercises = chapters
                .iter()
                .map(|chapter| (chapter.name, exercises(chapter, answer)));
            changes["exercises"] = exercises.collect::<BTreeMap<_, _>>().into_iter().collect();
        }
        changes
    }

    /// The whole output of a command, as far as it was kept.
    #[must_use]
    pub fn output(&self, chapter: &str, id: &str) -> Option<String> {
        self.state().log.output(chapter, id).map(str::to_owned)
    }

    /// Ends the chapter that is up and waits until it has removed what it made. Returns its name if it
    /// has made something; `None` if nothing was to be removed.
    pub fn close(&self, told: impl FnOnce(&str)) {
        {
            let mut state = self.state();
            if state.resident.is_none() {
                return;
            }
            told(&state.log.session.chapter);
            state.next = None;
            if let Some(resident) = &mut state.resident {
                resident.ask("stop");
            }
            state.log.change(|session| session.phase = Phase::Cleaning);
            state.resident = None;
        }
        let deadline = Instant::now() + CLEANUP_LIMIT;
        while self.state().log.session.phase == Phase::Cleaning && Instant::now() < deadline {
            std::thread::sleep(TICK);
        }
    }
}

/// The sections of a chapter that the reader's own file or folder can be for: some ask for a file, others for
/// a folder.
fn exercises(chapter: &Chapter, answer: Option<&str>) -> Vec<&'static str> {
    let Some(own) = answer.map(Path::new) else {
        return Vec::new();
    };
    let root = Path::new(chapter.tutorial.root);
    let is_of_its_kind = |books: &str| root.join(books).is_dir() == own.is_dir();
    let exercises = chapter.sections.iter();
    let exercises = exercises.filter(|section| section.answer.is_some_and(is_of_its_kind));
    exercises.map(|section| section.id).collect()
}

/// The prerequisites that are not there, in order.
fn first(chapter: &Chapter, there: &BTreeSet<&str>, wanted: &BTreeSet<&str>) -> Vec<String> {
    let needed = chapter.prerequisites(wanted);
    let ids = chapter.sections.iter().map(|section| section.id);
    ids.filter(|id| needed.contains(id) && !there.contains(id))
        .map(str::to_owned)
        .collect()
}
