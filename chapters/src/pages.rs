//! What the book's own pages say of a section: its title, and its text for a terminal.

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use console::{Alignment, measure_text_width, pad_str};
use pulldown_cmark::{BlockQuoteKind, CodeBlockKind, Event, Options, Parser, Tag, TagEnd};
use regex::Regex;
use textwrap::WordSplitter::NoHyphenation;
use textwrap::core::Word;
use textwrap::{WordSeparator, WrapAlgorithm};

use crate::language::Language;
use crate::screen;
use crate::tutorial::Tutorial;

/// Space between two columns of a table.
const GAP: usize = 3;

/// What a page says of a section.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Section {
    /// Without its number: `Copying the manifests`.
    pub title: String,
    /// Below its heading, up to the next one, wrapped for the terminal. What the chapter shows
    /// itself is left out; it ends in the addresses that it links to, without a line break.
    pub text: String,
}

/// The section of this id on a page such as `3-writing`; `None` where the book has no such page
/// in this language, or the page no such section.
#[must_use]
pub fn section(tutorial: &Tutorial, page: &str, language: Language, id: &str) -> Option<Section> {
    let file = Path::new(tutorial.root).join(tutorial.page(page, language));
    let markdown = fs::read_to_string(file).ok()?;
    read(&markdown, language, id, screen::width())
}

/// As [`section`], of a page's Markdown; `width` is in columns.
fn read(markdown: &str, language: Language, id: &str, width: usize) -> Option<Section> {
    let markdown = without_directives(markdown, language);
    let mut events = Parser::new_ext(&markdown, options());
    events.find(|event| matches!(event, Event::Start(Tag::Heading { id: Some(is), .. }) if **is == *id))?;
    let mut writer = Writer::new(language, width);
    for event in events.by_ref() {
        if matches!(event, Event::End(TagEnd::Heading(_))) {
            break;
        }
        writer.write(event);
    }
    let title = writer.take_line();
    for event in events.take_while(|event| !matches!(event, Event::Start(Tag::Heading { .. }))) {
        writer.write(event);
    }
    Some(Section {
        title: without_number(&title).to_owned(),
        text: writer.finish(),
    })
}

/// What mdBook's parser understands, as far as pages use it.
fn options() -> Options {
    Options::ENABLE_TABLES | Options::ENABLE_HEADING_ATTRIBUTES | Options::ENABLE_GFM
}

/// `3-4 Copying the manifests` has a number, `Exercise 1: …` has none.
fn without_number(title: &str) -> &str {
    let is_number = |c: char| c.is_ascii_digit() || c == '-';
    title
        .split_once(' ')
        .filter(|(number, _)| number.chars().all(is_number))
        .map_or(title, |(_, rest)| rest)
}

/// The page with a few words in place of each `{{#file …}}`, `{{#listing …}}` and `{{#figure …}}`;
/// the other directives are what the chapter shows when it runs.
fn without_directives(markdown: &str, language: Language) -> String {
    static DIRECTIVE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r#"(?m)^\{\{#(\w+)(?: ([^\s}]+))?(?:[^"\n]*"(.*)")?.*\}\}$"#)
            .expect("the pattern is valid")
    });
    let words = |found: &regex::Captures<'_>| match (&found[1], found.get(2), found.get(3)) {
        ("file", Some(path), _) => language.text("pages-file", &[("file", path.as_str())]),
        ("listing", Some(section), _) => {
            let file = format!("chapters/listings/{}.Dockerfile", section.as_str());
            language.text("pages-file", &[("file", &file)])
        }
        ("figure", _, Some(alternative)) => {
            language.text("pages-figure", &[("alternative", alternative.as_str())])
        }
        _ => String::new(),
    };
    DIRECTIVE.replace_all(markdown, words).into_owned()
}

