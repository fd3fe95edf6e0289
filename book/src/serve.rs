//! The book in a browser, while it is written: each change builds it anew and
//! the open pages load themselves again.

use std::convert::Infallible;
use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, RwLock};
use std::thread;

use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::broadcast;
use tokio_stream::StreamExt;
use tokio_stream::wrappers::BroadcastStream;
use warp::http::{Response, StatusCode, header};
use warp::{Filter, path::FullPath, sse};

use crate::build::build_into;
use crate::html::escape;
use crate::problem::{Error, with_causes};
use crate::seen::Seen;
use crate::sources::Sources;

/// What every page gets while it is served.
const SCRIPT: &[u8] = b"<script>new EventSource('/reload').onmessage = () => location.reload();</script>";

/// The folder that is served, another one after each build, so that no page is
/// ever half there; or why there is none.
type Shown = Result<PathBuf, String>;

/// Serves the book below `root` on this machine alone, until the program is
/// ended; port 0 is one that is free. `started` is told the address.
///
/// A change of any file that a page is made from builds the book anew. A book
/// that cannot be built is said on stderr and in the browser, until it can.
///
/// What is compiled into this program stays as it was when it started: its own
/// code and the chapters', which answers `{{#commands …}}` and
/// `{{#placeholders}}`. After a change of that, start it again; code that a
/// page shows by `{{#file …}}` is a file like any other.
///
/// # Errors
///
/// - [`Error::Listen`], if the port cannot be had.
/// - [`Error::Write`], if there is no place for what is built.
///
/// # Panics
///
/// If the machine has no thread left.
pub fn serve(root: &Path, port: u16, started: impl FnOnce(SocketAddr)) -> Result<(), Error> {
    let target = root.join("target");
    let builds = fs::create_dir_all(&target)
        .and_then(|()| {
            tempfile::Builder::new()
                .prefix("book-served-")
                .tempdir_in(&target)
        })
        .map_err(|source| Error::Write { path: target, source })?;
    let (first, seen) = build_noting(root, builds.path().join("0"));
    let shown = Arc::new(RwLock::new(first));
    let (changed, _) = broadcast::channel(1);
    build_after_changes(root, builds.path(), seen, &shown, changed.clone());
    let runtime = tokio::runtime::Runtime::new().expect("threads can be started");
    runtime.block_on(async {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let failed = |source| Error::Listen { address, source };
        let listener = TcpListener::bind(address).await.map_err(failed)?;
        let mut terminate = signal(SignalKind::terminate()).map_err(failed)?;
        started(listener.local_addr().map_err(failed)?);
        // An open page would hold a graceful end up for ever.
        tokio::select! {
            () = warp::serve(routes(shown, changed)).incoming(listener).run() => {}
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        }
        Ok(())
    })
}

/// Builds after each change, on a thread of its own.
fn build_after_changes(
    root: &Path,
    builds: &Path,
    mut seen: Seen,
    shown: &Arc<RwLock<Shown>>,
    changed: broadcast::Sender<()>,
) {
    let (root, builds, shown) = (root.to_owned(), builds.to_owned(), Arc::clone(shown));
    thread::spawn(move || {
        for number in 1.. {
            seen.wait_for_change();
            let new;
            (new, seen) = build_noting(&root, builds.join(number.to_string()));
            if new.is_ok() {
                eprintln!("Built anew.");
            }
            let old = std::mem::replace(&mut *shown.write().expect(HELD), new);
            if let Ok(old) = old {
                let _ = fs::remove_dir_all(old);
            }
            // Nobody listens where no page is open.
            let _ = changed.send(());
        }
    });
}

/// Builds into `folder`, and says what the book was made from, also where that failed.
fn build_noting(root: &Path, folder: PathBuf) -> (Shown, Seen) {
    let seen = Seen::default();
    let built = Sources::open_and_note(root, &seen).and_then(|sources| build_into(&sources, &folder));
    let shown = built.map(|()| folder).map_err(|error| {
        let problem = format!("Error: {}", with_causes(&error));
        eprintln!("{problem}");
        problem
    });
    (shown, seen)
}

/// Why the lock around the shown folder is never poisoned.
const HELD: &str = "no thread panics while it holds the folder";

fn routes(
    shown: Arc<RwLock<Shown>>,
    changed: broadcast::Sender<()>,
) -> impl Filter<Extract = (impl warp::Reply,), Error = warp::Rejection> + Clone {
    let reload = warp::path!("reload").map(move || {
        // One that was missed is as good as one that came.
        let events = BroadcastStream::new(changed.subscribe())
            .map(|_| Ok::<_, Infallible>(sse::Event::default().data("changed")));
        sse::reply(sse::keep_alive().stream(events))
    });
    let pages =
        warp::get()
            .and(warp::path::full())
            .map(move |path: FullPath| match &*shown.read().expect(HELD) {
                Ok(folder) => page(folder, path.as_str()),
                Err(problem) => problem_page(problem),
            });
    reload.or(pages)
}

fn page(folder: &Path, path: &str) -> Response<Vec<u8>> {
    let found = file(folder, path).and_then(|file| fs::read(&file).ok().map(|content| (file, content)));
    let (status, (file, content)) = found.map_or_else(
        || {
            let file = folder.join("404.html");
            let content = fs::read(&file).unwrap_or_default();
            (StatusCode::NOT_FOUND, (file, content))
        },
        |found| (StatusCode::OK, found),
    );
    response(status, content_type(&file), content)
}

fn problem_page(problem: &str) -> Response<Vec<u8>> {
    let html = format!(
        r#"<!doctype html><html lang="en"><meta charset="utf-8"><title>No book yet</title><pre>{}</pre>"#,
        escape(problem)
    );
    response(StatusCode::SERVICE_UNAVAILABLE, HTML, html.into_bytes())
}

fn response(status: StatusCode, kind: &str, mut content: Vec<u8>) -> Response<Vec<u8>> {
    if kind == HTML {
        content.extend(SCRIPT);
    }
    Response::builder()
        .status(status)
        .header(header::CONTENT_TYPE, kind)
        .header(header::CACHE_CONTROL, "no-store")
        .body(content)
        .expect("status and headers are valid")
}

/// The file of an address; `None` for one that leads out of the book.
fn file(folder: &Path, path: &str) -> Option<PathBuf> {
    let relative = Path::new(path.trim_start_matches('/'));
    let is_inside = relative
        .components()
        .all(|component| matches!(component, Component::Normal(_)));
    let mut file = folder.join(relative);
    if path.ends_with('/') {
        file.push("index.html");
    }
    (is_inside && file.is_file()).then_some(file)
}

const HTML: &str = "text/html; charset=utf-8";

fn content_type(file: &Path) -> &'static str {
    match file.extension().and_then(|extension| extension.to_str()) {
        Some("html") => HTML,
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("json") => "application/json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("woff2") => "font/woff2",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
