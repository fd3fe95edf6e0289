//! What the machine refuses, on a small book of two languages, and that the
//! real book is as it has to be.

#![expect(clippy::unwrap_used, reason = "a test may unwrap: its panic is the report")]

mod small; // a book of two pages

use std::fs;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use book::build::build;
use book::check::{check, root};
use book::edition::EDITIONS;
use book::problem::{Error, with_causes};
use book::sources::Sources;
use chapters::database::COCKROACH_IMAGE;
use small::{LIMIT, SNAPSHOT, Served, Small};

impl Small {
    /// The same change on both pages.
    pub fn replace_in_both(&self, text: &str, by: &str) {
        for language in ["en", "ja"] {
            self.replace(&format!("book/{language}/src/1-start.md"), text, by);
        }
    }

    fn sources(&self) -> Sources {
        Sources::open(self.folder.path()).unwrap()
    }

    fn build(&self) -> Result<(), Error> {
        build(&self.sources(), &self.folder.path().join("out"))
    }

    fn built(&self, file: &str) -> String {
        self.build().unwrap();
        fs::read_to_string(self.folder.path().join("out").join(file)).unwrap()
    }
}

#[track_caller]
fn assert_said(error: &Error, expected: &[&str]) {
    let said = with_causes(error);
    for expected in expected {
        assert!(said.contains(expected), "`{expected}` is not in: {said}");
    }
}

/// The small book with one change does not build, and why.
#[track_caller]
fn check_build(text: &str, by: &str, expected: &[&str]) {
    let small = Small::new();
    small.replace("book/en/src/1-start.md", text, by);
    assert_said(&small.build().unwrap_err(), expected);
}

/// The small book, changed, does not pass its check, and why.
#[track_caller]
fn check_check(change: impl FnOnce(&Small), expected: &[&str]) {
    let small = Small::new();
    change(&small);
    assert_said(&check(&small.sources(), true).unwrap_err(), expected);
}

#[test]
fn small_book_passes_its_check() {
    let small = Small::new();
    let summary = check(&small.sources(), true).unwrap();
    assert_eq!((summary.pages, summary.sections), (1, 2));
    check(&small.sources(), false).unwrap();
}

#[test]
fn unknown_directive_fails_with_page_and_line() {
    check_build(
        "{{#file Dockerfile}}",
        "{{#include Dockerfile}}",
        &[
            "book/en/src/1-start.md:18:",
            "`{{#include Dockerfile}}` is no directive",
        ],
    );
}

#[test]
fn directive_within_a_sentence_fails() {
    check_build(
        "See ",
        "See {{#file Dockerfile}} and ",
        &["1-start.md:7:", "line of its own"],
    );
}

#[test]
fn missing_file_fails() {
    check_build(
        "{{#file Dockerfile}}",
        "{{#file Dockerfile.other}}",
        &["1-start.md:18:", "no file `Dockerfile.other`"],
    );
}

#[test]
fn file_outside_the_repository_fails() {
    check_build(
        "{{#file Dockerfile}}",
        "{{#file ../secret}}",
        &["1-start.md:18:", "not in the repository"],
    );
}

#[test]
fn part_of_a_file_that_is_not_there_fails() {
    check_build(
        "{{#file Dockerfile}}",
        "{{#file Dockerfile from=\"RUN\"}}",
        &["1-start.md:18:", "starts with `RUN`"],
    );
}

#[test]
fn unknown_section_fails() {
    check_build(
        "{{#transcript chapter-1 1-1}}",
        "{{#transcript chapter-1 1-9}}",
        &["1-start.md:9:", "no section `1-9`"],
    );
}

#[test]
fn unknown_chapter_fails() {
    check_build(
        "{{#transcript chapter-1 1-1}}",
        "{{#transcript chapter-7 1-1}}",
        &["1-start.md:9:", "no transcript of `chapter-7`"],
    );
}

#[test]
fn missing_figure_fails() {
    check_build(
        "{{#figure box",
        "{{#figure circle",
        &["1-start.md:20:", "no figure `book/figures/circle.svg`"],
    );
}

#[test]
fn missing_listing_fails() {
    check_build(
        "{{#file Dockerfile}}",
        "{{#listing 3-99}}",
        &["1-start.md:18:", "no file `chapters/listings/3-99.Dockerfile`"],
    );
}

#[test]
fn heading_without_id_fails() {
    check_build(
        "Next {#1-1}",
        "Next",
        &["1-start.md:5:", "the heading `1-1 Next` has no id"],
    );
}

