//! Checks the structure of the sources: modules of the engine depend on each other without cycles and do
//! not know this tutorial, chapters are pure data, and files are short.

#![expect(clippy::unwrap_used, reason = "a test may unwrap: its panic is the report")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use chapters::TUTORIAL;
use regex::{Match, Regex};

/// Largest number of lines of a file, tests included.
const FILE_LINES_MAX: usize = 500;

/// Largest number of lines of the engine, without tests.
const ENGINE_LINES_MAX: usize = 9_900;

/// Largest number of lines of the chapters' files.
const CHAPTERS_LINES_MAX: usize = 1_700;

/// Largest number of lines of a chapter's program.
const PROGRAM_LINES_MAX: usize = 12;

/// Words that belong only to this tutorial. `postgres` is an image and a user; PostgreSQL is a product.
const OF_THE_TUTORIAL: &str =
    r"roach|docker-gs-ping|mynet|rest-server|\bpostgres\b|scripts/|DOCKER_BOOK|chapter-[0-9]";

/// Code that would make a chapter more than a list of commands.
const NO_DATA: &str = r"\b(?:if|for|while|loop|match)\b|\bformat!|\?[;.)]";

#[test]
fn a_file_of_the_engine_uses_only_what_is_listed_before_it() {
    let order = order();
    let mut wrong = Vec::new();
    for (file, source) in sources_below("engine/src") {
        let Some(own) = place(&file, &order) else {
            continue;
        };
        let source = without_comments(&source);
        for used in uses(&source) {
            match order.get(&used) {
                Some(place) if *place > own => wrong.push(format!("{file} uses crate::{used}")),
                // A whole module, as in `use crate::docker;`.
                None if order.keys().any(|known| known.starts_with(&format!("{used}::"))) => {
                    wrong.push(format!("{file} imports all of crate::{used}"));
                }
                // Anything else is a macro.
                _ => {}
            }
        }
        if source.contains("super::") || source.contains("crate::{") {
            wrong.push(format!(
                "{file} imports by `super::` or `crate::{{`; name the room and the file"
            ));
        }
    }
    assert_eq!(wrong, [""; 0]);
}

#[test]
fn uses_are_found_in_imports_and_in_paths() {
    check_uses("use crate::run::process::{self, Runner};", &["run::process"]);
    check_uses(
        "use crate::start::{preflight, setup::Engine};",
        &["start::preflight", "start::setup"],
    );
    check_uses("fn a() { crate::say::screen::width() }", &["say::screen"]);
    check_uses(
        "use crate::language::Language;\nuse crate::text;",
        &["language", "text"],
    );
    let order = order();
    assert!(order["run::process"] < order["record::normalise"]);
    assert!(order["record::normalise"] < order["cli::reader"]);
}

#[test]
fn every_room_of_the_engine_lists_its_files() {
    let order = order();
    let files = sources_below("engine/src").into_iter().map(|(file, _)| file);
    let is_listed = |file: &String| {
        let module = file.trim_end_matches(".rs").replace('/', "::");
        place(file, &order).is_some()
            || module == "lib"
            || order
                .keys()
                .any(|known| known.starts_with(&format!("{module}::")))
    };
    assert_eq!(files.filter(|file| !is_listed(file)).collect::<Vec<_>>(), [""; 0]);
}

#[test]
fn the_engine_names_nothing_of_this_tutorial() {
    let pattern = Regex::new(OF_THE_TUTORIAL).unwrap();
    let texts = sources_below("engine/src")
        .into_iter()
        .chain(texts_below("engine/language"));
    let mut named = Vec::new();
    for (file, text) in texts.chain([known_failures()]) {
        let found = text.lines().filter(|line| pattern.is_match(line));
        named.extend(found.map(|line| format!("{file}: {}", line.trim())));
    }
    assert_eq!(named, [""; 0], "{}", named.len());
}

#[test]
fn each_chapter_has_a_file_and_a_thin_program() {
    let names = |folder: &str| -> BTreeSet<String> {
        let entries = fs::read_dir(root().join(folder)).unwrap();
        let files = entries
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.is_file());
        files
            .map(|file| file.file_stem().unwrap().to_str().unwrap().to_owned())
            .collect()
    };
    let chapters: BTreeSet<String> = TUTORIAL
        .chapters
        .iter()
        .map(|name| name.replace('-', "_"))
        .collect();
    let files = names("src")
        .into_iter()
        .filter(|name| name.starts_with("chapter"));
    assert_eq!(files.collect::<BTreeSet<_>>(), chapters);
    let programs = TUTORIAL
        .chapters
        .iter()
        .chain(&["walkthrough"])
        .map(ToString::to_string);
    assert_eq!(names("src/bin"), programs.collect());
    for (file, text) in texts_below("src/bin") {
        assert!(text.lines().count() <= PROGRAM_LINES_MAX, "{file}");
        assert!(!text.contains("#[path"), "{file}");
    }
    assert_eq!(
        chapters::all()
            .iter()
            .map(|chapter| chapter.name)
            .collect::<Vec<_>>(),
        TUTORIAL.chapters
    );
}

