use std::error::Error as _;
use std::ffi::OsString;
use std::fmt::Display;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Shortest time between two reports of the same problem.
const COMPLAINT_PAUSE: Duration = Duration::from_secs(10);

/// Why the service does not run.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The program does not know an argument.
    #[error(
        "unknown argument {argument:?}; there is one, --health, which asks the running service whether it is well"
    )]
    Argument {
        /// The argument as given.
        argument: OsString,
    },

    /// The running service is unhealthy, or no service runs.
    #[error("the service is not well: {reason}")]
    Unwell {
        /// Result of the health check.
        reason: String,
    },

    /// Environment variables are missing, or have values that are not allowed.
    #[error("the environment has to change")]
    Environment(
        /// One sentence for each variable.
        Vec<String>,
    ),

    /// The runtime cannot start, or cannot listen for signals.
    #[error("failed to set up the runtime")]
    Runtime(#[source] io::Error),

    /// The access log's thread or stdout is not available.
    #[error("failed to start the access log")]
    AccessLog(#[source] io::Error),

    /// The address is in use, or may not be used.
    #[error("failed to listen on {address}")]
    Listen {
        /// The address and port that were tried.
        address: SocketAddr,
        /// The system's reason.
        source: io::Error,
    },

    /// The database was not ready in time.
    #[error("the database at {address} was not ready within {} s: {reason}", limit.as_secs())]
    Database {
        /// Its host and port; several are separated by commas.
        address: String,
        /// The time limit.
        limit: Duration,
        /// Result of the last attempt.
        reason: String,
    },

    /// Something about the database, or between it and the service, is not supported.
    #[error("the database at {address} cannot be used: {reason}")]
    Unsupported {
        /// Its host and port; several are separated by commas.
        address: String,
        /// What is not supported.
        reason: String,
    },
}

impl Error {
    /// The error messages, one line each, with their causes.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        match (self, self.source()) {
            (Self::Environment(complaints), _) => complaints.clone(),
            (_, Some(cause)) => vec![format!("{self}: {cause}")],
            (_, None) => vec![self.to_string()],
        }
    }

    /// Exit status of a process that ends with this error: 2 if arguments or environment are wrong,
    /// otherwise 1.
    #[must_use]
    pub fn exit_code(&self) -> ExitCode {
        match self {
            Self::Argument { .. } | Self::Environment(_) => ExitCode::from(2),
            _ => ExitCode::FAILURE,
        }
    }
}

/// Reports an error on stderr, if there is one; returns the exit status.
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

/// Writes `sentence` to stderr, as a line, if stderr is open.
///
/// `eprintln!` would panic if stderr is closed, and the service should continue.
pub(crate) fn complain(sentence: impl Display) {
    let _ = writeln!(io::stderr(), "{sentence}");
}

/// Reports the same problem only once in a while, however often it occurs.
#[derive(Default)]
pub(crate) struct Seldom {
    last: Mutex<Option<Instant>>,
}

impl Seldom {
    /// Writes `sentence` as [`complain`] does, unless it wrote one less than 10 s ago.
    pub(crate) fn complain(&self, sentence: impl Display) {
        let mut last = self.last.lock().expect("nothing panics while it holds the lock");
        if last.is_none_or(|last| last.elapsed() >= COMPLAINT_PAUSE) {
            *last = Some(Instant::now());
            complain(sentence);
        }
    }
}

/// The text of an I/O error without its number: `connection refused`.
pub(crate) fn io_reason(error: &io::Error) -> String {
    let error = error.to_string();
    let words = error.split(" (os error").next().unwrap_or_default();
    let mut letters = words.chars();
    let first = letters.next().map(|letter| letter.to_ascii_lowercase());
    first.into_iter().chain(letters).collect()
}
