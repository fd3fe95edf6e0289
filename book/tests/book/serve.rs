//! Tests of `serve`: its responses, and when it rebuilds.

use std::fs;
use std::process::Command;

use crate::small::{LIMIT, Served, Small};

impl Served {
    /// Head and body of a response.
    fn get(&self, path: &str) -> String {
        self.ask(&["--include"], path)
    }

    /// curl's stdout with these options.
    fn ask(&self, options: &[&str], path: &str) -> String {
        let answer = Command::new("curl")
            .args(["--silent", "--path-as-is", "--max-time"])
            .arg(LIMIT.as_secs().to_string())
            .args(options)
            .arg(format!("{}{path}", self.root))
            .output()
            .unwrap();
        assert!(answer.status.success(), "{answer:?}");
        String::from_utf8_lossy(&answer.stdout).into_owned()
    }

    /// The id of the last build, as an open page requests it.
    fn number(&self) -> String {
        self.ask(&["--fail"], "/build")
    }
}

/// Part of each page that reloads itself after a build.
const RELOADS: &str = "<script data-build=";

#[test]
fn only_what_is_in_the_book_is_served() {
    let small = Small::new();
    let served = Served::start(&small);
    for (path, status) in [
        ("/", "200"),
        ("/en/1-start.html", "200"),
        ("/en/none.html", "404"),
        ("/../Dockerfile", "404"),
    ] {
        let page = served.get(path);
        assert!(page.starts_with(&format!("HTTP/1.1 {status}")), "{path}: {page}");
        assert!(page.contains(RELOADS), "{path}: {page}");
    }
}

#[test]
fn a_change_of_any_file_that_a_page_is_made_from_is_shown() {
    let small = Small::new();
    small.replace_in_both(
        "{{#file Dockerfile}}",
        "{{#file Dockerfile}}\n\n{{#file server/src/main.rs}}\n\n{{#listing 3-3}}",
    );
    small.write("server/src/main.rs", "fn main() {}\n");
    small.write("chapters/listings/3-2.Dockerfile", "FROM scratch\n");
    small.write("chapters/listings/3-3.Dockerfile", "FROM scratch\nCOPY . /\n");
    small.write("book/en/src/dots/dot.txt", "one\n");
    let served = Served::start(&small);
    for (file, text, by, page) in [
        ("Dockerfile", "A comment", "Another", "/en/1-start.html"),
        ("server/src/main.rs", "main()", "start()", "/en/1-start.html"),
        (
            "chapters/listings/3-3.Dockerfile",
            ". /",
            "./ /",
            "/en/1-start.html",
        ),
        (
            "chapters/listings/3-2.Dockerfile",
            "FROM",
            "from",
            "/en/1-start.html",
        ),
        (
            "chapters/transcripts/chapter-1.snap",
            "| 26.1.5",
            "| 28.5",
            "/en/1-start.html",
        ),
        ("book/figures/box.svg", ">box<", ">case<", "/en/1-start.html"),
        (
            "book/en/src/1-start.md",
            "A note.",
            "Another.",
            "/en/1-start.html",
        ),
        (
            "book/en/src/SUMMARY.md",
            "# Summary",
            "# Pages\n\n---",
            "/en/toc.html",
        ),
        ("book/en/src/dots/dot.txt", "one", "two", "/en/dots/dot.txt"),
        (
            "book/ja/src/1-start.md",
            "A note.",
            "別です。",
            "/ja/1-start.html",
        ),
        ("book/theme/reader.css", "\n", " \n", "/en/1-start.html"),
        ("book/theme/reader.js", "\n", " \n", "/en/1-start.html"),
        ("book/theme/index.html", "</head>", "</head >", "/"),
        ("book/theme/404.html", "</head>", "</head >", "/none"),
    ] {
        // The text after this contains the id of the build.
        let shown = || served.ask(&[], page).split(RELOADS).next().unwrap().to_owned();
        let before = shown();
        served.after(|| small.replace(file, text, by));
        assert_ne!(shown(), before, "{file}");
    }
}

/// Addresses of a page, a file, the root, the last build, a folder without its `/`, a missing file, and
/// something outside the book; with the status of each.
const ADDRESSES: [(&str, &str); 7] = [
    ("/en/1-start.html", "200"),
    ("/en/pagefind/pagefind.js", "200"),
    ("/", "200"),
    ("/build", "200"),
    ("/ja", "301"),
    ("/en/none.html", "404"),
    ("/../Dockerfile", "404"),
];

