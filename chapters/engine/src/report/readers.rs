//! What became of each section, for people and for machines.

use std::ffi::OsString;
use std::path::PathBuf;

use crate::report::document::Document;
use crate::report::ending::Ending;
use crate::report::{github, junit};
use crate::say::output;
use crate::say::screen::Screen;

/// What stdout is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Format {
    /// The transcript, as it happens.
    Text,
    /// One JSON document, when all has ended.
    Json,
}

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
    pub(crate) fn new(format: Format, junit: Option<PathBuf>, variables: &[(OsString, OsString)]) -> Self {
        let value = |wanted: &str| {
            let found = variables.iter().find(|(name, _)| name == wanted);
            found.map(|(_, value)| value).filter(|value| !value.is_empty())
        };
        Self {
            format,
            junit,
            is_github: value("GITHUB_ACTIONS").is_some_and(|value| value == "true"),
            github_summary: value("GITHUB_STEP_SUMMARY").map(PathBuf::from),
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
        let mut written = Vec::new();
        if let Some(file) = &self.junit {
            written.push(output::write(file, &junit::xml(endings, trouble, language)));
        }
        if self.is_github {
            // A runner reads both streams, and stdout is the transcript's.
            for line in github::annotations(endings, trouble, language) {
                screen.note(&line);
            }
            if let Some(file) = &self.github_summary {
                written.push(output::append(file, &github::summary(endings, trouble, language)));
            }
        }
        let failed = written.into_iter().filter_map(Result::err);
        unwritten.extend(failed.map(|error| error.say(language)));
        // The last, since it says how the others went.
        if self.format == Format::Json {
            let document = Document::new(endings, trouble, code, &unwritten, language);
            let text = serde_json::to_string_pretty(&document).expect("a document is plain data");
            screen.stdout().write(&(text + "\n"));
        }
        unwritten
    }
}
