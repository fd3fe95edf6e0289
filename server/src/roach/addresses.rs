use std::io;
use std::net::IpAddr;

use tokio::net::lookup_host;
use tokio::sync::watch;

use crate::error::io_reason;

/// The addresses of a host's name, as its name server said last.
///
/// A look-up goes on when the attempt that began it gives up: a name server may be slower than a
/// request may wait, and the next attempt then finds what it said.
pub(super) struct Addresses {
    host: String,
    port: u16,
    /// What look-ups find, in words where they fail.
    found: watch::Sender<Result<Vec<IpAddr>, String>>,
}

impl Addresses {
    /// Of a name that nobody has looked up yet.
    pub(super) fn new(host: String, port: u16) -> Self {
        let found = watch::Sender::new(Ok(Vec::new()));
        Self { host, port, found }
    }

    /// What the last look-up found; nothing if there was none, or it failed.
    pub(super) fn known(&self) -> Vec<IpAddr> {
        self.found.borrow().clone().unwrap_or_default()
    }

    /// What the next look-up finds that ends: this one, or one before it.
    ///
    /// # Errors
    ///
    /// - The system's reason.
    pub(super) async fn look_up(&self) -> Result<Vec<IpAddr>, String> {
        let mut found = self.found.subscribe();
        let (sender, host, port) = (self.found.clone(), self.host.clone(), self.port);
        tokio::spawn(async move {
            let addresses = resolve(&host, port).await;
            let _before = sender.send_replace(addresses.map_err(|error| io_reason(&error)));
        });
        found.changed().await.expect("its sender is here");
        found.borrow().clone()
    }

    /// Other addresses than `known`, as soon as a look-up finds some.
    pub(super) async fn moved_from(&self, known: &[IpAddr]) -> Vec<IpAddr> {
        match self.look_up().await {
            Ok(found) if !are_same(&found, known) => found,
            _ => std::future::pending().await,
        }
    }
}

/// Whether both lists hold the same addresses; a name server may give them in turns.
pub(super) fn are_same(one: &[IpAddr], other: &[IpAddr]) -> bool {
    one.iter().all(|address| other.contains(address)) && other.iter().all(|address| one.contains(address))
}

async fn resolve(host: &str, port: u16) -> io::Result<Vec<IpAddr>> {
    let found = lookup_host((host, port)).await?;
    Ok(found.map(|address| address.ip()).collect())
}
