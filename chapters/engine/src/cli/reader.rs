//! Entry point of a chapter's program: from the arguments to the exit status.

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use clap::error::ErrorKind;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

use crate::author::chapter::Chapter;
use crate::cli::answer;
use crate::cli::clean_up::clean;
use crate::cli::listing;
use crate::cli::options::{self, Mode, Options};
use crate::cli::replay;
use crate::cli::resident::{self, Stops};
use crate::cli::session::{Meant, Session};
use crate::cli::summary::summary;
use crate::cli::visit::Visit;
use crate::language::Language;
use crate::report::ending::{Ending, INTERRUPTED, NOT_STARTED, USAGE, or_failed};
use crate::report::failure::Failure;
use crate::report::lines;
use crate::report::readers::Readers;
use crate::run::environment::Environment;
use crate::run::process::Runner;
use crate::say::screen::{self, Screen};
use crate::start::setup::NotBegun;
use crate::text;

/// Runs `chapters`, in order, as `arguments` ask; `variables` is the environment of the reader's shell.
#[must_use]
pub fn open(
    chapters: Vec<Chapter>,
    arguments: impl IntoIterator<Item = OsString>,
    variables: impl IntoIterator<Item = (OsString, OsString)>,
) -> ExitCode {
    let (arguments, variables): (Vec<_>, Vec<_>) =
        (arguments.into_iter().collect(), variables.into_iter().collect());
    let language = options::named_language(&arguments);
    let language = language.unwrap_or_else(|| Language::of_environment(&variables));
    let screen = &mut Screen::new(language);
    let Some(tutorial) = chapters.first().map(|chapter| chapter.tutorial) else {
        return ExitCode::SUCCESS;
    };
    let code = match Options::parse(tutorial, arguments, language) {
        Ok(options) => answer(chapters, &options, &variables, screen),
        Err(error) if error.kind() == ErrorKind::DisplayHelp => {
            screen.stdout.write(&error.to_string());
            0
        }
        Err(error) => {
            screen.error(&options::misuse(&error, language));
            USAGE
        }
    };
    let unwritten = screen.stdout.close(language);
    for what in &unwritten {
        screen.error(what);
    }
    ExitCode::from(or_failed(code, &unwritten))
}

/// Does what the options ask for; returns the exit status.
fn answer(
    chapters: Vec<Chapter>,
    options: &Options,
    variables: &[(OsString, OsString)],
    screen: &mut Screen,
) -> u8 {
    let (language, is_walkthrough) = (screen.language(), chapters.len() > 1);
    let chapters = match meant(chapters, options, language) {
        Ok(chapters) if chapters.is_empty() => return 0,
        Ok(chapters) => chapters,
        Err((code, what)) => {
            screen.error(&what);
            return code;
        }
    };
    let stops = stops();
    let listed = match options.mode() {
        Mode::List => listing::list(&chapters, language),
        Mode::DryRun => listing::dry_run(&chapters),
        Mode::Replay => return replay::replay(&chapters, options, &stops.program, screen),
        _ => return run(&chapters, is_walkthrough, options, variables, &stops, screen),
    };
    screen.stdout.write(&listed);
    0
}

/// The chapters with selected sections, for the chosen alternative. The error is an exit status and a
/// message in the reader's language.
fn meant(chapters: Vec<Chapter>, options: &Options, language: Language) -> Result<Vec<Meant>, (u8, String)> {
    if !Path::new(chapters[0].tutorial.root).is_dir() {
        return Err((NOT_STARTED, text!(language, "reader-no-repository")));
    }
    let mistake = |chapter: &Chapter| Some((chapter.name, chapter.mistake()?));
    if let Some((chapter, mistake)) = chapters.iter().find_map(mistake) {
        return Err((NOT_STARTED, text!(language, "reader-mistake", chapter, mistake)));
    }
    if let Some(misuse) = misuse(&chapters, options, language) {
        return Err((USAGE, misuse));
    }
    if let (Some(own), true) = (&options.answer, options.checks()) {
        let chapter = chapters.into_iter().next().expect("there is a chapter");
        let meant = answer::exercise(chapter, own, options, language);
        return meant.map(|meant| vec![meant]).map_err(|why| (USAGE, why));
    }
    let mut is_reached = false;
    let with_sections = |chapter: Chapter| {
        let all = || chapter.sections.iter().map(|section| section.id);
        let sections = match (&options.step, &options.from) {
            (Some(id), _) => chapter.sections_of(id).into_iter().collect(),
            (None, Some(id)) if !is_reached => {
                let named = chapter.sections_of(id);
                is_reached = !named.is_empty();
                all().skip_while(|section| !named.contains(section)).collect()
            }
            (None, _) => all().collect(),
        };
        (chapter.on(options.variant), sections)
    };
    let mut meant: Vec<Meant> = chapters.into_iter().map(with_sections).collect();
    meant.retain(|(_, sections)| !sections.is_empty());
    match options.step.as_ref().or(options.from.as_ref()) {
        Some(step) if meant.is_empty() => Err((USAGE, text!(language, "reader-unknown-step", step))),
        _ => Ok(meant),
    }
}

