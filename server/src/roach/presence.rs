use tokio::sync::watch;

use super::trouble::Trouble;
use crate::error::{Seldom, complain};

/// Whether the database is available, according to the latest statement.
///
/// Each change is reported in one line on stderr, not once for every request.
pub(crate) struct Presence {
    address: String,
    here: watch::Sender<bool>,
    refused: Seldom,
    full: Seldom,
}

impl Presence {
    /// A database that has not been asked yet.
    pub(crate) fn new(address: String) -> Self {
        Self {
            address,
            here: watch::Sender::new(false),
            refused: Seldom::default(),
            full: Seldom::default(),
        }
    }

    /// Host and port of the database; several are separated by commas.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    pub(crate) fn is_here(&self) -> bool {
        *self.here.borrow()
    }

    /// Returns once the database is available.
    pub(crate) async fn arrival(&self) {
        self.becomes(true).await;
    }

    /// Returns once the database is not available.
    pub(crate) async fn departure(&self) {
        self.becomes(false).await;
    }

    async fn becomes(&self, expected: bool) {
        let mut here = self.here.subscribe();
        let became = here.wait_for(|here| *here == expected).await;
        became.expect("its sender is here");
    }

    /// Lets requests continue that wait for the database.
    pub(crate) fn welcome(&self) {
        if !self.here.send_replace(true) {
            complain(format_args!("the database at {} answers", self.address));
        }
    }

    /// Updates the state after a statement that failed.
    pub(crate) fn notice(&self, trouble: &Trouble) {
        match trouble {
            Trouble::Value | Trouble::Conflict => {}
            Trouble::Refused(reason) | Trouble::Unsupported(reason) => self.refused.complain(format_args!(
                "the database at {} refuses a statement: {reason}",
                self.address
            )),
            Trouble::Full(reason) => self.full.complain(format_args!(
                "the database at {} has no connection to spare: {reason}",
                self.address
            )),
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
}
