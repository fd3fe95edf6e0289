use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use deadpool::managed::{Object, Pool};
use deadpool_postgres::ClientWrapper;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, timeout, timeout_at};
use tokio_postgres::Error;

use super::hosts::{Hosts, SessionSql};
use super::settings::DatabaseSettings;
use super::trouble::{Trouble, no_answer_within};
use crate::error::complain;

/// Largest number of connections of a process.
const CONNECTIONS_MAX: usize = 16;

/// Time limit of a statement on the client side.
pub(crate) const STATEMENT_TIME_MAX: Duration = Duration::from_millis(600);

/// Time limit of a statement on the server side: it stops statements that are no longer needed, and
/// reports that while the client still waits.
pub(crate) const SERVER_TIME_MAX: Duration = Duration::from_millis(500);

/// Pause before trying to open one more connection after the database refused one.
const GROWTH_PAUSE: Duration = Duration::from_secs(10);

/// A pool of connections to one database, which may be on any of several hosts.
pub(crate) struct Database {
    address: String,
    pool: Pool<Hosts>,
    places: Places,
}

impl Database {
    /// Does not connect until the first statement.
    pub(crate) fn new(settings: DatabaseSettings, sql: SessionSql) -> Self {
        let address = settings.address();
        let pool = Pool::builder(Hosts::new(settings, sql)).max_size(CONNECTIONS_MAX);
        Self {
            address,
            pool: pool.build().expect("a pool without time limits needs no runtime"),
            places: Places::new(),
        }
    }

    /// Runs a query on its own connection.
    ///
    /// A connection that answers is used again. One that fails is closed, and so are the idle ones:
    /// they have probably failed for the same reason, and each would cost a request to find out.
    pub(crate) async fn ask<T>(
        &self,
        limit: Duration,
        question: impl AsyncFnOnce(&mut ClientWrapper) -> Result<T, Error>,
    ) -> Result<T, Trouble> {
        let (mut client, _place) = self.connection().await?;
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
            self.places.open_all();
        }
        Err(trouble)
    }

    /// A new or an idle connection.
    ///
    /// If no further connection can be opened while others are in use, that says nothing about the
    /// database: those show whether it works, and one of them will be free soon.
    async fn connection(&self) -> Result<(Object<Hosts>, Place<'_>), Trouble> {
        let over = Instant::now() + STATEMENT_TIME_MAX;
        loop {
            let place = timeout_at(over, self.places.enter()).await;
            let place = place.map_err(|_| Trouble::Full("all connections are in use".to_owned()))?;
            let trouble = match self.pool.get().await {
                Ok(client) => return Ok((client, place.take())),
                Err(error) => Trouble::of_pool(error),
            };
            if self.places.taken() == 0 || matches!(trouble, Trouble::Unsupported(_)) {
                return Err(trouble);
            }
            // Only a refusal shows the limit; a connection attempt that timed out does not.
            if place.close() && matches!(trouble, Trouble::Full(_)) {
                complain(format_args!(
                    "the database at {} gives no more connections, so those that are open have to do: {trouble}",
                    self.address
                ));
            }
        }
    }
}

/// Places for connections in use: as many as the database allows, at most [`CONNECTIONS_MAX`].
struct Places {
    open: Semaphore,
    closed: Mutex<Closed>,
    taken: AtomicUsize,
}

struct Closed {
    count: usize,
    /// Time of the last change.
    since: Instant,
}

/// One of [`Places`]; becomes free when dropped.
struct Place<'a> {
    all: &'a Places,
    permit: Option<SemaphorePermit<'a>>,
    is_taken: bool,
}

impl Places {
    fn new() -> Self {
        Self {
            open: Semaphore::new(CONNECTIONS_MAX),
            closed: Mutex::new(Closed {
                count: 0,
                since: Instant::now(),
            }),
            taken: AtomicUsize::new(0),
        }
    }

    /// A place, after waiting until one is free.
    async fn enter(&self) -> Place<'_> {
        self.open_one();
        let permit = self.open.acquire().await.expect("nobody closes the semaphore");
        Place {
            all: self,
            permit: Some(permit),
            is_taken: false,
        }
    }

    /// Number of places with a connection.
    fn taken(&self) -> usize {
        self.taken.load(Ordering::Relaxed)
    }

    /// Reopens a place that has been closed for a while: the database may allow one more now.
    fn open_one(&self) {
        let mut closed = self.closed();
        if closed.count > 0 && closed.since.elapsed() >= GROWTH_PAUSE {
            closed.count -= 1;
            closed.since = Instant::now();
            self.open.add_permits(1);
        }
    }

    fn open_all(&self) {
        let count = std::mem::take(&mut self.closed().count);
        self.open.add_permits(count);
    }

    fn closed(&self) -> MutexGuard<'_, Closed> {
        self.closed
            .lock()
            .expect("nothing panics while it holds the lock")
    }
}

impl Place<'_> {
    /// Marks the place as having a connection.
    fn take(mut self) -> Self {
        self.is_taken = true;
        self.all.taken.fetch_add(1, Ordering::Relaxed);
        self
    }

    /// Closes the place, since it can have no connection; returns whether it is the first.
    fn close(mut self) -> bool {
        if let Some(permit) = self.permit.take() {
            permit.forget();
        }
        let mut closed = self.all.closed();
        closed.count += 1;
        closed.since = Instant::now();
        closed.count == 1
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        if self.is_taken {
            self.all.taken.fetch_sub(1, Ordering::Relaxed);
        }
    }
}
