//! What a chapter says, it says in both languages.

#![expect(clippy::unwrap_used, reason = "a test may unwrap: its panic is the report")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::LazyLock;

use chapters::language::{CATALOGUE, LANGUAGES, Language};
use chapters::normalise::KINDS;
use regex::Regex;

#[test]
fn every_file_of_the_catalogue_is_read() {
    let names: BTreeSet<String> = CATALOGUE.iter().map(|(name, ..)| format!("{name}.ftl")).collect();
    for language in LANGUAGES {
        let folder = root().join("language").join(language.code());
        let files = fs::read_dir(folder).unwrap();
        let files: BTreeSet<String> = files
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .collect();
        assert_eq!(files, names, "{}", language.code());
    }
}

#[test]
fn both_languages_have_the_same_messages_with_the_same_variables() {
    for (name, english, japanese) in CATALOGUE {
        let variables = |text| -> BTreeMap<String, BTreeSet<String>> {
            let messages = messages(text).into_iter();
            messages.map(|(id, text)| (id, variables(&text))).collect()
        };
        assert_eq!(variables(english), variables(japanese), "{name}");
    }
}

#[test]
fn a_message_is_called_after_its_file() {
    for (name, english, _) in CATALOGUE {
        for id in messages(english).keys() {
            assert!(id.starts_with(&format!("{name}-")), "{id} in {name}.ftl");
        }
    }
}

#[test]
fn each_text_is_in_its_language() {
    for (_, english, japanese) in CATALOGUE {
        for (id, text) in messages(english) {
            assert!(!is_japanese(&text), "{id} is no English: {text}");
        }
        for (id, text) in messages(japanese) {
            let has_words = without_variables(&text).chars().any(char::is_alphabetic);
            assert!(is_japanese(&text) || !has_words, "{id} is no Japanese: {text}");
        }
    }
}

#[test]
fn every_message_can_be_said() {
    for language in LANGUAGES {
        for (id, text) in all_messages(language) {
            let names: Vec<String> = variables(&text).into_iter().collect();
            // The catalogue takes names that live as long as the program.
            let names = names.iter().map(|name| (&*name.clone().leak(), "1"));
            assert_ne!(language.text(&id, &names.collect::<Vec<_>>()), "", "{id}");
        }
    }
}

#[test]
fn what_the_sources_say_is_in_the_catalogue_with_the_same_variables() {
    let known = all_messages(Language::English);
    let mut said = 0;
    for (file, source) in sources() {
        for (id, given) in uses(&source) {
            said += 1;
            let text = known.get(&id);
            let text = text.unwrap_or_else(|| panic!("{}: no message {id}", file.display()));
            if let Some(given) = given {
                assert_eq!(given, variables(text), "{}: {id}", file.display());
            }
        }
    }
    assert!(said > 50, "{said} messages are said: the test does not see them");
}

#[test]
fn every_message_of_the_catalogue_is_said_somewhere() {
    let sources: String = sources().into_iter().map(|(_, source)| source).collect();
    // Ids of failures and of kinds of things are put together from parts.
    let is_said = |id: &String| {
        let is_of_a_kind = id.starts_with("explain-") || id.starts_with("report-kind-");
        !is_of_a_kind && !id.ends_with("-unnamed")
    };
    for id in all_messages(Language::English).into_keys().filter(is_said) {
        // The files that scripts begin with name theirs as `#: script-run` and `@script-taken@`.
        let forms = [format!("\"{id}\""), format!("#: {id}\n"), format!("@{id}@")];
        let is_there = forms.iter().any(|form| sources.contains(form));
        assert!(is_there, "nobody says {id}");
    }
}

#[test]
fn every_kind_of_placeholder_has_a_name() {
    let known = all_messages(Language::English);
    for (_, kind, _) in KINDS {
        assert!(known.contains_key(&format!("report-kind-{kind}")), "{kind}");
    }
}

#[test]
fn a_locale_chooses_the_language_as_the_option_does() {
    let japanese = said(&["--lang", "ja"], &[]);
    assert!(is_japanese(&japanese), "{japanese}");
    assert_eq!(said(&[], &[("LANG", "ja_JP.UTF-8")]), japanese);
    assert_eq!(
        said(&[], &[("LANG", "C.UTF-8"), ("LC_ALL", "ja_JP.UTF-8")]),
        japanese
    );
}

