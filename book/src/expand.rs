//! Answers the directives of a page. The answers are HTML that mdBook must not
//! touch, so the page gets a mark for each, and the mark is replaced in what
//! mdBook has written.

use mdbook_markdown::pulldown_cmark::Event;
use tutorial_engine::language::Language;

use crate::console;
use crate::directive::Directive;
use crate::edition::text;
use crate::figure::figure;
use crate::html::escape;
use crate::listing;
use crate::outlines::on_cockroach;
use crate::page::{Page, Part, parser};
use crate::problem::Problem;
use crate::sources::Sources;
use crate::tables;

/// What a mark begins and ends with; its name stands between.
pub(crate) const MARK: (&str, &str) = (r#"<div data-piece=""#, r#""></div>"#);

/// What a page says to mdBook, and what stands for its marks.
#[derive(Debug, Default)]
pub struct Expanded {
    /// Markdown with marks.
    pub markdown: String,
    /// Mark and HTML.
    pub pieces: Vec<(String, String)>,
    /// What could not be resolved.
    pub problems: Vec<Problem>,
}

/// Answers every directive and sets every fence of a page.
#[must_use]
pub fn expand(page: &Page, sources: &Sources, language: Language) -> Expanded {
    let mut expanded = Expanded {
        problems: page.problems.clone(),
        ..Expanded::default()
    };
    let stem = page.file.file_stem().unwrap_or_default().to_string_lossy();
    let mut tabs = Tabs::Outside;
    let mut start = 0;
    for placed in &page.parts {
        let answer = match &placed.part {
            Part::Directive(directive) => answer(directive, &mut tabs, sources, language),
            // One within a list or a quotation stays mdBook's.
            Part::Code { language: kind, text } if is_at_margin(page, placed.range.start) => {
                Ok(listing::fence(kind, text, language))
            }
            _ => continue,
        };
        let html = answer.unwrap_or_else(|fault| {
            expanded
                .problems
                .push(Problem::at(&page.file, placed.line, fault));
            String::new()
        });
        let mark = format!("{}{stem}-{}{}", MARK.0, expanded.pieces.len(), MARK.1);
        expanded.markdown += &page.text[start..placed.range.start];
        expanded.markdown.extend(["\n\n", &mark, "\n\n"]);
        expanded.pieces.push((mark, html));
        start = placed.range.end;
    }
    expanded.markdown += &page.text[start..];
    if language == Language::Japanese {
        expanded.markdown = without_soft_breaks(&expanded.markdown);
    }
    expanded
}

/// Where in a group of tabs the page is.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Tabs {
    Outside,
    BeforeFirst,
    InTab,
}

fn answer(
    directive: &Directive,
    tabs: &mut Tabs,
    sources: &Sources,
    language: Language,
) -> Result<String, String> {
    match directive {
        Directive::Transcript { chapter, section } => transcript(sources, chapter, section, language),
        Directive::Answer { section } => {
            let chapter = Sources::chapter_of(section)
                .ok_or_else(|| format!("`{section}` is no section; write one such as 3-exercise-1"))?;
            let inner = transcript(sources, &chapter, section, language)?;
            Ok(format!(
                r#"<details class="answer"><summary>{}</summary>{inner}</details>"#,
                escape(&text!(language, "console-answer"))
            ))
        }
        Directive::Commands { chapter, section } => {
            let listed = on_cockroach(chapter)
                .ok_or_else(|| format!("{chapter} runs no database; only chapter-6 does"))?;
            let recording = sources.on_cockroach.get(chapter);
            console::on_cockroach(chapter, section, &listed, recording, language)
        }
        Directive::File { path, from, to } => {
            listing::file(sources, path, from.as_deref(), to.as_deref(), language)
        }
        Directive::Listing { section } => listing::listing(sources, section, language),
        Directive::Figure { name, alternative } => figure(sources, name, alternative, language),
        Directive::Placeholders => Ok(tables::placeholders(language)),
        Directive::Provenance => Ok(tables::provenance(sources, language)),
        Directive::Tabs => {
            *tabs = Tabs::BeforeFirst;
            Ok(r#"<div class="tabs">"#.to_owned())
        }
        Directive::Tab { label } => {
            let end = if *tabs == Tabs::InTab { "</section>" } else { "" };
            *tabs = Tabs::InTab;
            let label = escape(label);
            Ok(format!(
                r#"{end}<section class="tab" aria-label="{label}"><p class="tab-label">{label}</p>"#
            ))
        }
        Directive::EndTabs => {
            let end = if *tabs == Tabs::InTab { "</section>" } else { "" };
            *tabs = Tabs::Outside;
            Ok(format!("{end}</div>"))
        }
    }
}

fn transcript(sources: &Sources, chapter: &str, section: &str, language: Language) -> Result<String, String> {
    let snapshot = sources.snapshots.get(chapter).ok_or_else(|| {
        let known: Vec<_> = sources.snapshots.keys().map(String::as_str).collect();
        format!(
            "there is no transcript of `{chapter}`; there are {}",
            known.join(", ")
        )
    })?;
    console::transcript(chapter, section, snapshot, language).ok_or_else(|| {
        format!(
            "chapters/transcripts/{chapter}.snap has no section `{section}`; `cargo run --bin {chapter} -- --list` \
             shows which there are, scripts/record records them"
        )
    })
}

fn is_at_margin(page: &Page, offset: usize) -> bool {
    offset == 0 || page.text[..offset].ends_with('\n')
}

/// Each sentence is a line of its own; where two meet in Japanese, no space
/// comes between them, as one would in English.
fn without_soft_breaks(markdown: &str) -> String {
    let mut joined = String::with_capacity(markdown.len());
    let mut start = 0;
    let mut events = parser(markdown).into_offset_iter().peekable();
    while let Some((event, range)) = events.next() {
        if event != Event::SoftBreak {
            continue;
        }
        let next = events
            .peek()
            .map_or(range.end, |(_, next)| next.start.max(range.end));
        let is_word = |character: Option<char>| character.is_some_and(|c| c.is_ascii_alphanumeric());
        let before = markdown[..range.start].trim_end().chars().next_back();
        if is_word(before) && is_word(markdown[next..].chars().next()) {
            continue;
        }
        joined += markdown[start..range.start].trim_end_matches(' ');
        start = next;
    }
    joined + &markdown[start..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn japanese_sentences_join_without_a_space() {
        let text = "> [!NOTE]\n> 一文目です。\n> `docker`は二文目です。\n\nDocker\nEngine\n";
        let joined = "> [!NOTE]\n> 一文目です。`docker`は二文目です。\n\nDocker\nEngine\n";
        assert_eq!(without_soft_breaks(text), joined);
    }
}
