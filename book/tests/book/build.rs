//! Tests of `build`: which pages it rejects, and what it writes.

use std::fs;

use chapters::COCKROACH;

use crate::assert_said;
use crate::small::Small;

/// Checks that the small book with one change does not build, and the reason.
#[track_caller]
fn check_build(text: &str, by: &str, expected: &[&str]) {
    let small = Small::new();
    small.replace("book/en/src/1-start.md", text, by);
    assert_said(&small.build().unwrap_err(), expected);
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

/// A recording of `--transcript` on `CockroachDB`, with a single command.
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
    let command = format!("docker run --rm {} version", COCKROACH.image);
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
