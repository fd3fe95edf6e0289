//! Replaces the directives of a page by HTML. mdBook must not change this HTML, so the page first gets a
//! mark for each directive, and the mark is replaced after mdBook has run.

use std::collections::BTreeSet;

use mdbook_markdown::pulldown_cmark::Event;
use tutorial_engine::language::Language;

use crate::commands;
use crate::console;
use crate::directive::Directive;
use crate::edition::text;
use crate::figure::{figure, picture};
use crate::html::escape;
use crate::listing;
use crate::outlines::on_cockroach;
use crate::page::{Page, Part, parser};
use crate::problem::Problem;
use crate::sources::Sources;
use crate::tables;

/// Start and end of a mark; its name is between them.
pub(crate) const MARK: (&str, &str) = (r#"<div data-piece=""#, r#""></div>"#);

/// A page for mdBook, and the HTML for its marks.
#[derive(Debug, Default)]
pub struct Expanded {
    /// Markdown with marks.
    pub markdown: String,
    /// Mark and HTML, in pairs.
    pub pieces: Vec<(String, String)>,
    /// Directives that could not be resolved.
    pub problems: Vec<Problem>,
}

impl Expanded {
    fn piece(&mut self, stem: &str, html: String) {
        let mark = format!("{}{stem}-{}{}", MARK.0, self.pieces.len(), MARK.1);
        self.markdown.extend(["\n\n", &mark, "\n\n"]);
        self.pieces.push((mark, html));
    }
}

/// Expands every directive and code block of a page.
#[must_use]
pub fn expand(page: &Page, sources: &Sources, language: Language) -> Expanded {
    let mut expanded = Expanded {
        problems: page.problems.clone(),
        ..Expanded::default()
    };
    let stem = page.file.file_stem().unwrap_or_default().to_string_lossy();
    let mut so_far = SoFar::default();
    let mut start = 0;
    for placed in &page.parts {
        let answer = match &placed.part {
            Part::Directive(directive) => answer(directive, &mut so_far, sources, language),
            // What explains an answer is folded with it.
            Part::Heading { .. } if so_far.is_in_answer => {
                so_far.is_in_answer = false;
                Ok("</details>".to_owned())
            }
            // A code block within a list or a quotation is left to mdBook.
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
        expanded.markdown += &page.text[start..placed.range.start];
        expanded.piece(&stem, html);
        start = match &placed.part {
            Part::Heading { .. } => placed.range.start,
            _ => placed.range.end,
        };
    }
    expanded.markdown += &page.text[start..];
    if so_far.is_in_answer {
        expanded.piece(&stem, "</details>".to_owned());
    }
    if let Some(snapshot) = so_far.chapter.and_then(|chapter| sources.snapshots.get(&chapter)) {
        expanded.piece(&stem, console::provenance(snapshot, language));
    }
    if language == Language::Japanese {
        expanded.markdown = without_soft_breaks(&expanded.markdown);
    }
    expanded
}

/// The state while the parts of a page are expanded.
#[derive(Default)]
struct SoFar {
    tabs: Tabs,
    /// Build steps that were already shown.
    steps: BTreeSet<String>,
    /// Whether the text belongs to the last answer.
    is_in_answer: bool,
    /// The chapter of the last transcript, such as `chapter-3`.
    chapter: Option<String>,
}

/// Position in a group of tabs.
#[derive(Clone, Copy, Default, Eq, PartialEq)]
enum Tabs {
    #[default]
    Outside,
    BeforeFirst,
    InTab,
}

fn answer(
    directive: &Directive,
    so_far: &mut SoFar,
    sources: &Sources,
    language: Language,
) -> Result<String, String> {
    let tabs = &mut so_far.tabs;
    match directive {
        Directive::Transcript { chapter, section } => transcript(sources, chapter, section, so_far, language),
        Directive::Answer { section, files } => {
            let chapter = Sources::chapter_of(section)
                .ok_or_else(|| format!("`{section}` is no section; write one such as 3-exercise-1"))?;
            let files = files
                .iter()
                .map(|path| listing::file(sources, path, None, None, language));
            let files = files.collect::<Result<String, _>>()?;
            let inner = files + &transcript(sources, &chapter, section, so_far, language)?;
            // The one before it ends here; otherwise at the next heading.
            let end = if so_far.is_in_answer { "</details>" } else { "" };
            so_far.is_in_answer = true;
            Ok(format!(
                r#"{end}<details class="answer"><summary>{}</summary>{inner}"#,
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
        Directive::Picture { name, alternative } => picture(sources, name, alternative),
        // The index has them; a page does not show them.
        Directive::Search { .. } => Ok(String::new()),
        Directive::CommandList => commands::list(sources, language),
        Directive::Hint => Ok(format!(
            r#"<details class="hint"><summary>{}</summary>"#,
            escape(&text!(language, "console-hint"))
        )),
        Directive::EndHint => Ok("</details>".to_owned()),
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

fn transcript(
    sources: &Sources,
    chapter: &str,
    section: &str,
    so_far: &mut SoFar,
    language: Language,
) -> Result<String, String> {
    let snapshot = sources.snapshots.get(chapter).ok_or_else(|| {
        let known: Vec<_> = sources.snapshots.keys().map(String::as_str).collect();
        format!(
            "there is no transcript of `{chapter}`; there are {}",
            known.join(", ")
        )
    })?;
    so_far.chapter = Some(chapter.to_owned());
    let tutorial = sources.shelf.tutorial;
    let (start, steps) = (tutorial.start, &mut so_far.steps);
    console::transcript(start, chapter, section, snapshot, steps, language).ok_or_else(|| {
        format!(
            "{}/{chapter}.snap has no section `{section}`; `{start} {chapter} -- --list` shows which there are, \
             scripts/record records them",
            tutorial.transcripts
        )
    })
}

fn is_at_margin(page: &Page, offset: usize) -> bool {
    offset == 0 || page.text[..offset].ends_with('\n')
}

/// Joins the lines of a Japanese paragraph: each sentence has its own line, and a line break would show
/// as a space. It stays only between two Latin words.
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
