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

/// Longest wait for the requests in flight once a signal came: more than one that is still sending
/// its body gets ([`BODY_TIME_MAX`](crate::body::BODY_TIME_MAX)), less than the 10 s that
/// `docker stop` gives.
const DRAIN_TIME_MAX: Duration = Duration::from_secs(4);

/// Threads for what blocks: looking up the database's name. A look-up that its attempt no longer
/// waits for keeps its thread until the name server's time is over, 10 s and more; this many let the
/// next attempts go on meanwhile, each with a thread of its own.
const BLOCKING_THREADS_MAX: usize = 64;

/// Serves `routes` as `config` says, until SIGTERM or SIGINT; `upkeep` runs beside it.
///
/// An error of `upkeep` ends the service as a signal does. That it comes to an end ends nothing.
///
/// Says `⇨ http server started on …` on stdout once it listens. After the signal it accepts no
/// connection, closes those that are idle, replies to the requests in flight, for at most 4 s, and
/// writes the rest of the access log.
///
/// # Errors
///
/// - [`Error::Runtime`] if the system gives no event queue or no signal handler.
/// - [`Error::Listen`] if the port is in use, or not ours to use.
/// - [`Error::AccessLog`] if the system gives no thread for the log.
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
    // One thread: a request takes microseconds, and a second worker costs more memory than it gains.
    let runtime = runtime::Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(BLOCKING_THREADS_MAX)
        .build()
        .map_err(Error::Runtime)?;
    let ended = runtime.block_on(async {
        // Before the start-up line: who reads it may send a signal at once.
        let stop = stop_signal().map_err(Error::Runtime)?;
        let listener = listen(config.port)?;
        let (log, writer) = access_log(config).map_err(Error::AccessLog)?;
        say_started(listener.local_addr().map_err(Error::Runtime)?);
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
    // Not dropped: that waits for a name to be looked up.
    runtime.shutdown_background();
    ended
}

/// Ends at the first SIGTERM (`docker stop`) or SIGINT (Ctrl-C).
///
/// Process 1 of a container gets neither without a handler.
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

fn say_started(address: SocketAddr) {
    let no_ipv6 = if address.is_ipv4() {
        " (this system has no IPv6)"
    } else {
        ""
    };
    let mut stdout = io::stdout().lock();
    // A service that nobody listens to serves all the same.
    let _ = writeln!(stdout, "⇨ http server started on {address}{no_ipv6}");
    let _ = stdout.flush();
}

/// The log on stdout and its writer; `None` when it is off.
fn access_log(config: &Config) -> io::Result<(AccessLog, Option<LogWriter>)> {
    if !config.access_log {
        return Ok((AccessLog::off(), None));
    }
    // Not `Stdout`: its lock would be the writer's for as long as a write blocks.
    let stdout = std::fs::File::from(io::stdout().as_fd().try_clone_to_owned()?);
    let (log, writer) = AccessLog::start(stdout)?;
    Ok((log, Some(writer)))
}

/// Serves until `end` is there, and returns it once the requests in flight have their replies.
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

/// Records the reply that hyper itself gives to what is not HTTP.
///
/// Other errors have no reply: the client went away, or was too slow.
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
