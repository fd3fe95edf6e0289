//! Serves the book while it is being written: each change rebuilds it, and open pages reload themselves.

use std::convert::Infallible;
use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, RwLock};
use std::thread;
use std::time::SystemTime;

use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use warp::http::{Method, Response, StatusCode, header, response};
use warp::{Filter, path::FullPath};

use crate::build::build_into;
use crate::html::escape;
use crate::problem::{Error, with_causes};
use crate::seen::Seen;
use crate::sources::Sources;

/// Script that reloads an open page after a build. It asks every second. An endless connection for each
/// page would block the seventh page, because a browser opens only six connections to a host.
const SCRIPT: &str = include_str!("reload.js");

/// The path at which the script asks for the id of the last build.
const NUMBER_PATH: &str = "/build";

/// The last build, as the browser gets it.
struct Shown {
    /// Id of the build: start time of the program, in nanoseconds since 1970, and the number of earlier
    /// builds. It is unique, even across runs.
    number: String,
    /// The folder that is served, a new one after each build, so that no page is incomplete; or the
    /// reason why there is none.
    book: Result<PathBuf, String>,
}

/// An event while the book is served.
#[derive(Debug)]
pub enum Event<'a> {
    /// The server listens at this address.
    Started(SocketAddr),
    /// The browser gets a new book, because a file has changed.
    Built,
    /// The browser gets this error instead of a book.
    Failed(&'a str),
}

