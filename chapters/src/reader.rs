//! A chapter from start to end, as a reader types it: options, engine,
//! preflight, the commands, cleaning up, the summary.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fs::{self, File, TryLockError};
use std::io::{self, BufRead, IsTerminal, Write};
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use clap::Parser;
use nix::unistd::Uid;
use serde::{Deserialize, Serialize};
use signal_hook::consts::{SIGINT, SIGTERM};

use crate::chapter::{Chapter, Error, Failure, Outline};
use crate::docker::{self, Docker, Object, Provenance};
use crate::hint;
use crate::options::Options;
use crate::preflight;
use crate::process::Runner;
use crate::screen::Screen;
use crate::setup::{self, Engine};

/// Exit status when a command did not show what the book shows.
const FAILED: u8 = 1;
/// Exit status when an option is wrong; clap's own too.
const USAGE: u8 = 2;
/// Exit status when a chapter could not start.
const NOT_STARTED: u8 = 3;
/// Exit status after Ctrl-C, as shells have it.
const INTERRUPTED: u8 = 130;

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

/// How a chapter ended.
struct Ending {
    name: &'static str,
    sections: usize,
    commands: usize,
    elapsed: Duration,
    result: Result<(), Error>,
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
    let mut chapter = Chapter::new(root, options.clone(), None);
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
    for signal in [SIGINT, SIGTERM] {
        signal_hook::flag::register(signal, Arc::clone(&interrupted)).expect("both signals can be handled");
    }
    let _lock = match lock(screen) {
        Ok(lock) => lock,
        Err(error) => {
            screen.note(&format!("Error: {error}"));
            return NOT_STARTED;
        }
    };
    let runner = Runner::new(plain_environment(variables), interrupted);
    let engine = match setup::engine(root, runner, options.yes, screen) {
        Ok(engine) => engine,
        Err(setup::Error::Interrupted) => return INTERRUPTED,
        Err(error) => {
            screen.note(&format!("Error: {}", chain(&error)));
            return NOT_STARTED;
        }
    };
    let docker = Docker::new(engine.runner.clone());
    if options.clean {
        return clean(&docker, options, screen);
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
                screen.note(&format!("Error: {} cannot start\n{message}", outline.name));
                return NOT_STARTED;
            }
        }
        if endings.last().is_some_and(|ending| ending.result.is_err()) {
            break;
        }
    }
    summary(&endings, outlines, &docker, screen)
}

