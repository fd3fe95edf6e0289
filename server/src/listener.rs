use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use socket2::{Domain, Socket, Type};
use tokio::net::TcpListener;

use crate::Error;

/// Connections that the system queues until they are accepted; its own limit may be lower.
const BACKLOG: i32 = 1024;

/// Listens on `port` of `host`; without a host, on all IPv6 and IPv4 addresses, or only on IPv4 if
/// the system has no IPv6.
///
/// # Errors
///
/// - [`Error::Listen`] if the port is in use or may not be used, or the system does not have
///   `host`.
pub(crate) fn listen(host: Option<IpAddr>, port: u16) -> Result<TcpListener, Error> {
    if let Some(host) = host {
        let address = (host, port).into();
        return bind(address).map_err(|source| Error::Listen { address, source });
    }
    first_of([
        (Ipv6Addr::UNSPECIFIED, port).into(),
        (Ipv4Addr::UNSPECIFIED, port).into(),
    ])
}

/// Listens on `address`, or on `fallback` if the system does not support that kind of address.
fn first_of([address, fallback]: [SocketAddr; 2]) -> Result<TcpListener, Error> {
    match bind(address) {
        Ok(listener) => Ok(listener),
        Err(source) if is_about_the_port(&source) => Err(Error::Listen { address, source }),
        Err(_) => bind(fallback).map_err(|source| Error::Listen {
            address: fallback,
            source,
        }),
    }
}

fn is_about_the_port(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::AddrInUse | io::ErrorKind::PermissionDenied
    )
}

fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    if address.is_ipv6() {
        // The system's default, net.ipv6.bindv6only, might exclude IPv4.
        socket.set_only_v6(false)?;
    }
    // Otherwise a restart would have to wait until connections of the last run have timed out.
    socket.set_reuse_address(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    TcpListener::from_std(socket.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    // 2001:db8::/32 is reserved for documentation: no machine has an address in it.
    const NOWHERE: &str = "[2001:db8::1]:0";

    #[tokio::test]
    async fn an_address_the_system_lacks_gives_way_to_the_fallback() {
        let listener = first_of([NOWHERE, "127.0.0.1:0"].map(address)).unwrap();
        assert_eq!(listener.local_addr().unwrap().ip(), Ipv4Addr::LOCALHOST);
    }

    #[tokio::test]
    async fn a_port_in_use_does_not() {
        let busy = bind(address("127.0.0.1:0")).unwrap().local_addr().unwrap();
        let holder = bind(busy).unwrap();
        let error = first_of([busy, address("127.0.0.1:0")]).unwrap_err();
        assert_eq!(error.to_string(), format!("failed to listen on {busy}"));
        drop(holder);
    }

    fn address(text: &str) -> SocketAddr {
        text.parse().unwrap()
    }
}