#[test]
fn raw_html_fails() {
    check_build("A note.", "A <b>note</b>.", &["1-start.md:12:", "raw HTML `<b>`"]);
}

#[test]
fn placeholder_without_code_quotes_fails() {
    check_build(
        "See ",
        "See <container-1> and ",
        &["1-start.md:7:", "raw HTML `<container-1>`"],
    );
}

#[test]
fn typed_console_block_fails() {
    for language in ["console", "sh", "shell"] {
        check_build(
            "{{#file Dockerfile}}",
            &format!("```{language}\ndocker ps\n```"),
            &["1-start.md:18:", "typed block"],
        );
    }
}

#[test]
fn prompt_in_any_block_fails() {
    check_build(
        "{{#file Dockerfile}}",
        "```text\n$ docker ps\n```",
        &["1-start.md:18:", "typed console block"],
    );
}

#[test]
fn tabs_that_never_end_fail() {
    check_build(
        "{{#file Dockerfile}}",
        "{{#tabs}}\n\n{{#tab PostgreSQL}}\n",
        &["1-start.md:18:", "{{#endtabs}}"],
    );
}

#[test]
fn page_that_no_summary_lists_fails() {
    let small = Small::new();
    small.write("book/en/src/2-more.md", "# More {#2}\n");
    assert_said(
        &small.build().unwrap_err(),
        &["book/en/src/2-more.md", "SUMMARY.md"],
    );
}

#[test]
fn falsified_page_fails() {
    check_check(
        |small| small.replace("book/ja/src/1-start.md", "| 1 | 2 |\n", "| 1 | 2 |\n| 3 | 4 |\n"),
        &["book/ja/src/1-start.md:14:", "3 rows", "2 rows"],
    );
}

#[test]
fn directive_in_one_edition_alone_fails() {
    check_check(
        |small| small.replace("book/ja/src/1-start.md", "{{#file Dockerfile}}\n", ""),
        &["book/ja/src/1-start.md", "English has {{#file Dockerfile}}"],
    );
}

#[test]
fn heading_of_another_level_fails() {
    check_check(
        |small| small.replace("book/ja/src/1-start.md", "## 1-1", "### 1-1"),
        &[
            "book/ja/src/1-start.md:5:",
            "{#1-1} of level 2",
            "{#1-1} of level 3",
        ],
    );
}

#[test]
fn note_of_another_kind_fails() {
    check_check(
        |small| small.replace("book/ja/src/1-start.md", "[!NOTE]", "[!WARNING]"),
        &["book/ja/src/1-start.md:11:", "WARNING"],
    );
}

#[test]
fn link_that_leads_elsewhere_fails() {
    check_check(
        |small| small.replace("book/ja/src/1-start.md", "1-start.md#1)", "1-start.md#1-1)"),
        &["book/ja/src/1-start.md:7:", "1-start.md#1-1"],
    );
}

#[test]
fn page_in_one_language_alone_fails() {
    check_check(
        |small| {
            small.write("book/en/src/more.md", "# More {#more}\n");
            small.replace(
                "book/en/src/SUMMARY.md",
                "1-start.md)\n",
                "1-start.md)\n- [More](more.md)\n",
            );
        },
        &["book/ja/src/more.md: is missing", "book/ja/src/SUMMARY.md"],
    );
}

#[test]
fn orphan_section_of_a_transcript_fails() {
    check_check(
        |small| {
            let snapshot = "chapters/transcripts/chapter-1.snap";
            small.replace(snapshot, "[1-1]", "[1-0]\n$ ls\n\n[1-1]");
            small.replace(snapshot, "elapsed: 10 20", "elapsed: 10 15 20");
        },
        &[
            "book/en/src/1-start.md: section `1-0`",
            "book/ja/src/1-start.md: section `1-0`",
        ],
    );
}

#[test]
fn orphan_transcript_fails() {
    check_check(
        |small| {
            small.write(
                "chapters/transcripts/chapter-2.snap",
                &SNAPSHOT.replace("[1", "[2"),
            );
        },
        &["book/en/src/2-", "chapter-2.snap has no page"],
    );
}

