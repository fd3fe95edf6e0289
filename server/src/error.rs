use std::error::Error as _;
use std::fmt::Display;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;

/// Why the service does not run.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Environment variables are missing, or have values that are not allowed.
    #[error("the environment has to change")]
    Environment(
        /// A sentence for each of them.
        Vec<String>,
    ),

    /// The runtime cannot start, or cannot listen for signals.
    #[error("failed to set up the runtime")]
    Runtime(#[source] io::Error),

    /// The access log has no thread, or no stdout to write to.
    #[error("failed to start the access log")]
    AccessLog(#[source] io::Error),

    /// The address is in use, or not ours to use.
    #[error("failed to listen on {address}")]
    Listen {
        /// The address and port that were tried.
        address: SocketAddr,
        /// The system's reason.
        source: io::Error,
    },

    /// The database did not get ready in time.
    #[error("the database at {address} was not ready within {} s: {reason}", limit.as_secs())]
    Database {
        /// Its host and port, or several with commas between.
        address: String,
        /// The time that it had.
        limit: Duration,
        /// What came of the last attempt.
        reason: String,
    },
}

impl Error {
    /// What is wrong, each on one line with its cause.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        match (self, self.source()) {
            (Self::Environment(complaints), _) => complaints.clone(),
            (_, Some(cause)) => vec![format!("{self}: {cause}")],
            (_, None) => vec![self.to_string()],
        }
    }

    /// Exit status of a process that ends for this reason: 2 when its environment has to change, else 1.
    #[must_use]
    pub fn exit_code(&self) -> ExitCode {
        match self {
            Self::Environment(_) => ExitCode::from(2),
            _ => ExitCode::FAILURE,
        }
    }
}

/// Says on stderr what went wrong, if something did; returns the exit status.
#[must_use]
pub fn conclude(ended: Result<(), Error>) -> ExitCode {
    let Err(error) = ended else {
        return ExitCode::SUCCESS;
    };
    for line in error.lines() {
        complain(format_args!("Error: {line}"));
    }
    error.exit_code()
}

/// Writes `sentence` to stderr, as a line, where stderr takes one.
///
/// `eprintln!` panics where it does not: a service need not end because its complaint is unheard.
pub(crate) fn complain(sentence: impl Display) {
    let _ = writeln!(io::stderr(), "{sentence}");
}
