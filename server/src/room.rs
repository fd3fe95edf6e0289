use std::sync::Arc;
use std::time::Duration;

use rustix::process::{Resource, getrlimit};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::{sleep, timeout};

use crate::connection::Notice;
use crate::error::Seldom;

/// Number of files not for clients: database connections, name look-ups, the log.
const FILES_RESERVED: u64 = 64;

/// Time until the next attempt if there was no file, or no free place, for a connection.
const PAUSE: Duration = Duration::from_millis(100);

/// Limits connections to the number of files that the process may open; closes idle ones for new
/// ones.
pub(crate) struct Room<'a> {
    places: Arc<Semaphore>,
    size: usize,
    notices: &'a watch::Sender<Notice>,
    full: Seldom,
    failed: Seldom,
}

impl<'a> Room<'a> {
    /// Allows as many connections as the system allows files (`ulimit -n`), minus a reserve.
    pub(crate) fn new(notices: &'a watch::Sender<Notice>) -> Self {
        let files = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
        let size = files.saturating_sub(FILES_RESERVED).max(files / 2);
        let size = usize::try_from(size)
            .unwrap_or(usize::MAX)
            .min(Semaphore::MAX_PERMITS);
        Self {
            places: Arc::new(Semaphore::new(size)),
            size,
            notices,
            full: Seldom::default(),
            failed: Seldom::default(),
        }
    }

    /// The next connection and its place; the place becomes free when dropped.
    pub(crate) async fn enter(&self, listener: &TcpListener) -> (TcpStream, OwnedSemaphorePermit) {
        let stream = loop {
            match listener.accept().await {
                Ok((stream, _)) => break stream,
                Err(error) => {
                    self.failed
                        .complain(format_args!("failed to accept a connection: {error}"));
                    sleep(PAUSE).await;
                }
            }
        };
        (stream, self.place().await)
    }

    async fn place(&self) -> OwnedSemaphorePermit {
        if let Ok(place) = Arc::clone(&self.places).try_acquire_owned() {
            return place;
        }
        self.full.complain(format_args!(
            "all {} connections are taken: idle ones make way",
            self.size
        ));
        loop {
            self.notices.send_replace(Notice::MakeWay);
            let place = timeout(PAUSE, Arc::clone(&self.places).acquire_owned());
            if let Ok(place) = place.await {
                return place.expect("nobody closes the semaphore");
            }
        }
    }
}
