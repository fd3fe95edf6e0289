//! Looks before a chapter leaps: versions, disk, ports, leftovers, each with
//! what to do about it.

use std::fmt::{self, Write};
use std::fs;
use std::io::{self, ErrorKind};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use console::{Alignment, measure_text_width, pad_str};
use listeners::{Listener, Protocol, SocketState};
use rustix::io::Errno;

use crate::docker::{Docker, Facts, Object};
use crate::language::Language;
use crate::pages::wrap;
use crate::platform;
use crate::process::Runner;
use crate::screen;

/// Free disk that images, build cache and layers need, in bytes.
const DISK_BYTES_MIN: u64 = 6_000_000_000;

/// Oldest engine whose default builder is BuildKit.
pub(crate) const ENGINE_MIN: u32 = 23;

/// Longest wait for a program of this machine that is asked whether it listens.
const CONNECT_LIMIT: Duration = Duration::from_secs(1);

/// Both addresses that `localhost` may mean.
const LOCALHOST: [IpAddr; 2] = [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];

/// All addresses of this machine, as programs name them.
const WILDCARDS: [IpAddr; 2] = [
    IpAddr::V4(Ipv4Addr::UNSPECIFIED),
    IpAddr::V6(Ipv6Addr::UNSPECIFIED),
];

/// One line of the preflight's table.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Line {
    /// What was looked at.
    pub what: String,
    /// What was found.
    pub found: String,
    /// What to do about it; `None` when all is well.
    pub advice: Option<String>,
    /// Whether the chapter cannot start as it is.
    pub stops: bool,
}

/// Who listens on a port, and where.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Held {
    /// One of those who listen.
    pub holder: Holder,
    /// An address at which it listens, if `localhost` has another one at which it does not; `None`
    /// if it listens on all of `localhost`, or if its address is unknown.
    pub address: Option<IpAddr>,
}

/// Who listens on a port.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Holder {
    /// A container of this name.
    Container(String),
    /// A process of this name and id.
    Process(String, u32),
    /// A program that this user may not look at.
    Unknown,
}

/// Looks at everything that a reader may have to see to; `ports` are TCP ports
/// that chapters publish, `leftovers` objects with the tutorial's names. The
/// lines are in `language`.
#[must_use]
pub fn lines(
    runner: &Runner,
    docker: &Docker,
    facts: &Facts,
    ports: &[u16],
    leftovers: &[Object],
    language: Language,
) -> Vec<Line> {
    let known = &facts.provenance;
    let mut lines = vec![
        engine(&known.engine, language),
        Line::well(language.text("preflight-client", &[]), known.client.clone()),
        plugin("buildx", &known.buildx, language),
        plugin("compose", &known.compose, language),
        Line::well(
            language.text("preflight-architecture", &[]),
            known.architecture.clone(),
        ),
        base_images(facts, language),
        curl(runner, language),
        disk(&facts.root, language),
        ipv6(language),
    ];
    lines.extend(configuration(runner, language));
    lines.extend(ports.iter().map(|&port| port_line(docker, port, language)));
    lines.push(leftovers_line(leftovers, language));
    lines
}

/// The table as text: what, found, and what to do in a line of its own.
#[must_use]
pub fn table(lines: &[Line]) -> String {
    let width = lines
        .iter()
        .map(|line| measure_text_width(&line.what))
        .max()
        .unwrap_or(0);
    // Writing to a string does not fail.
    let mut text = String::new();
    for Line {
        what, found, advice, ..
    } in lines
    {
        let mark = if advice.is_some() { "!" } else { "✓" };
        let what = pad_str(what, width, Alignment::Left, None);
        let _ = writeln!(text, "{mark} {what}   {found}");
        if let Some(advice) = advice {
            let [first, others] = ["→ ", "  "].map(|arrow| format!("{:width$}     {arrow}", ""));
            let _ = writeln!(text, "{}", wrap(advice, screen::width(), &first, &others));
        }
    }
    text
}

/// Who listens on a TCP port of this machine; `None` when the port is free.
#[must_use]
pub fn port_holder(docker: &Docker, port: u16) -> Option<Held> {
    let localhost = LOCALHOST.map(|address| look(address, port));
    let is_held = |seen: Seen| seen == Seen::Held;
    if !localhost.into_iter().any(is_held)
        && !WILDCARDS.into_iter().any(|address| is_held(look(address, port)))
    {
        return None;
    }
    Some(held(localhost, docker.container_on(port), &listening(port)))
}

impl Holder {
    /// Who it is, for a reader: `the container rest-server`.
    #[must_use]
    pub fn say(&self, language: Language) -> String {
        match self {
            Self::Container(name) => language.text("preflight-container", &[("name", name)]),
            Self::Process(name, id) => language.text(
                "preflight-process",
                &[("name", name), ("process", &id.to_string())],
            ),
            Self::Unknown => language.text("preflight-unknown-holder", &[]),
        }
    }
}

