//! A chapter from start to end, as a reader types it: options, engine,
//! preflight, the commands, cleaning up, the summary.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use clap::Parser;
use nix::unistd::Uid;
use serde::{Deserialize, Serialize};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

use crate::chapter::{Chapter, Outline};
use crate::clean_up::{Note, clean, tidy};
use crate::database::Database;
use crate::docker::{self, Docker, Object, Provenance};
use crate::environment::plain_environment;
use crate::failure::Error;
use crate::options::Options;
use crate::preflight;
use crate::process::{self, Runner};
use crate::screen::{Screen, sentence};
use crate::setup::{self, Engine};
use crate::summary::{Ending, INTERRUPTED, NOT_STARTED, USAGE, summary};

/// Longest wait for another chapter on this machine: a walkthrough on a slow one.
const LOCK_LIMIT: Duration = Duration::from_hours(1);

/// Time between two looks at whether it has ended.
const LOCK_INTERVAL: Duration = Duration::from_millis(200);

/// What `--transcript` writes: a run, ready to be compared and shown.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Recording {
    /// Where and on what it was recorded.
    pub provenance: Provenance,
    /// Values behind placeholders such as `size-1`, as the engine printed them.
    pub recorded: BTreeMap<String, String>,
    /// The normalised transcript, as text.
    pub transcript: String,
}

/// Runs the chapters of `outlines`, in order, as `arguments` ask; `variables`
/// are the environment that the reader's shell gives.
#[must_use]
pub fn open(
    outlines: &[Outline],
    arguments: impl IntoIterator<Item = OsString>,
    variables: impl IntoIterator<Item = (OsString, OsString)>,
) -> ExitCode {
    let options = match Options::try_parse_from(arguments) {
        Ok(options) => options,
        Err(error) => {
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { USAGE } else { 0 });
        }
    };
    let screen = &mut Screen::default();
    let Some(root) = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .filter(|root| root.is_dir())
    else {
        screen.note("Error: the repository from which this program was built is no longer where it was");
        return ExitCode::from(NOT_STARTED);
    };
    if let Some(unknown) = unknown_step(root, outlines, &options) {
        screen.note(&unknown);
        return ExitCode::from(USAGE);
    }
    if let Some(misuse) = misuse(outlines, &options) {
        screen.note(&misuse);
        return ExitCode::from(USAGE);
    }
    if options.list || options.dry_run {
        let shown = if options.list {
            list(root, outlines, &options)
        } else {
            dry_run(root, outlines, &options)
        };
        // A reader who pipes into `head` has seen enough.
        let _ = io::stdout().write_all(shown.as_bytes());
        return ExitCode::SUCCESS;
    }
    let code = run(root, outlines, &options, variables, screen);
    ExitCode::from(code)
}

/// The commands of a chapter, noted down and not run.
fn note_down(root: &Path, outline: &Outline, options: &Options) -> Chapter {
    let mut chapter = Chapter::new(root, options.clone(), None, options.database.database());
    // Nothing runs, so nothing fails.
    let _ = (outline.commands)(&mut chapter);
    chapter
}

fn unknown_step(root: &Path, outlines: &[Outline], options: &Options) -> Option<String> {
    let step = options.step.as_ref()?;
    let is_known = outlines
        .iter()
        .any(|outline| !note_down(root, outline, options).transcript().entries.is_empty());
    (!is_known).then(|| format!("Error: there is no section {step}\nnext: `--list` shows which there are"))
}

/// What is one chapter's alone, asked of several.
fn misuse(outlines: &[Outline], options: &Options) -> Option<String> {
    let (option, why) = match options {
        Options { keep: true, .. } => ("--keep", "what one leaves would stop the next"),
        Options {
            transcript: Some(_), ..
        } => ("--transcript", "a file holds the transcript of one"),
        _ => return None,
    };
    (outlines.len() > 1).then(|| {
        format!("Error: {option} goes with one chapter: {why}\nnext: cargo run --bin chapter-3 -- {option} …")
    })
}

fn list(root: &Path, outlines: &[Outline], options: &Options) -> String {
    let mut text = String::new();
    for outline in outlines {
        let chapter = note_down(root, outline, options);
        let transcript = chapter.transcript();
        for section in transcript.sections() {
            let commands = transcript
                .entries
                .iter()
                .filter(|entry| entry.section == section)
                .count();
            let plural = if commands == 1 { "" } else { "s" };
            let line = format!("{}   {section:<20} {commands} command{plural}\n", outline.name);
            text.push_str(&line);
        }
    }
    text
}

fn dry_run(root: &Path, outlines: &[Outline], options: &Options) -> String {
    let texts = outlines
        .iter()
        .map(|outline| note_down(root, outline, options).transcript().to_string());
    texts
        .filter(|text| !text.is_empty())
        .collect::<Vec<_>>()
        .join("\n")
}

