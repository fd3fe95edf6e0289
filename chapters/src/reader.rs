//! A chapter from start to end, as a reader types it: options, engine,
//! preflight, the commands, cleaning up, the summary.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::{File, TryLockError};
use std::io;
use std::panic::{self, AssertUnwindSafe};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use clap::Parser;
use serde::{Deserialize, Serialize};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use time::OffsetDateTime;

use crate::chapter::{Chapter, Outline};
use crate::clean_up::{Note, Untidy, clean, tidy};
use crate::compare::{Run, compare, not_recorded};
use crate::database::{Database, Unrecorded};
use crate::docker::{Docker, Object};
use crate::environment::Environment;
use crate::failure::Error;
use crate::interactive::Questions;
use crate::language::Language;
use crate::listing;
use crate::options::{Format, Options};
use crate::output::{self, Unwritten};
use crate::part::{NotBegun, Wanted};
use crate::plan::{Course, Plan, sections_of_step};
use crate::platform;
use crate::preflight;
use crate::process::{self, Runner};
use crate::provenance::Provenance;
use crate::replay;
use crate::report::{self, Readers};
use crate::screen::{self, Screen, sentence};
use crate::script;
use crate::setup::{self, Engine};
use crate::snapshot::{self, Snapshot};
use crate::summary::{Ending, INTERRUPTED, NOT_STARTED, USAGE, explained, summary, with_unwritten};
use crate::tutorial::Tutorial;

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
    /// How long each entry of the transcript took, in order, in milliseconds.
    pub elapsed: Vec<u64>,
    /// The normalised transcript, as text.
    pub transcript: String,
}

impl TryFrom<Recording> for Snapshot {
    type Error = snapshot::Error;

    fn try_from(recording: Recording) -> Result<Self, snapshot::Error> {
        Ok(Self {
            provenance: recording.provenance,
            recorded: recording.recorded,
            elapsed: recording.elapsed.into_iter().map(Duration::from_millis).collect(),
            transcript: recording.transcript.parse()?,
        })
    }
}

/// Runs the chapters of `outlines`, in order, as `arguments` ask; `variables`
/// are the environment that the reader's shell gives.
#[must_use]
pub fn open(
    outlines: &[Outline],
    arguments: impl IntoIterator<Item = OsString>,
    variables: impl IntoIterator<Item = (OsString, OsString)>,
) -> ExitCode {
    let variables: Vec<_> = variables.into_iter().collect();
    let language = Language::of_environment(&variables);
    let options = match Options::try_parse_from(arguments) {
        Ok(options) => options,
        Err(error) if error.use_stderr() => {
            let _ = error.print();
            return ExitCode::from(USAGE);
        }
        Err(help) => {
            let screen = Screen::new(language);
            screen.stdout().note(help.print());
            return close(0, Vec::new(), &screen);
        }
    };
    let screen = &mut Screen::new(options.lang.unwrap_or(language));
    let (code, unwritten) = answer(outlines, &options, variables, screen);
    close(code, unwritten, screen)
}

/// Says what could not be written, as the last that is said; answers the exit status.
fn close(code: u8, mut unwritten: Vec<String>, screen: &Screen) -> ExitCode {
    let stdout = screen.stdout().clone().close();
    unwritten.extend(stdout.map(|error| error.say(screen.language())));
    for what in &unwritten {
        screen.error(what);
    }
    ExitCode::from(if unwritten.is_empty() {
        code
    } else {
        with_unwritten(code)
    })
}