/// What `--transcript` writes of one command on `CockroachDB`, and of nothing else.
const ON_COCKROACH: &str = r#"{
    "provenance": {
        "recorded_on": "2026-11-26", "engine": "29.0.1", "client": "29.0.1", "buildx": "0.30", "compose": "2.40",
        "runc": "1.3", "containerd": "2.1", "image_store": "overlayfs", "frontend": "pulled", "curl": "8.5",
        "operating_system": "ubuntu 24.04", "architecture": "linux/x86_64", "base_images": "pulled",
        "database": "cockroachdb/cockroach:v0"
    },
    "recorded": {},
    "elapsed": [20],
    "transcript": "[6-5]\n$ COMMAND\n| as it was recorded\n"
}"#;

#[test]
fn recording_on_cockroach_is_shown_in_place_of_its_commands() {
    let small = Small::new();
    small.replace_in_both("{{#file Dockerfile}}", "{{#commands chapter-6 6-1 cockroach}}");
    assert!(!small.built("en/1-start.html").contains("as it was recorded"));
    let command = format!("docker run --rm {COCKROACH_IMAGE} version");
    let recording = ON_COCKROACH.replace("6-5", "6-1").replace("COMMAND", &command);
    small.write("chapters/transcripts/chapter-6-cockroach.json", &recording);
    let page = small.built("en/1-start.html");
    for expected in ["as it was recorded", "cockroachdb/cockroach:v0"] {
        assert!(page.contains(expected), "{expected}");
    }
}

#[test]
fn recording_on_cockroach_of_other_commands_fails() {
    let small = Small::new();
    small.replace_in_both("{{#file Dockerfile}}", "{{#commands chapter-6 6-5 cockroach}}");
    small.write("chapters/transcripts/chapter-6-cockroach.json", ON_COCKROACH);
    assert_said(
        &small.build().unwrap_err(),
        &["has other commands for `6-5`", "take a new one"],
    );
}

#[test]
fn section_shown_twice_fails() {
    check_check(
        |small| small.replace_in_both("{{#file Dockerfile}}", "{{#transcript chapter-1 1-1}}"),
        &["book/en/src/1-start.md:18:", "shown on line 9 already"],
    );
}

#[test]
fn section_under_another_heading_fails() {
    check_check(
        |small| small.replace_in_both("{#1-1}", "{#1-summary}"),
        &["book/en/src/1-start.md:9:", "move it under {#1-1}"],
    );
}

#[test]
fn heading_that_is_no_section_fails() {
    check_check(
        |small| small.replace_in_both("> [!NOTE]", "## Else {#1-else}\n\n> [!NOTE]"),
        &["book/en/src/1-start.md:11:", "{#1-else} is no section"],
    );
}

#[test]
fn link_to_a_missing_anchor_fails() {
    check_check(
        |small| small.replace_in_both("1-start.md#1)", "1-start.md#1-7)"),
        &["en/1-start.html", "no heading {#1-7}"],
    );
}

#[test]
fn link_to_a_missing_page_fails() {
    check_check(
        |small| small.replace_in_both("1-start.md#1)", "9-end.md)"),
        &["en/1-start.html", "there is no file en/9-end.html"],
    );
}

#[test]
fn picture_from_the_network_fails() {
    check_check(
        |small| small.replace_in_both("See ", "![x](https://example.com/x.png) "),
        &["en/1-start.html", "from the network"],
    );
}

#[test]
fn stale_japanese_page_fails_until_it_is_accepted() {
    let small = Small::new();
    check(&small.sources(), true).unwrap();
    small.replace("book/en/src/1-start.md", "A note.", "Another note.");
    let error = check(&small.sources(), false).unwrap_err();
    assert_said(
        &error,
        &["book/en/src/1-start.md: has changed", "--accept-translations"],
    );
    check(&small.sources(), true).unwrap();
    check(&small.sources(), false).unwrap();
}

#[test]
fn japanese_page_that_nobody_compared_fails() {
    let error = check(&Small::new().sources(), false).unwrap_err();
    assert_said(&error, &["book/en/src/1-start.md: was never compared"]);
}

#[test]
fn build_replaces_the_book_as_a_whole() {
    let small = Small::new();
    small.write("out/en/stale.html", "old");
    small.build().unwrap();
    assert!(!small.folder.path().join("out/en/stale.html").exists());
    for file in [
        "index.html",
        "404.html",
        "en/1-start.html",
        "ja/1-start.html",
        "en/pagefind/pagefind.js",
    ] {
        assert!(small.folder.path().join("out").join(file).is_file(), "{file}");
    }
}

