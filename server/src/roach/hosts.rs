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

/// Time limit for a connection, from the name look-up to the login. Several hosts share it, so that
/// the last one can be reached within the second that a request has.
pub(super) const CONNECT_TIME_MAX: Duration = Duration::from_millis(600);

/// Time limit for checking whether a host's connections have separate sessions: once for each host,
/// while no request waits for it.
const SHARING_TIME_MAX: Duration = Duration::from_secs(2);

/// Number of checks whether a session is shared: one is enough if nothing else uses the pooler.
const SHARING_ROUNDS: usize = 3;

/// SQL for a new connection.
pub(super) struct SessionSql {
    /// Sets the time limits.
    pub(super) set_up: String,
    /// Returns the number of the server's process or session.
    pub(super) who_answers: &'static str,
}

/// The hosts that may have the database, and the login.
pub(super) struct Hosts {
    all: Vec<Host>,
    tls: MakeRustlsConnect,
    sql: SessionSql,
    /// Host of the last connection: those before it are probably still down.
    last: AtomicUsize,
}

struct Host {
    /// `None` for a socket in a folder of this machine.
    addresses: Option<Addresses>,
    /// The configuration without a host.
    config: Config,
    name: String,
    /// Whether each connection was found to have its own session.
    has_own_sessions: AtomicBool,
}

impl Hosts {
    pub(super) fn new(settings: DatabaseSettings, sql: SessionSql) -> Self {
        let tls = Tls::new(settings.privacy, settings.authorities);
        let mut common = Config::new();
        // No `options`: connection poolers refuse them.
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

    /// Boxed; otherwise this code would be compiled into each program and into the future of each
    /// request.
    fn connecting(&self) -> Pin<Box<dyn Future<Output = Result<ClientWrapper, Trouble>> + Send + '_>> {
        Box::pin(self.connect())
    }

    /// A connection to the first host that accepts one, starting with the last one used.
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

    /// A connection with its time limits set.
    async fn set_up(
        &self,
        host: &Host,
        connected: ClientWrapper,
        share: Duration,
    ) -> Result<ClientWrapper, Trouble> {
        if !host.has_own_sessions.load(Ordering::Relaxed) {
            let checked = timeout(SHARING_TIME_MAX, self.check_sharing(host, &connected, share));
            // If a pooler has only one session, the second connection has to wait, so a timeout is
            // fine.
            checked.await.unwrap_or(Ok(()))?;
        }
        match timeout(CONNECT_TIME_MAX, connected.batch_execute(&self.sql.set_up)).await {
            Ok(set_up) => set_up
                .map(|()| connected)
                .map_err(|error| Trouble::of_connecting(&error)),
            Err(_) => Err(Trouble::Away(no_answer_within(CONNECT_TIME_MAX))),
        }
    }

    /// Connects to the host's known address, or to its current one.
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

    /// Connects to the first of `addresses` that accepts; each gets a part of `share`.
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
            // The statement that fails reports this error, too.
            let _ = connection.await;
        });
        Ok(ClientWrapper::new(client, task))
    }

    /// Checks whether a second connection uses the first one's session, or the first changes its
    /// session.
    ///
    /// This happens with a pooler that assigns a session for each statement or transaction. The
    /// time limits of one connection would then apply to others, even to those of other programs.
    ///
    /// # Errors
    ///
    /// - [`Trouble::Unsupported`] if sessions are shared.
    async fn check_sharing(&self, host: &Host, one: &ClientWrapper, share: Duration) -> Result<(), Trouble> {
        // Without a second connection, nothing can be checked.
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

    /// `None` if the server does not number its sessions: old versions of `CockroachDB` return -1.
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

/// Whether the connection may work without encryption: the handshake failed, or the database does
/// not accept encrypted logins.
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
