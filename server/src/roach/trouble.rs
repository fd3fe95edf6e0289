use std::error::Error as _;
use std::io;
use std::time::Duration;

use deadpool::managed::PoolError;
use tokio_postgres::Error;
use tokio_postgres::error::{DbError, SqlState};

use super::tls;
use crate::error::io_reason;

/// Why a statement has no result.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum Trouble {
    /// The database does not accept a value.
    #[error("a value is not allowed")]
    Value,

    /// Another transaction interfered; the same statement may succeed now.
    #[error("another transaction was in the way")]
    Conflict,

    /// The tables do not exist, or no longer exist.
    #[error("its tables are missing")]
    NoTable,

    /// The database answers, but refuses the statement or does not finish it in time.
    #[error("{0}")]
    Refused(String),

    /// The database answers, but has no free connection; it may have one soon.
    #[error("{0}")]
    Full(String),

    /// The database does not answer, or it is a standby, which does not store messages.
    #[error("{0}")]
    Away(String),

    /// The service cannot work with this database, and retrying does not help.
    #[error("{0}")]
    Unsupported(String),
}

impl Trouble {
    pub(super) fn of_pool(error: PoolError<Self>) -> Self {
        match error {
            PoolError::Backend(trouble) => trouble,
            error => Self::Away(error.to_string()),
        }
    }

    pub(super) fn of_connecting(error: &Error) -> Self {
        match error.code() {
            // Too many connections; no memory or no file for another one.
            Some(state) if state.code().starts_with("53") => Self::Full(reason(error)),
            _ => Self::Away(reason(error)),
        }
    }

    pub(super) fn of_statement(error: &Error) -> Self {
        let Some(state) = error.code() else {
            return Self::Away(reason(error));
        };
        match state {
            // Another replica created it at the same time.
            state if *state == SqlState::DUPLICATE_TABLE => Self::Conflict,
            state if *state == SqlState::UNDEFINED_TABLE => Self::NoTable,
            // The database is a standby.
            state if *state == SqlState::READ_ONLY_SQL_TRANSACTION => Self::Away(reason(error)),
            // The statement exceeded its time limit.
            state if *state == SqlState::QUERY_CANCELED => Self::Refused(reason(error)),
            state => match &state.code()[..2] {
                // Connection errors; operator intervention or shutdown; system errors of the
                // server.
                "08" | "57" | "58" => Self::Away(reason(error)),
                // A value has the wrong form, violates a constraint, or is too large for an index.
                "22" | "23" | "54" => Self::Value,
                // Serialisation failure, deadlock, or a commit with an unknown result.
                "40" => Self::Conflict,
                _ => Self::Refused(reason(error)),
            },
        }
    }
}

pub(super) fn no_answer_within(limit: Duration) -> String {
    format!("no answer within {:.1} s", limit.as_secs_f32())
}

pub(super) fn is_about_tls(error: &Error) -> bool {
    tls_error(error).is_some()
}

/// The cause of `error`, without the layers above it.
fn reason(error: &Error) -> String {
    let Some(cause) = error.source() else {
        return error.to_string();
    };
    if let Some(error) = cause.downcast_ref::<DbError>() {
        error.message().to_owned()
    } else if let Some(error) = tls_error(error) {
        tls::reason(error)
    } else if let Some(error) = cause.downcast_ref::<io::Error>() {
        io_reason(error)
    } else {
        cause.to_string()
    }
}

fn tls_error(error: &Error) -> Option<&rustls::Error> {
    let error: &io::Error = error.source()?.downcast_ref()?;
    error.get_ref()?.downcast_ref()
}