/// An option that works with one chapter only, but several were given.
fn misuse(chapters: &[Chapter], options: &Options, language: Language) -> Option<String> {
    let [first, _, ..] = chapters else { return None };
    let writes = options.transcript.is_some();
    let of_one = [
        (options.keeps, "--keep", "reader-one-keeps"),
        (options.checks(), "--answer", "reader-one-answer"),
        (writes, "--transcript", "reader-one-transcript"),
        (options.mode() == Mode::Session, "--events", "reader-one-stays"),
    ];
    let (_, option, id) = of_one.into_iter().find(|(is_typed, ..)| *is_typed)?;
    let (start, chapter, why) = (first.tutorial.start, first.name, text!(language, id));
    Some(text!(language, "reader-one-chapter", option, why, start, chapter))
}

/// Finds the engine and does what needs it; returns the exit status.
fn run(
    chapters: &[Meant],
    is_walkthrough: bool,
    options: &Options,
    variables: &[(OsString, OsString)],
    stops: &Stops,
    screen: &mut Screen,
) -> u8 {
    let tutorial = chapters[0].0.tutorial;
    let environment = Environment::plain(
        variables.iter().cloned(),
        tutorial.environment,
        Path::new(tutorial.root),
    );
    let runner = Runner::new(environment, Arc::clone(&stops.command));
    let mut endings = Vec::new();
    let session = Session::begin(tutorial, options, runner, screen);
    let ended = session.and_then(|session| match options.mode() {
        Mode::Clean => Ok(clean(&session, screen)),
        Mode::Session => resident::stay(&session, &chapters[0].0, stops, screen),
        _ => visits(&session, chapters, is_walkthrough, &mut endings, screen),
    });
    let (code, trouble) = match ended {
        Ok(code) => (code, None),
        Err(NotBegun::Interrupted) => (INTERRUPTED, None),
        Err(NotBegun::Because(trouble)) => (NOT_STARTED, Some(trouble)),
    };
    if let Some(trouble) = &trouble {
        screen.error(trouble);
    }
    let readers = Readers {
        format: options.format,
        junit: options.junit.as_deref(),
        is_github: variables.contains(&("GITHUB_ACTIONS".into(), "true".into())),
    };
    readers.tell(&endings, trouble.as_deref(), code, screen);
    code
}

/// Runs the chapters until one stops; returns the exit status. `endings` gets how each one ended.
fn visits(
    session: &Session<'_>,
    chapters: &[Meant],
    is_walkthrough: bool,
    endings: &mut Vec<Ending>,
    screen: &mut Screen,
) -> Result<u8, NotBegun> {
    let (options, language) = (session.options, screen.language());
    for (chapter, shown) in chapters {
        let name = chapter.name;
        let ending = match Visit::whole(session, chapter, shown, screen) {
            Err(NotBegun::Because(why)) => {
                summary(endings, is_walkthrough, options, screen);
                return Err(text!(language, "reader-cannot-start", chapter = name, why).into());
            }
            ending => endings.push_mut(ending?),
        };
        if let (Some(own), true) = (&options.answer, options.checks()) {
            return Ok(answer::report(ending, own, options, screen));
        }
        if ending.book.is_some() && !matches!(ending.result, Err(Failure::Interrupted)) {
            let (steps, shows_words, width) = (&ending.steps, options.shows_words, screen::width());
            let lines = lines::lines(name, steps, is_walkthrough, shows_words, language, width);
            screen.note(&format!("\n{lines}"));
        }
        if ending.result.is_err() {
            break;
        }
    }
    Ok(summary(endings, is_walkthrough, options, screen))
}

/// Flags that signals set, from now on.
fn stops() -> Stops {
    let stops = Stops::default();
    for signal in [SIGHUP, SIGINT, SIGTERM] {
        for flag in [&stops.command, &stops.program] {
            let registered = signal_hook::flag::register(signal, Arc::clone(flag));
            registered.expect("these signals can be handled");
        }
    }
    stops
}
