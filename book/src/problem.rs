//! Problems of the book: what is wrong, where, and what to do.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// One problem that has to be fixed.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Problem {
    /// Path of the file, relative to the repository's root.
    pub file: PathBuf,
    /// Line, from 1; `None` if the problem concerns the whole file.
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
    /// Pages with problems.
    #[error("{}", listed(.0))]
    Problems(Vec<Problem>),
    /// A file or folder that could not be read.
    #[error("failed to read {}; look whether it is there", .path.display())]
    Read {
        /// Its path.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
    /// A file or folder that could not be written.
    #[error("failed to write {}; look whether there is room and the folder is yours", .path.display())]
    Write {
        /// Its path.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
    /// A transcript that cannot be parsed.
    #[error("failed to read {} as a snapshot", .path.display())]
    Snapshot {
        /// Its path.
        path: PathBuf,
        /// The cause.
        source: tutorial_engine::record::snapshot::SnapshotError,
    },
    /// A file that is not in the format of `--transcript`.
    #[error("failed to read {} as what `--transcript` writes", .path.display())]
    Recording {
        /// Its path.
        path: PathBuf,
        /// The cause.
        source: serde_json::Error,
    },
    /// mdBook failed.
    #[error("failed to render the edition `{edition}`; look at book/{edition}/src/SUMMARY.md")]
    Render {
        /// `en` or `ja`.
        edition: &'static str,
        /// mdBook's error.
        source: mdbook_driver::errors::Error,
    },
    /// mdBook's output lacks a text that this program edits.
    #[error(
        "failed to edit {}: mdBook did not write `{text}`; adapt book/src/interface.rs to this version of mdBook",
        .path.display()
    )]
    Edit {
        /// The page in mdBook's output.
        path: PathBuf,
        /// The missing text.
        text: String,
    },
    /// pagefind failed.
    #[error("failed to index the edition `{edition}` for the search")]
    Search {
        /// `en` or `ja`.
        edition: &'static str,
        /// pagefind's error.
        source: mdbook_driver::errors::Error,
    },
    /// An edition cannot be packed as an EPUB file.
    #[error("failed to pack the edition `{edition}` as an EPUB file")]
    Epub {
        /// `en` or `ja`.
        edition: &'static str,
        /// The cause.
        source: epub_builder::Error,
    },
    /// The server cannot listen at this address.
    #[error("failed to listen on {address}; choose another port: cargo run --bin book -- serve --port 3001")]
    Listen {
        /// Address and port.
        address: std::net::SocketAddr,
        /// The cause.
        source: io::Error,
    },
}

/// `Ok` if there is no problem, otherwise all problems as an error.
///
/// # Errors
///
/// - [`Error::Problems`], if there is a problem.
pub fn none(problems: Vec<Problem>) -> Result<(), Error> {
    if problems.is_empty() {
        Ok(())
    } else {
        Err(Error::Problems(problems))
    }
}

/// An error and its causes, as one sentence.
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
