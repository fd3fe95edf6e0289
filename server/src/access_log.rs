use std::io::{self, ErrorKind, Write};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread;
use std::time::{Duration, SystemTime};
use std::{fmt, mem};

use serde::{Serialize, Serializer};
use warp::http::StatusCode;

use crate::error::complain;
use crate::timestamp::Timestamp;

/// Longest time that a line waits to be written together with others.
const GATHER_TIME: Duration = Duration::from_millis(5);

/// Largest amount of unwritten lines, in bytes; while stdout is blocked, further lines are dropped
/// and counted.
const PENDING_BYTES_MAX: usize = 1024 * 1024;

/// Time limit for writing the last lines when the service ends.
const FINISH_TIME_MAX: Duration = Duration::from_secs(1);

/// One line of JSON for each response:
/// `{"time":"2026-11-23T23:37:45.123Z","method":"GET","path":"/","status":200,"bytes":17,"latency":"43µs"}`.
///
/// Recording only appends to a buffer. A separate thread writes, because writing to stdout may
/// block; it sleeps while there is nothing to write. If lines were dropped,
/// `{"time":…,"dropped":3}` appears in their place.
#[derive(Clone)]
pub struct AccessLog {
    /// `None` if the log is off.
    shared: Option<Arc<Shared>>,
}

/// The thread that writes an [`AccessLog`].
pub struct LogWriter {
    shared: Arc<Shared>,
    /// Disconnects when the thread ends.
    ended: Receiver<()>,
}

/// The content of a line, apart from the time.
pub(crate) struct Entry<'a> {
    pub(crate) method: &'a str,
    /// Path without the query, which may contain private data.
    pub(crate) path: &'a str,
    pub(crate) status: StatusCode,
    /// Length of the response's body, in bytes.
    pub(crate) bytes: u64,
    /// Time from reading the request's head to having the response's head ready.
    pub(crate) latency: Duration,
}

impl AccessLog {
    /// A log that records nothing.
    #[must_use]
    pub fn off() -> Self {
        Self { shared: None }
    }

    /// Starts a log that is written to `out`.
    ///
    /// # Errors
    ///
    /// - The system's error if it cannot start a thread.
    pub fn start(out: impl Write + Send + 'static) -> io::Result<(Self, LogWriter)> {
        let shared = Arc::new(Shared::default());
        let (alive, ended) = mpsc::channel();
        let writing = Arc::clone(&shared);
        thread::Builder::new()
            .name("access-log".to_owned())
            .spawn(move || {
                writing.write_all(out);
                drop(alive);
            })?;
        Ok((
            Self {
                shared: Some(Arc::clone(&shared)),
            },
            LogWriter { shared, ended },
        ))
    }

    /// Appends a line, or counts it as dropped if [`PENDING_BYTES_MAX`] bytes are waiting.
    pub(crate) fn record(&self, entry: &Entry) {
        if let Some(shared) = &self.shared {
            shared.record(entry);
        }
    }
}

impl LogWriter {
    /// Writes what was recorded, then ends; gives up after 1 s.
    pub fn finish(self) {
        self.shared.lock().closed = true;
        self.shared.changed.notify_one();
        // Disconnected: everything is written. Timeout: nobody reads stdout, so the rest is
        // dropped.
        let _ = self.ended.recv_timeout(FINISH_TIME_MAX);
    }
}

#[derive(Default)]
struct Shared {
    pending: Mutex<Pending>,
    /// Signals that a first line is pending or that the log is closed.
    changed: Condvar,
}

#[derive(Default)]
struct Pending {
    lines: Vec<u8>,
    /// Number of lines that were dropped or not written since the last count.
    dropped: u64,
    /// Nothing is recorded any more: the service ends, or stdout is closed.
    closed: bool,
    clock: Clock,
}

impl Shared {
    fn record(&self, entry: &Entry) {
        let mut pending = self.lock();
        if pending.closed {
            return;
        }
        let was_empty = pending.lines.is_empty();
        pending.push(entry);
        drop(pending);
        if was_empty {
            self.changed.notify_one();
        }
    }

    fn write_all(&self, mut out: impl Write) {
        let mut lines = Vec::new();
        while self.take(&mut lines) {
            if let Err(error) = out.write_all(&lines) {
                let unread = error.kind() == ErrorKind::BrokenPipe;
                let mut pending = self.lock();
                pending.closed |= unread;
                pending.dropped += lines.split_inclusive(|byte| *byte == b'\n').count() as u64;
                if pending.closed {
                    drop(pending);
                    complain(format_args!("the access log ends: {error}"));
                    return;
                }
            }
            lines.clear();
        }
    }

    /// Waits for lines and moves them to `lines`; false if the log is closed and none are left.
    fn take(&self, lines: &mut Vec<u8>) -> bool {
        let idle = |pending: &mut Pending| pending.lines.is_empty() && !pending.closed;
        let pending = self.changed.wait_while(self.lock(), idle).expect(NO_PANIC);
        let open = |pending: &mut Pending| !pending.closed;
        let gathered = self.changed.wait_timeout_while(pending, GATHER_TIME, open);
        let (mut pending, _) = gathered.expect(NO_PANIC);
        mem::swap(&mut pending.lines, lines);
        pending.count_dropped(lines);
        !lines.is_empty()
    }

    fn lock(&self) -> MutexGuard<'_, Pending> {
        self.pending.lock().expect(NO_PANIC)
    }
}

const NO_PANIC: &str = "nothing panics while it holds the lock";

impl Pending {
    fn push(&mut self, entry: &Entry) {
        let before = self.lines.len();
        let line = Line {
            time: self.clock.now(),
            method: entry.method,
            path: entry.path,
            status: entry.status.as_u16(),
            bytes: entry.bytes,
            latency: Micros(entry.latency),
        };
        append(&mut self.lines, &line);
        if self.lines.len() > PENDING_BYTES_MAX {
            self.lines.truncate(before);
            self.dropped += 1;
        }
    }

    fn count_dropped(&mut self, lines: &mut Vec<u8>) {
        let dropped = mem::take(&mut self.dropped);
        if dropped > 0 {
            let time = self.clock.now();
            append(lines, &DroppedLine { time, dropped });
        }
    }
}

fn append(lines: &mut Vec<u8>, line: &impl Serialize) {
    serde_json::to_writer(&mut *lines, line).expect("these lines are JSON, and memory takes them");
    lines.push(b'\n');
}

#[derive(Serialize)]
struct Line<'a> {
    time: &'a str,
    method: &'a str,
    path: &'a str,
    status: u16,
    bytes: u64,
    latency: Micros,
}

#[derive(Serialize)]
struct DroppedLine<'a> {
    time: &'a str,
    dropped: u64,
}

/// Displays a duration as `43µs`.
struct Micros(Duration);

impl fmt::Display for Micros {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // 64 bits are enough for 580 000 years and are formatted faster than the 128 of
        // `as_micros`.
        let micros = self.0.as_secs() * 1_000_000 + u64::from(self.0.subsec_micros());
        write!(f, "{micros}µs")
    }
}

impl Serialize for Micros {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Formats a time again only when its millisecond changes: under load, many lines share one.
#[derive(Default)]
struct Clock {
    /// Milliseconds since the beginning of 1970.
    millis: u128,
    text: String,
}

impl Clock {
    fn now(&mut self) -> &str {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        // A clock that is set to before 1970 counts as 1970.
        let since_epoch = now.unwrap_or_default();
        if self.millis != since_epoch.as_millis() || self.text.is_empty() {
            self.millis = since_epoch.as_millis();
            self.text = Timestamp { since_epoch }.to_string();
        }
        &self.text
    }
}
