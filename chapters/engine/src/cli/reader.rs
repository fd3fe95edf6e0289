//! Chapters as a reader starts them: what was typed, what is done, the exit status.

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

use crate::author::chapter::Chapter;
use crate::cli::clean_up::clean;
use crate::cli::listing;
use crate::cli::options::{self, Answer, Mode, Options, Portion};
use crate::cli::replay;
use crate::cli::resident::{self, Stops};
use crate::cli::session::{Meant, NotBegun, Session};
use crate::cli::summary::summary;
use crate::cli::visit::Visit;
use crate::language::Language;
use crate::report::ending::{Ending, INTERRUPTED, NOT_STARTED, USAGE, with_unwritten};
use crate::report::failure::Error;
use crate::report::lines;
use crate::report::readers::Readers;
use crate::run::environment::Environment;
use crate::run::process::Runner;
use crate::say::screen::{self, Screen};
use crate::text;

/// Runs `chapters`, in order, as `arguments` ask; `variables` are the environment that the reader's
/// shell gives.
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
    let (code, unwritten) = match Options::parse(tutorial, arguments, language) {
        Ok(options) => answer(chapters, &options, variables, screen),
        Err(Answer::Help(text)) => {
            screen.stdout().write(&text);
            (0, Vec::new())
        }
        Err(Answer::Misuse(what)) => {
            screen.error(&what);
            (USAGE, Vec::new())
        }
    };
    close(code, unwritten, screen)
}

/// Says what could not be written, as the last that is said; answers the exit status.
fn close(code: u8, mut unwritten: Vec<String>, screen: &Screen) -> ExitCode {
    let stdout = screen.stdout().clone().close();
    unwritten.extend(stdout.map(|error| error.say(screen.language())));
    for what in &unwritten {
        screen.error(what);
    }
    ExitCode::from(with_unwritten(code, &unwritten))
}

/// Does what is asked for; answers the exit status, and what could not be written but for stdout.
fn answer(
    chapters: Vec<Chapter>,
    options: &Options,
    variables: Vec<(OsString, OsString)>,
    screen: &mut Screen,
) -> (u8, Vec<String>) {
    let language = screen.language();
    let refused = |code, what: &str, screen: &Screen| {
        screen.error(what);
        (code, Vec::new())
    };
    if !Path::new(chapters[0].tutorial.root).is_dir() {
        return refused(NOT_STARTED, &language.text("reader-no-repository", &[]), screen);
    }
    let mistakes = chapters
        .iter()
        .find_map(|chapter| Some((chapter.name, chapter.mistake()?)));
    if let Some((chapter, mistake)) = mistakes {
        return refused(
            NOT_STARTED,
            &text!(language, "reader-mistake", chapter, mistake),
            screen,
        );
    }
    if let Some(misuse) = misuse(&chapters, options, language) {
        return refused(USAGE, &misuse, screen);
    }
    let is_walkthrough = chapters.len() > 1;
    let chapters = meant(chapters, options);
    if chapters.is_empty() {
        let (Portion::Step(step) | Portion::From(step)) = &options.portion else {
            return (0, Vec::new());
        };
        return refused(USAGE, &text!(language, "reader-unknown-step", step), screen);
    }
    let stops = stops();
    match options.mode {
        Mode::List => screen.stdout().write(&listing::list(&chapters, language)),
        Mode::DryRun => screen.stdout().write(&listing::dry_run(&chapters)),
        Mode::Replay => {
            return (
                replay::replay(&chapters, options, &stops.program, screen),
                Vec::new(),
            );
        }
        Mode::Run | Mode::Clean | Mode::Session => {
            let readers = Readers::new(options.format, options.junit.clone(), &variables);
            let tutorial = chapters[0].0.tutorial;
            let runner = Runner::new(
                Environment::plain(variables, tutorial.environment, Path::new(tutorial.root)),
                Arc::clone(&stops.command),
            );
            let mut endings = Vec::new();
            let ran = run(
                &chapters,
                is_walkthrough,
                options,
                runner,
                &stops,
                &mut endings,
                screen,
            );
            let (code, mut unwritten, trouble) = match ran {
                Ok((code, unwritten)) => (code, unwritten, None),
                Err(NotBegun::Interrupted) => (INTERRUPTED, Vec::new(), None),
                Err(NotBegun::Because(trouble)) => (NOT_STARTED, Vec::new(), Some(trouble)),
            };
            if let Some(trouble) = &trouble {
                screen.error(trouble);
            }
            unwritten.extend(endings.iter().flat_map(|ending| ending.unwritten.clone()));
            let unwritten = readers.tell(&endings, trouble.as_deref(), code, unwritten, screen);
            return (code, unwritten);
        }
    }
    (0, Vec::new())
}

