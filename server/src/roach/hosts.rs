use std::future::Future;
use std::net::IpAddr;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use deadpool::managed::{Manager, Metrics, RecycleError, RecycleResult};
use deadpool_postgres::ClientWrapper;
use tokio::time::{sleep, timeout};
use tokio_postgres::config::{SslMode, TargetSessionAttrs};
use tokio_postgres::error::SqlState;
use tokio_postgres::{Config, Error, SimpleQueryMessage};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::addresses::{Addresses, are_same};
use super::settings::DatabaseSettings;
use super::tls::Tls;
use super::trouble::{Trouble, is_about_tls, no_answer_within};

/// Longest time for a connection to be there, from the look-up of the name to the login. Several
/// hosts share it, so that the last of them is reached within the second that a request has.
pub(super) const CONNECT_TIME_MAX: Duration = Duration::from_millis(600);

/// Longest time to see whether a host's connections have sessions of their own: once for a host, while
/// no request waits for it.
const SHARING_TIME_MAX: Duration = Duration::from_secs(2);

/// Rounds of questions that show whether a session is shared: one is enough where nobody else uses
/// the pooler.
const SHARING_ROUNDS: usize = 3;

/// What a session is asked when its connection is new.
pub(super) struct SessionSql {
    /// Sets the time limits.
    pub(super) set_up: String,
    /// The number of the process or the session that answers.
    pub(super) who_answers: &'static str,
}

/// The hosts that may be the database, and how to log in.
pub(super) struct Hosts {
    all: Vec<Host>,
    tls: MakeRustlsConnect,
    sql: SessionSql,
    /// Where the last connection was made: the hosts before it are likely to be down still.
    last: AtomicUsize,
}

struct Host {
    /// `None` for a socket in a folder of this machine.
    addresses: Option<Addresses>,
    /// Without a host.
    config: Config,
    name: String,
    /// Whether each connection was seen to have a session of its own.
    has_own_sessions: AtomicBool,
}

impl Hosts {
    pub(super) fn new(settings: DatabaseSettings, sql: SessionSql) -> Self {
        let tls = Tls::new(settings.privacy, settings.authorities);
        let mut common = Config::new();
        // No `options`: a connection pooler refuses them.
        common
            .user(settings.user)
            .dbname(settings.name)
            .application_name("docker-gs-ping-roach")
            .ssl_mode(tls.mode)
            .target_session_attrs(TargetSessionAttrs::ReadWrite);
        if let Some(password) = settings.password {
            common.password(password);
        }
        let hosts = settings.hosts.into_iter().map(|(name, port)| {
            let mut config = common.clone();
            config.port(port);
            let is_folder = name.starts_with('/');
            Host {
                addresses: (!is_folder).then(|| Addresses::new(name.clone(), port)),
                config,
                name,
                has_own_sessions: AtomicBool::new(false),
            }
        });
        Self {
            all: hosts.collect(),
            tls: tls.connector,
            sql,
            last: AtomicUsize::new(0),
        }
    }

