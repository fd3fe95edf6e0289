//! A program of this package as a process, and requests of a client.

#![allow(dead_code, reason = "each test takes what it needs")]

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Shutdown, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::thread;
use std::time::Duration;

/// Time limit for a line, a reply or the end of a process.
pub const WAIT_MAX: Duration = Duration::from_secs(20);

/// A program, without this process's environment. It is killed if a test fails before its end.
pub struct Process {
    child: Child,
    stdout: Mutex<Receiver<String>>,
    stderr: Mutex<Receiver<String>>,
}

/// The result of a process that has ended.
pub struct Ended {
    /// Exit status; `None` if a signal ended it.
    pub code: Option<i32>,
    /// Lines that have not been read before.
    pub stdout: Vec<String>,
    pub stderr: Vec<String>,
}

impl Process {
    pub fn spawn(program: &str, variables: &[(&str, &str)]) -> Self {
        Self::start(&mut Command::new(program), variables)
    }

    pub fn spawn_with(program: &str, arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        Self::start(Command::new(program).args(arguments), variables)
    }

    /// Starts it with a limit on the number of open files.
    pub fn spawn_limited(program: &str, files: u32, variables: &[(&str, &str)]) -> Self {
        let limited = format!("ulimit -n {files} && exec {program}");
        Self::start(Command::new("/bin/sh").args(["-c", &limited]), variables)
    }

    fn start(command: &mut Command, variables: &[(&str, &str)]) -> Self {
        command.env_clear().envs(variables.iter().copied());
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let stdout = lines(child.stdout.take().unwrap());
        let stderr = lines(child.stderr.take().unwrap());
        Self {
            child,
            stdout: Mutex::new(stdout),
            stderr: Mutex::new(stderr),
        }
    }

    /// The port in the start-up line.
    pub fn port(&self) -> u16 {
        let line = self.next_line();
        let address = line.strip_prefix("⇨ http server started on ").unwrap();
        let port = address.strip_prefix("[::]:").or_else(|| {
            address
                .strip_prefix("0.0.0.0:")?
                .strip_suffix(" (this system has no IPv6)")
        });
        port.unwrap().parse().unwrap()
    }

    pub fn next_line(&self) -> String {
        self.stdout.lock().unwrap().recv_timeout(WAIT_MAX).unwrap()
    }

    /// The next line on stderr.
    pub fn next_complaint(&self) -> String {
        self.stderr.lock().unwrap().recv_timeout(WAIT_MAX).unwrap()
    }

    /// The next line on stderr, if there is one already.
    pub fn complaint(&self) -> Option<String> {
        self.stderr.lock().unwrap().try_recv().ok()
    }

    pub fn close_stdout(&mut self) {
        let (_, closed) = sync_channel(0);
        self.stdout = Mutex::new(closed);
    }

    pub fn signal(&self, name: &str) {
        let kill = format!("kill -s {name} {}", self.child.id());
        assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
    }

    pub fn end(self, signal: &str) -> Ended {
        self.signal(signal);
        self.ended()
    }

    pub fn ended(mut self) -> Ended {
        let stdout = rest(&self.stdout.lock().unwrap());
        let stderr = rest(&self.stderr.lock().unwrap());
        // Both pipes are closed: the process has ended or is about to.
        let code = self.child.wait().unwrap().code();
        Ended { code, stdout, stderr }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The lines of `pipe`. It is only read as fast as lines are received, and closed with the receiver.
fn lines(pipe: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = sync_channel(0);
    thread::spawn(move || {
        for line in BufReader::new(pipe).lines() {
            if sender.send(line.unwrap()).is_err() {
                break;
            }
        }
    });
    receiver
}

fn rest(lines: &Receiver<String>) -> Vec<String> {
    let mut rest = Vec::new();
    loop {
        match lines.recv_timeout(WAIT_MAX) {
            Ok(line) => rest.push(line),
            Err(RecvTimeoutError::Disconnected) => return rest,
            Err(RecvTimeoutError::Timeout) => panic!("the process does not end; so far: {rest:?}"),
        }
    }
}

/// The complete response until the service closes the connection.
pub fn ask(address: impl Into<IpAddr>, port: u16, request: &str) -> String {
    let mut stream = connect(address, port);
    stream.write_all(request.as_bytes()).unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).unwrap();
    reply
}

pub fn connect(address: impl Into<IpAddr>, port: u16) -> TcpStream {
    let stream = TcpStream::connect_timeout(&(address.into(), port).into(), WAIT_MAX).unwrap();
    stream.set_read_timeout(Some(WAIT_MAX)).unwrap();
    stream.set_write_timeout(Some(WAIT_MAX)).unwrap();
    stream
}

pub fn read_until(stream: &mut TcpStream, end: &str) {
    let mut read = Vec::new();
    while !read.ends_with(end.as_bytes()) {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        read.extend(byte);
    }
}

/// A connection that is used for several requests.
pub struct Client {
    stream: BufReader<TcpStream>,
}

impl Client {
    pub fn new(port: u16) -> Self {
        let stream = connect(Ipv4Addr::LOCALHOST, port);
        stream.set_nodelay(true).unwrap();
        Self {
            stream: BufReader::new(stream),
        }
    }

    /// Status and body of the response.
    pub fn get(&mut self, path: &str) -> io::Result<(u16, String)> {
        self.ask(&format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n"))
    }

    /// Status and body of `POST /send` with this value.
    pub fn post(&mut self, value: &str) -> io::Result<(u16, String)> {
        let body = serde_json::json!({ "value": value }).to_string();
        let length = body.len();
        self.ask(&format!(
            "POST /send HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n\r\n{body}"
        ))
    }

    fn ask(&mut self, request: &str) -> io::Result<(u16, String)> {
        self.stream.get_mut().write_all(request.as_bytes())?;
        let status = self.line()?;
        let status = status.split(' ').nth(1).and_then(|status| status.parse().ok());
        let status = status.ok_or(io::ErrorKind::InvalidData)?;
        let mut length = 0;
        loop {
            let line = self.line()?;
            if line.is_empty() {
                break;
            }
            if let Some(value) = line.strip_prefix("content-length: ") {
                length = value.parse().unwrap();
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body)?;
        Ok((status, String::from_utf8(body).unwrap()))
    }

    fn line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        match self.stream.read_line(&mut line)? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(line.trim_end().to_owned()),
        }
    }
}