/// What is one chapter's alone, asked of several.
fn misuse(chapters: &[Chapter], options: &Options, language: Language) -> Option<String> {
    let (option, id) = if options.keeps {
        ("--keep", "reader-one-keeps")
    } else if options.transcript.is_some() {
        ("--transcript", "reader-one-transcript")
    } else if options.mode == Mode::Session {
        ("--events", "reader-one-stays")
    } else {
        return None;
    };
    let [first, _, ..] = chapters else { return None };
    let (start, chapter, why) = (first.tutorial.start, first.name, language.text(id, &[]));
    Some(text!(language, "reader-one-chapter", option, why, start, chapter))
}

/// The chapters that have sections that are meant, on the alternative that was chosen.
fn meant(chapters: Vec<Chapter>, options: &Options) -> Vec<Meant> {
    let mut is_reached = false;
    let with_sections = |chapter: Chapter| {
        let all = || chapter.sections().iter().map(|section| section.id);
        let sections = match &options.portion {
            Portion::All => all().collect(),
            Portion::Step(id) => chapter.sections_of(id).into_iter().collect(),
            Portion::From(_) if is_reached => all().collect(),
            Portion::From(id) => {
                let named = chapter.sections_of(id);
                is_reached = !named.is_empty();
                all().skip_while(|section| !named.contains(section)).collect()
            }
        };
        (chapter.on(options.variant), sections)
    };
    let chapters = chapters.into_iter().map(with_sections);
    chapters
        .filter(|(_, sections): &Meant| !sections.is_empty())
        .collect()
}

/// Answers the exit status and what could not be written; how each chapter ended is in `endings`.
fn run(
    chapters: &[Meant],
    is_walkthrough: bool,
    options: &Options,
    runner: Runner,
    stops: &Stops,
    endings: &mut Vec<Ending>,
    screen: &mut Screen,
) -> Result<(u8, Vec<String>), NotBegun> {
    let session = Session::begin(chapters[0].0.tutorial, options, runner, screen)?;
    match options.mode {
        Mode::Clean => return Ok((clean(&session, screen), Vec::new())),
        Mode::Session => return resident::stay(&session, &chapters[0].0, stops, screen),
        _ => {}
    }
    for (chapter, shown) in chapters {
        let ending = match Visit::whole(&session, chapter, shown, screen) {
            Ok(ending) => ending,
            Err(NotBegun::Interrupted) => return Err(NotBegun::Interrupted),
            Err(NotBegun::Because(why)) => {
                summary(endings, is_walkthrough, options, screen);
                let chapter = chapter.name;
                let trouble = text!(screen.language(), "reader-cannot-start", chapter, why);
                return Err(NotBegun::Because(trouble));
            }
        };
        if ending.book.is_some() && !matches!(ending.result, Err(Error::Interrupted)) {
            let lines = lines::lines(
                chapter.name,
                &ending.steps,
                is_walkthrough,
                options.shows_words,
                screen.language(),
                screen::width(),
            );
            screen.note(&format!("\n{lines}"));
        }
        let has_ended = ending.result.is_ok();
        endings.push(ending);
        if !has_ended {
            break;
        }
    }
    Ok((summary(endings, is_walkthrough, options, screen), Vec::new()))
}

/// What signals stop, from now on.
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
