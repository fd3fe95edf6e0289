use std::error::Error as _;
use std::ffi::OsString;
use std::fmt::Display;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Shortest time between two complaints about the same.
const COMPLAINT_PAUSE: Duration = Duration::from_secs(10);

/// Why the service does not run.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is an argument that the program does not know.
    #[error(
        "unknown argument {argument:?}; there is one, --health, which asks the running service whether it is well"
    )]
    Argument {
        /// It, as it was given.
        argument: OsString,
    },

    /// The service that runs is not well, or none does.
    #[error("the service is not well: {reason}")]
    Unwell {
        /// What came of it.
        reason: String,
    },

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

    /// Between service and database there is what the service cannot work with.
    #[error("the database at {address} cannot be used: {reason}")]
    Unsupported {
        /// Its host and port, or several with commas between.
        address: String,
        /// What there is.
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

    /// Exit status of a process that ends for this reason: 2 when its arguments or its environment have
    /// to change, else 1.
    #[must_use]
    pub fn exit_code(&self) -> ExitCode {
        match self {
            Self::Argument { .. } | Self::Environment(_) => ExitCode::from(2),
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

/// Complains about the same thing once in a while, however often it happens.
#[derive(Default)]
pub(crate) struct Seldom {
    last: Mutex<Option<Instant>>,
}

impl Seldom {
    /// Writes `sentence` as [`complain`] does, unless it did less than 10 s ago.
    pub(crate) fn complain(&self, sentence: impl Display) {
        let mut last = self.last.lock().expect("nothing panics while it holds the lock");
        if last.is_none_or(|last| last.elapsed() >= COMPLAINT_PAUSE) {
            *last = Some(Instant::now());
            complain(sentence);
        }
    }
}

/// The words of an input's or output's error, without the number: `connection refused`.
pub(crate) fn io_reason(error: &io::Error) -> String {
    let error = error.to_string();
    let words = error.split(" (os error").next().unwrap_or_default();
    let mut letters = words.chars();
    let first = letters.next().map(|letter| letter.to_ascii_lowercase());
    first.into_iter().chain(letters).collect()
}
