//! Which program uses a TCP port of this machine, and at which address.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, TcpListener, TcpStream};
use std::time::Duration;

use listeners::{Listener, Protocol, SocketState};
use rustix::io::Errno;

use crate::docker::client::Docker;
use crate::language::Language;
use crate::text;

/// Time limit for connecting to a program of this machine, to find out whether it listens.
const CONNECT_LIMIT: Duration = Duration::from_secs(1);

/// Both addresses that `localhost` may mean.
const LOCALHOST: [IpAddr; 2] = [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];

/// Which program listens on a port, and at which address.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Held {
    pub(crate) holder: Holder,
    /// An address at which the program listens, if it does not listen at the other address of
    /// `localhost`; `None` if it listens at both, or if its address is unknown.
    address: Option<IpAddr>,
}

/// The program that listens on a port.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Holder {
    /// A container with this name.
    Container(String),
    /// A process with this name and id.
    Process(String, u32),
    /// A program that this user may not inspect.
    Unknown,
}

/// The program that listens on a TCP port of this machine; `None` if the port is free.
#[must_use]
pub fn port_holder(docker: &Docker, port: u16) -> Option<Held> {
    let localhost = LOCALHOST.map(|address| look(address, port));
    // Programs use these to listen at all addresses of a machine.
    let all: [IpAddr; 2] = [Ipv4Addr::UNSPECIFIED.into(), Ipv6Addr::UNSPECIFIED.into()];
    let is_held =
        localhost.contains(&Some(true)) || all.map(|address| look(address, port)).contains(&Some(true));
    is_held.then(|| held(localhost, docker.container_on(port), &listening(port)))
}

impl Holder {
    /// The program, for a reader: `the container web`.
    pub(crate) fn say(&self, language: Language) -> String {
        match self {
            Self::Container(name) => text!(language, "preflight-container", name),
            Self::Process(name, process) => text!(language, "preflight-process", name, process),
            Self::Unknown => text!(language, "preflight-unknown-holder"),
        }
    }
}

impl Held {
    /// The program and its address, for a reader: `held by python3 (process 12) on [::1]`.
    #[must_use]
    pub fn say(&self, language: Language) -> String {
        let holder = self.holder.say(language);
        let address = match self.address {
            None => return text!(language, "preflight-port-held", holder),
            Some(IpAddr::V4(address)) => address.to_string(),
            Some(IpAddr::V6(address)) => format!("[{address}]"),
        };
        text!(language, "preflight-port-held-on", holder, address)
    }
}

/// Whether a program listens on a port at this address; `None` if this machine does not have the
/// address.
fn look(address: IpAddr, port: u16) -> Option<bool> {
    // This program's own listener must be closed before it tries to connect.
    let error = TcpListener::bind((address, port)).err();
    match error.and_then(|error| Errno::from_io_error(&error)) {
        Some(Errno::ADDRINUSE) => Some(true),
        // The address does not exist, or there is no IPv6 at all.
        Some(Errno::ADDRNOTAVAIL | Errno::AFNOSUPPORT) => None,
        // Even if this program can listen, or may not listen below 1024, another program may be
        // listening: macOS allows one program at a specific address and another at all addresses.
        _ => Some(address.is_loopback() && accepts(address, port)),
    }
}

fn accepts(address: IpAddr, port: u16) -> bool {
    let stream = TcpStream::connect_timeout(&(address, port).into(), CONNECT_LIMIT);
    // A connection from a port that the system chose can connect to itself.
    stream.is_ok_and(|stream| stream.local_addr().ok() != stream.peer_addr().ok())
}