#[test]
fn the_option_wins_over_the_locale() {
    let english = said(&[], &[]);
    assert!(!is_japanese(&english), "{english}");
    assert_eq!(said(&["--lang", "en"], &[("LANG", "ja_JP.UTF-8")]), english);
}

#[test]
#[ignore = "needs a Docker Engine"]
fn a_chapter_in_japanese_says_nothing_in_english() {
    for program in [env!("CARGO_BIN_EXE_chapter-1"), env!("CARGO_BIN_EXE_chapter-2")] {
        let output = run(program, &["--lang", "ja"], &[]);
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
    let output = run(env!("CARGO_BIN_EXE_chapter-2"), &["--lang", "en"], &[]);
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(!is_japanese(&said), "{said}");
}

/// What a chapter says to somebody who asks for a section that is not there.
fn said(arguments: &[&str], variables: &[(&str, &str)]) -> String {
    let arguments = [&["--step", "9-9"], arguments].concat();
    let output = run(env!("CARGO_BIN_EXE_chapter-2"), &arguments, variables);
    assert_eq!(output.status.code(), Some(2));
    stderr(&output)
}

fn run(program: &str, arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    let mut command = Command::new(program);
    for name in ["LC_ALL", "LC_MESSAGES", "LANG"] {
        command.env_remove(name);
    }
    command
        .args(arguments)
        .envs(variables.iter().copied())
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every source file of the package, with what it says.
fn sources() -> Vec<(PathBuf, String)> {
    let mut folders = vec![root().join("src")];
    let mut sources = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let source = fs::read_to_string(&path).unwrap();
                sources.push((path, source));
            }
        }
    }
    sources
}

/// The messages of a file of the catalogue: id and text.
fn messages(file: &str) -> BTreeMap<String, String> {
    static START: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^([a-z][a-z0-9-]*) =(.*)$").unwrap());
    let mut messages = BTreeMap::new();
    let mut id = String::new();
    for line in file.lines().filter(|line| !line.starts_with('#')) {
        if let Some(start) = START.captures(line) {
            start[1].clone_into(&mut id);
            messages.insert(id.clone(), start[2].to_owned());
        } else if let Some(text) = messages.get_mut(&id) {
            text.push('\n');
            text.push_str(line);
        }
    }
    messages
}

fn all_messages(language: Language) -> BTreeMap<String, String> {
    let texts = CATALOGUE.iter().map(|(_, english, japanese)| match language {
        Language::English => english,
        Language::Japanese => japanese,
    });
    texts.flat_map(|text| messages(text)).collect()
}

fn variables(text: &str) -> BTreeSet<String> {
    static VARIABLE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\$([a-z][a-z_-]*)").unwrap());
    let found = VARIABLE.captures_iter(text);
    found.map(|found| found[1].to_owned()).collect()
}

/// A message's text without what is filled in.
fn without_variables(text: &str) -> String {
    static FILLED: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\{[^{}]*\}|`[^`]*`").unwrap());
    FILLED.replace_all(text, "").into_owned()
}

/// Each message that a source says, and the names of the variables that it gives; `None` where
/// they are put together elsewhere.
fn uses(source: &str) -> Vec<(String, Option<BTreeSet<String>>)> {
    static USE: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r#"\.(?:text|say)\(\s*"([a-z0-9-]+)",\s*(&\[)?"#).unwrap());
    let found = USE.captures_iter(source);
    found
        .map(|found| {
            let given = found.get(2).map(|list| names(&source[list.end()..]));
            (found[1].to_owned(), given)
        })
        .collect()
}

/// The names in a list of pairs such as `("name", value), ("other", value)]`, up to its end.
fn names(list: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut depth = 1;
    for (at, c) in list.char_indices() {
        match c {
            '(' if depth == 1 => {
                let name = list[at + 1..].trim_start().trim_start_matches('"');
                names.insert(name.split('"').next().unwrap().to_owned());
                depth += 1;
            }
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    names
}

/// Whether any character is one that only Japanese has.
fn is_japanese(text: &str) -> bool {
    text.chars()
        .any(|c| matches!(c, '\u{3001}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}' | '\u{ff01}'..='\u{ff60}'))
}

/// Whether a line holds two English words side by side; a command in it is none.
fn is_prose(line: &str) -> bool {
    static WORDS: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"(?:^| )[A-Za-z]+:? [a-z]+(?: |$)").unwrap());
    static COMMAND: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"\$ .*|`[^`]*`|(?:cargo|docker) .*").unwrap());
    WORDS.is_match(&COMMAND.replace(line, ""))
}
