use tokio::sync::watch;

use super::trouble::Trouble;
use crate::error::{Seldom, complain};

/// Whether the database is there, as far as the last one who asked it knows.
///
/// That it goes and comes is a line on stderr each: one, not one for every request.
pub(crate) struct Presence {
    address: String,
    here: watch::Sender<bool>,
    refused: Seldom,
    full: Seldom,
}

impl Presence {
    /// Of a database that nobody has asked yet.
    pub(crate) fn new(address: String) -> Self {
        Self {
            address,
            here: watch::Sender::new(false),
            refused: Seldom::default(),
            full: Seldom::default(),
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
