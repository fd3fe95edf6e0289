//! Compares sections of the transcripts with headings of the chapters' pages: the book shows everything
//! that ran, and nothing else.

use std::collections::BTreeMap;

use tutorial_engine::language::Language;

use crate::agreement::Pages;
use crate::directive::Directive;
use crate::edition;
use crate::page::{Page, Part};
use crate::problem::Problem;
use crate::sources::Sources;

/// Parts of a chapter that have no section: `{#3-summary}`.
const PARTS: [&str; 5] = ["goal", "summary", "exercises", "reference", "beyond"];

/// Problems with the transcripts that an edition shows.
#[must_use]
pub fn problems(sources: &Sources, language: Language, pages: &Pages) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut unshown: Vec<&String> = sources.snapshots.keys().collect();
    for (name, page) in pages {
        let chapter = Sources::chapter_of(name);
        let snapshot = chapter
            .as_ref()
            .and_then(|chapter| sources.snapshots.get(chapter));
        if let Some((chapter, snapshot)) = chapter.as_ref().zip(snapshot) {
            unshown.retain(|known| *known != chapter);
            let sections = snapshot.transcript.sections();
            problems.extend(of_sections(page, chapter, &sections));
            problems.extend(of_headings(page, chapter, &sections));
        }
        problems.extend(of_others(page, chapter.as_deref()));
    }
    problems.extend(unshown.iter().map(|chapter| {
        let number = chapter.trim_start_matches("chapter-");
        let file = edition::pages(language).join(format!("{number}-….md"));
        Problem::of(
            &file,
            format!("is missing: chapters/transcripts/{chapter}.snap has no page; write it"),
        )
    }));
    problems
}

/// Every section must be shown once, under its heading.
fn of_sections(page: &Page, chapter: &str, sections: &[&str]) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut shown: BTreeMap<&str, usize> = BTreeMap::new();
    let mut heading = "";
    for placed in &page.parts {
        match &placed.part {
            Part::Heading { id, .. } => heading = id,
            Part::Directive(directive) => {
                let Some(section) = directive.recorded_section() else {
                    continue;
                };
                if let Some(first) = shown.insert(section, placed.line) {
                    let text = format!("section `{section}` is shown on line {first} already; show it once");
                    problems.push(Problem::at(&page.file, placed.line, text));
                }
                if heading != section {
                    let text = format!(
                        "section `{section}` stands under the heading {{#{heading}}}; move it under {{#{section}}}"
                    );
                    problems.push(Problem::at(&page.file, placed.line, text));
                }
            }
            _ => {}
        }
    }
    let orphans = sections.iter().filter(|section| !shown.contains_key(*section));
    problems.extend(orphans.map(|section| {
        Problem::of(
            &page.file,
            format!(
                "section `{section}` of chapters/transcripts/{chapter}.snap is not shown; write \
                 {{{{#transcript {chapter} {section}}}}} under a heading {{#{section}}}"
            ),
        )
    }));
    problems
}

/// Every heading with a number must be a section, the parent of one, or a standard part of a chapter;
/// headings with a word as id are not checked.
fn of_headings(page: &Page, chapter: &str, sections: &[&str]) -> Vec<Problem> {
    let number = chapter.trim_start_matches("chapter-");
    let is_known = |id: &str| {
        let rest = id.strip_prefix(number).and_then(|rest| rest.strip_prefix('-'));
        id == number
            || !id.starts_with(|c: char| c.is_ascii_digit())
            || rest.is_some_and(|rest| PARTS.contains(&rest))
            || sections.iter().any(|section| {
                let step = section.strip_prefix(id);
                step.is_some_and(|step| step.is_empty() || step.starts_with('-'))
            })
    };
    // A heading with a missing transcript is already reported.
    let asks = |id: &str| {
        page.parts.iter().any(|placed| match &placed.part {
            Part::Directive(directive) => directive.recorded_section() == Some(id),
            _ => false,
        })
    };
    let unknown = page.headings().filter(|(_, _, id, _)| !is_known(id) && !asks(id));
    unknown
        .map(|(line, _, id, _)| {
            let text = format!(
                "the heading {{#{id}}} is no section of chapters/transcripts/{chapter}.snap, nor one of {}, \
                 nor a word without number; `cargo run --bin {chapter} -- --list` shows which there are",
                PARTS.map(|part| format!("{number}-{part}")).join(", ")
            );
            Problem::at(&page.file, line, text)
        })
        .collect()
}

/// A page may only show the transcript of its own chapter.
fn of_others(page: &Page, chapter: Option<&str>) -> Vec<Problem> {
    let directives = page.parts.iter().filter_map(|placed| match &placed.part {
        Part::Directive(directive) => Some((placed.line, directive)),
        _ => None,
    });
    directives
        .filter_map(|(line, directive)| {
            let shown = match directive {
                Directive::Transcript { chapter, .. } => chapter.clone(),
                Directive::Answer { section, .. } => Sources::chapter_of(section)?,
                _ => return None,
            };
            let text = format!("{shown} is shown on a page that is not its own; link there instead");
            (Some(shown.as_str()) != chapter).then(|| Problem::at(&page.file, line, text))
        })
        .collect()
}
