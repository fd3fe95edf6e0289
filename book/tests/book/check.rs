//! Tests of `check`: what it rejects, and that the real book passes.

use book::check::{check, root};
use book::edition;
use book::problem::with_causes;
use book::sources::Sources;
use tutorial_engine::language::LANGUAGES;

use crate::assert_said;
use crate::small::{SNAPSHOT, Small};

#[test]
fn small_book_passes_its_check() {
    let small = Small::new();
    let summary = check(&small.sources(), true).unwrap();
    assert_eq!((summary.pages, summary.sections), (1, 2));
    check(&small.sources(), false).unwrap();
}

/// Checks that the small book with a change fails its check, and the reason.
#[track_caller]
fn check_check(change: impl FnOnce(&Small), expected: &[&str]) {
    let small = Small::new();
    change(&small);
    assert_said(&check(&small.sources(), true).unwrap_err(), expected);
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
fn the_book_is_as_it_has_to_be() {
    let is_written = LANGUAGES
        .iter()
        .all(|language| root().join(edition::pages(*language)).join("terms.md").is_file());
    assert!(
        is_written,
        "book/en/src and book/ja/src hold no pages yet; write them"
    );
    let checked = Sources::open(root()).and_then(|sources| check(&sources, false));
    if let Err(error) = checked {
        panic!("{}", with_causes(&error));
    }
    assert!(root().join("book/translations.lock").is_file());
}
