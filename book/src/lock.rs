//! Records the version of each English page that its Japanese translation was last checked against.
//!
//! One line for each page: its name, a space, the SHA-256 of the English text.

use std::collections::BTreeMap;
use std::path::Path;

use crate::problem::{Error, Problem};
use crate::sources::{Sources, hash, read, write};

/// File of these records, relative to the repository's root.
const FILE: &str = "book/translations.lock";

/// Advice for the writer: what to do after the Japanese page has been updated.
const ACCEPT: &str =
    "read the Japanese page against it, then: cargo run --bin book -- check --accept-translations";

/// Pages with a Japanese translation that was last checked against another version.
///
/// # Errors
///
/// - [`Error::Read`], if the file exists and cannot be read.
pub fn problems(sources: &Sources, english: &BTreeMap<String, String>) -> Result<Vec<Problem>, Error> {
    let path = sources.shelf.root.join(FILE);
    let text = if path.exists() {
        read(&path)?
    } else {
        String::new()
    };
    let known: BTreeMap<&str, &str> = text.lines().filter_map(|line| line.split_once(' ')).collect();
    let mut problems = Vec::new();
    for (name, page) in english {
        let place = format!("book/en/src/{name}");
        let fault = match known.get(name.as_str()) {
            None => "was never compared with the Japanese page",
            Some(read) if *read != hash(page) => "has changed since the Japanese page was read against it",
            Some(_) => continue,
        };
        problems.push(Problem::of(Path::new(&place), format!("{fault}; {ACCEPT}")));
    }
    let gone = known.keys().filter(|name| !english.contains_key(**name));
    problems.extend(
        gone.map(|name| Problem::of(Path::new(FILE), format!("names {name}, which is gone; {ACCEPT}"))),
    );
    Ok(problems)
}

/// Records that every Japanese page matches its English page.
///
/// # Errors
///
/// - [`Error::Write`], if the file cannot be written.
pub fn accept(sources: &Sources, english: &BTreeMap<String, String>) -> Result<(), Error> {
    let lines = english
        .iter()
        .map(|(name, page)| format!("{name} {}\n", hash(page)));
    write(&sources.shelf.root.join(FILE), lines.collect::<String>())
}
