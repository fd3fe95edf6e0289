//! The book in a browser, while it is written: each change builds it anew and
//! the open pages load themselves again.

use std::convert::Infallible;
use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, RwLock, mpsc};
use std::time::Duration;

use notify::{EventKind, RecursiveMode, Watcher};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::broadcast;
use tokio_stream::StreamExt;
use tokio_stream::wrappers::BroadcastStream;
use warp::http::{Response, StatusCode, header};
use warp::{Filter, path::FullPath, sse};

use crate::build::build_into;
use crate::problem::{Error, with_causes};
use crate::sources::Sources;

/// Time without a change after which the book is built: editors write a file
/// in several steps.
const QUIET: Duration = Duration::from_millis(200);

/// What the book is made of, seen from the root.
const WATCHED: [&str; 6] = [
    "book/en/src",
    "book/ja/src",
    "book/figures",
    "book/theme",
    "chapters/listings",
    "chapters/transcripts",
];

/// What every page gets while it is served.
const SCRIPT: &[u8] = b"<script>new EventSource('/reload').onmessage = () => location.reload();</script>";

/// The folder that is served: another one after each build, so that no page is
/// ever half there.
type Shown = Arc<RwLock<PathBuf>>;

/// Serves the book below `root` on this machine alone, until the program is
/// ended; port 0 is one that is free. `started` is told the address.
///
/// # Errors
///
/// - [`Error::Listen`], if the port cannot be had.
/// - [`Error::Watch`], if the pages cannot be watched.
/// - As [`crate::build::build`], if the book cannot be built at first.
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
    let first = builds.path().join("0");
    build_into(&Sources::open(root)?, &first)?;
    let shown = Arc::new(RwLock::new(first));
    let (changed, _) = broadcast::channel(1);
    watch(root, builds.path(), &shown, changed.clone())?;
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
fn watch(root: &Path, builds: &Path, shown: &Shown, changed: broadcast::Sender<()>) -> Result<(), Error> {
    let (sender, events) = mpsc::channel();
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        if event.is_ok_and(|event| !matches!(event.kind, EventKind::Access(_))) {
            // Nobody listens once the program ends.
            let _ = sender.send(());
        }
    })?;
    for folder in WATCHED {
        watcher.watch(&root.join(folder), RecursiveMode::Recursive)?;
    }
    let (root, builds, shown) = (root.to_owned(), builds.to_owned(), Arc::clone(shown));
    std::thread::spawn(move || {
        // It watches as long as it lives.
        let _watcher = watcher;
        for number in 1.. {
            if events.recv().is_err() {
                return;
            }
            while events.recv_timeout(QUIET).is_ok() {}
            let new = builds.join(number.to_string());
            if let Err(error) = Sources::open(&root).and_then(|sources| build_into(&sources, &new)) {
                eprintln!("Error: {}", with_causes(&error));
                continue;
            }
            let old = std::mem::replace(&mut *shown.write().expect(HELD), new);
            let _ = fs::remove_dir_all(old);
            eprintln!("Built anew.");
            // Nobody listens where no page is open.
            let _ = changed.send(());
        }
    });
    Ok(())
}

/// Why the lock around the shown folder is never poisoned.
const HELD: &str = "no thread panics while it holds the folder";

fn routes(
    shown: Shown,
    changed: broadcast::Sender<()>,
) -> impl Filter<Extract = (impl warp::Reply,), Error = warp::Rejection> + Clone {
    let reload = warp::path!("reload").map(move || {
        // One that was missed is as good as one that came.
        let events = BroadcastStream::new(changed.subscribe())
            .map(|_| Ok::<_, Infallible>(sse::Event::default().data("changed")));
        sse::reply(sse::keep_alive().stream(events))
    });
    let pages = warp::get()
        .and(warp::path::full())
        .map(move |path: FullPath| page(&shown.read().expect(HELD), path.as_str()));
    reload.or(pages)
}

fn page(folder: &Path, path: &str) -> Response<Vec<u8>> {
    let found = file(folder, path).and_then(|file| fs::read(&file).ok().map(|content| (file, content)));
    let (status, (file, mut content)) = found.map_or_else(
        || {
            let file = folder.join("404.html");
            let content = fs::read(&file).unwrap_or_default();
            (StatusCode::NOT_FOUND, (file, content))
        },
        |found| (StatusCode::OK, found),
    );
    let kind = content_type(&file);
    if kind.starts_with("text/html") {
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

fn content_type(file: &Path) -> &'static str {
    match file.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
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