/// Does what is asked for; answers the exit status, and what could not be written but for stdout.
fn answer(
    outlines: &[Outline],
    options: &Options,
    variables: Vec<(OsString, OsString)>,
    screen: &mut Screen,
) -> (u8, Vec<String>) {
    let language = screen.language();
    let said = |code| (code, Vec::new());
    let Some(tutorial) = outlines.first().map(|outline| outline.tutorial) else {
        return said(0);
    };
    let root = Path::new(tutorial.root);
    if !root.is_dir() {
        screen.error(&language.text("reader-no-repository", &[]));
        return said(NOT_STARTED);
    }
    if let Some(unknown) = unknown_step(outlines, options, language) {
        screen.error(&unknown);
        return said(USAGE);
    }
    if let Some(misuse) = misuse(outlines, options, language) {
        screen.error(&misuse);
        return said(USAGE);
    }
    if options.list || options.dry_run {
        let shown = if options.list {
            listing::list(outlines, options)
        } else {
            listing::dry_run(outlines, options, language)
        };
        screen.stdout().write(&shown);
        return said(0);
    }
    if let (Some(shell), [outline]) = (options.script, outlines) {
        return match script::script(outline, shell, options, language) {
            Ok(script) => {
                screen.stdout().write(&script);
                said(0)
            }
            Err(error) => {
                screen.error(&error);
                said(NOT_STARTED)
            }
        };
    }
    if options.replay {
        return said(replay::replay(outlines, options, &interruption(), screen));
    }
    let readers = Readers::new(options, &variables);
    let mut endings = Vec::new();
    let ran = run(tutorial, outlines, options, variables, &mut endings, screen);
    if let Err(trouble) = &ran {
        screen.error(trouble);
    }
    let (code, trouble) = match &ran {
        Ok(code) => (*code, None),
        Err(trouble) => (NOT_STARTED, Some(trouble.as_str())),
    };
    let unwritten = endings
        .iter()
        .flat_map(|ending| ending.unwritten.clone())
        .collect();
    let unwritten = readers.tell(&endings, trouble, code, unwritten, screen);
    (code, unwritten)
}

fn unknown_step(outlines: &[Outline], options: &Options, language: Language) -> Option<String> {
    let step = options.step.as_ref()?;
    let has_it = |outline| !sections_of_step(&listing::sections(outline), step).is_empty();
    let is_known = outlines.iter().any(has_it);
    (!is_known).then(|| language.text("reader-unknown-step", &[("step", step)]))
}

/// What is one chapter's alone, asked of several.
fn misuse(outlines: &[Outline], options: &Options, language: Language) -> Option<String> {
    let (option, why) = match options {
        Options { keep: true, .. } => ("--keep", language.text("reader-one-keeps", &[])),
        Options { resume: true, .. } => ("--resume", language.text("reader-one-resumes", &[])),
        Options {
            transcript: Some(_), ..
        } => ("--transcript", language.text("reader-one-transcript", &[])),
        Options { script: Some(_), .. } => ("--script", language.text("reader-one-script", &[])),
        _ => return None,
    };
    (outlines.len() > 1).then(|| language.text("reader-one-chapter", &[("option", option), ("why", &why)]))
}

/// Answers the exit status, or why a chapter could not start; how each ended is in `endings`.
fn run(
    tutorial: &Tutorial,
    outlines: &[Outline],
    options: &Options,
    variables: impl IntoIterator<Item = (OsString, OsString)>,
    endings: &mut Vec<Ending>,
    screen: &mut Screen,
) -> Result<u8, String> {
    let root = Path::new(tutorial.root);
    let runner = Runner::new(Environment::plain(variables, root), interruption());
    let _lock = match lock(tutorial, &runner, screen) {
        Ok(lock) => lock,
        Err(_) if runner.is_interrupted() => return Ok(INTERRUPTED),
        Err(error) => return Err(error),
    };
    let found = match tutorial.docker {
        Some(names) => setup::engine(root, names, &runner, options.yes, screen),
        None => Ok(Engine::none(runner)),
    };
    let engine = match found {
        Ok(engine) => engine,
        Err(setup::Error::Interrupted) => return Ok(INTERRUPTED),
        Err(error) => return Err(error.say(screen.language())),
    };
    let docker = Docker::new(engine.runner.clone(), tutorial.docker);
    if options.clean {
        return Ok(clean(root, &engine, &docker, options, screen));
    }
    for outline in outlines {
        let sections = listing::sections(outline);
        let has_step = |step: &String| !sections_of_step(&sections, step).is_empty();
        if !options.step.as_ref().is_none_or(has_step) {
            continue;
        }
        match read(outline, &sections, options, &engine, &docker, screen) {
            Ok(ending) => {
                let is_walkthrough = outlines.len() > 1;
                if ending.book.is_some() && !matches!(ending.result, Err(Error::Interrupted)) {
                    let lines = report::lines(
                        outline.name,
                        &ending.steps,
                        is_walkthrough,
                        options.diff,
                        screen.language(),
                        screen::width(),
                    );
                    screen.note(&format!("\n{lines}"));
                }
                endings.push(ending);
            }
            Err(NotBegun::Interrupted) => return Ok(INTERRUPTED),
            Err(NotBegun::Because(message)) => {
                summary(endings, outlines, options, screen);
                let chapter = [("chapter", outline.name), ("why", message.as_str())];
                return Err(screen.language().text("reader-cannot-start", &chapter));
            }
        }
        if endings.last().is_some_and(|ending| ending.result.is_err()) {
            break;
        }
    }
    Ok(summary(endings, outlines, options, screen))
}

