//! What became of each section, for people and for machines.

mod document; // one JSON document for all chapters
mod github; // annotations and a job's summary
mod junit; // XML as test runners write it
mod lines; // what a person reads in a terminal

use std::ffi::OsString;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::chapter::Outline;
use crate::language::Language;
use crate::options::{Format, Options};
use crate::screen::Screen;
use crate::summary::Ending;

pub(crate) use lines::lines;

use document::Document;

/// Who reads of a run besides the person at the terminal.
pub(crate) struct Readers {
    format: Format,
    junit: Option<PathBuf>,
    is_github: bool,
    /// File of the job's summary.
    github_summary: Option<PathBuf>,
}

impl Readers {
    /// Those that the options name, and those that the environment shows.
    pub(crate) fn new(options: &Options, variables: &[(OsString, OsString)]) -> Self {
        let value = |wanted: &str| {
            let found = variables.iter().find(|(name, _)| name == wanted);
            found.map(|(_, value)| value)
        };
        Self {
            format: options.format,
            junit: options.junit.clone(),
            is_github: value("GITHUB_ACTIONS").is_some_and(|value| value == "true"),
            github_summary: value("GITHUB_STEP_SUMMARY")
                .filter(|file| !file.is_empty())
                .map(PathBuf::from),
        }
    }

    /// Hands each reader what it reads; `code` is the exit status, `trouble` why a chapter could
    /// not start.
    pub(crate) fn tell(&self, endings: &[Ending], trouble: Option<&str>, code: u8, screen: &Screen) {
        if self.format == Format::Json {
            let document = Document::new(endings, trouble, code);
            let text = serde_json::to_string_pretty(&document).expect("a document is plain data");
            // A reader who pipes into `head` has seen enough.
            let _ = io::stdout().write_all((text + "\n").as_bytes());
        }
        let language = screen.language();
        let note = |cause: io::Error, file: &Path| {
            let cause = format!("{}: {cause}", file.display());
            screen.say("report-not-written", &[("cause", &cause)]);
        };
        if let Some(file) = &self.junit
            && let Err(cause) = fs::write(file, junit::xml(endings, trouble, language))
        {
            note(cause, file);
        }
        if !self.is_github {
            return;
        }
        // A runner reads both streams, and stdout is the transcript's.
        for line in github::annotations(endings, trouble, language) {
            screen.note(&line);
        }
        if let Some(file) = &self.github_summary {
            let open = fs::File::options().append(true).create(true).open(file);
            let table = github::summary(endings, trouble, language);
            if let Err(cause) = open.and_then(|mut file| file.write_all(table.as_bytes())) {
                note(cause, file);
            }
        }
    }
}

/// Where a page speaks of `section`: its file, and the line of the heading, from 1. `None` if the
/// page has no such heading.
fn heading(outline: &Outline, language: Language, section: &str) -> Option<(String, usize)> {
    let file = outline.tutorial.page(outline.page, language);
    let text = fs::read_to_string(Path::new(outline.tutorial.root).join(&file)).ok()?;
    let id = format!("{{#{section}}}");
    let is_heading = |line: &str| line.starts_with('#') && line.trim_end().ends_with(&id);
    let above = text.lines().position(is_heading)?;
    Some((file, above + 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tutorial::RUNNING_RUST_IN_DOCKER;

    fn writing() -> Outline {
        Outline::new(&RUNNING_RUST_IN_DOCKER, "chapter-3", "3-writing", |_| Ok(()))
    }

    #[track_caller]
    fn check(section: &str) {
        let root = Path::new(RUNNING_RUST_IN_DOCKER.root);
        for language in crate::language::LANGUAGES {
            let (file, number) = heading(&writing(), language, section).unwrap();
            let text = fs::read_to_string(root.join(&file)).unwrap();
            let line = text.lines().nth(number - 1).unwrap();
            assert!(
                line.starts_with('#') && line.ends_with(&format!("{{#{section}}}")),
                "{file}: {line}"
            );
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
        assert_eq!(heading(&writing(), Language::English, "3-99"), None);
    }
}
