//! Sends the results to people and to other programs.

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

/// The readers of a run's results, in addition to the person at the terminal.
pub(crate) struct Readers<'a> {
    pub(crate) format: Format,
    pub(crate) junit: Option<&'a Path>,
    pub(crate) is_github: bool,
}

impl Readers<'_> {
    /// Writes each reader's report. `code` is the exit status if everything can be written, `trouble` is
    /// the reason why a chapter could not start.
    pub(crate) fn tell(&self, endings: &[Ending], trouble: Option<&str>, code: u8, screen: &Screen) {
        let (language, stdout) = (screen.language(), &screen.stdout);
        if let Some(file) = self.junit {
            let failed = output::write(file, &junit::xml(endings, trouble, language)).err();
            stdout.unwritten().extend(failed.map(|error| error.say(language)));
        }
        if self.is_github {
            // GitHub's runner reads both streams, and stdout is reserved for the transcript.
            for line in github::annotations(endings, trouble, language) {
                screen.note(&line);
            }
        }
        // This report comes last, because it lists errors in writing the others.
        if self.format == Format::Json {
            let unwritten = stdout.unwritten();
            let document = Document::new(endings, trouble, code, &unwritten, language);
            let text = serde_json::to_string_pretty(&document).expect("a document is plain data");
            stdout.write(&(text + "\n"));
        }
    }
}
