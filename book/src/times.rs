//! How long a page takes to read, and its chapter to run.

use std::time::Duration;

use mdbook_markdown::pulldown_cmark::{Event, Tag, TagEnd};
use tutorial_engine::language::Language;
use tutorial_engine::record::snapshot::Snapshot;

use crate::edition::text;
use crate::html::escape;
use crate::page::{Page, parser};

/// Words of English that a reader reads in a minute, of a text with code in it.
const WORDS: usize = 200;

/// The same for characters of Japanese.
const CHARACTERS: usize = 500;

/// The line below the title of a page; `snapshot` is that of the page's chapter.
#[must_use]
pub fn line(page: &Page, snapshot: Option<&Snapshot>, language: Language) -> String {
    let minutes = reading(page, language);
    let reading = text!(language, "interface-reading", minutes);
    let running = snapshot.map(|snapshot| {
        let all = Duration::from_millis(snapshot.elapsed.iter().sum());
        let (minutes, seconds) = (all.as_secs().div_ceil(60), all.as_secs().div_ceil(5).max(1) * 5);
        if seconds < 90 {
            text!(language, "interface-running-seconds", seconds)
        } else {
            text!(language, "interface-running-minutes", minutes)
        }
    });
    let said = escape(&(reading + &running.unwrap_or_default()));
    format!(r#"<p class="page-times" data-pagefind-ignore>{said}</p>"#)
}

/// Minutes that the text of a page takes to read, at least 1; without transcripts and files.
fn reading(page: &Page, language: Language) -> usize {
    let (mut text, mut is_code) = (String::new(), false);
    for event in parser(&page.text) {
        match event {
            Event::Start(Tag::CodeBlock(_)) => is_code = true,
            Event::End(TagEnd::CodeBlock) => is_code = false,
            Event::Text(words) | Event::Code(words) if !is_code && !words.starts_with("{{#") => {
                text.push_str(&words);
                text.push(' ');
            }
            _ => {}
        }
    }
    let minutes = match language {
        Language::English => text.split_whitespace().count().div_ceil(WORDS),
        Language::Japanese => {
            let characters = text.chars().filter(|character| !character.is_whitespace());
            characters.count().div_ceil(CHARACTERS)
        }
    };
    minutes.max(1)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[track_caller]
    fn check(text: &str, language: Language, minutes: usize) {
        assert_eq!(reading(&Page::read(Path::new("a.md"), text), language), minutes);
    }

    #[test]
    fn only_what_a_reader_reads_counts() {
        check(&"word `code` ".repeat(200), Language::English, 2);
        check(
            &format!("a\n\n```text\n{}\n```\n", "word ".repeat(900)),
            Language::English,
            1,
        );
        check(&"読む速さ ".repeat(250), Language::Japanese, 2);
    }
}
