//! What is wrong, where, and what to do about it.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// One thing that somebody has to put right.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Problem {
    /// As seen from the repository's root.
    pub file: PathBuf,
    /// From 1; `None` where the file as a whole is meant.
    pub line: Option<usize>,
    /// What is wrong and what to do, without a full stop.
    pub text: String,
}

impl Problem {
    /// A problem of a line of a file.
    pub fn at(file: &Path, line: usize, text: impl Into<String>) -> Self {
        Self {
            file: file.to_owned(),
            line: Some(line),
            text: text.into(),
        }
    }

    /// A problem of a whole file.
    pub fn of(file: &Path, text: impl Into<String>) -> Self {
        Self {
            file: file.to_owned(),
            line: None,
            text: text.into(),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.file.display(), self.text),
            None => write!(f, "{}: {}", self.file.display(), self.text),
        }
    }
}

/// Why the book could not be built, checked or served.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Pages that are not as they have to be.
    #[error("{}", listed(.0))]
    Problems(Vec<Problem>),
    /// A file or folder that could not be read.
    #[error("failed to read {}; look whether it is there", .path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file or folder that could not be written.
    #[error("failed to write {}; look whether there is room and the folder is yours", .path.display())]
    Write {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A transcript that is none.
    #[error("failed to read {} as a snapshot", .path.display())]
    Snapshot {
        /// Which.
        path: PathBuf,
        /// Why.
        source: tutorial_engine::record::snapshot::SnapshotError,
    },
    /// A file that `--transcript` did not write.
    #[error("failed to read {} as what `--transcript` writes", .path.display())]
    Recording {
        /// Which.
        path: PathBuf,
        /// Why.
        source: serde_json::Error,
    },
    /// What mdBook could not do.
    #[error("failed to render the edition `{edition}`; look at book/{edition}/src/SUMMARY.md")]
    Render {
        /// `en` or `ja`.
        edition: &'static str,
        /// mdBook's own words.
        source: mdbook_driver::errors::Error,
    },
    /// A text of mdBook's that the machine edits, and that is not there.
    #[error(
        "failed to edit {}: mdBook did not write `{text}`; adapt book/src/interface.rs to this version of mdBook",
        .path.display()
    )]
    Edit {
        /// The written page.
        path: PathBuf,
        /// The text that was to be edited.
        text: String,
    },
    /// What pagefind could not do.
    #[error("failed to index the edition `{edition}` for the search")]
    Search {
        /// `en` or `ja`.
        edition: &'static str,
        /// pagefind's own words.
        source: mdbook_driver::errors::Error,
    },
    /// An address that cannot be served on.
    #[error("failed to listen on {address}; choose another port: cargo run --bin book -- serve --port 3001")]
    Listen {
        /// Address and port.
        address: std::net::SocketAddr,
        /// Why.
        source: io::Error,
    },
}

/// Nothing where there is no problem, else all of them as an error.
///
/// # Errors
///
/// - [`Error::Problems`], if there are any.
pub fn none(problems: Vec<Problem>) -> Result<(), Error> {
    if problems.is_empty() {
        Ok(())
    } else {
        Err(Error::Problems(problems))
    }
}

/// An error and what caused it, as one sentence.
#[must_use]
pub fn with_causes(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    let sentences: Vec<_> = causes.map(ToString::to_string).collect();
    sentences.join(": ")
}

fn listed(problems: &[Problem]) -> String {
    let lines: Vec<_> = problems.iter().map(|problem| format!("\n  {problem}")).collect();
    let plural = if problems.len() == 1 { "" } else { "s" };
    format!("{} problem{plural} in the book{}", problems.len(), lines.concat())
}
