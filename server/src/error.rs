use std::error::Error as _;
use std::ffi::OsString;
use std::fmt::Display;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::process::ExitCode;

/// Why the service does not run.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// An environment variable has a value that is not allowed.
    #[error("{name} is {value:?}, but has to be {allowed}")]
    Variable {
        /// Its name.
        name: &'static str,
        /// The value that it has.
        value: OsString,
        /// The values that it may have, in words.
        allowed: &'static str,
    },

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
}

impl Error {
    /// The error and its cause, on one line.
    #[must_use]
    pub fn line(&self) -> String {
        match self.source() {
            Some(cause) => format!("{self}: {cause}"),
            None => self.to_string(),
        }
    }

    /// Exit status of a process that ends for this reason: 2 when its environment has to change, else 1.
    #[must_use]
    pub fn exit_code(&self) -> ExitCode {
        match self {
            Self::Variable { .. } => ExitCode::from(2),
            _ => ExitCode::FAILURE,
        }
    }
}

/// Writes `sentence` to stderr, as a line, where stderr takes one.
///
/// `eprintln!` panics where it does not: a service need not end because its complaint is unheard.
pub fn complain(sentence: impl Display) {
    let _ = writeln!(io::stderr(), "{sentence}");
}
