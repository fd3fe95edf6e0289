//! Tests of the search box, by keyboard.

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