/// Sockets that listen on a TCP port, of programs that this user may inspect: first those of
/// `localhost`, then by address.
fn listening(port: u16) -> Vec<Listener> {
    let is_meant = |listener: &Listener| {
        listener.socket.port() == port
            && listener.protocol == Protocol::TCP
            && listener.state == SocketState::Listen
    };
    let all = listeners::get_all().unwrap_or_default();
    let mut listening: Vec<_> = all.into_iter().filter(is_meant).collect();
    listening.sort_by_key(|listener| {
        let address = listener.socket.ip();
        let is_localhost = address.is_loopback() || address.is_unspecified();
        (!is_localhost, address, listener.process.pid)
    });
    listening
}

/// What holds a port: the container if there is one, otherwise the first of the programs.
fn held(localhost: [Option<bool>; 2], container: Option<String>, listening: &[Listener]) -> Held {
    let is_whole = !localhost.contains(&Some(false));
    let first_held = localhost.iter().position(|&seen| seen == Some(true));
    let seen_at = first_held.map(|index| LOCALHOST[index]).filter(|_| !is_whole);
    let (holder, address) = match (container, listening) {
        (Some(name), _) => (Holder::Container(name), seen_at),
        (None, []) => (Holder::Unknown, seen_at),
        (None, [first, ..]) => {
            // Processes that share a socket count as one program.
            let has = |address| {
                let its = |one: &Listener| one.process.pid == first.process.pid && one.socket == address;
                listening.iter().any(its)
            };
            let is_alone = listening.iter().all(|one| has(one.socket));
            let holder = Holder::Process(first.process.name.clone(), first.process.pid);
            (holder, (!is_whole || !is_alone).then(|| first.socket.ip()))
        }
    };
    Held { holder, address }
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use listeners::Process;

    use super::*;

    #[test]
    fn an_answer_is_enough_where_this_user_may_not_listen() {
        for address in LOCALHOST {
            let listener = TcpListener::bind((address, 0)).unwrap();
            let port = listener.local_addr().unwrap().port();
            assert!(accepts(address, port), "{address}");
        }
    }

    #[test]
    fn an_address_that_this_machine_lacks_holds_nothing() {
        // An address reserved for documentation, RFC 3849.
        let missing = "2001:db8::1".parse().unwrap();
        assert_eq!(look(missing, 0), None);
        let without_ipv6 = [Some(true), None];
        let alone = [listener("127.0.0.1:8080", 12)];
        assert_eq!(held(without_ipv6, None, &alone).address, None);
    }

    #[test]
    fn the_first_of_two_programs_is_named_with_its_address() {
        let two = [listener("127.0.0.1:8080", 12), listener("[::1]:8080", 13)];
        let held = held([Some(true); 2], None, &two);
        let said = [Language::English, Language::Japanese].map(|language| held.say(language));
        assert_eq!(
            said,
            [
                "held by python3 (process 12) on 127.0.0.1",
                "python3（プロセス12）が127.0.0.1で使用中"
            ]
        );
    }

    #[test]
    fn processes_that_share_a_socket_are_named_without_an_address() {
        let workers = [listener("[::]:8080", 12), listener("[::]:8080", 13)];
        assert_eq!(held([Some(true); 2], None, &workers).address, None);
    }

    #[test]
    fn a_container_is_named_before_the_program_that_listens_for_it() {
        let proxy = [listener("127.0.0.1:8080", 12)];
        let held = held([Some(true), Some(false)], Some("rest-server".to_owned()), &proxy);
        assert_eq!(
            held.say(Language::English),
            "held by the container rest-server on 127.0.0.1"
        );
    }

    #[test]
    fn a_program_that_this_user_may_not_look_at_has_the_address_at_which_it_answers() {
        let held = held([Some(false), Some(true)], None, &[]);
        assert_eq!(
            held.say(Language::English),
            "held by a program that your user cannot see on [::1]"
        );
    }

    fn listener(socket: &str, pid: u32) -> Listener {
        Listener {
            process: Process {
                pid,
                name: "python3".to_owned(),
                path: String::new(),
            },
            socket: socket.parse::<SocketAddr>().unwrap(),
            protocol: Protocol::TCP,
            state: SocketState::Listen,
        }
    }
}
