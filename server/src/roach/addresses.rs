use std::io;
use std::net::IpAddr;

use tokio::net::lookup_host;
use tokio::sync::watch;

use crate::error::io_reason;

/// The addresses of a host name, from the latest look-up.
///
/// A look-up continues even if the attempt that started it gives up: a name server may take longer
/// than a request may wait, and the next attempt can then use the result.
pub(super) struct Addresses {
    host: String,
    port: u16,
    /// Results of look-ups; an error is a sentence.
    found: watch::Sender<Result<Vec<IpAddr>, String>>,
}

impl Addresses {
    /// No addresses yet.
    pub(super) fn new(host: String, port: u16) -> Self {
        let found = watch::Sender::new(Ok(Vec::new()));
        Self { host, port, found }
    }

    /// The addresses from the last look-up; empty if there was none, or it failed.
    pub(super) fn known(&self) -> Vec<IpAddr> {
        self.found.borrow().clone().unwrap_or_default()
    }

    /// The result of the next look-up that ends: this one, or an earlier one.
    ///
    /// # Errors
    ///
    /// - The system's error text.
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

    /// Waits until a look-up finds addresses other than `known`, and returns them.
    pub(super) async fn moved_from(&self, known: &[IpAddr]) -> Vec<IpAddr> {
        match self.look_up().await {
            Ok(found) if !are_same(&found, known) => found,
            _ => std::future::pending().await,
        }
    }
}

/// Whether both lists have the same addresses; a name server may change their order.
pub(super) fn are_same(one: &[IpAddr], other: &[IpAddr]) -> bool {
    one.iter().all(|address| other.contains(address)) && other.iter().all(|address| one.contains(address))
}

async fn resolve(host: &str, port: u16) -> io::Result<Vec<IpAddr>> {
    let found = lookup_host((host, port)).await?;
    Ok(found.map(|address| address.ip()).collect())
}
