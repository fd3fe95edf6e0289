use std::error::Error as _;
use std::future::{Future, pending};
use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use deadpool_postgres::{
    Client, Connect, Manager, ManagerConfig, Object, Pool, PoolError, RecyclingMethod, Runtime, TimeoutType,
};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_postgres::config::{SslMode, TargetSessionAttrs};
use tokio_postgres::error::{DbError, SqlState};
use tokio_postgres::{Client as Connection, Config, Error};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::settings::DatabaseSettings;
use super::tls::{self, Tls};

/// Connections of a process.
const CONNECTIONS_MAX: usize = 16;

/// Longest time for a connection to be there, from the look-up of the name to the login. Several
/// hosts share it, so that the last of them is reached within the second that a request has.
const CONNECT_TIME_MAX: Duration = Duration::from_millis(600);

/// Longest time for a statement, as its client sees it.
pub(crate) const STATEMENT_TIME_MAX: Duration = Duration::from_millis(600);

/// Longest time for a statement, as the database sees it: it ends what nobody waits for any more,
/// and says so while the client still listens.
const SERVER_TIME_MAX: Duration = Duration::from_millis(500);

/// A pool of connections to one database, which several hosts may take turns to be.
pub(crate) struct Database {
    pool: Pool,
}

/// Why a statement has no answer.
#[derive(Debug, thiserror::Error)]
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

    /// The database does not answer, or it takes no messages, as a standby.
    #[error("{0}")]
    Away(String),
}

impl Database {
    /// Connects when the first statement is asked.
    pub(crate) fn new(settings: DatabaseSettings) -> Self {
        let config = Config::new();
        let recycling_method = RecyclingMethod::Fast;
        let manager = Manager::from_connect(config, Hosts::new(settings), ManagerConfig { recycling_method });
        let pool = Pool::builder(manager)
            .max_size(CONNECTIONS_MAX)
            .runtime(Runtime::Tokio1)
            .create_timeout(Some(CONNECT_TIME_MAX))
            .wait_timeout(Some(STATEMENT_TIME_MAX))
            .build()
            .expect("a pool with time limits has a runtime");
        Self { pool }
    }

    /// Puts a question on a connection of its own.
    ///
    /// A connection that answers is used again. One that does not is closed, and so are the idle
    /// ones: what made this one fail is likely to have met them too, and each would cost a request
    /// to find out.
    pub(crate) async fn ask<T>(
        &self,
        limit: Duration,
        question: impl AsyncFnOnce(&mut Client) -> Result<T, Error>,
    ) -> Result<T, Trouble> {
        let mut client = self.pool.get().await.map_err(|error| Trouble::of_pool(&error))?;
        let trouble = match timeout(limit, question(&mut client)).await {
            Ok(Ok(answer)) => return Ok(answer),
            Ok(Err(error)) => Trouble::of_statement(&error),
            Err(_) => Trouble::Away(no_answer_within(limit)),
        };
        if !matches!(trouble, Trouble::Value | Trouble::Conflict) {
            drop(Object::take(client));
        }
        if matches!(trouble, Trouble::Away(_)) {
            self.pool.retain(|_, _| false);
        }
        Err(trouble)
    }
}

impl Trouble {
    fn of_pool(error: &PoolError) -> Self {
        match error {
            PoolError::Backend(error) => Self::Away(reason(error)),
            PoolError::Timeout(TimeoutType::Wait) => Self::Refused("all connections are in use".to_owned()),
            PoolError::Timeout(_) => Self::Away(no_answer_within(CONNECT_TIME_MAX)),
            error => Self::Away(error.to_string()),
        }
    }

    fn of_statement(error: &Error) -> Self {
        let Some(state) = error.code() else {
            return Self::Away(reason(error));
        };
        let standby_or_ending = [
            SqlState::READ_ONLY_SQL_TRANSACTION,
            SqlState::ADMIN_SHUTDOWN,
            SqlState::CRASH_SHUTDOWN,
            SqlState::CANNOT_CONNECT_NOW,
        ];
        match state {
            // Made by another replica at the same time.
            state if *state == SqlState::DUPLICATE_TABLE => Self::Conflict,
            state if *state == SqlState::UNDEFINED_TABLE => Self::NoTable,
            state if standby_or_ending.contains(state) => Self::Away(reason(error)),
            state => match &state.code()[..2] {
                "08" => Self::Away(reason(error)),
                // A value of the wrong form, against a constraint, or too large for an index.
                "22" | "23" | "54" => Self::Value,
                // Serialisation failure, deadlock, and a commit whose outcome is not known.
                "40" => Self::Conflict,
                _ => Self::Refused(reason(error)),
            },
        }
    }
}