/// Whether Ctrl-C was pressed, from now on.
fn interruption() -> Arc<AtomicBool> {
    let interrupted = Arc::new(AtomicBool::new(false));
    for signal in [SIGHUP, SIGINT, SIGTERM] {
        signal_hook::flag::register(signal, Arc::clone(&interrupted)).expect("these signals can be handled");
    }
    interrupted
}

/// One chapter: look, run, clean up, compare.
fn read(
    outline: &Outline,
    sections: &[&'static str],
    options: &Options,
    engine: &Engine,
    docker: &Docker,
    screen: &mut Screen,
) -> Result<Ending, NotBegun> {
    let started = Instant::now();
    let root = Path::new(outline.tutorial.root);
    let language = screen.language();
    screen.heading(outline.name);
    if let Some(address) = outline.address(language) {
        screen.say("reader-page", &[("address", &address)]);
    }
    let database = outline.has_database.then_some(options.database);
    let listed = listing::listed(outline, database.unwrap_or_default());
    let book = book(outline, screen);
    let provenance = provenance(engine, database);
    let unrecorded = book
        .as_ref()
        .and_then(|book| Unrecorded::of(&provenance, &book.provenance));
    if let Some(unrecorded) = unrecorded {
        screen.note(&unrecorded.say(outline, language));
    }
    if let Some(database) = database {
        setup::database(root, docker, database, screen).map_err(|error| match error {
            setup::Error::Interrupted => NotBegun::Interrupted,
            error => {
                let why = error.say(language);
                NotBegun::Because(match unrecorded {
                    Some(unrecorded) => format!("{why}\n{}", unrecorded.instead(outline, language)),
                    None => why,
                })
            }
        })?;
    }
    let wanted = Wanted {
        outline,
        sections,
        course: Course::of(listed.lines(), book.as_ref().map(|book| &book.transcript)),
    };
    let Begun { plan, note } = begin(wanted, database, options, engine, docker, screen)?;
    let mut chapter = Chapter::new(
        root,
        plan,
        engine,
        database.unwrap_or_default(),
        screen
            .another()
            .with_titles_of(outline.tutorial, outline.page)
            .showing_transcript(options.format == Format::Text),
    );
    if options.interactive {
        chapter = chapter.asking(Questions::new(outline.tutorial, outline.page));
    }
    // Whatever happens in a chapter, what it made is removed.
    let result = panic::catch_unwind(AssertUnwindSafe(|| (outline.commands)(&mut chapter)));
    let has_ended = matches!(result, Ok(Ok(())));
    // Part of what explains a failure is removed in a moment.
    let explanation = match &result {
        Ok(Err(error)) => explained(error, docker, language),
        _ => None,
    };
    let Ended {
        troubles,
        mut unwritten,
    } = end(&mut chapter, note, has_ended, options, docker, screen);
    for trouble in troubles {
        screen.say("reader-not-cleaned-up", &[("trouble", &trouble)]);
    }
    let result = result.unwrap_or_else(|panic| panic::resume_unwind(panic));
    let recording = recording(&chapter, provenance);
    if matches!(result, Ok(()) | Err(Error::Left))
        && let Some(file) = &options.transcript
        && let Err(error) = recording.write(file)
    {
        unwritten.push(error.say(language));
    }
    let values = chapter.normaliser().values();
    let run = Run {
        ran: chapter.ran(),
        lines: listed.lines(),
        values: &values,
        provenance: &recording.provenance,
        stopped_at: result.as_ref().err().and_then(Error::place),
    };
    let steps = match &book {
        Some(book) => compare(book, &run),
        None => not_recorded(&run),
    };
    Ok(Ending {
        outline: *outline,
        ran: chapter.ran().to_vec(),
        recording,
        values,
        book: book.map(|book| book.provenance),
        steps,
        elapsed: started.elapsed(),
        skipped: chapter.skipped(),
        result,
        explanation,
        unwritten,
    })
}

/// What the book shows of a chapter; `None` where it was never recorded. A snapshot that cannot be
/// read is as one that says nothing: all that was run differs from it.
fn book(outline: &Outline, screen: &Screen) -> Option<Snapshot> {
    match Snapshot::of_chapter(outline.tutorial, outline.name) {
        Ok(book) => Some(book),
        Err(snapshot::Error::Read { .. }) => None,
        Err(error) => {
            let values = [("chapter", outline.name), ("cause", &*sentence(&error))];
            screen.say("report-not-compared", &values);
            Some(Snapshot::default())
        }
    }
}

/// What a chapter begins with.
struct Begun {
    plan: Plan,
    note: Note,
}

/// Looks whether the chapter can start, decides what of it is run, and leaves a note of what was
/// there before.
fn begin(
    wanted: Wanted<'_>,
    database: Option<Database>,
    options: &Options,
    engine: &Engine,
    docker: &Docker,
    screen: &Screen,
) -> Result<Begun, NotBegun> {
    let outline = wanted.outline;
    let root = Path::new(outline.tutorial.root);
    let language = screen.language();
    let before = docker.objects().map_err(|error| error.say(language))?;
    let earlier = Note::earlier(root, outline.name).map_err(|error| error.say(language))?;
    let earlier = earlier.filter(|note| note.is_of(engine));
    // A part of a chapter builds on what an earlier run left.
    let is_part = options.step.is_some() || options.resume;
    let ours = earlier
        .as_ref()
        .filter(|_| is_part)
        .map(|note| note.leftovers(docker.names(), &before))
        .unwrap_or_default();
    if outline.tutorial.docker.is_some() {
        look(outline, database, engine, docker, &before, &ours, screen)?;
    }
    let plan = wanted.plan(earlier.as_ref(), &ours, options, docker, screen)?;
    // Something may have been in the way of it, and is gone.
    let before = if is_part {
        docker.objects().map_err(|error| error.say(language))?
    } else {
        before
    };
    let note = Note::leave(root, outline.name, engine, &before, docker.names(), earlier);
    let note = note.map_err(|error| {
        let next = language.text("clean-up-next-start", &[]);
        format!("{}\n{next}", error.what(language))
    })?;
    Ok(Begun { plan, note })
}

/// What could not be done at the end of a chapter, in the reader's language.
struct Ended {
    /// What stays and should not.
    troubles: Vec<String>,
    /// What could not be written.
    unwritten: Vec<String>,
}

/// Runs what was kept for the end, removes what the chapter made, and notes how far it came.
fn end(
    chapter: &mut Chapter,
    note: Note,
    has_ended: bool,
    options: &Options,
    docker: &Docker,
    screen: &Screen,
) -> Ended {
    let mut troubles = chapter.close(options.keep);
    if has_ended {
        chapter.end_section();
    }
    let done_before = note.done().map(<[String]>::to_vec);
    let done = match done_before {
        // A step alone says nothing of how far the chapter has come.
        done if options.step.is_some() => done,
        _ if has_ended => None,
        done => {
            let earlier = done.filter(|_| options.resume).unwrap_or_default().into_iter();
            let now = chapter.done().iter().map(|section| (*section).to_owned());
            Some(earlier.chain(now).collect())
        }
    };
    let mut unwritten = Vec::new();
    match tidy(docker, note, chapter, done, options, screen) {
        Ok(()) => {}
        Err(Untidy::Left(trouble)) => troubles.push(trouble),
        Err(Untidy::Unwritten(error)) => unwritten.push(error),
    }
    Ended { troubles, unwritten }
}

/// The preflight: shown in full where the chapter is about it, else only what
/// needs seeing to; stops the chapter where something does. What an earlier run left is no obstacle
/// where it is built on: `ours`.
fn look(
    outline: &Outline,
    database: Option<Database>,
    engine: &Engine,
    docker: &Docker,
    before: &[Object],
    ours: &[Object],
    screen: &Screen,
) -> Result<(), String> {
    let leftovers: Vec<Object> = before
        .iter()
        .filter(|object| docker.names().are_borne_by(object) && !ours.contains(object))
        .cloned()
        .collect();
    let mut ports = [outline.ports, database.map_or(&[], Database::ports)].concat();
    if !ours.is_empty() {
        let is_ours = |name: &String| ours.iter().any(|object| object.name.as_ref() == Some(name));
        ports.retain(|&port| !docker.container_on(port).is_some_and(|name| is_ours(&name)));
    }
    let mut lines = preflight::lines(
        &engine.runner,
        docker,
        &engine.facts,
        &ports,
        &leftovers,
        screen.language(),
    );
    if outline.shows_preflight {
        screen.note(preflight::table(&lines).trim_end());
        // The chapters that come to it stop at it; this one shows it.
        if lines.iter().any(|line| line.stops) {
            screen.say("reader-later-chapters", &[]);
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

/// On what a chapter runs today.
fn provenance(engine: &Engine, database: Option<Database>) -> Provenance {
    Provenance {
        recorded_on: OffsetDateTime::now_utc().date().to_string(),
        database: database.map(|database| database.image().to_owned()),
        ..engine.facts.provenance.clone()
    }
}

fn recording(chapter: &Chapter, provenance: Provenance) -> Recording {
    Recording {
        provenance,
        recorded: chapter.normaliser().recorded(),
        elapsed: chapter.elapsed().iter().map(milliseconds).collect(),
        transcript: chapter.transcript().to_string(),
    }
}

/// A command that takes longer than `u64` can say has met its limit long before.
fn milliseconds(elapsed: &Duration) -> u64 {
    u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX)
}

impl Recording {
    fn write(&self, file: &Path) -> Result<(), Unwritten> {
        let text = serde_json::to_string_pretty(self).expect("a recording is plain data");
        output::write(file, &(text + "\n"))
    }
}

/// Waits for other chapters on this machine: they share names and ports.
fn lock(tutorial: &Tutorial, runner: &Runner, screen: &Screen) -> Result<File, String> {
    let path = std::env::temp_dir().join(format!("{}-{}.lock", tutorial.name, platform::user_id()));
    let language = screen.language();
    let name = path.display().to_string();
    let describe = |error: io::Error| {
        language.text(
            "reader-unlocked",
            &[("file", &name), ("reason", &error.to_string())],
        )
    };
    let file = File::create(&path).map_err(describe)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            screen.say("reader-waiting", &[]);
            let deadline = Instant::now() + LOCK_LIMIT;
            while file.try_lock().is_err() {
                if runner.is_interrupted() || Instant::now() >= deadline {
                    let minutes = (LOCK_LIMIT.as_secs() / 60).to_string();
                    let waited = [("minutes", minutes.as_str()), ("file", &name)];
                    return Err(language.text("reader-waited", &waited));
                }
                process::pause(LOCK_INTERVAL);
            }
        }
        Err(TryLockError::Error(error)) => return Err(describe(error)),
    }
    Ok(file)
}