/// One chapter: look, run, clean up.
fn read(
    root: &Path,
    outline: &Outline,
    options: &Options,
    engine: &Engine,
    docker: &Docker,
    screen: &Screen,
) -> Result<Ending, String> {
    let started = Instant::now();
    let before = docker.objects().map_err(|error| chain(&error))?;
    screen.heading(outline.name);
    look(outline, engine, docker, &before, screen)?;
    let mut chapter = Chapter::new(root, options.clone(), Some(engine));
    // Whatever happens in a chapter, what it made is removed.
    let result = panic::catch_unwind(AssertUnwindSafe(|| (outline.commands)(&mut chapter)));
    let mut troubles = chapter.close();
    troubles.extend(tidy(docker, &before, &chapter, options, screen));
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
    {
        record(&chapter, engine, file)?;
    }
    let transcript = chapter.transcript();
    let (sections, commands) = (transcript.sections().len(), transcript.entries.len());
    Ok(Ending {
        name: outline.name,
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
    let mut lines = preflight::lines(&engine.runner, docker, &engine.facts, outline.ports, &leftovers);
    if outline.shows_preflight {
        screen.note(preflight::table(&lines).trim_end());
        // Only the chapters that publish a port stop at it.
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

/// Removes what the chapter made, or says what stays; answers what it could not.
fn tidy(
    docker: &Docker,
    before: &[Object],
    chapter: &Chapter,
    options: &Options,
    screen: &Screen,
) -> Option<String> {
    // The reader's Ctrl-C ends the chapter, not its cleaning up.
    let docker = docker.uninterruptible();
    let after = match docker.objects() {
        Ok(after) => after,
        Err(error) => return Some(chain(&error)),
    };
    let made = docker::made(before, &after, chapter.seen());
    if options.keep {
        let names: Vec<_> = made.iter().map(ToString::to_string).collect();
        screen.note(&format!(
            "Kept: {}.\nRemove it with `-- --clean`.",
            names.join(", ")
        ));
        return None;
    }
    docker.remove(&made).err().map(|error| chain(&error))
}

/// Removes objects with the tutorial's names, after a question.
fn clean(docker: &Docker, options: &Options, screen: &Screen) -> u8 {
    let objects = match docker.objects() {
        Ok(objects) => objects,
        Err(error) => {
            screen.note(&format!("Error: {}", chain(&error)));
            return NOT_STARTED;
        }
    };
    let ids: Vec<String> = objects
        .iter()
        .map(|object| object.id.trim_start_matches("sha256:").to_owned())
        .collect();
    let with_our_name: BTreeSet<String> = objects
        .iter()
        .zip(ids)
        .filter(|(object, _)| docker::bears_our_name(object))
        .map(|(_, id)| id)
        .collect();
    let leftovers = docker::made(&[], &objects, &with_our_name);
    if leftovers.is_empty() {
        screen.note("Nothing is left behind.");
        return 0;
    }
    let names: Vec<_> = leftovers.iter().map(ToString::to_string).collect();
    screen.note(&format!(
        "To be removed, since it has the tutorial's names:\n  {}",
        names.join("\n  ")
    ));
    if !options.yes && io::stdin().is_terminal() {
        eprint!("Remove it? [y/N] ");
        let _ = io::stderr().flush();
        let mut answer = String::new();
        let is_read = io::stdin().lock().read_line(&mut answer).is_ok();
        if !is_read || !matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes") {
            screen.note("Nothing was removed.");
            return 0;
        }
    }
    match docker.remove(&leftovers) {
        Ok(()) => {
            screen.note("Removed.");
            0
        }
        Err(error) => {
            screen.note(&format!("Error: {}", chain(&error)));
            FAILED
        }
    }
}

fn record(chapter: &Chapter, engine: &Engine, file: &PathBuf) -> Result<(), String> {
    let recording = Recording {
        provenance: engine.facts.provenance.clone(),
        recorded: chapter.normaliser().recorded(),
        transcript: chapter.transcript().to_string(),
    };
    let text = serde_json::to_string_pretty(&recording).expect("a recording is plain data");
    fs::write(file, text + "\n").map_err(|error| format!("failed to write {}: {error}", file.display()))
}

/// The table at the end, what went wrong if something did, what to run next.
fn summary(endings: &[Ending], outlines: &[Outline], docker: &Docker, screen: &Screen) -> u8 {
    let mut text = String::from("\n");
    for Ending {
        name,
        sections,
        commands,
        elapsed,
        result,
    } in endings
    {
        let (mark, word) = match result {
            Ok(()) => ("✓", "all as expected"),
            Err(Error::Interrupted) => ("✗", "interrupted, and cleaned up"),
            Err(_) => ("✗", "stopped, and cleaned up"),
        };
        let seconds = elapsed.as_secs_f64();
        let line = format!(
            "{mark} {name:<10} {sections:>2} sections  {commands:>3} commands  {seconds:>6.1} s  {word}\n"
        );
        text.push_str(&line);
    }
    screen.note(text.trim_end());
    let Some(ending) = endings.last() else { return 0 };
    match &ending.result {
        Ok(()) => {
            if let Some(next) = next_chapter(ending.name).filter(|_| outlines.len() == 1) {
                screen.note(&format!("Next: cargo run --bin {next}"));
            }
            0
        }
        Err(Error::Interrupted) => INTERRUPTED,
        Err(error) => {
            screen.note(&format!("\nError: {}: {}", ending.name, chain(error)));
            if let Error::Failed(failure) = error {
                screen.note(&advice(ending.name, failure, docker));
            }
            FAILED
        }
    }
}

/// The last lines of a failure's report: its likely cause and the next command.
fn advice(name: &str, failure: &Failure, docker: &Docker) -> String {
    let cause = hint::cause(&failure.outcome.output);
    let hint = cause.map(|cause| format!("hint       {}\n", hint::advice(&cause, docker)));
    let next = format!("next       cargo run --bin {name} -- --step {}", failure.section);
    hint.unwrap_or_default() + &next
}

fn next_chapter(name: &str) -> Option<String> {
    let number: u32 = name.strip_prefix("chapter-")?.parse().ok()?;
    let next = format!("chapter-{}", number + 1);
    let is_there = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join(format!("src/bin/{next}.rs"))
        .is_file();
    is_there.then_some(next)
}

/// Waits for other chapters on this machine: they share names and ports.
fn lock(screen: &Screen) -> Result<File, String> {
    let path = std::env::temp_dir().join(format!("running-rust-in-docker-{}.lock", Uid::effective()));
    let describe = |error: io::Error| format!("failed to lock {}: {error}", path.display());
    let file = File::create(&path).map_err(describe)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            screen.note("Another chapter is running; waiting until it has ended.");
            file.lock().map_err(describe)?;
        }
        Err(TryLockError::Error(error)) => return Err(describe(error)),
    }
    Ok(file)
}

/// What every program sees: where things are and how the network is reached,
/// from the reader; all that changes what Docker prints, the same for everybody.
fn plain_environment(
    variables: impl IntoIterator<Item = (OsString, OsString)>,
) -> BTreeMap<OsString, OsString> {
    const KEPT: [&str; 12] = [
        "PATH",
        "HOME",
        "USER",
        "TMPDIR",
        "SSH_AUTH_SOCK",
        "DOCKER_HOST",
        "DOCKER_CONTEXT",
        "DOCKER_CONFIG",
        "DOCKER_CERT_PATH",
        "DOCKER_TLS_VERIFY",
        "RUSTUP_HOME",
        "CARGO_HOME",
    ];
    const KEPT_PREFIXES: [&str; 3] = ["XDG_", "DOCKER_BOOK_", "SSL_CERT_"];
    const FIXED: [(&str, &str); 5] = [
        ("DOCKER_CLI_HINTS", "false"),
        ("BUILDKIT_PROGRESS", "plain"),
        ("LC_ALL", "C.UTF-8"),
        ("TZ", "UTC"),
        ("NO_COLOR", "1"),
    ];
    let is_kept = |name: &OsString| {
        let name = name.to_string_lossy();
        let is_proxy = name.to_ascii_lowercase().ends_with("_proxy");
        KEPT.contains(&&*name) || is_proxy || KEPT_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
    };
    let kept = variables.into_iter().filter(|(name, _)| is_kept(name));
    kept.chain(FIXED.map(|(name, value)| (name.into(), value.into())))
        .collect()
}

/// An error with its causes, as a sentence.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