#[test]
fn a_chapter_is_data() {
    let pattern = Regex::new(NO_DATA).unwrap();
    for (file, text) in chapter_files() {
        let code = without_comments(&text);
        let code = without_texts(&code);
        let found: Vec<_> = pattern.find_iter(&code).map(|found| found.as_str()).collect();
        assert_eq!(found, [""; 0], "{file}");
        assert_eq!(code.matches("fn ").count(), 1, "{file}");
    }
}

#[test]
fn what_is_no_data_is_found() {
    let is_found = |code: &str| {
        Regex::new(NO_DATA)
            .unwrap()
            .is_match(&without_texts(&without_comments(code)))
    };
    for code in [
        "if a {",
        "for a in b {",
        "while a {",
        "loop {",
        "match a {",
        "format!(\"a\")",
        "run!(a)?;",
    ] {
        assert!(is_found(code), "{code}");
    }
    for code in [
        "// if it is",
        "run!(chapter, \"sh -c 'if a'\").shows(\"for?\");",
        "pub fn chapter() -> Chapter {",
    ] {
        assert!(!is_found(code), "{code}");
    }
}

#[test]
fn no_file_of_the_chapters_and_the_engine_is_longer_than_500_lines() {
    let folders = ["src", "tests", "engine/src", "engine/tests", "engine/examples"];
    let files = folders
        .into_iter()
        .flat_map(texts_below)
        .filter(|(file, _)| is_rust(file));
    let lines = files.map(|(file, text)| (file, text.lines().count()));
    let long: BTreeMap<_, _> = lines.filter(|(_, lines)| *lines > FILE_LINES_MAX).collect();
    assert_eq!(long, BTreeMap::new());
}

#[test]
fn the_chapters_and_the_engine_stay_small() {
    let engine = sources_below("engine/src");
    let engine: usize = engine.iter().map(|(_, source)| source.lines().count()).sum();
    assert!(engine <= ENGINE_LINES_MAX, "{engine}");
    let chapters: usize = chapter_files().iter().map(|(_, text)| text.lines().count()).sum();
    assert!(chapters <= CHAPTERS_LINES_MAX, "{chapters}");
}

#[test]
fn what_differs_between_linux_and_macos_is_decided_in_one_file() {
    let platform = ["target_os", "consts::OS", " nix::", "\"/proc/", "/etc/os-release"];
    for folder in ["engine/src", "src", "../book/src"] {
        for (file, source) in sources_below(folder) {
            let found = platform.iter().filter(|word| source.contains(**word)).count();
            if file == "run/platform.rs" {
                assert_ne!(found, 0, "the words are no longer what to look for");
            } else {
                assert_eq!(found, 0, "{folder}/{file}");
            }
        }
    }
}

#[track_caller]
fn check_uses(source: &str, expected: &[&str]) {
    assert_eq!(uses(source).into_iter().collect::<Vec<_>>(), expected);
}

/// Position of each file of the engine, from the lowest module up, by its path: `run::process`.
fn order() -> BTreeMap<String, usize> {
    let read = |file: &str| fs::read_to_string(root().join("engine/src").join(file)).ok();
    let mut order = BTreeMap::new();
    for room in modules(&read("lib.rs").unwrap()) {
        let files = read(&format!("{room}.rs")).map_or(Vec::new(), |text| modules(&text));
        // A module of one file.
        let is_alone = files.is_empty();
        for file in files {
            order.insert(format!("{room}::{file}"), order.len());
        }
        if is_alone {
            order.insert(room, order.len());
        }
    }
    order
}

/// Modules that a source declares, in order.
fn modules(source: &str) -> Vec<String> {
    static MODULE: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"(?m)^(?:pub(?:\(crate\))? )?mod (\w+);").unwrap());
    let source = without_tests(source);
    MODULE
        .captures_iter(&source)
        .map(|found| found[1].to_owned())
        .collect()
}

