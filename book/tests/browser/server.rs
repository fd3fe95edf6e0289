//! Serves the book as a static file host does: in a folder, without anything else.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex};

use book::build::build;
use book::sources::{Sources, files};
use tokio::net::TcpListener;
use tutorial_engine::language::LANGUAGES;
use warp::http::{Response, StatusCode, header};
use warp::{Filter, path::FullPath};

/// Folder of the book on its host.
const BELOW: &str = "/some/where/";

/// The book, built once for all tests of a run.
static BOOK: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("browser/book");
    build(&Sources::open(book::check::root()).unwrap(), &folder, false).unwrap();
    folder
});

/// The folder of the built book. The first call must be outside of a runtime.
pub fn built() -> &'static Path {
    &BOOK
}

/// Every page of both editions, including the print page, relative to the root.
pub fn pages() -> Vec<String> {
    let folders = LANGUAGES.map(|language| names(&format!("{}/", language.code())));
    let mut pages = folders.concat();
    pages.retain(|page| !page.ends_with(CONTENTS));
    pages
}

/// The pages without an interface: the two above the editions, and the table of contents that browsers
/// without scripts show beside a page.
pub fn bare_pages() -> Vec<String> {
    let contents = LANGUAGES.map(|language| format!("{}/{CONTENTS}", language.code()));
    [names(""), contents.to_vec()].concat()
}

const CONTENTS: &str = "toc.html";

fn names(folder: &str) -> Vec<String> {
    let paths = files(&built().join(folder), "html").unwrap();
    let names = paths
        .iter()
        .map(|path| path.file_name().unwrap().to_string_lossy());
    names.map(|name| format!("{folder}{name}")).collect()
}

/// A running server, on a free port of this machine.
pub struct Server {
    /// Address of the book's root; ends in `/`.
    pub root: String,
    refused: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Serves as long as the runtime lives.
    pub async fn start() -> Self {
        let refused = Arc::new(Mutex::new(Vec::new()));
        let noted = Arc::clone(&refused);
        let files = warp::path::full().map(move |path: FullPath| {
            file(path.as_str()).unwrap_or_else(|| {
                noted.lock().unwrap().push(path.as_str().to_owned());
                // Like such hosts, without the book's own error page.
                let nothing = Response::builder().status(StatusCode::NOT_FOUND);
                nothing.body(fs::read(BOOK.join("404.html")).unwrap()).unwrap()
            })
        });
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let listener = TcpListener::bind(address).await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(warp::serve(files).incoming(listener).run());
        Self {
            root: format!("http://{address}{BELOW}"),
            refused,
        }
    }

    /// Requested paths that do not exist.
    pub fn refused(&self) -> Vec<String> {
        self.refused.lock().unwrap().clone()
    }
}

fn file(path: &str) -> Option<Response<Vec<u8>>> {
    let file = BOOK.join(path.strip_prefix(BELOW)?);
    let content = fs::read(&file).ok()?;
    let kind = match file.extension()?.to_str()? {
        "html" => "text/html",
        "css" => "text/css",
        "js" => "text/javascript",
        "svg" => "image/svg+xml",
        _ => "application/octet-stream",
    };
    Some(
        Response::builder()
            .header(header::CONTENT_TYPE, kind)
            .body(content)
            .unwrap(),
    )
}
