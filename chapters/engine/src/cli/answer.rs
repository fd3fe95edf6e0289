//! An exercise with the reader's own file or folder in place of the book's: what it brings about, and what
//! it lacks.

use std::fs;
use std::io;
use std::path::Path;

use console::style;
use indexmap::IndexMap;

use crate::author::chapter::{Chapter, Section};
use crate::author::effect::Shown;
use crate::author::tutorial::Tutorial;
use crate::cli::options::Options;
use crate::cli::session::Meant;
use crate::explain::cause as explain;
use crate::language::Language;
use crate::record::build_log;
use crate::report::ending::{DIFFERS, Ending, exit_status};
use crate::report::failure::Failure;
use crate::report::ran::Ran;
use crate::say::screen::{self, Screen};
use crate::say::wrap::wrap;
use crate::text;

/// The exercise that a reader's own file is for: the one with the id of `--step`, or the chapter's first.
/// The error is in the reader's language.
pub(crate) fn exercise(
    chapter: Chapter,
    own: &Path,
    options: &Options,
    language: Language,
) -> Result<Meant, String> {
    let Some(section) = meant(&chapter, options) else {
        let exercises = chapter.sections.iter().filter(|section| section.answer.is_some());
        let names: Vec<_> = exercises.map(|section| section.id).collect();
        let (name, list) = (chapter.name, language.list(&names));
        return Err(match &options.step {
            _ if names.is_empty() => text!(language, "answer-none", chapter = name),
            Some(step) => text!(language, "answer-other", step, list),
            None => unreachable!("the first exercise is meant"),
        });
    };
    let id = section.id;
    let own = found(&chapter, id, own, language)?;
    Ok((chapter.on(options.variant).answered(&own), [id].into()))
}

/// The exercise of `--step`, or the chapter's first.
fn meant<'a>(chapter: &'a Chapter, options: &Options) -> Option<&'a Section> {
    let mut exercises = chapter.sections.iter().filter(|section| section.answer.is_some());
    exercises.find(|section| options.step.as_ref().is_none_or(|step| step == section.id))
}

/// The absolute path of the reader's own file, if it is of the same kind as the book's. The error is in the
/// reader's language.
pub(crate) fn found(chapter: &Chapter, id: &str, own: &Path, language: Language) -> Result<String, String> {
    let (file, root) = (own.display(), Path::new(chapter.tutorial.root));
    let absent = |reason: io::Error| text!(language, "answer-absent", file = own.display(), reason);
    let meta = fs::metadata(own).map_err(absent)?;
    let section = chapter.sections.iter().find(|section| section.id == id);
    let books = section.and_then(|section| section.answer).unwrap_or_default();
    let wants_folder = root.join(books).is_dir();
    match (meta.is_dir(), wants_folder) {
        (true, false) => return Err(text!(language, "answer-folder", file, id)),
        (false, true) => return Err(text!(language, "answer-file", file, id)),
        _ => {}
    }
    let path = std::path::absolute(own).map_err(absent)?;
    let unreadable = || text!(language, "answer-name", file = own.display());
    path.to_str().map(str::to_owned).ok_or_else(unreadable)
}

/// The effects that an exercise has shown, in order, each once: it is met if all its commands have shown it.
/// One that is not known yet, because the exercise has failed before, is left out.
pub(crate) fn effects(ran: &[Ran], section: &Section, language: Language) -> Vec<Shown> {
    let mut effects = IndexMap::new();
    for line in &section.lines {
        let ran = ran.iter().rfind(|ran| ran.line.place == line.place);
        for (effect, has_it) in line.effects(ran.map_or(&[], |ran| &ran.findings)) {
            let (_, is_met) = effects.entry(effect.what).or_insert((effect, Some(true)));
            *is_met = match *is_met {
                Some(true) => ran.map(|_| has_it),
                None if ran.is_some() && !has_it => Some(false),
                known => known,
            };
        }
    }
    let known = effects
        .values()
        .filter_map(|(effect, is_met)| Some(effect.shown((*is_met)?, language)));
    known.collect()
}

/// Page and section that explain the instruction at which a build has failed: `3-writing#3-4`.
pub(crate) fn explained(error: &Failure, tutorial: &Tutorial) -> Option<&'static str> {
    let Failure::Failed { ran, .. } = error else {
        return None;
    };
    let instruction = build_log::failed_instruction(&ran.output)?;
    let mut known = tutorial.docker?.instructions.iter();
    let row = known.find(|(name, _)| name.eq_ignore_ascii_case(instruction))?;
    Some(row.1)
}

/// Shows what the reader's own file brings about and what it lacks; returns the exit status.
pub(crate) fn report(ending: &Ending, own: &Path, options: &Options, screen: &Screen) -> u8 {
    let (language, chapter, width) = (screen.language(), &ending.chapter, screen::width());
    let Some(section) = meant(chapter, options) else {
        unreachable!("an exercise has run");
    };
    if matches!(ending.result, Err(Failure::Interrupted)) {
        return exit_status(std::slice::from_ref(ending));
    }
    let effects = effects(&ending.ran, section, language);
    let place = |explained| chapter.tutorial.place(explained, language);
    if !effects.is_empty() {
        screen.sentence(&format!(
            "\n{}",
            text!(language, "answer-effects", file = own.display())
        ));
    }
    for effect in &effects {
        let mark = if effect.is_met {
            style("✓").green()
        } else {
            style("✗").red()
        };
        let lead = format!("  {} ", mark.for_stderr());
        screen.note(&wrap(&effect.what, width, &lead, "    "));
        if !effect.is_met {
            screen.note(&wrap(&effect.why, width, "      ", "      "));
            screen.note(&format!("      {}", place(effect.explained)));
        }
    }
    let met = effects.iter().filter(|effect| effect.is_met).count();
    match &ending.result {
        Ok(()) => {
            screen.sentence(&text!(language, "answer-count", met, all = effects.len()));
            if met < effects.len() { DIFFERS } else { 0 }
        }
        Err(error) => {
            let cause = error.say(language);
            screen.note(&format!(
                "\n{}",
                text!(language, "report-error", chapter = chapter.name, cause)
            ));
            let known = ending.explanation.as_deref().unwrap_or_default();
            let explained = explained(error, chapter.tutorial);
            let page = explained.map(|explained| explain::line(language, "page", &place(explained)) + "\n");
            let (start, name, more) = (
                chapter.tutorial.start,
                chapter.name,
                options.repeated(chapter.tutorial),
            );
            let own = own.display().to_string();
            let own = shlex::try_quote(&own).map_or(own.clone(), Into::into);
            let id = section.id;
            let again = format!("{start} {name} -- --step {id} --answer {own}{more}");
            let again = explain::line(language, "then", &again);
            screen.note(&[known, &page.unwrap_or_default(), &again].concat());
            exit_status(std::slice::from_ref(ending))
        }
    }
}