/// Writes Markdown as plain text.
struct Writer {
    language: Language,
    width: usize,
    text: String,
    /// Whether the next block follows without a blank line, as an item after another does.
    is_tight: bool,
    /// The paragraph, item or cell that is being read; `\n` is a line break of the source.
    line: String,
    /// Of the link that is being read: where its text starts in `line`, and its address.
    link: Option<(usize, String)>,
    /// Text and address of every link that leads out of the book.
    links: Vec<(String, String)>,
    /// Of each list that is open, the number of its next item, if it has numbers.
    lists: Vec<Option<u64>>,
    /// What the next lines of the item or note that is being read start with, after the first one.
    indent: String,
    /// What its first line starts with.
    mark: String,
    /// Of the note whose first paragraph is being read.
    note: Option<BlockQuoteKind>,
    is_code: bool,
    table: Vec<Vec<String>>,
}

impl Writer {
    fn new(language: Language, width: usize) -> Self {
        Self {
            language,
            width,
            text: String::new(),
            is_tight: false,
            line: String::new(),
            link: None,
            links: Vec::new(),
            lists: Vec::new(),
            indent: String::new(),
            mark: String::new(),
            note: None,
            is_code: false,
            table: Vec::new(),
        }
    }

    fn write(&mut self, event: Event<'_>) {
        match event {
            Event::Text(text) if self.is_code => {
                let lines: Vec<_> = text.lines().map(|line| format!("    {line}")).collect();
                self.push(&lines.join("\n"));
            }
            Event::Text(text) => self.line.push_str(&text),
            Event::Code(code) => self.line.extend(["`", &code, "`"]),
            Event::SoftBreak | Event::HardBreak => self.line.push('\n'),
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            _ => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Link { dest_url, .. } => self.link = Some((self.line.len(), dest_url.into_string())),
            Tag::CodeBlock(CodeBlockKind::Fenced(_) | CodeBlockKind::Indented) => self.is_code = true,
            Tag::List(number) => {
                self.end_of_block();
                self.is_tight = !self.lists.is_empty();
                self.lists.push(number);
            }
            Tag::Item => {
                self.mark = match self.lists.last_mut() {
                    Some(Some(number)) => {
                        *number += 1;
                        format!("{}. ", *number - 1)
                    }
                    _ => "- ".to_owned(),
                };
                let nested = "  ".repeat(self.lists.len().saturating_sub(1));
                self.indent = nested.clone() + &" ".repeat(self.mark.len());
                self.mark.insert_str(0, &nested);
            }
            Tag::BlockQuote(kind) => {
                "  ".clone_into(&mut self.indent);
                self.mark.clone_from(&self.indent);
                self.note = kind;
            }
            Tag::TableHead | Tag::TableRow => self.table.push(Vec::new()),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph => self.end_of_block(),
            TagEnd::Link => self.end_of_link(),
            TagEnd::CodeBlock => self.is_code = false,
            TagEnd::Item => {
                self.end_of_block();
                self.no_indent();
                self.is_tight = true;
            }
            TagEnd::List(_) => {
                self.lists.pop();
                self.is_tight = !self.lists.is_empty();
            }
            TagEnd::BlockQuote(_) => self.no_indent(),
            TagEnd::TableCell => {
                let cell = self.take_line();
                self.table.last_mut().expect("a cell stands in a row").push(cell);
            }
            TagEnd::Table => {
                let table = std::mem::take(&mut self.table);
                self.push(&self.table(&table));
            }
            _ => {}
        }
    }

    fn end_of_link(&mut self) {
        let Some((start, address)) = self.link.take() else {
            return;
        };
        let text = self.line.split_off(start);
        // A bare number is enough where it can be followed.
        if text.chars().all(|c| c.is_ascii_digit()) {
            let chapter = self.language.text("pages-chapter", &[("number", &text)]);
            self.line.push_str(&chapter);
        } else {
            self.line.push_str(&text);
        }
        if address.starts_with("http") && self.links.iter().all(|(_, known)| *known != address) {
            self.links.push((text, address));
        }
    }

    /// The paragraph or item has ended.
    fn end_of_block(&mut self) {
        let text = self.take_line();
        if text.is_empty() {
            return;
        }
        let text = match self.note.take() {
            Some(kind) => self.note(kind, &text),
            None => text,
        };
        let mark = std::mem::replace(&mut self.mark, self.indent.clone());
        let block = wrap(&text, self.width, &mark, &self.indent);
        self.push(&block);
    }

    fn push(&mut self, block: &str) {
        if !self.text.is_empty() {
            self.text.push_str(if self.is_tight { "\n" } else { "\n\n" });
        }
        self.is_tight = false;
        self.text.push_str(block);
    }

