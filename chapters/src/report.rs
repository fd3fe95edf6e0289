//! What became of each section, for people and for machines.

mod document; // one JSON document for all chapters
mod github; // annotations and a job's summary
mod junit; // XML as test runners write it
mod lines; // what a person reads in a terminal

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use crate::chapter::Outline;
use crate::language::Language;
use crate::options::{Format, Options};
use crate::output;
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

    /// Hands each reader what it reads. `code` is the exit status but for what could not be written,
    /// `trouble` why a chapter could not start, `unwritten` what could not be written so far.
    /// Answers all that could not be written, but for stdout; in the reader's language.
    pub(crate) fn tell(
        &self,
        endings: &[Ending],
        trouble: Option<&str>,
        code: u8,
        mut unwritten: Vec<String>,
        screen: &Screen,
    ) -> Vec<String> {
        let language = screen.language();
        let junit = self.junit.as_ref().map(|file| {
            let xml = junit::xml(endings, trouble, language);
            output::write(file, &xml)
        });
        let mut summary = None;
        if self.is_github {
            // A runner reads both streams, and stdout is the transcript's.
            for line in github::annotations(endings, trouble, language) {
                screen.note(&line);
            }
            summary = self.github_summary.as_ref().map(|file| {
                let table = github::summary(endings, trouble, language);
                output::append(file, &table)
            });
        }
        let failed = [junit, summary].into_iter().flatten().filter_map(Result::err);
        unwritten.extend(failed.map(|error| error.say(language)));
        // The last, since it says how the others went.
        if self.format == Format::Json {
            let document = Document::new(endings, trouble, code, &unwritten);
            let text = serde_json::to_string_pretty(&document).expect("a document is plain data");
            screen.stdout().write(&(text + "\n"));
        }
        unwritten
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