/// Serves the book in `root`, only on this machine, until the program is stopped. Port 0 means any free
/// port. `told` is called for each event.
///
/// A change of any file that a page is made from rebuilds the book. If the build fails, the browser
/// shows the error until a build succeeds.
///
/// Code that is compiled into this program does not change while it runs: its own, and that of the
/// chapters, which is used for `{{#commands …}}` and `{{#placeholders}}`. Restart the program after
/// changing it. Code that a page shows with `{{#file …}}` is reloaded like any other file.
///
/// # Errors
///
/// - [`Error::Listen`], if the port cannot be used.
/// - [`Error::Write`], if the build folder cannot be created.
///
/// # Panics
///
/// If the system cannot start a thread.
pub fn serve(root: &Path, port: u16, told: impl Fn(Event<'_>) + Send + Sync + 'static) -> Result<(), Error> {
    let told = Arc::new(told);
    let started_at = SystemTime::UNIX_EPOCH.elapsed().map_or(0, |time| time.as_nanos());
    let target = root.join("target");
    let builds = fs::create_dir_all(&target)
        .and_then(|()| {
            tempfile::Builder::new()
                .prefix("book-served-")
                .tempdir_in(&target)
        })
        .map_err(|source| Error::Write { path: target, source })?;
    let (first, seen) = build_noting(root, builds.path(), started_at, 0);
    if let Err(problem) = &first.book {
        told(Event::Failed(problem));
    }
    let shown = Arc::new(RwLock::new(first));
    build_after_changes(root, builds.path(), started_at, seen, &shown, Arc::clone(&told));
    let runtime = tokio::runtime::Runtime::new().expect("threads can be started");
    runtime.block_on(async {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let failed = |source| Error::Listen { address, source };
        let listener = TcpListener::bind(address).await.map_err(failed)?;
        let mut terminate = signal(SignalKind::terminate()).map_err(failed)?;
        told(Event::Started(listener.local_addr().map_err(failed)?));
        // A graceful shutdown would wait for connections that browsers keep open.
        tokio::select! {
            () = warp::serve(routes(shown)).incoming(listener).run() => {}
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        }
        Ok(())
    })
}

/// Rebuilds after each change, in its own thread.
fn build_after_changes(
    root: &Path,
    builds: &Path,
    started_at: u128,
    mut seen: Seen,
    shown: &Arc<RwLock<Shown>>,
    told: Arc<impl Fn(Event<'_>) + Send + Sync + 'static>,
) {
    let (root, builds, shown) = (root.to_owned(), builds.to_owned(), Arc::clone(shown));
    thread::spawn(move || {
        for count in 1.. {
            seen.wait_for_change();
            let new;
            (new, seen) = build_noting(&root, &builds, started_at, count);
            let problem = new.book.clone().err();
            let old = std::mem::replace(&mut *shown.write().expect(HELD), new);
            match &problem {
                Some(problem) => told(Event::Failed(problem)),
                None => told(Event::Built),
            }
            if let Ok(old) = old.book {
                let _ = fs::remove_dir_all(old);
            }
        }
    });
}

/// Builds into a new folder in `builds`. Also returns which files the book was made from, even if the
/// build failed.
fn build_noting(root: &Path, builds: &Path, started_at: u128, count: u64) -> (Shown, Seen) {
    let seen = Seen::default();
    let number = format!("{started_at}-{count}");
    let folder = builds.join(&number);
    let built = Sources::open_and_note(root, &seen).and_then(|sources| build_into(&sources, &folder));
    let book = built
        .map(|()| folder)
        .map_err(|error| format!("Error: {}", with_causes(&error)));
    (Shown { number, book }, seen)
}

/// Why the lock of the shown folder is never poisoned.
const HELD: &str = "no thread panics while it holds the folder";

fn routes(
    shown: Arc<RwLock<Shown>>,
) -> impl Filter<Extract = (Response<Vec<u8>>,), Error = Infallible> + Clone {
    let query = warp::query::raw().or(warp::any().map(String::new)).unify();
    warp::method().and(warp::path::full()).and(query).map(
        move |method: Method, path: FullPath, query: String| {
            let shown = shown.read().expect(HELD);
            answer(&shown, &method, path.as_str(), &query)
        },
    )
}

/// The response to a request. The response to HEAD is built like that to GET: hyper omits the body.
fn answer(shown: &Shown, method: &Method, path: &str, query: &str) -> Response<Vec<u8>> {
    if ![Method::GET, Method::HEAD].contains(method) {
        return finished(
            head(StatusCode::METHOD_NOT_ALLOWED, TEXT).header(header::ALLOW, "GET, HEAD"),
            "This server answers GET and HEAD.\n",
        );
    }
    if path == NUMBER_PATH {
        return finished(head(StatusCode::OK, TEXT), shown.number.as_str());
    }
    let folder = match &shown.book {
        Ok(folder) => folder,
        Err(problem) => {
            let page = reloading(problem_page(problem), &shown.number);
            return finished(head(StatusCode::SERVICE_UNAVAILABLE, HTML), page);
        }
    };
    if let Some(mut address) = folder_address(folder, path) {
        if !query.is_empty() {
            address = format!("{address}?{query}");
        }
        // As static file hosts do. 308 would also keep the method, but only GET and HEAD get here.
        return finished(
            head(StatusCode::MOVED_PERMANENTLY, TEXT).header(header::LOCATION, &address),
            format!("Moved to {address}\n"),
        );
    }
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
    if kind == HTML {
        content = reloading(content, &shown.number);
    }
    finished(head(status, kind), content)
}

fn problem_page(problem: &str) -> Vec<u8> {
    let html = format!(
        r#"<!doctype html><html lang="en"><meta charset="utf-8"><title>No book yet</title><pre>{}</pre>"#,
        escape(problem)
    );
    html.into_bytes()
}

/// The page of a build, with the script that reloads it after the next build.
fn reloading(mut page: Vec<u8>, number: &str) -> Vec<u8> {
    page.extend(format!("<script data-build=\"{number}\">\n{SCRIPT}</script>").into_bytes());
    page
}

fn head(status: StatusCode, kind: &str) -> response::Builder {
    Response::builder()
        .status(status)
        .header(header::CONTENT_TYPE, kind)
        .header(header::CACHE_CONTROL, "no-store")
}

fn finished(head: response::Builder, content: impl Into<Vec<u8>>) -> Response<Vec<u8>> {
    head.body(content.into()).expect("status and headers are valid")
}

/// The file for an address; `None` if the address leads outside the book.
fn file(folder: &Path, path: &str) -> Option<PathBuf> {
    let mut file = folder.join(inside(path)?);
    if path.ends_with('/') {
        file.push("index.html");
    }
    file.is_file().then_some(file)
}

/// The address of a folder's page with a final `/`, which its relative links need; `None` if `path`
/// already ends in `/` or is no such folder.
fn folder_address(folder: &Path, path: &str) -> Option<String> {
    let relative = inside(path)?;
    let is_folder = !path.ends_with('/') && folder.join(relative).join("index.html").is_file();
    // From the components, not from the path: `//en/` would be an address on a host called `en`.
    let parts: PathBuf = relative.components().collect();
    is_folder.then(|| format!("/{}/", parts.display()))
}

/// The path relative to the book's folder; `None` if it leads outside.
fn inside(path: &str) -> Option<&Path> {
    let relative = Path::new(path.trim_start_matches('/'));
    relative
        .components()
        .all(|component| matches!(component, Component::Normal(_)))
        .then_some(relative)
}

const HTML: &str = "text/html; charset=utf-8";
const TEXT: &str = "text/plain; charset=utf-8";

fn content_type(file: &Path) -> &'static str {
    match file.extension().and_then(|extension| extension.to_str()) {
        Some("html") => HTML,
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("json") => "application/json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("woff2") => "font/woff2",
        Some("txt") => TEXT,
        _ => "application/octet-stream",
    }
}
