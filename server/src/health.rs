use std::ffi::OsString;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, TcpStream};
use std::time::{Duration, Instant};

use crate::error::io_reason;
use crate::{Config, Error};

/// Time limit for the answer, so that the caller has it within a second.
const ANSWER_TIME_MAX: Duration = Duration::from_millis(800);

/// Largest first line of a reply, in bytes.
const LINE_BYTES_MAX: u64 = 1024;

const REQUEST: &[u8] = b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

/// The task of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// No arguments: run the service.
    Serve,
    /// `--health`: ask the running service whether it is healthy.
    AskHealth,
}

impl Task {
    /// Reads the arguments after the program's name.
    ///
    /// # Errors
    ///
    /// - [`Error::Argument`] if there is an argument other than `--health`.
    pub fn read(arguments: impl IntoIterator<Item = OsString>) -> Result<Self, Error> {
        let mut task = Self::Serve;
        for argument in arguments {
            if argument != "--health" {
                return Err(Error::Argument { argument });
            }
            task = Self::AskHealth;
        }
        Ok(task)
    }
}

/// Asks the service that runs on this machine, or in this container, at the address and port from
/// the environment; `lookup` is as for [`Config::read`].
///
/// # Errors
///
/// - [`Error::Unwell`] if it does not reply to `GET /health` with 200 within 0.8 s, or the environment
///   is not valid or sets port 0.
pub fn ask_health(lookup: impl Fn(&str) -> Option<OsString>) -> Result<(), Error> {
    let unwell = |reason| Err(Error::Unwell { reason });
    let (host, port) = match Config::read(lookup) {
        Ok(config) => (config.host.filter(|host| !host.is_unspecified()), config.port),
        Err(error) => return unwell(error.lines().join("; ")),
    };
    if port == 0 {
        return unwell("PORT is 0, and the port that was chosen is not known here".to_owned());
    }
    match ask(host, port) {
        Ok(line) if line.starts_with("HTTP/1.1 200 ") => Ok(()),
        Ok(line) => unwell(format!("on port {port} it replies {:?}", line.trim_end())),
        Err(error) => unwell(format!("on port {port}: {}", io_reason(&error))),
    }
}

/// The first line of the reply. Without a host, `localhost` is tried with IPv4, then with IPv6.
fn ask(host: Option<IpAddr>, port: u16) -> io::Result<String> {
    let deadline = Instant::now() + ANSWER_TIME_MAX;
    let mut stream = match host {
        Some(host) => connect(host, port, deadline)?,
        None => connect(Ipv4Addr::LOCALHOST.into(), port, deadline)
            .or_else(|error| connect(Ipv6Addr::LOCALHOST.into(), port, deadline).map_err(|_| error))?,
    };
    stream.set_write_timeout(Some(left(deadline)?))?;
    stream.write_all(REQUEST)?;
    let mut line = Vec::new();
    let mut reply = BufReader::new(Timed { stream, deadline }).take(LINE_BYTES_MAX);
    reply.read_until(b'\n', &mut line)?;
    Ok(String::from_utf8_lossy(&line).into_owned())
}

fn connect(address: IpAddr, port: u16, deadline: Instant) -> io::Result<TcpStream> {
    TcpStream::connect_timeout(&(address, port).into(), left(deadline)?)
}

/// A stream with one deadline for all its reads.
struct Timed {
    stream: TcpStream,
    deadline: Instant,
}

impl Read for Timed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.stream.set_read_timeout(Some(left(self.deadline)?))?;
        match self.stream.read(buffer) {
            // Some systems report a read timeout this way.
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Err(too_late()),
            read => read,
        }
    }
}

/// # Errors
///
/// - A timeout error if no time is left.
fn left(deadline: Instant) -> io::Result<Duration> {
    let left = deadline.saturating_duration_since(Instant::now());
    if left.is_zero() { Err(too_late()) } else { Ok(left) }
}

fn too_late() -> io::Error {
    io::Error::new(
        io::ErrorKind::TimedOut,
        format!("no answer within {} ms", ANSWER_TIME_MAX.as_millis()),
    )
}