#[test]
fn failed_build_leaves_the_book_as_it_was() {
    let small = Small::new();
    small.write("out/en/1-start.html", "old");
    small.write("book/en/src/1-start.md", "no title {{#file none}}\n");
    small.build().unwrap_err();
    let kept = fs::read_to_string(small.folder.path().join("out/en/1-start.html")).unwrap();
    assert_eq!(kept, "old");
}

#[test]
fn figure_shows_the_language_of_its_page() {
    let small = Small::new();
    assert!(
        small
            .built("en/1-start.html")
            .contains(r#"<text class="en">box</text></svg>"#)
    );
    assert!(
        small
            .built("ja/1-start.html")
            .contains(r#"<text class="ja">箱</text></svg>"#)
    );
}

#[test]
fn switch_leads_to_the_same_page_in_the_other_language() {
    let small = Small::new();
    assert!(
        small
            .built("en/1-start.html")
            .contains(r#"href="../ja/1-start.html" hreflang="ja""#)
    );
    assert!(
        small
            .built("ja/1-start.html")
            .contains(r#"href="../en/1-start.html" hreflang="en""#)
    );
}

#[test]
fn transcript_shows_recorded_values_and_where_they_come_from() {
    let page = Small::new().built("en/1-start.html");
    assert!(page.contains(">6.1MB</span>"), "{page}");
    assert!(page.contains("Recorded on 2026-11-25 with Docker Engine 26.1.5, linux/x86_64"));
    assert!(page.contains(r#"<span class="word">--step</span> <span class="word">1-1</span></code>"#));
    assert!(page.contains("exit status 125"));
}

#[test]
fn words_of_code_stay_whole_and_a_line_may_end_before_the_first() {
    let small = Small::new();
    small.replace("book/en/src/1-start.md", "A note.", "Use `run --rm` (`-d`).");
    let page = small.built("en/1-start.html");
    let expected = r#"Use <wbr><code>run <span class="word">--rm</span></code> (<code><span class="word">-d</span></code>)."#;
    assert!(page.contains(expected), "{page}");
}

#[test]
fn only_themes_with_good_contrast_are_offered() {
    let page = Small::new().built("en/1-start.html");
    assert!(page.contains("mdbook-theme-light") && page.contains("mdbook-theme-navy"));
    for dropped in ["coal", "ayu", "rust"] {
        assert!(!page.contains(&format!("mdbook-theme-{dropped}")), "{dropped}");
    }
}

/// Time between two looks at the number of the build.
const LOOK: Duration = Duration::from_millis(20);

impl Served {
    /// Head and body of an answer.
    fn get(&self, path: &str) -> String {
        self.ask(&["--include"], path)
    }

    /// What curl says on stdout, with these options.
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

    /// The number of the last build, as an open page asks for it.
    fn number(&self) -> String {
        self.ask(&["--fail"], "/build")
    }

    /// Returns once an open page would be told of the change.
    #[track_caller]
    fn after(&self, change: impl FnOnce()) {
        let before = self.number();
        change();
        let started = Instant::now();
        while self.number() == before {
            assert!(started.elapsed() < LIMIT, "not within {LIMIT:?}");
            thread::sleep(LOOK);
        }
    }
}

/// Stands in each page that loads itself again after a build.
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
        let before = served.get(page);
        served.after(|| small.replace(file, text, by));
        assert_ne!(served.get(page), before, "{file}");
    }
}

/// Addresses of a page, a file, the root, the last build, a folder without its
/// `/`, nothing, and what lies outside of the book; with the status of each.
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
        // Not to a host that is called `en`.
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

/// Lines of the head, but for the time, and the body.
fn head_and_body(answer: &str) -> (Vec<String>, String) {
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let lines = head.lines().filter(|line| !line.starts_with("date: "));
    (lines.map(str::to_owned).collect(), body.to_owned())
}

/// A book that starts with this file as it is not to be, and gets it again
/// later, shows why there is none, and is there once the file is mended.
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

#[test]
fn the_book_is_as_it_has_to_be() {
    let is_written = EDITIONS
        .iter()
        .all(|edition| root().join(edition.pages()).join("terms.md").is_file());
    assert!(
        is_written,
        "book/en/src and book/ja/src hold no pages yet; write them"
    );
    let checked = Sources::open(root()).and_then(|sources| check(&sources, false));
    if let Err(error) = checked {
        panic!("{}", with_causes(&error));
    }
    assert!(Path::new(root()).join("book/translations.lock").is_file());
}
