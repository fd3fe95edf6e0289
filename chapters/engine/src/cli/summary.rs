//! The summary at the end: a table, what went wrong, what to run next.

use std::time::Duration;

use crate::author::chapter::Chapter;
use crate::cli::options::Options;
use crate::cli::visit::unrecorded;
use crate::explain::cause as explain;
use crate::language::Language;
use crate::report::ending::{Ending, exit_status};
use crate::report::failure::Failure;
use crate::report::ran::Ran;
use crate::report::verdict::Verdict;
use crate::say::screen::Screen;
use crate::text;

/// Shows how the chapters ended, what went wrong, and what to run next; returns the exit status.
pub(crate) fn summary(endings: &[Ending], is_walkthrough: bool, options: &Options, screen: &Screen) -> u8 {
    let language = screen.language();
    let rows = endings.iter().map(|ending| row(ending, options, language));
    screen.note(&format!("\n{}", rows.collect::<Vec<_>>().join("\n")));
    if !options.shows_words && endings.iter().any(|ending| ending.has(Verdict::InOtherWords)) {
        screen.say("report-show-words", &[]);
    }
    let Some(ending) = endings.last() else { return 0 };
    let seconds = |time: fn(&Ending) -> Duration| endings.iter().map(time).sum::<Duration>().as_secs_f64();
    let percent = 100.0 * seconds(|ending| ending.own) / seconds(|ending| ending.elapsed);
    let percent = format!("{percent:.1}");
    screen.note(&text!(language, "report-own", percent));
    let chapter = &ending.chapter;
    match &ending.result {
        Ok(()) => {
            let tutorial = chapter.tutorial;
            if let Some(next) = tutorial.next_chapter(chapter.name).filter(|_| !is_walkthrough) {
                let command = format!("{} {next}", tutorial.start);
                screen.note(&text!(language, "report-next", command));
            }
        }
        Err(Failure::Interrupted | Failure::Left) => {
            if let Some(ran) = ending.ran.last() {
                let command = from(chapter, ran.line.section, options);
                screen.note(&text!(language, "report-go-on", command));
            }
        }
        Err(error) => {
            let (name, cause) = (chapter.name, error.say(language));
            let said = text!(language, "report-error", chapter = name, cause);
            screen.note(&format!("\n{said}"));
            if ending.skipped > 0 {
                screen.note(&text!(language, "interactive-skipped", number = ending.skipped));
            }
            if let Failure::Failed { ran, .. } = error {
                screen.note(&advice(ending, ran, options, language));
            }
            let (here, book) = (&ending.recording.provenance, ending.book.as_ref());
            if let Some((_, instead)) = unrecorded(chapter, here, book, language) {
                screen.note(&instead);
            }
        }
    }
    exit_status(endings)
}

/// The line of a chapter in the table.
fn row(ending: &Ending, options: &Options, language: Language) -> String {
    let shown: Vec<_> = ending.ran.iter().filter(|ran| ran.is_recorded()).collect();
    let sections = shown.chunk_by(|one, next| one.line.section == next.line.section);
    let (mark, id) = match &ending.result {
        Ok(()) if ending.has(Verdict::Differs) => ("≠", "report-ended-differently"),
        Ok(()) if ending.has(Verdict::InOtherWords) => ("✓", "report-ended-in-other-words"),
        Ok(()) => ("✓", "report-ended"),
        Err(Failure::Interrupted) => ("✗", "report-interrupted"),
        Err(Failure::Left) => ("✓", "report-left"),
        Err(_) => ("✗", "report-stopped"),
    };
    // What a walkthrough has shown of them is far above.
    let steps = ending.steps.iter();
    let different = steps.filter(|step| step.verdict == Verdict::Differs);
    let different: Vec<_> = different.map(|step| &*step.section).collect();
    let mut word = text!(language, id, sections = language.list(&different));
    if ending.result.is_err() && !options.keeps {
        word = text!(language, "report-removed", word);
    }
    let sections = format!("{:>2}", sections.count());
    let commands = format!("{:>3}", shown.len());
    let seconds = format!("{:>6.1}", ending.elapsed.as_secs_f64());
    let counted = text!(language, "report-row", sections, commands, seconds, word);
    format!("{mark} {:<10} {counted}", ending.chapter.name)
}

/// The command that continues with this section.
fn from(chapter: &Chapter, section: &str, options: &Options) -> String {
    let (tutorial, name) = (chapter.tutorial, chapter.name);
    let more = options.repeated(tutorial);
    format!("{} {name} -- --from {section}{more}", tutorial.start)
}

/// The last lines of a failure's report: its likely cause, its page and the next command.
fn advice(ending: &Ending, ran: &Ran, options: &Options, language: Language) -> String {
    let (chapter, section) = (&ending.chapter, ran.line.section);
    let page = chapter.address(language);
    let page = page.map(|page| explain::line(language, "page", &format!("{page}#{section}")) + "\n");
    let known = ending.explanation.as_deref();
    let label = if known.is_some() { "then" } else { "next" };
    let again = explain::line(language, label, &from(chapter, section, options));
    [known.unwrap_or_default(), &page.unwrap_or_default(), &again].concat()
}