#[test]
fn head_is_answered_like_get_without_a_body() {
    let small = Small::new();
    let served = Served::start(&small);
    for (path, status) in ADDRESSES {
        let (get, body) = head_and_body(&served.get(path));
        let (head, none) = head_and_body(&served.ask(&["--head"], path));
        assert!(
            get[0].starts_with(&format!("HTTP/1.1 {status}")),
            "{path}: {get:?}"
        );
        assert_eq!(head, get, "{path}");
        assert!(
            get.contains(&format!("content-length: {}", body.len())),
            "{path}: {get:?}"
        );
        assert_eq!(none, "", "{path}");
    }
}

#[test]
fn folder_without_its_slash_leads_to_its_page_and_keeps_the_query() {
    let small = Small::new();
    let served = Served::start(&small);
    for (path, location) in [
        ("/en", "/en/"),
        ("/ja", "/ja/"),
        ("/ja?highlight=a%20b&c", "/ja/?highlight=a%20b&c"),
        // Must not redirect to a host called `en`.
        ("//en", "/en/"),
    ] {
        let (head, _) = head_and_body(&served.get(path));
        assert!(head[0].starts_with("HTTP/1.1 301"), "{path}: {head:?}");
        assert!(
            head.contains(&format!("location: {location}")),
            "{path}: {head:?}"
        );
        let page = served.ask(&["--location", "--include"], path);
        assert!(
            page.contains("HTTP/1.1 200") && page.contains("1 Start"),
            "{path}: {page}"
        );
    }
}

#[test]
fn page_with_a_query_is_the_page() {
    let small = Small::new();
    let served = Served::start(&small);
    assert_eq!(
        served.ask(&[], "/en/1-start.html?highlight=start"),
        served.ask(&[], "/en/1-start.html")
    );
}

#[test]
fn other_methods_are_not_allowed_and_those_that_are_are_named() {
    let small = Small::new();
    let served = Served::start(&small);
    for method in ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"] {
        for (path, _) in ADDRESSES {
            let (head, _) = head_and_body(&served.ask(&["--include", "--request", method], path));
            assert!(head[0].starts_with("HTTP/1.1 405"), "{method} {path}: {head:?}");
            assert!(
                head.contains(&"allow: GET, HEAD".to_owned()),
                "{method} {path}: {head:?}"
            );
        }
    }
}

#[test]
fn two_servers_of_one_book_give_no_build_the_same_number() {
    let small = Small::new();
    let (first, second) = (Served::start(&small), Served::start(&small));
    let mut numbers = vec![first.number(), second.number()];
    first.after(|| small.replace_in_both("A note.", "Another."));
    numbers.push(first.number());
    numbers.sort();
    numbers.dedup();
    assert_eq!(numbers.len(), 3, "{numbers:?}");
}

/// Lines of the head, without the time, and the body.
fn head_and_body(answer: &str) -> (Vec<String>, String) {
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let lines = head.lines().filter(|line| !line.starts_with("date: "));
    (lines.map(str::to_owned).collect(), body.to_owned())
}

/// Checks a book in which this file is broken at the start and later repaired: it first shows the error,
/// and then the book.
#[track_caller]
fn check_recovery(file: &str, broken: &str, expected: &str) {
    let small = Small::new();
    let good = fs::read_to_string(small.folder.path().join(file)).unwrap();
    small.write(file, broken);
    let served = Served::start(&small);
    for rest in (0..2).rev() {
        let page = served.get("/en/1-start.html");
        assert!(page.starts_with("HTTP/1.1 503"), "{page}");
        assert!(page.contains(expected) && page.contains(RELOADS), "{page}");
        served.after(|| small.write(file, &good));
        let page = served.get("/en/1-start.html");
        assert!(page.starts_with("HTTP/1.1 200"), "{page}");
        if rest > 0 {
            served.after(|| small.write(file, broken));
        }
    }
}

#[test]
fn served_book_recovers_from_a_page_with_a_problem() {
    check_recovery(
        "book/en/src/1-start.md",
        "# 1 Start {#1}\n\n{{#file Dockerfile.other}}\n",
        "1-start.md:3: there is no file `Dockerfile.other`",
    );
}

#[test]
fn served_book_recovers_from_a_transcript_that_is_none() {
    check_recovery(
        "chapters/transcripts/chapter-1.snap",
        "none",
        "chapter-1.snap as a snapshot",
    );
}

#[test]
fn served_book_recovers_from_a_summary_that_lists_no_page() {
    check_recovery(
        "book/ja/src/SUMMARY.md",
        "# Summary\n",
        "is not in book/ja/src/SUMMARY.md",
    );
}

#[test]
fn file_that_was_missing_is_shown_once_it_is_there() {
    let small = Small::new();
    small.replace_in_both("{{#file Dockerfile}}", "{{#file new/Dockerfile}}");
    let served = Served::start(&small);
    assert!(served.get("/").starts_with("HTTP/1.1 503"));
    served.after(|| small.write("new/Dockerfile", "FROM scratch\n"));
    assert!(served.get("/en/1-start.html").contains("scratch"));
}
