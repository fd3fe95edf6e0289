//! Sizes as Docker prints them: decimal units, `1.08GB`.

use crate::record::pattern::{Pattern, pattern};

/// Matches one size; `0B` is excluded, because it never varies.
pub static PATTERN: Pattern = pattern!(r"\b([1-9]\d*(?:\.\d+)?|0\.\d+)(B|kB|MB|GB|TB)\b");

/// The number of bytes of a size such as `1.08GB`, or of a number without unit, as `wc` prints it;
/// `None` if the text is neither.
#[must_use]
pub fn bytes(text: &str) -> Option<f64> {
    if let Ok(count) = text.parse::<u32>() {
        return Some(f64::from(count));
    }
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

/// The number of bytes of the last size in a line, or of the number that the line begins with; `None` if
/// it has neither.
pub(crate) fn in_line(line: &str) -> Option<f64> {
    let last = PATTERN.find_iter(line).last().map(|found| found.as_str());
    last.or_else(|| line.split_whitespace().next()).and_then(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_decimal() {
        assert_eq!(bytes("1.5MB"), Some(1_500_000.0));
        assert_eq!(bytes("2kB"), Some(2000.0));
        assert_eq!(bytes("0B"), None);
        assert_eq!(bytes("12MiB"), None);
    }

    #[test]
    fn a_number_without_unit_counts_bytes() {
        assert_eq!(bytes("4702208"), Some(4_702_208.0));
        assert_eq!(in_line("  4702208 image.tar"), Some(4_702_208.0));
        assert_eq!(in_line("rust   1.95   911MB"), Some(911e6));
        assert_eq!(in_line("image.tar"), None);
    }
}
