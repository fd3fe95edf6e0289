use std::ffi::OsString;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, TcpStream};
use std::time::{Duration, Instant};

use crate::error::io_reason;
use crate::{Config, Error};

/// Longest time for the answer: whoever asks has it within a second.
const ANSWER_TIME_MAX: Duration = Duration::from_millis(800);

/// Longest first line of a reply, in bytes.
const LINE_BYTES_MAX: u64 = 1024;

const REQUEST: &[u8] = b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

/// What a program is started for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// Without arguments: to serve.
    Serve,
    /// `--health`: to ask the service that runs whether it is well.
    AskHealth,
}

impl Task {
    /// Reads the arguments that follow the program's name.
    ///
    /// # Errors
    ///
    /// - [`Error::Argument`] if there is another one than `--health`.
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

/// Asks the service that runs on this machine, or in this container, on the port that the environment
/// names; `lookup` is as for [`Config::read`].
///
/// # Errors
///
/// - [`Error::Unwell`] if it does not reply to `GET /health` with 200 within 0.8 s, or the environment
///   names no port.
pub fn ask_health(lookup: impl Fn(&str) -> Option<OsString>) -> Result<(), Error> {
    let unwell = |reason| Err(Error::Unwell { reason });
    let port = match Config::read(lookup) {
        Ok(config) => config.port,
        Err(error) => return unwell(error.lines().join("; ")),
    };
    if port == 0 {
        return unwell("PORT is 0, and the port that was chosen is not known here".to_owned());
    }
    match ask(port) {
        Ok(line) if line.starts_with("HTTP/1.1 200 ") => Ok(()),
        Ok(line) => unwell(format!("on port {port} it replies {:?}", line.trim_end())),
        Err(error) => unwell(format!("on port {port}: {}", io_reason(&error))),
    }
}

/// The first line of the reply.
fn ask(port: u16) -> io::Result<String> {
    let deadline = Instant::now() + ANSWER_TIME_MAX;
    let mut stream = connect(Ipv4Addr::LOCALHOST.into(), port, deadline)
        .or_else(|error| connect(Ipv6Addr::LOCALHOST.into(), port, deadline).map_err(|_| error))?;
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

/// A stream whose reads end at a deadline, however many there are.
struct Timed {
    stream: TcpStream,
    deadline: Instant,
}

impl Read for Timed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.stream.set_read_timeout(Some(left(self.deadline)?))?;
        match self.stream.read(buffer) {
            // What a system calls the end of a read's time.
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Err(too_late()),
            read => read,
        }
    }
}

/// # Errors
///
/// - That it took too long if no time is left.
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
