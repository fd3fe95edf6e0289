//! Parses a page's Markdown with mdBook's own parser.

use std::ops::Range;
use std::path::{Path, PathBuf};

use mdbook_markdown::pulldown_cmark::{
    BlockQuoteKind, CodeBlockKind, Event, HeadingLevel, Parser, Tag, TagEnd,
};
use mdbook_markdown::{MarkdownOptions, new_cmark_parser};

use crate::directive::Directive;
use crate::problem::Problem;

/// Languages of code blocks that do not claim to be printed output.
const FENCES: [&str; 3] = ["json", "rust", "text"];

/// A parsed page.
#[derive(Clone, Debug)]
pub struct Page {
    /// Path of the page, relative to the repository's root.
    pub file: PathBuf,
    /// Its Markdown.
    pub text: String,
    /// The parts of the page, in order.
    pub parts: Vec<Placed>,
    /// Forbidden content.
    pub problems: Vec<Problem>,
}

/// A part and its position.
#[derive(Clone, Debug)]
pub struct Placed {
    /// Its first line, from 1.
    pub line: usize,
    /// Its bytes in the page's text.
    pub range: Range<usize>,
    /// The part itself.
    pub part: Part,
}

/// Parts that both editions of a page must have in common.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Part {
    /// A heading.
    Heading {
        /// Level, 1 to 6.
        level: u8,
        /// Id, as in `{#3-4}`.
        id: String,
        /// Text, which differs between the editions.
        text: String,
    },
    /// A directive.
    Directive(Directive),
    /// A code block.
    Code {
        /// `json`, `rust` or `text`.
        language: String,
        /// Its content.
        text: String,
    },
    /// The target of a link or a picture.
    Link(String),
    /// A note of this kind.
    Note(&'static str),
    /// A table.
    Table {
        /// Number of rows, with the heading.
        rows: usize,
        /// Number of cells in each row.
        columns: usize,
    },
}

/// mdBook's parser with this book's settings: `--option` keeps its two hyphens.
#[must_use]
pub fn parser(text: &str) -> Parser<'_> {
    let mut options = MarkdownOptions::default();
    options.smart_punctuation = false;
    options.definition_lists = false;
    new_cmark_parser(text, &options)
}

impl Page {
    /// Parses the page at `file`.
    #[must_use]
    pub fn read(file: &Path, text: &str) -> Self {
        let mut page = Self {
            file: file.to_owned(),
            text: text.to_owned(),
            parts: Vec::new(),
            problems: Vec::new(),
        };
        page.read_markdown();
        page.read_directives();
        page.parts.sort_by_key(|placed| placed.range.start);
        page
    }

    /// The page's headings: line, level, id and text.
    pub fn headings(&self) -> impl Iterator<Item = (usize, u8, &str, &str)> {
        self.parts.iter().filter_map(|placed| match &placed.part {
            Part::Heading { level, id, text } => Some((placed.line, *level, id.as_str(), text.as_str())),
            _ => None,
        })
    }

    /// The search words of each section: its id, and the words.
    pub fn search_words(&self) -> impl Iterator<Item = (&str, &str)> {
        let mut heading = "";
        self.parts.iter().filter_map(move |placed| match &placed.part {
            Part::Heading { id, .. } => {
                heading = id;
                None
            }
            Part::Directive(Directive::Search { words }) => Some((heading, words.as_str())),
            _ => None,
        })
    }

