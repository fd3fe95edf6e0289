//! A lint for transcripts: finds text that should have been normalised.

use std::sync::LazyLock;

use regex::Regex;
use tutorial_engine::record::normalise::{Normaliser, Reading};
use tutorial_engine::record::size;

/// Facts about the machine that must not appear in a transcript.
#[derive(Default)]
pub struct Host {
    /// Home folder of the user.
    pub home: String,
    /// Name of the machine.
    pub name: String,
    /// Name of the user.
    pub user: String,
}

/// Raw ids, and home folders as on Linux and macOS.
static RAW: LazyLock<[Regex; 3]> = LazyLock::new(|| {
    [
        r"\b[0-9a-f]{40,64}\b",
        r"\b[0-9a-f]*(?:[0-9][a-f]|[a-f][0-9])[0-9a-f]{8,}\b",
        r"/(?:home|Users|root)/\S+",
    ]
    .map(|pattern| Regex::new(pattern).expect("a pattern of this file is valid"))
});

/// Lines of a normalised text with raw ids, dates, durations, addresses, home folders, host names or
/// user names. Empty if there are none.
pub fn leaks<'a>(text: &'a str, host: &Host) -> Vec<&'a str> {
    // A short or common name does not identify the machine.
    let names = [&host.home, &host.name, &host.user].into_iter();
    let names = names.filter(|name| name.len() > 4 && !name.starts_with("local"));
    let names: Vec<Regex> = names
        .map(|name| {
            let before = if name.starts_with('/') { "" } else { r"\b" };
            Regex::new(&format!(r"{before}{}\b", regex::escape(name)))
                .expect("a name in a pattern is escaped")
        })
        .collect();
    let is_leak = |line: &&str| {
        let mut raw = RAW.iter().chain(&names);
        raw.any(|pattern| pattern.is_match(line)) || changes(line)
    };
    text.lines().filter(is_leak).collect()
}

/// Whether normalising would still replace something. Commands may contain a size.
fn changes(line: &str) -> bool {
    let line = size::PATTERN.replace_all(line, "<size>");
    let normalised = Normaliser::default().output(&line, &Reading::default());
    normalised.trim_end() != line.trim_end()
}