    fn no_indent(&mut self) {
        self.indent.clear();
        self.mark.clear();
    }

    /// What has been read, as one line. A page has a sentence in each line; between two words of
    /// Latin letters a line break is a space, beside Japanese it is nothing.
    fn take_line(&mut self) -> String {
        let source = std::mem::take(&mut self.line);
        let mut line = String::new();
        for part in source.split('\n').map(str::trim).filter(|part| !part.is_empty()) {
            let is_latin =
                line.chars().last().is_some_and(|c| c.is_ascii()) && part.starts_with(|c: char| c.is_ascii());
            let is_first = line.is_empty();
            if !is_first && (is_latin || self.language == Language::English) {
                line.push(' ');
            }
            line.push_str(part);
        }
        line
    }

    fn note(&self, kind: BlockQuoteKind, text: &str) -> String {
        let text = [("text", text)];
        match kind {
            BlockQuoteKind::Note => self.language.text("pages-note", &text),
            BlockQuoteKind::Tip => self.language.text("pages-tip", &text),
            BlockQuoteKind::Important => self.language.text("pages-important", &text),
            BlockQuoteKind::Warning => self.language.text("pages-warning", &text),
            BlockQuoteKind::Caution => self.language.text("pages-caution", &text),
        }
    }

    /// In columns where the terminal is wide enough, else a list: each row an item, its cells under
    /// their headings.
    fn table(&self, rows: &[Vec<String>]) -> String {
        let Some((head, rows)) = rows.split_first() else {
            return String::new();
        };
        let width = |column: usize| {
            let cells = rows.iter().chain([head]).filter_map(|row| row.get(column));
            cells.map(|cell| measure_text_width(cell)).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..head.len()).map(width).collect();
        let total: usize = widths.iter().map(|width| width + GAP).sum();
        if total <= self.width + GAP {
            let line = |row: &Vec<String>| {
                let cells = row.iter().zip(&widths);
                let cells = cells.map(|(cell, width)| pad_str(cell, width + GAP, Alignment::Left, None));
                cells.collect::<String>().trim_end().to_owned()
            };
            let rule = widths.iter().map(|width| "─".repeat(*width)).collect();
            let lines: Vec<_> = [head, &rule].into_iter().chain(rows).map(line).collect();
            return lines.join("\n");
        }
        let item = |row: &Vec<String>| {
            let (first, others) = row.split_first()?;
            let first = wrap(first, self.width, "- ", "  ");
            let others = others.iter().zip(&head[1..]).map(|(cell, head)| {
                let text = self
                    .language
                    .text("pages-cell", &[("head", head), ("cell", cell)]);
                wrap(&text, self.width, "  ", "    ")
            });
            Some([first].into_iter().chain(others).collect::<Vec<_>>().join("\n"))
        };
        rows.iter().filter_map(item).collect::<Vec<_>>().join("\n")
    }

    fn finish(mut self) -> String {
        let links = self
            .links
            .iter()
            .map(|(text, address)| format!("→ {text}: {address}"));
        let links = links.collect::<Vec<_>>().join("\n");
        if !links.is_empty() {
            self.push(&links);
        }
        self.text
    }
}

/// `text` in lines of at most `width` columns. Japanese breaks between characters, but no line
/// starts with a closing bracket, a comma or a full stop, as Unicode's line breaking has it. A word in
/// katakana stays whole, and Latin text breaks at spaces alone: so do commands and addresses.
pub(crate) fn wrap(text: &str, width: usize, first: &str, others: &str) -> String {
    let options = textwrap::Options::new(width)
        .initial_indent(first)
        .subsequent_indent(others)
        .break_words(false)
        .word_splitter(NoHyphenation)
        .word_separator(WordSeparator::Custom(words))
        .wrap_algorithm(WrapAlgorithm::FirstFit);
    textwrap::fill(text, options)
}

