//! A port that leads to one server after another, or to none.

use std::net::{Ipv4Addr, SocketAddr};

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

/// Forwards connections to a server.
pub struct Port {
    address: SocketAddr,
    passing: JoinHandle<()>,
}

impl Port {
    /// Opens a free port of this machine that leads to a server.
    pub async fn open(server: &str) -> Self {
        Self::pass_on(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), server).await
    }

    /// Address of the port; ends without `/`.
    pub fn root(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Closes every connection, and refuses new ones.
    pub async fn close(&mut self) {
        self.passing.abort();
        assert!((&mut self.passing).await.unwrap_err().is_cancelled());
    }

    /// Opens the same port again, leading to a server.
    pub async fn open_again(self, server: &str) -> Self {
        Self::pass_on(self.address, server).await
    }

    async fn pass_on(address: SocketAddr, server: &str) -> Self {
        let listener = TcpListener::bind(address).await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = server.trim_start_matches("http://").to_owned();
        let passing = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            loop {
                let (mut from, _) = listener.accept().await.unwrap();
                let server = server.clone();
                connections.spawn(async move {
                    let mut to = TcpStream::connect(server).await.unwrap();
                    // A browser may close a connection at any time.
                    let _ = copy_bidirectional(&mut from, &mut to).await;
                });
            }
        });
        Self { address, passing }
    }
}
