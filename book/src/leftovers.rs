//! Finds English text in the Japanese edition's interface: mdBook's interface is only in English, and a
//! translation of it, or of our own texts, may be missing.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;
use tutorial_engine::language::Language;

use crate::problem::{Error, Problem};
use crate::sources::{files, read};
use crate::translation::{EVERYWHERE, SOMETIMES};

/// Text for screen readers and tooltips.
static NAME: LazyLock<Regex> = LazyLock::new(|| pattern(r#"\s(?:aria-label|title|placeholder)="([^"]+)""#));

/// Text that is not displayed, or that is deliberately in the other language or a key's name.
static NO_TEXT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r#"(?s)<(?:script|style)\b.*?</(?:script|style)>|<!--.*?-->|lang="en">[^<]*|<kbd>[^<]*"#)
});

/// A text between two tags.
static TEXT: LazyLock<Regex> = LazyLock::new(|| pattern(r">([^<>]+)"));

/// Text that this program writes into the page itself.
static WRITTEN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"<(?:button|summary|caption|th scope|p class="provenance[^>]*><span|span class="(?:note|status|interrupt)")[^>]*>([^<]+)|<span class="(?:recorded|placeholder)" title="([^"]+)"|<pre tabindex="0" role="group" aria-label="([^"]+)"><kbd"#,
    )
});

/// Messages of the pages' script.
static SPOKEN: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"<script id="reader-words" type="application/json">(.*?)</script>"#));

/// A command at the end of a Japanese text.
static COMMAND: LazyLock<Regex> = LazyLock::new(|| pattern("(?s)(?:: |：)(?:cargo|curl|docker) .*"));

/// Two adjacent words that are not a name: `Recorded on`, but not `Docker Engine`.
static PHRASE: LazyLock<Regex> = LazyLock::new(|| pattern("[A-Za-z]{2,} [a-z]{2,}"));

/// Finds English texts around the pages of the Japanese edition in `folder`.
///
/// # Errors
///
/// - [`Error::Read`], if a page cannot be read.
pub fn problems(folder: &Path) -> Result<Vec<Problem>, Error> {
    let mut problems = Vec::new();
    for path in files(&folder.join(Language::Japanese.code()), "html")? {
        let html = read(&path)?;
        let mut left: Vec<String> = translated()
            .filter(|text| html.contains(text))
            .map(str::to_owned)
            .collect();
        // The table of contents has only the titles of the pages.
        let is_contents = path.ends_with("toc.html");
        let said = said(&html, is_contents);
        left.extend(said.into_iter().filter(|text| is_english(text)));
        problems.extend(left.iter().map(|text| {
            let text =
                format!("the English `{text}` is in the Japanese edition; translate it in book/language/ja or in book/src/translation.rs");
            Problem::of(path.strip_prefix(folder).unwrap_or(&path), text)
        }));
    }
    Ok(problems)
}

/// mdBook's English texts that have a translation; none of them may remain.
fn translated() -> impl Iterator<Item = &'static str> {
    EVERYWHERE
        .into_iter()
        .chain(SOMETIMES)
        .map(|(english, _)| english)
}

/// All texts in the interface of a page, each once.
fn said(html: &str, is_contents: bool) -> BTreeSet<String> {
    let mut said = BTreeSet::new();
    for part in around_the_text(html) {
        said.extend(first_groups(&NAME, part));
        if !is_contents {
            said.extend(first_groups(&TEXT, &NO_TEXT.replace_all(part, ">")));
        }
    }
    said.extend(first_groups(&WRITTEN, html));
    for words in first_groups(&SPOKEN, html) {
        let words: BTreeMap<String, Value> = serde_json::from_str(&words).unwrap_or_default();
        said.extend(words.values().filter_map(Value::as_str).map(str::to_owned));
    }
    said
}

/// For each match, the group that matched.
fn first_groups(pattern: &Regex, html: &str) -> Vec<String> {
    let matches = pattern.captures_iter(html);
    let groups = matches.filter_map(|found| found.iter().skip(1).flatten().next());
    groups.map(|group| group.as_str().trim().to_owned()).collect()
}

/// Whether a text is English; names, commands and keys in a Japanese text are allowed.
fn is_english(text: &str) -> bool {
    let has_word = text.contains(|c: char| c.is_ascii_alphabetic());
    has_word && (text.is_ascii() || PHRASE.is_match(&COMMAND.replace(text, "")))
}

/// mdBook's HTML before and after the text of a page.
fn around_the_text(html: &str) -> [&str; 2] {
    let (before, rest) = html.split_once("<main").unwrap_or((html, ""));
    let (_, after) = rest.split_once("</main>").unwrap_or(("", ""));
    [before, after]
}

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a pattern of this file is valid")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::write;

    #[track_caller]
    fn check(html: &str, expected: &[&str]) {
        let folder = tempfile::tempdir().unwrap();
        write(&folder.path().join("ja/page.html"), html).unwrap();
        let problems = problems(folder.path()).unwrap();
        let said: Vec<_> = problems.iter().map(ToString::to_string).collect();
        assert_eq!(said.len(), expected.len(), "{said:?}");
        for (said, expected) in said.iter().zip(expected) {
            assert!(said.contains(expected), "{said}");
        }
    }

    #[test]
    fn translated_text_that_is_left_is_found() {
        check(
            r#"<button id="mdbook-theme-light">Light</button>"#,
            &[
                "ja/page.html: the English `mdbook-theme-light",
                "the English `Light`",
            ],
        );
    }

    #[test]
    fn text_that_a_new_mdbook_brings_is_found() {
        check(
            r#"<a title="Share this book">共有</a><main></main>"#,
            &["`Share this book`"],
        );
    }

    #[test]
    fn english_between_the_tags_of_the_interface_is_found() {
        check(
            "<p>Type <kbd>x</kbd> to share this book</p><main></main>",
            &["`Type`", "`to share this book`"],
        );
    }

    #[test]
    fn english_that_the_machine_writes_into_the_text_is_found() {
        check(
            r#"<main><button class="copy">Copy</button><summary>Answer</summary>
            <p class="provenance" data-pagefind-ignore><span>記録環境: Recorded on Docker Engine 26.1.5</span></p>
            <span class="interrupt">Ctrl-C in the terminal of: docker ps</span>
            <span class="recorded" title="as recorded; yours will differ">6MB</span></main>"#,
            &[
                "`Answer`",
                "`Copy`",
                "`Ctrl-C in the terminal of: docker ps`",
                "`as recorded; yours will differ`",
                "`記録環境: Recorded on Docker Engine 26.1.5`",
            ],
        );
    }

    #[test]
    fn english_that_the_search_box_says_is_found() {
        check(
            r#"<main></main><script id="reader-words" type="application/json">{"close":"Close","search":"検索"}</script>"#,
            &["`Close`"],
        );
    }

    #[test]
    fn names_keys_commands_and_the_other_language_stay_english() {
        check(
            r#"<a lang="en">English</a><p><kbd>Esc</kbd> 閉じる</p><script>let message = "not read";</script>
            <main><p>Docker Engine</p><p class="provenance"><span>記録環境: Docker Engine 26.1.5、linux/x86_64</span></p>
            <span class="interrupt">次のコマンドのターミナルでCtrl-C：docker run --rm ping</span></main>"#,
            &[],
        );
    }

    #[test]
    fn japanese_names_and_the_page_itself_are_left_alone() {
        check(
            r#"<a title="印刷">印</a><main><pre aria-label="Dockerfile"></pre></main>"#,
            &[],
        );
    }
}