impl Held {
    /// Who it is and where, for a reader: `held by python3 (process 12) on [::1]`.
    #[must_use]
    pub fn say(&self, language: Language) -> String {
        let holder = self.holder.say(language);
        let Some(address) = self.address else {
            return language.text("preflight-port-held", &[("holder", &holder)]);
        };
        let address = match address {
            IpAddr::V4(address) => address.to_string(),
            IpAddr::V6(address) => format!("[{address}]"),
        };
        language.text(
            "preflight-port-held-on",
            &[("holder", &holder), ("address", &address)],
        )
    }
}

/// What was seen of a port at one address.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Seen {
    Held,
    Free,
    /// This machine does not have the address.
    NoAddress,
}

fn look(address: IpAddr, port: u16) -> Seen {
    // This program's own listener has to be gone before it tries to connect.
    match TcpListener::bind((address, port)).map(drop) {
        Err(error) if error.kind() == ErrorKind::AddrInUse => Seen::Held,
        Err(error) if is_without(&error) => Seen::NoAddress,
        // That this program may listen, too, or has not the right to below 1024, does not say that
        // nobody does: macOS lets one program listen at an address and another one at all of them.
        _ if address.is_loopback() && accepts(address, port) => Seen::Held,
        _ => Seen::Free,
    }
}

/// Whether a bind failed because this machine has no such address, or no IPv6 at all.
fn is_without(error: &io::Error) -> bool {
    error.kind() == ErrorKind::AddrNotAvailable
        || error.raw_os_error() == Some(Errno::AFNOSUPPORT.raw_os_error())
}

fn accepts(address: IpAddr, port: u16) -> bool {
    let Ok(stream) = TcpStream::connect_timeout(&(address, port).into(), CONNECT_LIMIT) else {
        return false;
    };
    // A connection from a port that the system chose can meet itself there.
    stream.local_addr().ok() != stream.peer_addr().ok()
}

/// Sockets that listen on a TCP port, of programs that this user may look at: those of `localhost`
/// first, then by address.
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

/// Who holds a port: the container if there is one, else the first of the programs.
fn held(localhost: [Seen; 2], container: Option<String>, listening: &[Listener]) -> Held {
    let is_whole = !localhost.contains(&Seen::Free);
    let first_held = localhost.iter().position(|&seen| seen == Seen::Held);
    let seen_at = first_held.map(|index| LOCALHOST[index]).filter(|_| !is_whole);
    match (container, listening) {
        (Some(name), _) => Held {
            holder: Holder::Container(name),
            address: seen_at,
        },
        (None, []) => Held {
            holder: Holder::Unknown,
            address: seen_at,
        },
        (None, [first, ..]) => {
            // Processes that share a socket are one program.
            let has = |address| {
                let its = |one: &Listener| one.process.pid == first.process.pid && one.socket == address;
                listening.iter().any(its)
            };
            let is_alone = listening.iter().all(|one| has(one.socket));
            Held {
                holder: Holder::Process(first.process.name.clone(), first.process.pid),
                address: (!is_whole || !is_alone).then(|| first.socket.ip()),
            }
        }
    }
}

fn engine(version: &str, language: Language) -> Line {
    let major = version
        .split('.')
        .next()
        .and_then(|major| major.parse::<u32>().ok());
    let line = Line::well(language.text("preflight-engine", &[]), version.to_owned());
    if major.is_none_or(|major| major >= ENGINE_MIN) {
        return line;
    }
    let oldest = ENGINE_MIN.to_string();
    Line {
        stops: true,
        ..line.with_advice(language.text("preflight-engine-old", &[("oldest", &oldest)]))
    }
}

fn plugin(name: &str, version: &str, language: Language) -> Line {
    if version.is_empty() {
        let missing = Line::well(name.to_owned(), language.text("preflight-missing", &[]));
        return Line {
            stops: name == "buildx",
            ..missing.with_advice(language.text("preflight-plugin-missing", &[("plugin", name)]))
        };
    }
    Line::well(name.to_owned(), version.to_owned())
}

fn base_images(facts: &Facts, language: Language) -> Line {
    let what = language.text("preflight-base-images", &[]);
    if facts.missing_images.is_empty() {
        let origin = [("origin", facts.provenance.base_images.as_str())];
        return Line::well(what, language.text("preflight-base-images-there", &origin));
    }
    let missing = language.list(&facts.missing_images);
    Line::well(
        what,
        language.text("preflight-base-images-missing", &[("images", &missing)]),
    )
    .with_advice(format!(
        "docker pull {}",
        facts.missing_images.join(" && docker pull ")
    ))
}

fn curl(runner: &Runner, language: Language) -> Line {
    let what = "curl".to_owned();
    let mut command = Command::new("curl");
    command.arg("--version");
    match runner.run(command, Duration::from_secs(10), &mut |_| {}) {
        Ok(outcome) if outcome.status == Some(0) => {
            let version = outcome.output.split_whitespace().nth(1);
            let unknown = || language.text("preflight-unknown", &[]);
            Line::well(what, version.map_or_else(unknown, str::to_owned))
        }
        _ => Line {
            stops: true,
            ..Line::well(what, language.text("preflight-missing", &[]))
                .with_advice(language.text("preflight-curl-missing", &[]))
        },
    }
}

