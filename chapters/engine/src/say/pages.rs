//! Headings of sections on the book's own pages.

use std::fs;
use std::path::Path;

use serde::Serialize;

use crate::author::tutorial::Tutorial;
use crate::language::Language;

/// A section's heading on a page.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Heading {
    /// The page's file, from the root of the tutorial: `book/en/src/3-writing.md`.
    pub(crate) file: String,
    /// Line in that file, from 1.
    pub(crate) line: usize,
    /// Without the section's number: "Copying the `manifests`".
    pub(crate) title: String,
}

/// The heading `## 3-4 Copying the manifests {#3-4}` of a section on a page such as `3-writing`; `None`
/// if the book has no such page in this language, or the page has no such section.
pub(crate) fn heading(tutorial: &Tutorial, page: &str, language: Language, section: &str) -> Option<Heading> {
    let file = tutorial.page(page, language);
    let text = fs::read_to_string(Path::new(tutorial.root).join(&file)).ok()?;
    let id = format!("{{#{section}}}");
    let mut lines = text.lines().zip(1..);
    let (title, line) = lines.find_map(|(line, number)| {
        let title = line.strip_prefix('#')?.trim_end().strip_suffix(&id)?;
        Some((title.trim_start_matches('#').trim(), number))
    })?;
    // `3-4 Copying the manifests` has a number, `Exercise 1: …` has none.
    let is_number = |text: &str| text.chars().all(|c| c.is_ascii_digit() || c == '-');
    let numbered = title.split_once(' ').filter(|(number, _)| is_number(number));
    let title = numbered.map_or(title, |(_, rest)| rest).replace(['*', '_'], "");
    Some(Heading { file, line, title })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::author::tutorial::EXAMPLE;
    use crate::language::LANGUAGES;

    #[track_caller]
    fn check(section: &str) {
        for language in LANGUAGES {
            let heading = heading(&EXAMPLE, "3-writing", language, section).unwrap();
            let text = fs::read_to_string(Path::new(EXAMPLE.root).join(&heading.file)).unwrap();
            let line = text.lines().nth(heading.line - 1).unwrap();
            let is_it = line.starts_with('#') && line.ends_with(&format!("{{#{section}}}"));
            assert!(is_it, "{}: {line}", heading.file);
            assert!(line.contains(&heading.title), "{line}: {}", heading.title);
        }
    }

    #[test]
    fn a_section_has_a_heading_in_both_editions() {
        check("3-12-tag");
        check("3-1");
        check("3-exercise-1");
    }

    #[test]
    fn what_no_page_names_has_no_heading() {
        assert_eq!(heading(&EXAMPLE, "3-writing", Language::English, "3-99"), None);
    }
}
