//! mdBook's English in the Japanese edition: its interface is written in
//! English alone, so whatever is not translated here stays.

use std::path::Path;
use std::sync::LazyLock;

use regex::Regex;

use crate::edition::Edition;
use crate::problem::{Error, Problem};
use crate::sources::{files, read};
use crate::words::JAPANESE_SOMETIMES;

/// What a screen reader says, or a mouse shows.
static NAME: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"\s(?:aria-label|title|placeholder)="([^"]+)""#).expect("the pattern is valid")
});

/// Finds English texts around the pages of the Japanese edition that was built
/// into `folder`.
///
/// # Errors
///
/// - [`Error::Read`], if a page cannot be read.
pub fn problems(folder: &Path) -> Result<Vec<Problem>, Error> {
    let mut problems = Vec::new();
    for path in files(&folder.join(Edition::Japanese.code()), "html")? {
        let html = read(&path)?;
        let mut left: Vec<&str> = translated().filter(|text| html.contains(text)).collect();
        for part in around_the_text(&html) {
            let names = NAME.captures_iter(part).map(|found| found.extract().1);
            left.extend(names.map(|[name]| name).filter(|name| name.is_ascii()));
        }
        problems.extend(left.iter().map(|text| {
            let text =
                format!("the English `{text}` is in the Japanese edition; translate it in book/src/words.rs");
            Problem::of(path.strip_prefix(folder).unwrap_or(&path), text)
        }));
    }
    Ok(problems)
}

/// mdBook's texts that have a translation, none of which may be left.
fn translated() -> impl Iterator<Item = &'static str> {
    let words = Edition::Japanese.words();
    let pairs = words.interface.iter().chain(&JAPANESE_SOMETIMES);
    pairs.map(|(english, _)| *english)
}

/// What mdBook writes around the text of a page.
fn around_the_text(html: &str) -> [&str; 2] {
    let (before, rest) = html.split_once("<main").unwrap_or((html, ""));
    let (_, after) = rest.split_once("</main>").unwrap_or(("", ""));
    [before, after]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::write;

    #[track_caller]
    fn check(html: &str, expected: &[&str]) {
        let folder = tempfile::tempdir().unwrap();
        write(&folder.path().join("ja/page.html"), html).unwrap();
        let problems = problems(folder.path()).unwrap();
        let said: Vec<_> = problems.iter().map(ToString::to_string).collect();
        assert_eq!(said.len(), expected.len(), "{said:?}");
        for (said, expected) in said.iter().zip(expected) {
            assert!(said.contains(expected), "{said}");
        }
    }

    #[test]
    fn translated_text_that_is_left_is_found() {
        check(
            r#"<button id="mdbook-theme-light">Light</button>"#,
            &["ja/page.html: the English `mdbook-theme-light"],
        );
    }

    #[test]
    fn text_that_a_new_mdbook_brings_is_found() {
        check(
            r#"<a title="Share this book">x</a><main></main>"#,
            &["`Share this book`"],
        );
    }

    #[test]
    fn japanese_names_and_the_page_itself_are_left_alone() {
        check(
            r#"<a title="印刷">x</a><main><pre aria-label="Dockerfile"></pre></main>"#,
            &[],
        );
    }
}