/// What of the client's configuration changes the tables that it prints; no line where nothing does.
fn configuration(runner: &Runner, language: Language) -> Option<Line> {
    let folder = runner.variable("DOCKER_CONFIG").map(PathBuf::from);
    let folder = folder.or_else(|| Some(Path::new(runner.variable("HOME")?).join(".docker")))?;
    let file = folder.join("config.json");
    let text = fs::read_to_string(&file).ok()?;
    let settings: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&text).ok()?;
    let mut formats: Vec<_> = settings.keys().filter(|name| name.ends_with("Format")).collect();
    formats.sort();
    if formats.is_empty() {
        return None;
    }
    let file = file.display().to_string();
    let what = language.text("preflight-configuration", &[]);
    let found = language.text(
        "preflight-configuration-formats",
        &[("settings", &language.list(&formats)), ("file", &file)],
    );
    Some(Line::well(what, found).with_advice(language.text("preflight-configuration-advice", &[])))
}

fn disk(root: &str, language: Language) -> Line {
    let what = language.text("preflight-disk", &[]);
    let Some(free) = platform::free_bytes(root) else {
        return Line::well(what, language.text("preflight-disk-unknown", &[]));
    };
    let gigabytes = (free / 1_000_000_000).to_string();
    let found = language.text(
        "preflight-disk-free",
        &[("gigabytes", &gigabytes), ("folder", root)],
    );
    let line = Line::well(what, found);
    if free >= DISK_BYTES_MIN {
        return line;
    }
    let needed = (DISK_BYTES_MIN / 1_000_000_000).to_string();
    line.with_advice(language.text("preflight-disk-full", &[("gigabytes", &needed)]))
}

/// Docker publishes on IPv6 where it can listen on `[::1]`, and asks the machine the same way.
fn ipv6(language: Language) -> Line {
    let has_ipv6 = TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).is_ok();
    let found = if has_ipv6 {
        language.text("preflight-ipv6-there", &[])
    } else {
        language.text("preflight-ipv6-none", &[])
    };
    Line::well("IPv6".to_owned(), found)
}

fn port_line(docker: &Docker, port: u16, language: Language) -> Line {
    let what = language.text("preflight-port", &[("port", &port.to_string())]);
    match port_holder(docker, port) {
        None => Line::well(what, language.text("preflight-port-free", &[])),
        Some(held) => {
            let holder = held.holder.say(language);
            Line {
                stops: true,
                ..Line::well(what, held.say(language))
                    .with_advice(language.text("preflight-port-advice", &[("holder", &holder)]))
            }
        }
    }
}

fn leftovers_line(leftovers: &[Object], language: Language) -> Line {
    let what = language.text("preflight-leftovers", &[]);
    if leftovers.is_empty() {
        return Line::well(what, language.text("preflight-no-leftovers", &[]));
    }
    let names: Vec<_> = leftovers.iter().map(|object| object.say(language)).collect();
    Line {
        stops: true,
        ..Line::well(what, language.list(&names))
            .with_advice(language.text("preflight-leftovers-advice", &[]))
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Container(name) => write!(f, "the container {name}"),
            Self::Process(name, id) => write!(f, "{name} (process {id})"),
            Self::Unknown => f.write_str("a program that this user cannot see"),
        }
    }
}

impl Line {
    fn well(what: String, found: String) -> Self {
        Self {
            what,
            found,
            advice: None,
            stops: false,
        }
    }

    fn with_advice(self, advice: String) -> Self {
        Self {
            advice: Some(advice),
            ..self
        }
    }
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
        // Of the addresses for documentation, RFC 3849.
        let missing = "2001:db8::1".parse().unwrap();
        assert_eq!(look(missing, 0), Seen::NoAddress);
        // What a kernel without IPv6 says.
        assert!(is_without(&Errno::AFNOSUPPORT.into()));
        let without_ipv6 = [Seen::Held, Seen::NoAddress];
        let alone = [listener("127.0.0.1:8080", 12)];
        assert_eq!(held(without_ipv6, None, &alone).address, None);
    }

    #[test]
    fn the_first_of_two_programs_is_named_with_its_address() {
        let two = [listener("127.0.0.1:8080", 12), listener("[::1]:8080", 13)];
        let held = held([Seen::Held; 2], None, &two);
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
        assert_eq!(held([Seen::Held; 2], None, &workers).address, None);
    }

    #[test]
    fn a_container_is_named_before_the_program_that_listens_for_it() {
        let proxy = [listener("127.0.0.1:8080", 12)];
        let held = held([Seen::Held, Seen::Free], Some("rest-server".to_owned()), &proxy);
        assert_eq!(
            held.say(Language::English),
            "held by the container rest-server on 127.0.0.1"
        );
    }

    #[test]
    fn a_program_that_this_user_may_not_look_at_has_the_address_at_which_it_answers() {
        let held = held([Seen::Free, Seen::Held], None, &[]);
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
