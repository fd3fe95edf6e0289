//! What the chapters of one start share: what was asked for, and the engine.

use std::collections::BTreeSet;
use std::fs::{File, TryLockError};
use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::author::chapter::Chapter;
use crate::author::tutorial::Tutorial;
use crate::cli::options::Options;
use crate::docker::client::Docker;
use crate::run::platform;
use crate::run::process::Runner;
use crate::say::screen::Screen;
use crate::start::setup::{self, Engine};
use crate::text;

/// Longest wait for another chapter on this machine: a walkthrough on a slow one.
const LOCK_LIMIT: Duration = Duration::from_hours(1);

/// Time between two looks at whether it has ended.
const LOCK_INTERVAL: Duration = Duration::from_millis(200);

/// A chapter, and the ids of its sections that are meant.
pub(crate) type Meant = (Chapter, BTreeSet<&'static str>);

/// A start of one chapter or more. No other one runs on this machine while it lives: they share names
/// and ports.
#[derive(Debug)]
pub(crate) struct Session<'a> {
    pub(crate) tutorial: &'static Tutorial,
    pub(crate) options: &'a Options,
    pub(crate) engine: Engine,
    pub(crate) docker: Docker,
    _lock: File,
}

/// Why a chapter did not begin.
#[derive(Debug)]
pub(crate) enum NotBegun {
    /// The reader pressed Ctrl-C.
    Interrupted,
    /// For people, in their language.
    Because(String),
}

impl<'a> Session<'a> {
    /// Waits for other chapters and finds the engine.
    ///
    /// # Errors
    ///
    /// If there is none in the end, or if the reader pressed Ctrl-C.
    pub(crate) fn begin(
        tutorial: &'static Tutorial,
        options: &'a Options,
        runner: Runner,
        screen: &mut Screen,
    ) -> Result<Self, NotBegun> {
        let lock = lock(tutorial, &runner, screen)?;
        let engine = setup::engine(tutorial, runner, options.yes, screen);
        let engine = engine.map_err(|error| NotBegun::of(&error, screen))?;
        Ok(Self {
            tutorial,
            options,
            docker: Docker::new(engine.runner.clone(), tutorial.docker),
            engine,
            _lock: lock,
        })
    }

    /// The folder in which commands run.
    pub(crate) fn root(&self) -> &'static Path {
        Path::new(self.tutorial.root)
    }
}

impl NotBegun {
    pub(crate) fn of(error: &setup::Error, screen: &Screen) -> Self {
        match error {
            setup::Error::Interrupted => Self::Interrupted,
            error => Self::Because(error.say(screen.language())),
        }
    }
}

fn lock(tutorial: &Tutorial, runner: &Runner, screen: &Screen) -> Result<File, NotBegun> {
    let path = std::env::temp_dir().join(format!("{}-{}.lock", tutorial.name, platform::user_id()));
    let (language, name) = (screen.language(), path.display());
    let unlocked =
        |reason: io::Error| NotBegun::Because(text!(language, "reader-unlocked", file = name, reason));
    #[expect(clippy::disallowed_methods, reason = "nothing is written to it")]
    let file = File::create(&path).map_err(unlocked)?;
    match file.try_lock() {
        Ok(()) => return Ok(file),
        Err(TryLockError::WouldBlock) => screen.say("reader-waiting", &[]),
        Err(TryLockError::Error(error)) => return Err(unlocked(error)),
    }
    let deadline = Instant::now() + LOCK_LIMIT;
    while file.try_lock().is_err() {
        if runner.is_interrupted() {
            return Err(NotBegun::Interrupted);
        }
        if Instant::now() >= deadline {
            let minutes = LOCK_LIMIT.as_secs() / 60;
            let waited = text!(language, "reader-waited", minutes, file = name);
            return Err(NotBegun::Because(waited));
        }
        runner.pause(LOCK_INTERVAL);
    }
    Ok(file)
}
