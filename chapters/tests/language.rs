//! A chapter's messages are all in one language.

#![expect(clippy::unwrap_used, reason = "a test may unwrap: its panic is the report")]

mod on_engine;

use std::sync::LazyLock;

use on_engine::programs::{CHAPTER_1, CHAPTER_2};
use on_engine::{engine, run, stderr};
use regex::Regex;

#[test]
#[ignore = "needs a Docker Engine"]
fn a_chapter_in_japanese_says_nothing_in_english() {
    let _engine = engine();
    for program in [CHAPTER_1, CHAPTER_2] {
        let output = run(program, &["--lang", "ja"]);
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(0), "{said}");
        for line in said.lines() {
            assert!(is_japanese(line) || !is_prose(line), "English: {line}\n{said}");
        }
    }
}

#[test]
#[ignore = "needs a Docker Engine"]
fn a_chapter_in_english_says_nothing_in_japanese() {
    let _engine = engine();
    let output = run(CHAPTER_2, &["--lang", "en"]);
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(!is_japanese(&said), "{said}");
}

/// Whether a text contains a character that only Japanese uses.
fn is_japanese(text: &str) -> bool {
    text.chars()
        .any(|c| matches!(c, '\u{3001}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}' | '\u{ff01}'..='\u{ff60}'))
}

/// Whether a line has two English words side by side, apart from commands.
fn is_prose(line: &str) -> bool {
    static WORDS: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"(?:^| )[A-Za-z]+:? [a-z]+(?: |$)").unwrap());
    static COMMAND: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"\$ .*|`[^`]*`|(?:cargo|docker) .*").unwrap());
    WORDS.is_match(&COMMAND.replace(line, ""))
}
