use std::sync::Mutex;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use super::database::Trouble;
use crate::error::complain;

/// Shortest time between two lines of the log that say the database refuses something.
const REFUSAL_PAUSE: Duration = Duration::from_secs(10);

/// Whether the database is there, as far as the last one who asked it knows.
///
/// That it goes and comes is a line on stderr each: one, not one for every request.
pub(crate) struct Presence {
    address: String,
    here: watch::Sender<bool>,
    /// When the log last said that it refuses something.
    refused: Mutex<Option<Instant>>,
}

impl Presence {
    /// Of a database that nobody has asked yet.
    pub(crate) fn new(address: String) -> Self {
        Self {
            address,
            here: watch::Sender::new(false),
            refused: Mutex::new(None),
        }
    }

    /// Host and port of the database, or several with commas between.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    pub(crate) fn is_here(&self) -> bool {
        *self.here.borrow()
    }

    /// Returns once the database is there.
    pub(crate) async fn arrival(&self) {
        self.becomes(true).await;
    }

    /// Returns once the database is not there.
    pub(crate) async fn departure(&self) {
        self.becomes(false).await;
    }

    async fn becomes(&self, expected: bool) {
        let mut here = self.here.subscribe();
        let became = here.wait_for(|here| *here == expected).await;
        became.expect("its sender is here");
    }

    /// Whoever waits for the database can go on.
    pub(crate) fn welcome(&self) {
        if !self.here.send_replace(true) {
            complain(format_args!("the database at {} answers", self.address));
        }
    }

    /// Draws the conclusion from a statement that failed.
    pub(crate) fn notice(&self, trouble: &Trouble) {
        match trouble {
            Trouble::Value | Trouble::Conflict => {}
            Trouble::Refused(reason) => self.log_refusal(reason),
            Trouble::NoTable | Trouble::Away(_) => {
                if self.here.send_replace(false) {
                    complain(format_args!(
                        "the database at {} went away: {trouble}",
                        self.address
                    ));
                }
            }
        }
    }

    fn log_refusal(&self, reason: &str) {
        let mut refused = self
            .refused
            .lock()
            .expect("nothing panics while it holds the lock");
        if refused.is_none_or(|last| last.elapsed() >= REFUSAL_PAUSE) {
            *refused = Some(Instant::now());
            complain(format_args!(
                "the database at {} refuses a statement: {reason}",
                self.address
            ));
        }
    }
}
