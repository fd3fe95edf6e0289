//! Serves the book: a reader runs its sections from the pages, and each change of a page rebuilds it, so
//! that open pages reload themselves.

use std::convert::Infallible;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, RwLock};
use std::thread;
use std::time::SystemTime;

use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tutorial_engine::language::LANGUAGES;
use warp::http::{HeaderMap, Method, Response, StatusCode, header, response};
use warp::hyper::body::Bytes;
use warp::reject::PayloadTooLarge;
use warp::{Filter, Rejection, path::FullPath};

use crate::build::build_into;
use crate::html::escape;
use crate::interface::spoken;
use crate::problem::{Error, with_causes};
use crate::run::child::Program;
use crate::run::guard::Guard;
use crate::run::{Runs, routes as run};
use crate::seen::Seen;
use crate::sources::{Shelf, Sources};

/// Script that reloads an open page after a build. It asks every second. An endless connection for each
/// page would block the seventh page, because a browser opens only six connections to a host.
const SCRIPT: &str = include_str!("reload.js");

/// Script and style of what a reader runs from a page. Published pages do not have them: nothing would
/// answer.
const RUN_SCRIPT: &str = include_str!("run/run.js");
const RUN_STYLE: &str = include_str!("run/run.css");

/// The path at which the script asks for the id of the last build.
const NUMBER_PATH: &str = "/build";

/// How the names of folders with a server's builds begin.
const BUILDS: &str = "book-served-";

