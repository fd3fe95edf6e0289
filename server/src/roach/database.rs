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

/// Connections of a process.
const CONNECTIONS_MAX: usize = 16;

/// Longest time for a statement, as its client sees it.
pub(crate) const STATEMENT_TIME_MAX: Duration = Duration::from_millis(600);

/// Longest time for a statement, as the database sees it: it ends what nobody waits for any more,
/// and says so while the client still listens.
pub(crate) const SERVER_TIME_MAX: Duration = Duration::from_millis(500);

/// Time until one more connection is tried, where the database gave no more.
const GROWTH_PAUSE: Duration = Duration::from_secs(10);

/// A pool of connections to one database, which several hosts may take turns to be.
pub(crate) struct Database {
    address: String,
    pool: Pool<Hosts>,
    places: Places,
}

impl Database {
    /// Connects when the first statement is asked.
    pub(crate) fn new(settings: DatabaseSettings, sql: SessionSql) -> Self {
        let address = settings.address();
        let pool = Pool::builder(Hosts::new(settings, sql)).max_size(CONNECTIONS_MAX);
        Self {
            address,
            pool: pool.build().expect("a pool without time limits needs no runtime"),
            places: Places::new(),
        }
    }

    /// Puts a question on a connection of its own.
    ///
    /// A connection that answers is used again. One that does not is closed, and so are the idle
    /// ones: what made this one fail is likely to have met them too, and each would cost a request
    /// to find out.
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

    /// A connection, new or used before.
    ///
    /// That one more cannot be had says nothing about the database while others are in use: those
    /// tell whether it is there, and one of them will do in a moment.
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
            // That is what it says; a connection that took too long says nothing.
            if place.close() && matches!(trouble, Trouble::Full(_)) {
                complain(format_args!(
                    "the database at {} gives no more connections, so those that are open have to do: {trouble}",
                    self.address
                ));
            }
        }
    }
}

/// Places for connections that are in use: as many as the database gives, [`CONNECTIONS_MAX`] at most.
struct Places {
    open: Semaphore,
    closed: Mutex<Closed>,
    taken: AtomicUsize,
}

struct Closed {
    count: usize,
    /// When there was a change last.
    since: Instant,
}

/// One of [`Places`], free again when it is dropped.
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

    /// A place, once one is free.
    async fn enter(&self) -> Place<'_> {
        self.open_one();
        let permit = self.open.acquire().await.expect("nobody closes the semaphore");
        Place {
            all: self,
            permit: Some(permit),
            is_taken: false,
        }
    }

    /// Places that have a connection.
    fn taken(&self) -> usize {
        self.taken.load(Ordering::Relaxed)
    }

    /// Opens a place again that has been closed for a while: the database may give one more by now.
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
    /// Counts as one that has a connection.
    fn take(mut self) -> Self {
        self.is_taken = true;
        self.all.taken.fetch_add(1, Ordering::Relaxed);
        self
    }

    /// Closes the place, since there is no connection for it; whether it is the first.
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
