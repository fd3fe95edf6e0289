//! Sizes as Docker prints them: decimal units, `1.08GB`.

use std::sync::LazyLock;

use regex::Regex;

/// Matches one size; `0B` is left out, since nothing about it varies.
pub static PATTERN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\b([1-9]\d*(?:\.\d+)?|0\.\d+)(B|kB|MB|GB|TB)\b").expect("the pattern of a size is valid")
});

/// Bytes that a size such as `1.08GB` stands for; `None` if it is none.
#[must_use]
pub fn bytes(text: &str) -> Option<f64> {
    let parts = PATTERN.captures(text)?;
    let unit = match &parts[2] {
        "B" => 1.0,
        "kB" => 1e3,
        "MB" => 1e6,
        "GB" => 1e9,
        _ => 1e12,
    };
    Some(parts[1].parse::<f64>().ok()? * unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_decimal() {
        assert_eq!(bytes("1.5MB"), Some(1_500_000.0));
        assert_eq!(bytes("2kB"), Some(2000.0));
        assert_eq!(bytes("0B"), None);
        assert_eq!(bytes("12"), None);
    }
}