/// A file in such a folder, locked as long as its server runs.
const LOCK: &str = "lock";

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
    /// The server listens at this address. Pages that were opened with the token may run sections.
    Started(SocketAddr, &'a str),
    /// The browser gets a new book, because a file has changed.
    Built,
    /// The browser gets this error instead of a book.
    Failed(&'a str),
    /// The server ends, and what this chapter has made is removed.
    Cleaning(&'a str),
}

/// Serves a book, only on this machine, until the program is stopped. Port 0 means any free port. `answer`
/// is a reader's own file, which pages can check as the answer to an exercise. What a
/// reader runs from a page is run by `program`. `told` is called for each event.
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
pub fn serve(
    shelf: &Shelf,
    port: u16,
    answer: Option<&Path>,
    program: Program,
    told: impl Fn(Event<'_>) + Send + Sync + 'static,
) -> Result<(), Error> {
    let told = Arc::new(told);
    let started_at = SystemTime::UNIX_EPOCH.elapsed().map_or(0, |time| time.as_nanos());
    let target = shelf.root.join("target");
    let builds = build_folder(&target).map_err(|source| Error::Write { path: target, source })?;
    let (first, seen) = build_noting(shelf, builds.0.path(), started_at, 0);
    if let Err(problem) = &first.book {
        told(Event::Failed(problem));
    }
    let shown = Arc::new(RwLock::new(first));
    build_after_changes(
        shelf,
        builds.0.path(),
        started_at,
        seen,
        &shown,
        Arc::clone(&told),
    );
    let answer = answer.map(|file| std::path::absolute(file).unwrap_or_else(|_| file.to_owned()));
    let answer = answer.map(|file| file.display().to_string());
    let runs = Runs::new(program, shelf.chapters, answer);
    let guard = Guard::new();
    let runtime = tokio::runtime::Runtime::new().expect("threads can be started");
    runtime.block_on(async {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let failed = |source| Error::Listen { address, source };
        let listener = TcpListener::bind(address).await.map_err(failed)?;
        let mut terminate = signal(SignalKind::terminate()).map_err(failed)?;
        let mut hang_up = signal(SignalKind::hangup()).map_err(failed)?;
        told(Event::Started(
            listener.local_addr().map_err(failed)?,
            guard.token(),
        ));
        // A graceful shutdown would wait for connections that browsers keep open.
        tokio::select! {
            () = warp::serve(routes(shown, runs.clone(), guard)).incoming(listener).run() => {}
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
            _ = hang_up.recv() => {}
        }
        Ok(())
    })?;
    runs.close(|chapter| told(Event::Cleaning(chapter)));
    Ok(())
}

/// Creates the folder of a server's builds; removes those of servers that were killed.
fn build_folder(target: &Path) -> io::Result<(TempDir, File)> {
    fs::create_dir_all(target)?;
    for folder in fs::read_dir(target)? {
        let path = folder?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with(BUILDS)
            && let Ok(lock) = File::open(path.join(LOCK))
            && lock.try_lock().is_ok()
        {
            fs::remove_dir_all(&path)?;
        }
    }
    let folder = tempfile::Builder::new().prefix(BUILDS).tempdir_in(target)?;
    // Another server that starts now sees a file only once it is locked.
    let unseen = folder.path().join("lock.new");
    let lock = File::create(&unseen)?;
    lock.lock()?;
    fs::rename(&unseen, folder.path().join(LOCK))?;
    Ok((folder, lock))
}

/// This program, with `arguments` before a chapter's name, as what runs a chapter; `variables` is the
/// environment of the reader's shell.
///
/// # Errors
///
/// - [`Error::Read`], if the system does not say which file this program is.
pub fn program(
    arguments: &[&str],
    variables: impl Iterator<Item = (OsString, OsString)>,
) -> Result<Program, Error> {
    let file = std::env::current_exe().map_err(|source| Error::Read {
        path: PathBuf::from("the file of this program"),
        source,
    })?;
    Ok(Program {
        file,
        arguments: arguments.iter().map(Into::into).collect(),
        variables: variables.collect(),
    })
}

/// Says what happens in a terminal.
#[expect(clippy::needless_pass_by_value, reason = "`serve` hands over each event")]
pub fn tell(event: Event<'_>) {
    match event {
        Event::Started(address, token) => {
            println!("The book is at http://{address}/#run={token} until you press Ctrl-C.");
            println!("A page that you open from there can run its commands on your machine.");
        }
        Event::Built => eprintln!("Built anew."),
        Event::Failed(problem) => eprintln!("{problem}"),
        Event::Cleaning(chapter) => eprintln!("Removing what {chapter} has made …"),
    }
}

/// Rebuilds after each change, in its own thread.
fn build_after_changes(
    shelf: &Shelf,
    builds: &Path,
    started_at: u128,
    mut seen: Seen,
    shown: &Arc<RwLock<Shown>>,
    told: Arc<impl Fn(Event<'_>) + Send + Sync + 'static>,
) {
    let (shelf, builds, shown) = (shelf.clone(), builds.to_owned(), Arc::clone(shown));
    thread::spawn(move || {
        for count in 1.. {
            seen.wait_for_change();
            let new;
            (new, seen) = build_noting(&shelf, &builds, started_at, count);
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
fn build_noting(shelf: &Shelf, builds: &Path, started_at: u128, count: u64) -> (Shown, Seen) {
    let seen = Seen::default();
    let number = format!("{started_at}-{count}");
    let folder = builds.join(&number);
    let built = Sources::open_and_note(shelf, &seen).and_then(|sources| build_into(&sources, &folder));
    let book = built
        .map(|()| folder)
        .map_err(|error| format!("Error: {}", with_causes(&error)));
    (Shown { number, book }, seen)
}

/// Why the lock of the shown folder is never poisoned.
const HELD: &str = "no thread panics while it holds the folder";

fn routes(
    shown: Arc<RwLock<Shown>>,
    runs: Runs,
    guard: Guard,
) -> impl Filter<Extract = (Response<Vec<u8>>,), Error = Infallible> + Clone {
    let query = warp::query::raw().or(warp::any().map(String::new)).unify();
    let pages = warp::method().and(warp::path::full()).and(query).map(
        move |method: Method, path: FullPath, query: String| {
            let shown = shown.read().expect(HELD);
            answer(&shown, &method, path.as_str(), &query)
        },
    );
    let guard = Arc::new(guard);
    let run = warp::path("run")
        .and(warp::post())
        .and(warp::body::content_length_limit(run::BODY_MAX))
        .and(warp::path::full())
        .and(warp::header::headers_cloned())
        .and(warp::body::bytes())
        .then(move |path: FullPath, headers: HeaderMap, body: Bytes| {
            let (runs, guard) = (runs.clone(), Arc::clone(&guard));
            async move {
                let (status, answer) = run::answer(&runs, &guard, path.as_str(), &headers, &body).await;
                finished(head(status, "application/json"), answer.to_string())
            }
        });
    let too_large = |rejection: Rejection| async move {
        if rejection.find::<PayloadTooLarge>().is_none() {
            return Err(rejection);
        }
        let text = format!("A request has at most {} bytes.\n", run::BODY_MAX);
        Ok(finished(head(StatusCode::PAYLOAD_TOO_LARGE, TEXT), text))
    };
    run.recover(too_large).unify().or(pages).unify()
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
        content.extend(runnable(path));
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

/// What a page of an edition needs so that a reader can run its sections.
fn runnable(path: &str) -> Vec<u8> {
    let edition = path.trim_start_matches('/').split('/').next();
    let language = LANGUAGES.iter().find(|language| Some(language.code()) == edition);
    let Some(language) = language else {
        return Vec::new();
    };
    let words = spoken("run", *language);
    let html = format!(
        "<style>\n{RUN_STYLE}</style><script id=\"run-words\" type=\"application/json\">{words}</script>\
         <script>\n{RUN_SCRIPT}</script>"
    );
    html.into_bytes()
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
