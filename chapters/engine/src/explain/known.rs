//! The known failures, from the table `known.toml`.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;

/// A row of the table. The table itself describes each field.
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
    pub words: Vec<Wording>,
}

/// One message by which a program reports the failure.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, serde(deny_unknown_fields))]
pub(crate) struct Wording {
    pub pattern: String,
    /// Example outputs, by the place where they were seen.
    #[cfg(test)]
    pub seen: std::collections::BTreeMap<String, String>,
}

/// All rows, in the table's order.
pub(crate) fn rows() -> &'static [Known] {
    static FILE: LazyLock<HashMap<String, Vec<Known>>> =
        LazyLock::new(|| toml::from_str(include_str!("known.toml")).expect("the table is valid"));
    &FILE["failure"]
}

// Rows that the code refers to by name.
pub(crate) const CLIENT_MISSING: &str = "client-missing";
pub(crate) const CONTEXT_MISSING: &str = "context-missing";
pub(crate) const ENGINE_SILENT: &str = "engine-silent";
pub(crate) const NO_ENGINE: &str = "no-engine";
pub(crate) const NO_REGISTRY: &str = "no-registry";
pub(crate) const NO_WSL_INTEGRATION: &str = "no-wsl-integration";
pub(crate) const OTHER_PROGRAM: &str = "other-program";
pub(crate) const PUBLISHED_ELSEWHERE: &str = "published-elsewhere";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_each_row_that_code_asks_for() {
        let lines = include_str!("known.rs").lines();
        let named = lines.filter_map(|line| line.strip_prefix("pub(crate) const "));
        let ids: Vec<_> = named
            .map(|constant| constant.split('"').nth(1).unwrap())
            .collect();
        assert_eq!(ids[0], CLIENT_MISSING);
        for id in ids {
            assert!(rows().iter().any(|row| row.id == id), "{id}");
        }
    }
}
