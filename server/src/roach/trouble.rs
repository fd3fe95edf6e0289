use std::error::Error as _;
use std::io;
use std::time::Duration;

use deadpool::managed::PoolError;
use tokio_postgres::Error;
use tokio_postgres::error::{DbError, SqlState};

use super::tls;
use crate::error::io_reason;

/// Why a statement has no answer.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum Trouble {
    /// The database does not take a value.
    #[error("a value is not allowed")]
    Value,

    /// Another transaction was in the way; the same statement may succeed now.
    #[error("another transaction was in the way")]
    Conflict,

    /// The database has no tables, or no longer.
    #[error("its tables are missing")]
    NoTable,

    /// The database answers, and refuses the statement, or does not finish it in time.
    #[error("{0}")]
    Refused(String),

    /// The database answers, and has no connection to spare; it may have one in a moment.
    #[error("{0}")]
    Full(String),

    /// The database does not answer, or it takes no messages, as a standby.
    #[error("{0}")]
    Away(String),

    /// The service cannot work with this database, however often it asks.
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
            // Too many connections; no memory or no file for one more.
            Some(state) if state.code().starts_with("53") => Self::Full(reason(error)),
            _ => Self::Away(reason(error)),
        }
    }

    pub(super) fn of_statement(error: &Error) -> Self {
        let Some(state) = error.code() else {
            return Self::Away(reason(error));
        };
        match state {
            // Made by another replica at the same time.
            state if *state == SqlState::DUPLICATE_TABLE => Self::Conflict,
            state if *state == SqlState::UNDEFINED_TABLE => Self::NoTable,
            // Of a standby.
            state if *state == SqlState::READ_ONLY_SQL_TRANSACTION => Self::Away(reason(error)),
            // Its time was over.
            state if *state == SqlState::QUERY_CANCELED => Self::Refused(reason(error)),
            state => match &state.code()[..2] {
                // The connection; an operator, or a shutdown; the system around the database.
                "08" | "57" | "58" => Self::Away(reason(error)),
                // A value of the wrong form, against a constraint, or too large for an index.
                "22" | "23" | "54" => Self::Value,
                // Serialisation failure, deadlock, and a commit whose outcome is not known.
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