fn run(
    root: &Path,
    outlines: &[Outline],
    options: &Options,
    variables: impl IntoIterator<Item = (OsString, OsString)>,
    screen: &mut Screen,
) -> u8 {
    let interrupted = Arc::new(AtomicBool::new(false));
    for signal in [SIGHUP, SIGINT, SIGTERM] {
        signal_hook::flag::register(signal, Arc::clone(&interrupted)).expect("these signals can be handled");
    }
    let runner = Runner::new(plain_environment(variables), interrupted);
    let _lock = match lock(&runner, screen) {
        Ok(lock) => lock,
        Err(_) if runner.is_interrupted() => return INTERRUPTED,
        Err(error) => {
            screen.note(&format!("Error: {error}"));
            return NOT_STARTED;
        }
    };
    let engine = match setup::engine(root, runner, options.yes, screen) {
        Ok(engine) => engine,
        Err(setup::Error::Interrupted) => return INTERRUPTED,
        Err(error) => {
            screen.note(&format!("Error: {}", sentence(&error)));
            return NOT_STARTED;
        }
    };
    let docker = Docker::new(engine.runner.clone());
    if options.clean {
        return clean(root, &engine, &docker, options, screen);
    }
    let mut endings = Vec::new();
    for outline in outlines {
        let is_wanted =
            options.step.is_none() || !note_down(root, outline, options).transcript().entries.is_empty();
        if !is_wanted {
            continue;
        }
        match read(root, outline, options, &engine, &docker, screen) {
            Ok(ending) => endings.push(ending),
            Err(message) => {
                summary(&endings, outlines, &docker, options, screen);
                screen.note(&format!("Error: {} cannot start\n{message}", outline.name));
                return NOT_STARTED;
            }
        }
        if endings.last().is_some_and(|ending| ending.result.is_err()) {
            break;
        }
    }
    summary(&endings, outlines, &docker, options, screen)
}

/// One chapter: look, run, clean up.
fn read(
    root: &Path,
    outline: &Outline,
    options: &Options,
    engine: &Engine,
    docker: &Docker,
    screen: &mut Screen,
) -> Result<Ending, String> {
    let started = Instant::now();
    screen.heading(outline.name);
    screen.note(&format!(
        "Its page: {} (while `cargo run --bin book -- serve` runs)",
        outline.address()
    ));
    let database = if outline.has_database {
        let database = setup::database(root, engine, options.database, screen);
        Some(database.map_err(|error| sentence(&error))?)
    } else {
        None
    };
    let before = docker.objects().map_err(|error| sentence(&error))?;
    look(outline, database, engine, docker, &before, screen)?;
    let note = Note::leave(root, outline.name, engine, &before)?;
    let mut chapter = Chapter::new(
        root,
        options.clone(),
        Some(engine),
        database.unwrap_or(Database::Postgres),
    );
    // Whatever happens in a chapter, what it made is removed.
    let result = panic::catch_unwind(AssertUnwindSafe(|| (outline.commands)(&mut chapter)));
    let mut troubles = chapter.close();
    troubles.extend(tidy(docker, note, &chapter, options, screen));
    for trouble in troubles {
        screen.note(&format!("! not cleaned up: {trouble}"));
    }
    let result = result.unwrap_or_else(|panic| panic::resume_unwind(panic));
    let result = match result {
        Err(Error::StepIsOver) => Ok(()),
        result => result,
    };
    if result.is_ok()
        && let Some(file) = &options.transcript
        && let Err(trouble) = record(&chapter, engine, database, file)
    {
        screen.note(&format!("! not recorded: {trouble}"));
    }
    let transcript = chapter.transcript();
    let (sections, commands) = (transcript.sections().len(), transcript.entries.len());
    Ok(Ending {
        outline: *outline,
        sections,
        commands,
        elapsed: started.elapsed(),
        result,
    })
}

/// The preflight: shown in full where the chapter is about it, else only what
/// needs seeing to; stops the chapter where something does.
fn look(
    outline: &Outline,
    database: Option<Database>,
    engine: &Engine,
    docker: &Docker,
    before: &[Object],
    screen: &Screen,
) -> Result<(), String> {
    let leftovers: Vec<Object> = before
        .iter()
        .filter(|object| docker::bears_our_name(object))
        .cloned()
        .collect();
    let ports = [outline.ports, database.map_or(&[], Database::ports)].concat();
    let mut lines = preflight::lines(&engine.runner, docker, &engine.facts, &ports, &leftovers);
    if outline.shows_preflight {
        screen.note(preflight::table(&lines).trim_end());
        // The chapters that come to it stop at it; this one shows it.
        if lines.iter().any(|line| line.stops) {
            screen.note("Later chapters will not start before this has been seen to (!).");
        }
        return Ok(());
    }
    lines.retain(|line| line.advice.is_some());
    let table = preflight::table(&lines);
    if lines.iter().any(|line| line.stops) {
        return Err(table.trim_end().to_owned());
    }
    if !lines.is_empty() {
        screen.note(table.trim_end());
    }
    Ok(())
}

fn record(
    chapter: &Chapter,
    engine: &Engine,
    database: Option<Database>,
    file: &PathBuf,
) -> Result<(), String> {
    let recording = Recording {
        provenance: Provenance {
            database: database.map(|database| database.image().to_owned()),
            ..engine.facts.provenance.clone()
        },
        recorded: chapter.normaliser().recorded(),
        transcript: chapter.transcript().to_string(),
    };
    let text = serde_json::to_string_pretty(&recording).expect("a recording is plain data");
    fs::write(file, text + "\n").map_err(|error| format!("failed to write {}: {error}", file.display()))
}

/// Waits for other chapters on this machine: they share names and ports.
fn lock(runner: &Runner, screen: &Screen) -> Result<File, String> {
    let path = std::env::temp_dir().join(format!("running-rust-in-docker-{}.lock", Uid::effective()));
    let describe = |error: io::Error| format!("failed to lock {}: {error}", path.display());
    let file = File::create(&path).map_err(describe)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            screen.note("Another chapter is running; waiting until it has ended.");
            let deadline = Instant::now() + LOCK_LIMIT;
            while file.try_lock().is_err() {
                if runner.is_interrupted() || Instant::now() >= deadline {
                    return Err(format!(
                        "another chapter has run for {} minutes and still does\n\
                         next: end it, or wait for it; it holds {}",
                        LOCK_LIMIT.as_secs() / 60,
                        path.display()
                    ));
                }
                process::pause(LOCK_INTERVAL);
            }
        }
        Err(TryLockError::Error(error)) => return Err(describe(error)),
    }
    Ok(file)
}
