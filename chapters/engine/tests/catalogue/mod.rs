//! Checks for every catalogue of messages, and for the sources that use it.

mod message; // parsing messages

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use message::Message;
use regex::Regex;
use tutorial_engine::language::{Catalogue, LANGUAGES, Language};

/// Every message of a catalogue in a language, in the order of the files.
pub fn messages(catalogue: &Catalogue, language: Language) -> impl Iterator<Item = Message> {
    let files = catalogue.files(language);
    files.flat_map(|(file, text)| Message::all(file, text))
}

/// A catalogue, and the folder of its crate.
pub struct Checked {
    pub catalogue: &'static Catalogue,
    pub package: &'static Path,
}

impl Checked {
    #[track_caller]
    pub fn every_file_is_read(&self) {
        for language in LANGUAGES {
            let messages = messages(self.catalogue, language);
            let names: BTreeSet<_> = messages.map(|message| format!("{}.ftl", message.file)).collect();
            let folder = self.package.join("language").join(language.code());
            let files = fs::read_dir(folder).unwrap();
            let files: BTreeSet<_> = files
                .map(|file| file.unwrap().file_name().into_string().unwrap())
                .collect();
            assert_eq!(files, names, "{}", language.code());
        }
    }

    #[track_caller]
    pub fn both_languages_have_the_same_messages_with_the_same_variables(&self) {
        let [english, japanese] = LANGUAGES.map(|language| {
            let messages = messages(self.catalogue, language);
            let messages = messages.map(|message| (message.file, message.id, message.variables));
            messages.collect::<BTreeSet<_>>()
        });
        let differences: Vec<_> = english.symmetric_difference(&japanese).collect();
        assert!(differences.is_empty(), "{differences:?}");
    }

    #[track_caller]
    pub fn a_message_is_called_after_its_file(&self) {
        for message in messages(self.catalogue, Language::English) {
            let prefix = format!("{}-", message.file);
            assert!(message.id.starts_with(&prefix), "{message:?}");
        }
    }

    #[track_caller]
    pub fn what_the_sources_say_is_in_the_catalogue_with_the_same_variables(&self) {
        let messages = messages(self.catalogue, Language::English);
        let known: BTreeMap<_, _> = messages.map(|message| (message.id, message.variables)).collect();
        let mut said = 0;
        for (file, source) in self.sources() {
            for (id, given) in uses(&source) {
                said += 1;
                let wanted = known.get(id);
                let wanted = wanted.unwrap_or_else(|| panic!("{}: no message {id}", file.display()));
                if let Some(given) = given {
                    assert_eq!(&given, wanted, "{}: {id}", file.display());
                }
            }
        }
        assert!(said > 10, "{said} messages are said: the test does not see them");
    }

    /// Every message is used by its id. Sources may also combine one of the `prefixes` with a word, or
    /// with a placeholder such as `<time>`. Another test checks messages with a prefix in `elsewhere`.
    #[track_caller]
    pub fn every_message_is_said_somewhere(&self, prefixes: &[&str], elsewhere: &[&str]) {
        let sources: String = self.sources().into_iter().map(|(_, source)| source).collect();
        let forms = |text: &str| [format!("\"{text}\""), format!("<{text}>")];
        let is_there = |text: &str| forms(text).iter().any(|form| sources.contains(form));
        let is_said = |id: &str| {
            let mut rests = prefixes.iter().filter_map(|prefix| id.strip_prefix(prefix));
            is_there(id) || rests.any(is_there) || elsewhere.iter().any(|prefix| id.starts_with(prefix))
        };
        let ids = messages(self.catalogue, Language::English).map(|message| message.id);
        assert_eq!(ids.filter(|id| !is_said(id)).collect::<Vec<_>>(), [""; 0]);
    }

    /// Every source file of the crate, with its code.
    fn sources(&self) -> Vec<(PathBuf, String)> {
        let mut folders = vec![self.package.join("src")];
        let mut sources = Vec::new();
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|extension| extension == "rs") {
                    let source = fs::read_to_string(&path).unwrap();
                    let code = source.lines().filter(|line| !line.trim_start().starts_with("//"));
                    sources.push((path, code.flat_map(|line| [line, "\n"]).collect()));
                }
            }
        }
        sources
    }
}

/// Each message that a source uses with `text!(language, "id", name = …)`, `.text("id", &[("name", …)])`
/// or `.say`, and the names of its variables; `None` if the variables are built elsewhere.
fn uses(source: &str) -> Vec<(&str, Option<BTreeSet<&str>>)> {
    static USE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r#"(?:(text!)\(\s*[\w.]+|\.(?:text|say)\()(?:,\s*)?\s*"([a-z0-9-]+)"(?:,\s*)?(&\[)?"#)
            .unwrap()
    });
    let found = USE.captures_iter(source);
    found
        .map(|found| {
            let (_, id) = (found.get(0), found.get(2).unwrap().as_str());
            let are_here = found.get(1).or(found.get(3)).is_some();
            let given = are_here.then(|| names(&source[found.get(0).unwrap().end()..]));
            (id, given)
        })
        .collect()
}

/// The names in a list such as `name, other = value)` or `("name", value), ("other", value)]`, up to its
/// end: the first word of each part.
fn names(list: &str) -> BTreeSet<&str> {
    let (mut depth, mut is_quoted, mut start) = (0, false, 0);
    let mut names = BTreeSet::new();
    for (at, c) in list.char_indices() {
        match c {
            '"' => is_quoted = !is_quoted,
            _ if is_quoted => {}
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' if depth > 0 => depth -= 1,
            ',' | ')' | ']' if depth == 0 => {
                let part = list[start..at].trim_start_matches(|c: char| !c.is_ascii_lowercase());
                let end = part.find(|c: char| !c.is_ascii_lowercase() && !['_', '-'].contains(&c));
                names.insert(&part[..end.unwrap_or(part.len())]);
                start = at + 1;
                if c != ',' {
                    break;
                }
            }
            _ => {}
        }
    }
    names.remove("");
    names
}