/// Position of `run/process.rs`; files in its subfolder have the same.
fn place(file: &str, order: &BTreeMap<String, usize>) -> Option<usize> {
    let parts: Vec<_> = file.trim_end_matches(".rs").split('/').collect();
    let module = parts.iter().take(2).copied().collect::<Vec<_>>().join("::");
    order.get(&module).copied()
}

/// Modules of the crate that a source uses: `run::process`, or `text` for a macro.
fn uses(source: &str) -> BTreeSet<String> {
    static USE: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"\bcrate::([a-z_]+)(?:::(?:([a-z_]+)|\{([^}]*)\}))?").unwrap());
    let used = USE.captures_iter(source).flat_map(|found| {
        let (room, file, group) = (&found[1], found.get(2), found.get(3));
        let group = group.map_or("", |group| group.as_str()).split(',');
        let grouped = group.filter_map(|item| item.trim().split("::").next());
        let files: Vec<_> = file.iter().map(Match::as_str).chain(grouped).collect();
        let is_file = |name: &&&str| name.starts_with(|c: char| c.is_ascii_lowercase()) && **name != "self";
        let files: Vec<_> = files
            .iter()
            .filter(is_file)
            .map(|file| format!("{room}::{file}"))
            .collect();
        if files.is_empty() {
            vec![room.to_owned()]
        } else {
            files
        }
    });
    used.collect()
}

fn is_rust(file: &str) -> bool {
    Path::new(file)
        .extension()
        .is_some_and(|extension| extension == "rs")
}

/// Sources in a folder of `chapters`, relative to it, without test code.
fn sources_below(folder: &str) -> Vec<(String, String)> {
    let mut sources = texts_below(folder);
    sources.retain(|(file, _)| is_rust(file));
    let tests: BTreeSet<String> = sources
        .iter()
        .flat_map(|(file, source)| test_modules(file, source))
        .collect();
    sources.retain(|(file, _)| !tests.contains(file));
    sources
        .into_iter()
        .map(|(file, source)| (file, without_tests(&source)))
        .collect()
}

/// Files that a source declares only for tests.
fn test_modules(file: &str, source: &str) -> Vec<String> {
    static MODULE: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"#\[cfg\(test\)\]\n(?:pub\(crate\) )?mod (\w+);").unwrap());
    let folder = match file {
        "lib.rs" | "main.rs" => "",
        _ => file.trim_end_matches(".rs"),
    };
    let files = MODULE
        .captures_iter(source)
        .map(|found| format!("{folder}/{}.rs", &found[1]));
    files
        .map(|file| file.trim_start_matches('/').to_owned())
        .collect()
}

/// The source without its test items: each ends with a line that is not indented.
fn without_tests(source: &str) -> String {
    let mut lines = source.lines();
    let mut kept = String::new();
    while let Some(line) = lines.next() {
        if line != "#[cfg(test)]" {
            kept.extend([line, "\n"]);
            continue;
        }
        let mut item = lines
            .by_ref()
            .skip_while(|line| line.starts_with(['#', '/', ')', ' ']));
        let first = item.next().unwrap_or_default();
        if first.ends_with(['{', '[', '(']) {
            lines.by_ref().find(|line| line.starts_with(['}', ']', ')']));
        } else if !first.ends_with([';', '}']) {
            lines.by_ref().find(|line| line.ends_with(';'));
        }
    }
    kept
}

fn without_comments(source: &str) -> String {
    let lines = source.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines
        .flat_map(|line| [line.split(" // ").next().unwrap(), "\n"])
        .collect()
}

/// The code with every string literal emptied.
fn without_texts(code: &str) -> String {
    static TEXT: LazyLock<Regex> = LazyLock::new(|| Regex::new(r#""(?:[^"\\]|\\.)*""#).unwrap());
    TEXT.replace_all(code, "\"\"").into_owned()
}

/// The table of known failures, without its comments.
fn known_failures() -> (String, String) {
    let texts = texts_below("engine/src").into_iter();
    texts
        .into_iter()
        .find(|(file, _)| file == "explain/known.toml")
        .unwrap()
}

fn chapter_files() -> Vec<(String, String)> {
    let mut files = texts_below("src");
    files.retain(|(file, _)| file.starts_with("chapter_"));
    files
}

/// Files in a folder of `chapters`, relative to it, sorted, with their content.
fn texts_below(folder: &str) -> Vec<(String, String)> {
    let top = root().join(folder);
    let mut folders = vec![top.clone()];
    let mut texts = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(text) = fs::read_to_string(&path) {
                let file = path.strip_prefix(&top).unwrap();
                texts.push((file.to_str().unwrap().to_owned(), text));
            }
        }
    }
    texts.sort();
    texts
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
