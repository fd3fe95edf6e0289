//! What became of each section, for people and for machines.

use std::path::Path;

use clap::ValueEnum;

use crate::report::document::Document;
use crate::report::ending::Ending;
use crate::report::{github, junit};
use crate::say::output;
use crate::say::screen::Screen;

/// What stdout is.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum Format {
    /// The transcript, as it happens.
    Text,
    /// One JSON document, when all has ended.
    Json,
}

/// Who reads of a run besides the person at the terminal.
pub(crate) struct Readers<'a> {
    pub(crate) format: Format,
    pub(crate) junit: Option<&'a Path>,
    pub(crate) is_github: bool,
}

impl Readers<'_> {
    /// Hands each reader what it reads. `code` is the exit status but for what could not be written,
    /// `trouble` why a chapter could not start.
    pub(crate) fn tell(&self, endings: &[Ending], trouble: Option<&str>, code: u8, screen: &Screen) {
        let (language, stdout) = (screen.language(), &screen.stdout);
        if let Some(file) = self.junit {
            let failed = output::write(file, &junit::xml(endings, trouble, language)).err();
            stdout.unwritten().extend(failed.map(|error| error.say(language)));
        }
        if self.is_github {
            // A runner reads both streams, and stdout is the transcript's.
            for line in github::annotations(endings, trouble, language) {
                screen.note(&line);
            }
        }
        // The last, since it says how the others went.
        if self.format == Format::Json {
            let unwritten = stdout.unwritten();
            let document = Document::new(endings, trouble, code, &unwritten, language);
            let text = serde_json::to_string_pretty(&document).expect("a document is plain data");
            stdout.write(&(text + "\n"));
        }
    }
}