    /// Boxed, since else it is compiled into each program and into the future of each request.
    fn connecting(&self) -> Pin<Box<dyn Future<Output = Result<ClientWrapper, Trouble>> + Send + '_>> {
        Box::pin(self.connect())
    }

    /// A connection to the first host that gives one, from the last one on.
    async fn connect(&self) -> Result<ClientWrapper, Trouble> {
        let count = self.all.len();
        let share = CONNECT_TIME_MAX / u32::try_from(count).unwrap_or(u32::MAX);
        let first = self.last.load(Ordering::Relaxed);
        let mut failure = None;
        for number in (0..count).map(|next| (first + next) % count) {
            let connected = match timeout(share, self.find(&self.all[number], share)).await {
                Ok(Ok(connected)) => self.set_up(&self.all[number], connected, share).await,
                Ok(Err(trouble)) => Err(trouble),
                Err(_) => continue,
            };
            match connected {
                Ok(connected) => {
                    self.last.store(number, Ordering::Relaxed);
                    return Ok(connected);
                }
                Err(trouble) => failure = Some(trouble),
            }
        }
        Err(failure.unwrap_or_else(|| Trouble::Away(no_answer_within(CONNECT_TIME_MAX))))
    }

    /// A connection with its time limits.
    async fn set_up(
        &self,
        host: &Host,
        connected: ClientWrapper,
        share: Duration,
    ) -> Result<ClientWrapper, Trouble> {
        if !host.has_own_sessions.load(Ordering::Relaxed) {
            let checked = timeout(SHARING_TIME_MAX, self.check_sharing(host, &connected, share));
            // A pooler of sessions that has one alone keeps the second connection waiting.
            checked.await.unwrap_or(Ok(()))?;
        }
        match timeout(CONNECT_TIME_MAX, connected.batch_execute(&self.sql.set_up)).await {
            Ok(set_up) => set_up
                .map(|()| connected)
                .map_err(|error| Trouble::of_connecting(&error)),
            Err(_) => Err(Trouble::Away(no_answer_within(CONNECT_TIME_MAX))),
        }
    }

    /// Connects where the host was last, or where it is now.
    async fn find(&self, host: &Host, share: Duration) -> Result<ClientWrapper, Trouble> {
        let Some(addresses) = &host.addresses else {
            return self.open(host, &[], share).await;
        };
        let known = addresses.known();
        let failure = if known.is_empty() {
            None
        } else {
            let mut opened = pin!(self.open(host, &known, share));
            let moved = async {
                sleep(share / 4).await;
                addresses.moved_from(&known).await
            };
            tokio::select! {
                opened = &mut opened => match opened {
                    Ok(connected) => return Ok(connected),
                    Err(failure) => Some(failure),
                },
                elsewhere = moved => return self.open(host, &elsewhere, share).await,
            }
        };
        let found = addresses.look_up().await.map_err(Trouble::Away)?;
        match failure {
            Some(failure) if are_same(&found, &known) => Err(failure),
            _ => self.open(host, &found, share).await,
        }
    }

    /// Connects to the first of `addresses` that takes the connection; each has its part of `share`.
    async fn open(
        &self,
        host: &Host,
        addresses: &[IpAddr],
        share: Duration,
    ) -> Result<ClientWrapper, Trouble> {
        let mut config = host.config.clone();
        if addresses.is_empty() {
            config.host(&host.name);
        }
        for address in addresses {
            config.host(&host.name).hostaddr(*address);
        }
        let count = addresses.len().max(1);
        config.connect_timeout(share / u32::try_from(count).unwrap_or(u32::MAX));
        let connected = match config.connect(self.tls.clone()).await {
            Err(error) if config.get_ssl_mode() == SslMode::Prefer && is_about_encryption(&error) => {
                config.ssl_mode(SslMode::Disable).connect(self.tls.clone()).await
            }
            connected => connected,
        };
        let (client, connection) = connected.map_err(|error| Trouble::of_connecting(&error))?;
        let task = tokio::spawn(async {
            // Its error is also the one of the statement that it fails.
            let _ = connection.await;
        });
        Ok(ClientWrapper::new(client, task))
    }

    /// Sees whether a second connection meets the session of the first, or the first meets another one.
    ///
    /// A pooler that gives a session to whoever has a statement does so. The time limits of one
    /// connection would then hold for another, which may be a stranger's.
    ///
    /// # Errors
    ///
    /// - [`Trouble::Unsupported`] if it does.
    async fn check_sharing(&self, host: &Host, one: &ClientWrapper, share: Duration) -> Result<(), Trouble> {
        // Where there is no second connection, nobody can be met.
        let Ok(other) = self.find(host, share).await else {
            return Ok(());
        };
        for _ in 0..SHARING_ROUNDS {
            let first = self.who_answers(one).await?;
            let met = first == self.who_answers(&other).await?;
            let moved = first != self.who_answers(one).await?;
            if first.is_some() && (met || moved) {
                return Err(Trouble::Unsupported(
                    "a connection pooler stands before it that gives no session to keep; let it pool sessions, \
                     not transactions (pgbouncer: pool_mode = session)"
                        .to_owned(),
                ));
            }
        }
        host.has_own_sessions.store(true, Ordering::Relaxed);
        Ok(())
    }

    /// `None` where the server has no number for its sessions, as old versions of `CockroachDB`: they
    /// say -1.
    async fn who_answers(&self, client: &ClientWrapper) -> Result<Option<i64>, Trouble> {
        let answer = client.simple_query(self.sql.who_answers).await;
        let answer = answer.map_err(|error| Trouble::of_connecting(&error))?;
        let number = answer.iter().find_map(|message| match message {
            SimpleQueryMessage::Row(row) => row.get(0)?.parse().ok(),
            _ => None,
        });
        Ok(number.filter(|number| *number > 0))
    }
}

/// Whether the same connection may be welcome without encryption: the handshake failed, or the
/// database lets nobody in this way.
fn is_about_encryption(error: &Error) -> bool {
    is_about_tls(error) || error.code() == Some(&SqlState::INVALID_AUTHORIZATION_SPECIFICATION)
}

impl Manager for Hosts {
    type Type = ClientWrapper;
    type Error = Trouble;

    async fn create(&self) -> Result<ClientWrapper, Trouble> {
        self.connecting().await
    }

    async fn recycle(&self, client: &mut ClientWrapper, _: &Metrics) -> RecycleResult<Trouble> {
        if client.is_closed() {
            return Err(RecycleError::message("it is closed"));
        }
        Ok(())
    }
}