fn words(line: &str) -> Box<dyn Iterator<Item = Word<'_>> + '_> {
    let mut words = Vec::new();
    let mut start = 0;
    let mut end = 0;
    for word in WordSeparator::UnicodeBreakProperties.find_words(line) {
        end += word.word.len() + word.whitespace.len();
        let before = line[..end].chars().next_back();
        let after = line[end..].chars().next();
        let is_within_word = before.zip(after).is_some_and(|(before, after)| {
            let is_katakana = |c| matches!(c, '\u{30a0}'..='\u{30ff}') && c != '・';
            before.is_ascii_graphic() && after.is_ascii_graphic() || is_katakana(before) && is_katakana(after)
        });
        if !is_within_word {
            words.push(Word::from(&line[start..end]));
            start = end;
        }
    }
    Box::new(words.into_iter())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = r#"# 3 Writing {#3}

Before.

## 3-4 Copying the `manifests` {#3-4}

They come *first*.
See [COPY](https://docs.docker.com/reference/dockerfile/#copy) and [4](4-multi-stage.md#4).

{{#transcript chapter-3 3-4}}

{{#file .dockerignore}}

{{#file server/src/main.rs from "fn main" to "}"}}

{{#figure layers "Five layers."}}

> [!NOTE]
> One thing.
> Another one.

- first
- second, which is a bit longer than the others

1. one
2. two

| command | file |
|---|---|
| `docker build .` | `./Dockerfile` |

```text
as it is
```

### A step {#3-4-step}

After.
"#;

    #[track_caller]
    fn check(markdown: &str, language: Language, width: usize, expected: &str) {
        let page = format!("## 1 a {{#a}}\n\n{markdown}\n\n## b {{#b}}\n\nnot this\n");
        let section = read(&page, language, "a", width).unwrap();
        assert_eq!(section.text, expected);
    }

    #[test]
    fn a_section_ends_at_the_next_heading_and_is_plain_text() {
        let section = read(PAGE, Language::English, "3-4", 40).unwrap();
        assert_eq!(section.title, "Copying the `manifests`");
        assert_eq!(
            section.text,
            "They come first. See COPY and chapter 4.\n\n\
             (file `.dockerignore`)\n\n\
             (file `server/src/main.rs`)\n\n\
             (figure: Five layers.)\n\n  \
             Note: One thing. Another one.\n\n\
             - first\n\
             - second, which is a bit longer than the\n  others\n\n\
             1. one\n2. two\n\n\
             command            file\n\
             ────────────────   ──────────────\n\
             `docker build .`   `./Dockerfile`\n\n    \
             as it is\n\n\
             → COPY: https://docs.docker.com/reference/dockerfile/#copy"
        );
    }

    #[test]
    fn a_step_has_a_title_of_its_own_and_what_is_missing_has_none() {
        let step = read(PAGE, Language::English, "3-4-step", 40).unwrap();
        assert_eq!((step.title.as_str(), step.text.as_str()), ("A step", "After."));
        assert_eq!(read(PAGE, Language::English, "3-9", 40), None);
    }

    #[test]
    fn japanese_breaks_between_characters_and_no_line_starts_with_a_full_stop() {
        check(
            "一二三四五六七八九十。\n次の文です（括弧）。",
            Language::Japanese,
            20,
            "一二三四五六七八九\n十。次の文です（括\n弧）。",
        );
    }

    #[test]
    fn a_command_in_japanese_text_breaks_at_spaces_alone() {
        check(
            "実行は`docker-gs-ping/one/two`です。",
            Language::Japanese,
            14,
            "実行は\n`docker-gs-ping/one/two`\nです。",
        );
    }

    #[test]
    fn a_table_too_wide_for_the_terminal_is_a_list() {
        check(
            "| 命令 | 残るもの |\n|---|---|\n| `FROM` | ベースイメージのレイヤーと設定 |\n| `CMD` | 記録 |",
            Language::Japanese,
            24,
            "- `FROM`\n  残るもの：\n    ベースイメージの\n    レイヤーと設定\n- `CMD`\n  残るもの：記録",
        );
    }

    #[test]
    fn columns_of_japanese_are_aligned() {
        check(
            "| 命令 | 残るもの |\n|---|---|\n| レイヤー | 設定 |\n| CMD | 記録 |",
            Language::Japanese,
            40,
            "命令       残るもの\n────────   ────────\nレイヤー   設定\nCMD        記録",
        );
    }
}