fn no_answer_within(limit: Duration) -> String {
    format!("no answer within {:.1} s", limit.as_secs_f32())
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
    } else {
        // `Connection refused (os error 111)`
        let cause = cause.to_string();
        let cause = cause.split(" (os error").next().unwrap_or_default();
        let mut letters = cause.chars();
        let first = letters.next().map(|letter| letter.to_ascii_lowercase());
        first.into_iter().chain(letters).collect()
    }
}

fn tls_error(error: &Error) -> Option<&rustls::Error> {
    let error: &io::Error = error.source()?.downcast_ref()?;
    error.get_ref()?.downcast_ref()
}

/// The hosts that may be the database, and how to log in.
struct Hosts {
    /// One for each host.
    configs: Vec<Config>,
    tls: MakeRustlsConnect,
    /// Where the last connection was made: the hosts before it are likely to be down still.
    last: AtomicUsize,
}

impl Hosts {
    fn new(settings: DatabaseSettings) -> Self {
        let tls = Tls::new(settings.privacy, settings.authorities);
        let mut common = Config::new();
        common
            .user(settings.user)
            .dbname(settings.name)
            .application_name("docker-gs-ping-roach")
            .ssl_mode(tls.mode)
            .target_session_attrs(TargetSessionAttrs::ReadWrite)
            .options(format!("-c statement_timeout={}", SERVER_TIME_MAX.as_millis()));
        if let Some(password) = settings.password {
            common.password(password);
        }
        let configs = settings.hosts.into_iter().map(|(host, port)| {
            let mut config = common.clone();
            config.host(host).port(port);
            config
        });
        Self {
            configs: configs.collect(),
            tls: tls.connector,
            last: AtomicUsize::new(0),
        }
    }

    async fn connect(&self) -> Result<(Connection, JoinHandle<()>), Error> {
        let count = self.configs.len();
        let share = CONNECT_TIME_MAX / u32::try_from(count).unwrap_or(u32::MAX);
        let first = self.last.load(Ordering::Relaxed);
        let mut failure = None;
        for host in (0..count).map(|next| (first + next) % count) {
            match timeout(share, self.connect_to(&self.configs[host])).await {
                Ok(Ok(connected)) => {
                    self.last.store(host, Ordering::Relaxed);
                    return Ok(connected);
                }
                Ok(Err(error)) => failure = Some(error),
                Err(_) => {}
            }
        }
        match failure {
            Some(failure) => Err(failure),
            // No host answered, and the time is over: the pool says so in a moment.
            None => pending().await,
        }
    }

    async fn connect_to(&self, config: &Config) -> Result<(Connection, JoinHandle<()>), Error> {
        let connected = match config.connect(self.tls.clone()).await {
            Err(error) if config.get_ssl_mode() == SslMode::Prefer && is_about_encryption(&error) => {
                let mut config = config.clone();
                config.ssl_mode(SslMode::Disable).connect(self.tls.clone()).await
            }
            connected => connected,
        };
        let (client, connection) = connected?;
        let task = tokio::spawn(async {
            // Its error is also the one of the statement that it fails.
            let _ = connection.await;
        });
        Ok((client, task))
    }
}

/// Whether the same connection may be welcome without encryption: the handshake failed, or the
/// database lets nobody in this way.
fn is_about_encryption(error: &Error) -> bool {
    tls_error(error).is_some() || error.code() == Some(&SqlState::INVALID_AUTHORIZATION_SPECIFICATION)
}

impl Connect for Hosts {
    fn connect(
        &self,
        _: &Config,
    ) -> Pin<Box<dyn Future<Output = Result<(Connection, JoinHandle<()>), Error>> + Send + '_>> {
        Box::pin(self.connect())
    }
}
