//! Regular expressions, each compiled when it is first used.

use std::sync::LazyLock;

use regex::Regex;

/// A compiled regular expression: `static ID: Pattern = pattern!("[0-9a-f]{64}");`
pub(crate) type Pattern = LazyLock<Regex>;

/// A [`Pattern`] for a static.
macro_rules! pattern {
    ($text:expr) => {
        std::sync::LazyLock::new(|| $crate::record::pattern::compiled(&$text))
    };
}
pub(crate) use pattern;

/// Compiles a literal of this crate, or one around escaped text.
pub(crate) fn compiled(text: &str) -> Regex {
    Regex::new(text).expect("a pattern of this crate is valid")
}
