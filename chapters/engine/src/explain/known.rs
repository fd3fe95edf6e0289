//! The failures that are known, from the table `known.toml`.

use std::sync::LazyLock;

use regex::Regex;
use serde::de::Error;
use serde::{Deserialize, Deserializer};

/// A row of the table, which says what each field is.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Known {
    pub id: String,
    #[serde(default)]
    pub even_if_it_succeeds: bool,
    pub object: Option<String>,
    #[serde(default)]
    pub facts: Vec<String>,
    #[serde(default)]
    pub words: Vec<Pattern>,
}

/// One way to say it, as a row has it.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, serde(deny_unknown_fields))]
pub(crate) struct Pattern {
    #[serde(deserialize_with = "regex")]
    pub pattern: Regex,
    /// Outputs by the place where they were seen.
    #[cfg(test)]
    pub seen: std::collections::BTreeMap<String, String>,
}

/// All rows, in the table's order.
pub(crate) fn rows() -> &'static [Known] {
    #[derive(Deserialize)]
    struct File {
        failure: Vec<Known>,
    }
    static ROWS: LazyLock<Vec<Known>> = LazyLock::new(|| {
        let file: File = toml::from_str(include_str!("known.toml")).expect("the table is valid");
        file.failure
    });
    &ROWS
}

/// The row of this name.
pub(crate) fn row(id: &str) -> Option<&'static Known> {
    rows().iter().find(|row| row.id == id)
}

fn regex<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Regex, D::Error> {
    Regex::new(&String::deserialize(deserializer)?).map_err(D::Error::custom)
}

/// Rows that code asks for by name: a constant for each, and all of them for the test that looks for
/// them in the table.
macro_rules! named {
    ($($name:ident = $id:literal),+ $(,)?) => {
        $(pub(crate) const $name: &str = $id;)+
        #[cfg(test)]
        pub(crate) const NAMED: &[&str] = &[$($id),+];
    };
}

named![
    CLIENT_MISSING = "client-missing",
    CONTEXT_MISSING = "context-missing",
    ENGINE_SILENT = "engine-silent",
    NO_ENGINE = "no-engine",
    NO_REGISTRY = "no-registry",
    NO_WSL_INTEGRATION = "no-wsl-integration",
    OTHER_PROGRAM = "other-program",
    PUBLISHED_ELSEWHERE = "published-elsewhere",
];
