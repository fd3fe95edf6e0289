//! The table at the end, what went wrong, what to run next.

use std::time::Duration;

use crate::author::chapter::Chapter;
use crate::cli::options::Options;
use crate::docker::client::Docker;
use crate::explain::cause as explain;
use crate::language::Language;
use crate::report::ending::{Ending, exit_status};
use crate::report::failure::Error;
use crate::report::ran::Ran;
use crate::report::unrecorded::unrecorded;
use crate::report::verdict::Verdict;
use crate::say::screen::Screen;
use crate::text;

/// Says how the chapters ended, what went wrong if something did, and what to run next; answers the
/// exit status.
pub(crate) fn summary(endings: &[Ending], is_walkthrough: bool, options: &Options, screen: &Screen) -> u8 {
    let language = screen.language();
    let rows: Vec<_> = endings
        .iter()
        .map(|ending| row(ending, options, language))
        .collect();
    screen.note(&format!("\n{}", rows.join("\n")));
    if !options.shows_words && endings.iter().any(|ending| ending.has(Verdict::InOtherWords)) {
        screen.say("report-show-words", &[]);
    }
    let Some(ending) = endings.last() else { return 0 };
    let seconds = |time: fn(&Ending) -> Duration| endings.iter().map(time).sum::<Duration>().as_secs_f64();
    let percent = 100.0 * seconds(|ending| ending.own) / seconds(|ending| ending.elapsed);
    screen.note(&text!(
        language,
        "report-own",
        percent = format_args!("{percent:.1}")
    ));
    let chapter = &ending.chapter;
    match &ending.result {
        Ok(()) => {
            let tutorial = chapter.tutorial;
            if let Some(next) = tutorial.next_chapter(chapter.name).filter(|_| !is_walkthrough) {
                let command = format!("{} {next}", tutorial.start);
                screen.note(&text!(language, "report-next", command));
            }
        }
        Err(Error::Interrupted | Error::Left) => {
            if let Some(ran) = ending.ran.last() {
                let command = from(chapter, ran.line.section, options);
                screen.note(&text!(language, "report-go-on", command));
            }
        }
        Err(error) => {
            let (name, cause) = (chapter.name, error.say(language));
            screen.note(&format!(
                "\n{}",
                text!(language, "report-error", chapter = name, cause)
            ));
            if ending.skipped > 0 {
                screen.note(&text!(language, "interactive-skipped", number = ending.skipped));
            }
            if let Error::Failed { ran, .. } = error {
                screen.note(&advice(ending, ran, options, language));
            }
            let book = ending.book.as_ref();
            let provenance = &ending.recording.provenance;
            let unrecorded = book.and_then(|book| unrecorded(chapter, provenance, book, language));
            if let Some((_, instead)) = unrecorded {
                screen.note(&instead);
            }
        }
    }
    exit_status(endings)
}

/// A chapter's line in the table.
fn row(ending: &Ending, options: &Options, language: Language) -> String {
    let shown = ending.ran.iter().filter(|ran| ran.is_recorded());
    let shown: Vec<_> = shown.collect();
    let sections = shown
        .chunk_by(|one, next| one.line.section == next.line.section)
        .count();
    let (mark, id) = match &ending.result {
        Ok(()) if ending.has(Verdict::Differs) => ("≠", "report-ended-differently"),
        Ok(()) if ending.has(Verdict::InOtherWords) => ("✓", "report-ended-in-other-words"),
        Ok(()) => ("✓", "report-ended"),
        Err(Error::Interrupted) => ("✗", "report-interrupted"),
        Err(Error::Left) => ("✓", "report-left"),
        Err(_) => ("✗", "report-stopped"),
    };
    let mut word = language.text(id, &[]);
    if ending.result.is_err() && !options.keeps {
        word = text!(language, "report-removed", word);
    }
    let counted = text!(
        language,
        "report-row",
        sections = format_args!("{sections:>2}"),
        commands = format_args!("{:>3}", shown.len()),
        seconds = format_args!("{:>6.1}", ending.elapsed.as_secs_f64()),
        word,
    );
    format!("{mark} {:<10} {counted}", ending.chapter.name)
}

/// The command that goes on with this section.
fn from(chapter: &Chapter, section: &str, options: &Options) -> String {
    let (start, name, more) = (
        chapter.tutorial.start,
        chapter.name,
        options.repeated(chapter.tutorial),
    );
    format!("{start} {name} -- --from {section}{more}")
}

/// The likely cause of a failure in the lines of a report, from what the machine and the engine are
/// like now; `None` if it is not a known one.
pub(crate) fn explained(error: &Error, docker: &Docker, language: Language) -> Option<String> {
    let Error::Failed { ran, .. } = error else {
        return None;
    };
    let cause = explain::cause(ran.exit_status, &ran.output, docker.names());
    let cause = cause.filter(|cause| cause.applies(docker))?;
    Some(cause.explanation(language, docker).lines(language))
}

/// The last lines of a failure's report: its likely cause, its page and the next command.
fn advice(ending: &Ending, ran: &Ran, options: &Options, language: Language) -> String {
    let (chapter, section) = (&ending.chapter, ran.line.section);
    let page = chapter.address(language);
    let page = page.map(|page| explain::line(language, "page", &format!("{page}#{section}")) + "\n");
    let page = page.unwrap_or_default();
    let again = from(chapter, section, options);
    match &ending.explanation {
        Some(explanation) => explanation.clone() + &page + &explain::line(language, "then", &again),
        None => page + &explain::line(language, "next", &again),
    }
}
