//! What the chapters of one start share: the options and the engine.

use std::collections::BTreeSet;
use std::fs::{File, TryLockError};
use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::author::chapter::Chapter;
use crate::author::tutorial::Tutorial;
use crate::cli::options::{Mode, Options};
use crate::docker::client::Docker;
use crate::docker::info::Facts;
use crate::run::platform;
use crate::run::process::{self, Runner};
use crate::say::screen::Screen;
use crate::start::setup::{self, Consent, NotBegun};
use crate::text;

/// Longest wait for another chapter on this machine to end: enough for a walkthrough on a slow machine.
const LOCK_LIMIT: Duration = Duration::from_hours(1);

/// Time between two checks whether it has ended.
const LOCK_INTERVAL: Duration = Duration::from_millis(200);

/// A chapter, and the ids of its selected sections.
pub(crate) type Meant = (Chapter, BTreeSet<&'static str>);

/// One start of one or more chapters. While it exists, no other start runs on this machine, because
/// chapters share names and ports.
#[derive(Debug)]
pub(crate) struct Session<'a> {
    /// The folder in which commands run.
    pub(crate) root: &'static Path,
    pub(crate) options: &'a Options,
    pub(crate) docker: Docker,
    /// What the engine reports about itself.
    pub(crate) facts: Facts,
    _lock: File,
}

impl<'a> Session<'a> {
    /// Waits for other chapters to end and finds the engine.
    pub(crate) fn begin(
        tutorial: &'static Tutorial,
        options: &'a Options,
        runner: Runner,
        screen: &mut Screen,
    ) -> Result<Self, NotBegun> {
        let lock = lock(tutorial, &runner, screen)?;
        let consent = match options.mode() {
            _ if options.yes => Consent::Given,
            Mode::Session => Consent::Refused,
            _ => Consent::Asked,
        };
        let (docker, facts) = setup::engine(tutorial, runner, consent, screen)?;
        Ok(Self {
            root: Path::new(tutorial.root),
            options,
            docker,
            facts,
            _lock: lock,
        })
    }
}

fn lock(tutorial: &Tutorial, runner: &Runner, screen: &Screen) -> Result<File, NotBegun> {
    let path = std::env::temp_dir().join(format!("{}-{}.lock", tutorial.name, platform::user_id()));
    let (language, name) = (screen.language(), path.display());
    let unlocked = |reason: io::Error| text!(language, "reader-unlocked", file = name, reason);
    #[expect(clippy::disallowed_methods, reason = "nothing is written to it")]
    let file = File::create(&path).map_err(unlocked)?;
    match file.try_lock() {
        Ok(()) => return Ok(file),
        Err(TryLockError::WouldBlock) => screen.say("reader-waiting", &[]),
        Err(TryLockError::Error(error)) => return Err(unlocked(error).into()),
    }
    let deadline = Instant::now() + LOCK_LIMIT;
    while file.try_lock().is_err() {
        if runner.is_interrupted() {
            return Err(NotBegun::Interrupted);
        }
        if Instant::now() >= deadline {
            let minutes = LOCK_LIMIT.as_secs() / 60;
            return Err(text!(language, "reader-waited", minutes, file = name).into());
        }
        process::pause(LOCK_INTERVAL);
    }
    Ok(file)
}