    /// The page's title in the table of contents: without the number, which mdBook adds; `None` if the
    /// page has no title.
    #[must_use]
    pub fn title(&self) -> Option<&str> {
        let (_, _, _, text) = self.headings().find(|(_, level, ..)| *level == 1)?;
        Some(text.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ' ' | '　')))
    }

    fn read_markdown(&mut self) {
        let text = self.text.clone();
        let mut heading: Option<(u8, Option<String>, Range<usize>, String)> = None;
        let mut code: Option<(String, Range<usize>, String)> = None;
        let mut table: Option<(usize, usize, Range<usize>)> = None;
        for (event, range) in parser(&text).into_offset_iter() {
            match event {
                Event::Start(Tag::Heading { level, id, .. }) => {
                    heading = Some((number(level), id.map(String::from), range, String::new()));
                }
                Event::End(TagEnd::Heading(_)) => {
                    let (level, id, range, text) = heading.take().expect("a heading starts before it ends");
                    self.push_heading(level, id, text, range);
                }
                Event::Start(Tag::CodeBlock(kind)) => {
                    let language = match kind {
                        CodeBlockKind::Fenced(info) => info.to_string(),
                        CodeBlockKind::Indented => String::new(),
                    };
                    code = Some((language, range, String::new()));
                }
                Event::End(TagEnd::CodeBlock) => {
                    let (language, range, text) = code.take().expect("a fence starts before it ends");
                    self.push_code(language, text, range);
                }
                Event::Start(Tag::Table(columns)) => table = Some((0, columns.len(), range)),
                Event::Start(Tag::TableHead | Tag::TableRow) => {
                    if let Some((rows, ..)) = &mut table {
                        *rows += 1;
                    }
                }
                Event::End(TagEnd::Table) => {
                    let (rows, columns, range) = table.take().expect("a table starts before it ends");
                    self.push(range, Part::Table { rows, columns });
                }
                Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                    self.push(range, Part::Link(dest_url.to_string()));
                }
                Event::Start(Tag::BlockQuote(Some(kind))) => self.push(range, Part::Note(note(kind))),
                Event::Html(html) | Event::InlineHtml(html) => {
                    let html = html.trim();
                    self.fault(
                        range.start,
                        format!("raw HTML `{html}`; write Markdown, or code quotes around it"),
                    );
                }
                Event::Text(words) | Event::Code(words) => {
                    if let Some((.., text)) = &mut heading {
                        text.push_str(&words);
                    }
                    if let Some((.., text)) = &mut code {
                        text.push_str(&words);
                    }
                }
                _ => {}
            }
        }
    }

    fn read_directives(&mut self) {
        let text = self.text.clone();
        let mut start = 0;
        let mut open_tabs: Option<usize> = None;
        let mut open_hint: Option<usize> = None;
        for line in text.split_inclusive('\n') {
            let range = start..start + line.len();
            start = range.end;
            if self.is_in_code(range.start) {
                continue;
            }
            let directive = match Directive::parse(line) {
                None => continue,
                Some(Err(fault)) => {
                    self.fault(range.start, fault);
                    continue;
                }
                Some(Ok(directive)) => directive,
            };
            if line.starts_with(char::is_whitespace) {
                self.fault(range.start, "an indented directive; start it in the first column");
            }
            match directive {
                Directive::Tabs if open_tabs.is_some() => {
                    self.fault(range.start, "tabs within tabs; end the first with {{#endtabs}}");
                }
                Directive::Tabs => open_tabs = Some(range.start),
                Directive::Tab { .. } if open_tabs.is_none() => {
                    self.fault(range.start, "a tab outside tabs; start them with {{#tabs}}");
                }
                Directive::EndTabs if open_tabs.is_none() => {
                    self.fault(range.start, "an end of tabs that never started; remove it");
                }
                Directive::EndTabs => open_tabs = None,
                Directive::Hint if open_hint.is_some() => {
                    self.fault(
                        range.start,
                        "a hint within a hint; end the first with {{#endhint}}",
                    );
                }
                Directive::Hint => open_hint = Some(range.start),
                Directive::EndHint if open_hint.is_none() => {
                    self.fault(range.start, "an end of a hint that never started; remove it");
                }
                Directive::EndHint => open_hint = None,
                _ => {}
            }
            self.push(range, Part::Directive(directive));
        }
        if let Some(start) = open_tabs {
            self.fault(start, "tabs that never end; write {{#endtabs}} after the last");
        }
        if let Some(start) = open_hint {
            self.fault(start, "a hint that never ends; write {{#endhint}} after it");
        }
    }

    fn push_heading(&mut self, level: u8, id: Option<String>, text: String, range: Range<usize>) {
        let Some(id) = id else {
            self.fault(
                range.start,
                format!("the heading `{text}` has no id; write one at its end, the same in both editions: {{#3-4}}"),
            );
            return;
        };
        if self.headings().any(|(_, _, known, _)| known == id) {
            self.fault(
                range.start,
                format!("the id `{id}` is on this page twice; choose another"),
            );
        }
        self.push(range, Part::Heading { level, id, text });
    }

    fn push_code(&mut self, language: String, text: String, range: Range<usize>) {
        if text.lines().any(|line| line.trim_start().starts_with("$ ")) {
            self.fault(
                range.start,
                "a typed console block: a line starts with `$ `; show what ran: {{#transcript chapter-3 3-4}}",
            );
        } else if !FENCES.contains(&language.as_str()) {
            let name = if language.is_empty() {
                "no language"
            } else {
                &language
            };
            self.fault(
                range.start,
                format!(
                    "a typed block of {name}; show what ran ({{{{#transcript chapter-3 3-4}}}}) or a file \
                     ({{{{#file Dockerfile}}}}); a fence is one of {}",
                    FENCES.join(", ")
                ),
            );
        }
        self.push(range, Part::Code { language, text });
    }

    fn push(&mut self, range: Range<usize>, part: Part) {
        let line = self.line(range.start);
        self.parts.push(Placed { line, range, part });
    }

    fn fault(&mut self, start: usize, text: impl Into<String>) {
        let line = self.line(start);
        self.problems.push(Problem::at(&self.file, line, text));
    }

    fn line(&self, offset: usize) -> usize {
        self.text[..offset].matches('\n').count() + 1
    }

    fn is_in_code(&self, offset: usize) -> bool {
        self.parts
            .iter()
            .any(|placed| matches!(placed.part, Part::Code { .. }) && placed.range.contains(&offset))
    }
}

fn number(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}

fn note(kind: BlockQuoteKind) -> &'static str {
    match kind {
        BlockQuoteKind::Note => "NOTE",
        BlockQuoteKind::Tip => "TIP",
        BlockQuoteKind::Important => "IMPORTANT",
        BlockQuoteKind::Warning => "WARNING",
        BlockQuoteKind::Caution => "CAUTION",
    }
}
