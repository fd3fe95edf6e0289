//! Tests of the search box, by keyboard.

use serde_json::json;
use tutorial_engine::language::Language;

use crate::driver::{Browser, Screen, browse};

#[test]
#[ignore = "needs Chromium"]
fn japanese_words_are_found_by_keyboard() {
    check_search(
        Language::Japanese,
        &[
            ("マルチステージ", "4-multi-stage.html"),
            ("ボリューム", "6-database.html"),
            ("ﾎﾞﾘｭｰﾑ", "6-database.html"),
            ("パーサーディレクティブ", "3-writing.html"),
            ("環境変数", "6-database.html"),
            ("distroless", "4-multi-stage.html"),
            ("EXPOSE", "3-writing.html#3-8"),
        ],
    );
}

#[test]
#[ignore = "needs Chromium"]
fn english_words_are_found_by_keyboard() {
    check_search(
        Language::English,
        &[
            ("distroless", "4-multi-stage.html"),
            ("EXPOSE", "3-writing.html#3-8"),
            ("connection refused", "5-running.html"),
        ],
    );
}

#[test]
#[ignore = "needs Chromium"]
fn every_english_search_finds_its_section_first() {
    check_first_hits(Language::English, include_str!("searches/en.txt"));
}

#[test]
#[ignore = "needs Chromium"]
fn every_japanese_search_finds_its_section_first() {
    check_first_hits(Language::Japanese, include_str!("searches/ja.txt"));
}

/// Each line of `searches` is what a reader types, and the section that the first result has to be:
/// `back up a volume -> 6-database.html#6-exercise-4`. Asks the index as the search box does.
#[track_caller]
fn check_first_hits(language: Language, searches: &str) {
    let searches: Vec<(&str, &str)> = searches
        .lines()
        .map(|line| line.split_once(" -> ").unwrap())
        .collect();
    assert!(searches.len() >= 150, "{}", searches.len());
    browse(Screen::Desk, async |page| {
        page.open(&format!("{}/preface.html", language.code())).await;
        // The search box loads the index.
        search(page, searches[0].0).await;
        let queries: Vec<&str> = searches.iter().map(|(query, _)| *query).collect();
        let hits = page.run_to_end(ASK, vec![json!(queries)]).await;
        let hits = hits
            .as_array()
            .unwrap()
            .iter()
            .map(|hit| hit.as_str().unwrap_or("nothing"));
        let missed = searches
            .iter()
            .zip(hits)
            .filter(|((_, expected), hit)| expected != hit);
        let missed: Vec<String> = missed
            .map(|((query, expected), hit)| format!("{query} finds {hit}, not {expected}"))
            .collect();
        let count = missed.len();
        assert!(
            missed.is_empty(),
            "{count} of {}:\n{}",
            searches.len(),
            missed.join("\n")
        );
    });
}

/// Searches for each query, one after the other; the address of each first result, or `null`.
const ASK: &str = "
    const [queries, done] = arguments;
    const { find } = document.getElementById('reader-search');
    (async () => {
        const hits = [];
        for (const query of queries) {
            const [first] = await find(query.normalize('NFKC').trim());
            hits.push(first?.url.replace(/^.*[/]/, '') ?? null);
        }
        done(hits);
    })();";

/// The first result of each search leads to the page or section that explains the term, using only the
/// keyboard.
#[track_caller]
fn check_search(language: Language, searches: &[(&str, &str)]) {
    browse(Screen::Desk, async |page| {
        for (query, expected) in searches {
            page.open(&format!("{}/preface.html", language.code())).await;
            search(page, query).await;
            let found = page.run(RESULTS, vec![]).await;
            // Skips the button that closes the box.
            page.keys("\u{e004}\u{e004}").await;
            page.wait("return document.activeElement.matches('.reader-dialog li:first-child a')")
                .await;
            page.keys("\u{e007}").await;
            page.wait("return !document.querySelector('.reader-dialog[open]')")
                .await;
            let reached = page.address().await;
            let below = format!("{}{}/", page.root(), language.code());
            let reached = reached.strip_prefix(&below).unwrap();
            assert!(reached.starts_with(expected), "{query} finds {found}");
        }
    });
}

const RESULTS: &str = "return [...document.querySelectorAll('.reader-dialog li a')]
    .map(link => link.getAttribute('href').replace(/^.*[/]/, ''))";

/// Searches by keyboard, and waits for the results.
pub async fn search(page: &Browser, query: &str) {
    page.keys("/").await;
    page.wait("return document.activeElement.matches('.reader-dialog input')")
        .await;
    page.keys(query).await;
    page.wait(FOUND).await;
}

/// Whether the results are shown, and match the complete input.
const FOUND: &str = "
    const results = document.querySelector('.reader-dialog ol');
    const query = document.querySelector('.reader-dialog input').value.normalize('NFKC');
    return results.dataset.query === query && results.querySelector('a');";
