//! Checks that both editions of a page agree: the same headings, directives, code, links, notes and
//! tables, in the same order.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use tutorial_engine::language::{LANGUAGES, Language};

use crate::edition;
use crate::page::{Page, Part, Placed};
use crate::problem::Problem;

/// Pages of an edition, by file name.
pub type Pages = BTreeMap<String, Page>;

/// The differences between the editions; at most one problem, the first, for each page.
#[must_use]
pub fn differences(english: &Pages, japanese: &Pages) -> Vec<Problem> {
    let names: BTreeSet<&String> = english.keys().chain(japanese.keys()).collect();
    names
        .into_iter()
        .filter_map(|name| match (english.get(name), japanese.get(name)) {
            (Some(english), Some(japanese)) => difference(english, japanese),
            (here, _) => Some(missing(
                name,
                if here.is_some() {
                    Language::Japanese
                } else {
                    Language::English
                },
            )),
        })
        .collect()
}

/// The same check for two tables of contents; their entries are links.
#[must_use]
pub fn difference_of_summaries(summaries: &[String; 2]) -> Option<Problem> {
    let [english, japanese] = LANGUAGES.map(|language| {
        let at = usize::from(language == Language::Japanese);
        Page::read(&edition::pages(language).join("SUMMARY.md"), &summaries[at])
    });
    difference(&without_headings(english), &without_headings(japanese))
}

/// Headings of a table of contents do not appear in the book.
fn without_headings(mut page: Page) -> Page {
    page.parts
        .retain(|placed| !matches!(placed.part, Part::Heading { .. }));
    page
}

fn missing(name: &str, language: Language) -> Problem {
    let file = edition::pages(language).join(name);
    let other = edition::pages(edition::other(language)).join(name);
    Problem::of(
        &file,
        format!("is missing; write it as {} has it", other.display()),
    )
}

fn difference(english: &Page, japanese: &Page) -> Option<Problem> {
    let ours = shapes(english);
    let theirs = shapes(japanese);
    let at = (0..ours.len().max(theirs.len())).find(|at| {
        let shape = |shapes: &[(usize, Part)]| shapes.get(*at).map(|(_, part)| part.clone());
        shape(&ours) != shape(&theirs)
    })?;
    let said = |shapes: &[(usize, Part)], file: &Path| match shapes.get(at) {
        Some((line, part)) => format!("{} ({}:{line})", in_words(part), file.display()),
        None => format!("nothing more ({})", file.display()),
    };
    let line = theirs.get(at).or(theirs.last()).map_or(1, |(line, _)| *line);
    Some(Problem::at(
        &japanese.file,
        line,
        format!(
            "the editions differ: English has {}, Japanese has {}; bring them together",
            said(&ours, &english.file),
            said(&theirs, &japanese.file)
        ),
    ))
}

/// The parts without language-dependent details. Links that follow each other are sorted, because their
/// order differs between the languages.
fn shapes(page: &Page) -> Vec<(usize, Part)> {
    let mut shapes: Vec<_> = page.parts.iter().map(shape).collect();
    let is_link = |part: &Part| matches!(part, Part::Link(_));
    for run in shapes.chunk_by_mut(|(_, left), (_, right)| is_link(left) && is_link(right)) {
        if is_link(&run[0].1) {
            run.sort_by(|(_, left), (_, right)| target(left).cmp(target(right)));
        }
    }
    shapes
}

fn target(part: &Part) -> &str {
    match part {
        Part::Link(target) => target,
        _ => "",
    }
}

fn shape(placed: &Placed) -> (usize, Part) {
    let part = match &placed.part {
        Part::Heading { level, id, .. } => Part::Heading {
            level: *level,
            id: id.clone(),
            text: String::new(),
        },
        Part::Directive(directive) => Part::Directive(directive.shape()),
        other => other.clone(),
    };
    (placed.line, part)
}

fn in_words(part: &Part) -> String {
    match part {
        Part::Heading { level, id, .. } => format!("the heading {{#{id}}} of level {level}"),
        Part::Directive(directive) => directive.to_string(),
        Part::Code { language, text } => {
            format!(
                "the {language} block `{}`",
                text.lines().next().unwrap_or_default()
            )
        }
        Part::Link(target) => format!("a link to {target}"),
        Part::Note(kind) => format!("a note of kind {kind}"),
        Part::Table { rows, columns } => format!("a table of {rows} rows and {columns} columns"),
    }
}
