//! Every message of the engine exists in every language.

#![expect(clippy::unwrap_used, reason = "a test may unwrap: its panic is the report")]

mod catalogue; // checks for every catalogue

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::LazyLock;

use catalogue::{Checked, messages};
use regex::Regex;
use tutorial_engine::language::{CATALOGUE, LANGUAGES, Language};
use tutorial_engine::record::placeholder::{KINDS, placeholders};

fn checked() -> Checked {
    Checked {
        catalogue: &CATALOGUE,
        package: Path::new(env!("CARGO_MANIFEST_DIR")),
    }
}

#[test]
fn every_file_of_the_catalogue_is_read() {
    checked().every_file_is_read();
}

#[test]
fn both_languages_have_the_same_messages_with_the_same_variables() {
    checked().both_languages_have_the_same_messages_with_the_same_variables();
}

#[test]
fn a_message_is_called_after_its_file() {
    checked().a_message_is_called_after_its_file();
}

#[test]
fn what_the_sources_say_is_in_the_catalogue_with_the_same_variables() {
    checked().what_the_sources_say_is_in_the_catalogue_with_the_same_variables();
}

#[test]
fn every_message_of_the_catalogue_is_said_somewhere() {
    // Other tests compare these with the known failures, the verdicts, the parts of a machine and the
    // kinds of placeholders.
    let elsewhere = [
        "explain-",
        "report-verdict-",
        "report-count-",
        "report-part-",
        "report-kind-",
    ];
    checked().every_message_is_said_somewhere(&["options-"], &elsewhere);
}

#[test]
fn each_text_is_in_its_language() {
    static CODE: LazyLock<Regex> = LazyLock::new(|| Regex::new("`[^`]*`").unwrap());
    for language in LANGUAGES {
        for message in messages(&CATALOGUE, language) {
            let words = CODE.replace_all(&message.words, "");
            let is_right = match language {
                Language::English => !is_japanese(&message.words),
                Language::Japanese => is_japanese(&words) || !words.contains(char::is_alphabetic),
            };
            assert!(is_right, "{}: {message:?}", language.code());
        }
    }
}

#[test]
fn every_message_can_be_said() {
    for language in LANGUAGES {
        for message in messages(&CATALOGUE, language) {
            let variables: Vec<_> = message.variables.iter().map(|name| (*name, "1")).collect();
            assert_ne!(
                CATALOGUE.text(language, message.id, &variables),
                "",
                "{}",
                message.id
            );
        }
    }
}

#[test]
fn every_kind_of_placeholder_has_a_name_and_nothing_else_has_one() {
    let ids = messages(&CATALOGUE, Language::English).map(|message| message.id);
    let named: BTreeSet<_> = ids.filter_map(|id| id.strip_prefix("report-kind-")).collect();
    for kind in KINDS {
        assert!(named.contains(&*kind.to_string()), "{kind}");
    }
    for name in named {
        let either = format!("<{name}> <{name}-1>");
        assert_eq!(placeholders(&either).count(), 1, "{name}");
    }
}

/// Whether a text contains a character that only Japanese uses.
fn is_japanese(text: &str) -> bool {
    text.chars()
        .any(|c| matches!(c, '\u{3001}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}' | '\u{ff01}'..='\u{ff60}'))
}
