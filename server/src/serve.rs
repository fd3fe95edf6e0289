use std::future::Future;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::os::fd::AsFd;
use std::pin::pin;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::runtime;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::time::timeout;
use warp::http::StatusCode;
use warp::{Filter, Rejection, Reply};

use crate::access_log::{AccessLog, Entry, LogWriter};
use crate::connection::{self, Notice};
use crate::error::complain;
use crate::listener::listen;
use crate::room::Room;
use crate::{Config, Error, service};

/// Time limit for the requests in flight after a signal: longer than a body may take
/// ([`BODY_TIME_MAX`](crate::body::BODY_TIME_MAX)), shorter than the 10 s that `docker stop` waits.
const DRAIN_TIME_MAX: Duration = Duration::from_secs(4);

/// Threads for blocking work: name look-ups. A look-up keeps its thread until the name server times
/// out, after 10 s or more, even if its attempt has given up; with this many threads, the next
/// attempts can start meanwhile.
const BLOCKING_THREADS_MAX: usize = 64;

/// Serves `routes` according to `config`, until SIGTERM or SIGINT; `upkeep` runs beside it.
///
/// An error of `upkeep` ends the service like a signal; if `upkeep` succeeds, the service
/// continues.
///
/// Prints `⇨ http server started on …` on stdout once it listens. After the signal it accepts no
/// more connections, closes idle ones, replies to the requests in flight for at most 4 s, and
/// writes the rest of the access log.
///
/// # Errors
///
/// - [`Error::Runtime`] if the system cannot provide an event queue or a signal handler.
/// - [`Error::Listen`] if the port is in use or may not be used, or the machine lacks the address.
/// - [`Error::AccessLog`] if the system cannot start a thread for the log.
/// - The error of `upkeep`.
pub fn run<F>(
    config: &Config,
    routes: F,
    upkeep: impl Future<Output = Result<(), Error>>,
) -> Result<(), Error>
where
    F: Filter<Extract: Reply, Error = Rejection> + Clone + Send + Sync + 'static,
    F::Future: Send,
{
    // One thread: a request takes microseconds, and a second worker would cost more memory than it
    // gains.
    let runtime = runtime::Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(BLOCKING_THREADS_MAX)
        .build()
        .map_err(Error::Runtime)?;
    let ended = runtime.block_on(async {
        // Before the start-up line, because a program that reads the line may send a signal at
        // once.
        let stop = stop_signal().map_err(Error::Runtime)?;
        let listener = listen(config.host, config.port)?;
        let (log, writer) = access_log(config).map_err(Error::AccessLog)?;
        say_started(config, listener.local_addr().map_err(Error::Runtime)?);
        let end = async {
            tokio::select! {
                () = stop => Ok(()),
                Err(error) = upkeep => Err(error),
            }
        };
        let ended = serve(listener, routes, &log, end).await;
        if let Some(writer) = writer {
            writer.finish();
        }
        ended
    });
    // Dropping the runtime would wait for name look-ups.
    runtime.shutdown_background();
    ended
}

/// Completes at the first SIGTERM (`docker stop`) or SIGINT (Ctrl-C).
///
/// Process 1 of a container ignores both if it has no handler.
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

fn say_started(config: &Config, address: SocketAddr) {
    let no_ipv6 = if config.host.is_none() && address.is_ipv4() {
        " (this system has no IPv6)"
    } else {
        ""
    };
    let mut stdout = io::stdout().lock();
    // If stdout is closed, the service runs anyway.
    let _ = writeln!(stdout, "⇨ http server started on {address}{no_ipv6}");
    let _ = stdout.flush();
}

/// The log on stdout and its writer; `None` if the log is off.
fn access_log(config: &Config) -> io::Result<(AccessLog, Option<LogWriter>)> {
    if !config.access_log {
        return Ok((AccessLog::off(), None));
    }
    // Not `Stdout`: the writer would hold its lock for as long as a write blocks.
    let stdout = std::fs::File::from(io::stdout().as_fd().try_clone_to_owned()?);
    let (log, writer) = AccessLog::start(stdout)?;
    Ok((log, Some(writer)))
}

/// Serves until `end` completes, and returns its result after the requests in flight have their
/// replies.
async fn serve<F, E>(listener: TcpListener, routes: F, log: &AccessLog, end: impl Future<Output = E>) -> E
where
    F: Filter<Extract: Reply, Error = Rejection> + Clone + Send + Sync + 'static,
    F::Future: Send,
{
    let service = service(routes, log.clone());
    let notices = watch::Sender::new(Notice::None);
    let room = Room::new(&notices);
    let mut end = pin!(end);
    let ended = loop {
        let (stream, place) = tokio::select! {
            entered = room.enter(&listener) => entered,
            ended = &mut end => break ended,
        };
        let served = connection::serve(stream, service.clone(), notices.subscribe());
        let log = log.clone();
        tokio::spawn(async move {
            if let Err(error) = served.await {
                record_unreadable(&error, &log);
            }
            drop(place);
        });
    };
    drop(listener);
    notices.send_replace(Notice::End);
    if timeout(DRAIN_TIME_MAX, notices.closed()).await.is_err() {
        complain(format_args!(
            "cut the requests that were unfinished after {DRAIN_TIME_MAX:?}"
        ));
    }
    ended
}

/// Records the reply that hyper gives to invalid HTTP.
///
/// Other errors have no reply: the client disconnected, or was too slow.
fn record_unreadable(error: &hyper::Error, log: &AccessLog) {
    if !error.is_parse() || error.is_parse_version_h2() {
        return;
    }
    let status = if error.is_parse_too_large() {
        StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE
    } else {
        StatusCode::BAD_REQUEST
    };
    log.record(&Entry {
        method: "-",
        path: "-",
        status,
        bytes: 0,
        latency: Duration::ZERO,
    });
}
