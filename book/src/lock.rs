//! Which state of each English page its Japanese twin was last read against.
//!
//! One line for each page: its name, a space, the SHA-256 of the English text.

use std::collections::BTreeMap;
use std::path::Path;

use crate::problem::{Error, Problem};
use crate::sources::{Sources, hash, read, write};

/// Where that is kept, seen from the repository's root.
const FILE: &str = "book/translations.lock";

/// What a writer does once the Japanese page says what the English one says.
const ACCEPT: &str =
    "read the Japanese page against it, then: cargo run --bin book -- check --accept-translations";

/// Pages whose Japanese twin was last read against another state.
///
/// # Errors
///
/// - [`Error::Read`], if the lock is there and cannot be read.
pub fn problems(sources: &Sources, english: &BTreeMap<String, String>) -> Result<Vec<Problem>, Error> {
    let path = sources.root.join(FILE);
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

/// Says that every Japanese page has been read against its English twin.
///
/// # Errors
///
/// - [`Error::Write`], if the lock cannot be written.
pub fn accept(sources: &Sources, english: &BTreeMap<String, String>) -> Result<(), Error> {
    let lines = english
        .iter()
        .map(|(name, page)| format!("{name} {}\n", hash(page)));
    write(&sources.root.join(FILE), lines.collect::<String>())
}
