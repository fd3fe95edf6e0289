//! A lint for transcripts: finds what normalising should have replaced.

use regex::{Captures, Regex};

use crate::record::pattern::{Pattern, compiled, pattern};
use crate::record::shape::{Becomes, SHAPES};

/// What of the machine must not stand in a transcript.
#[derive(Clone, Debug, Default)]
pub struct Host {
    /// Home folder of the user.
    pub home: String,
    /// Name of the machine.
    pub name: String,
    /// Name of the user.
    pub user: String,
}

/// Raw ids, and home folders where they lie on Linux and macOS.
static RAW: [Pattern; 3] = [
    pattern!(r"\b[0-9a-f]{40,64}\b"),
    pattern!(r"\b[0-9a-f]*(?:[0-9][a-f]|[a-f][0-9])[0-9a-f]{8,}\b"),
    pattern!(r"/(?:home|Users|root)/\S+"),
];

/// Finds raw ids, dates, durations, addresses, home folders, host and user names in a normalised
/// text. Empty when nothing leaked.
#[must_use]
pub fn leaks(text: &str, host: &Host) -> Vec<String> {
    // A short or everyday name says nothing about the machine.
    let names = [&host.home, &host.name, &host.user].into_iter();
    let names = names.filter(|name| name.len() > 4 && !name.starts_with("local"));
    let names: Vec<Regex> = names
        .map(|name| {
            let before = if name.starts_with('/') { "" } else { r"\b" };
            compiled(&format!(r"{before}{}\b", regex::escape(name)))
        })
        .collect();
    let raw = RAW.iter().map(|pattern| &**pattern).chain(&names);
    let mut leaks: Vec<String> = raw
        .flat_map(|pattern| pattern.find_iter(text))
        .map(|found| found.as_str().to_owned())
        .collect();
    for shape in &SHAPES {
        let is_leak = |found: &Captures<'_>| match shape.becomes {
            Becomes::Same(placeholder) => {
                let mut normalised = String::new();
                found.expand(placeholder, &mut normalised);
                normalised != found[0]
            }
            Becomes::Value(kind) => kind.has_identity(),
            // Not everything of this shape is an id.
            Becomes::IfId => false,
        };
        let found = shape.pattern.captures_iter(text).filter(is_leak);
        leaks.extend(found.map(|found| found[0].to_owned()));
    }
    leaks
}
