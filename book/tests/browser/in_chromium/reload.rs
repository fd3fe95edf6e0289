//! Tests of pages that reload themselves while the book is served.

use serde_json::json;

use crate::driver::{Screen, browse};
use crate::port::Port;
use crate::small::{Served, Small};

/// Number of open windows: more than the connections that a browser opens to a host.
const WINDOWS: usize = 10;

#[test]
#[ignore = "needs Chromium"]
fn ten_open_pages_of_a_served_book_all_show_a_change() {
    let small = Small::new();
    let served = Served::start(&small);
    let address = format!("{}/en/1-start.html", served.root);
    browse(Screen::Desk, async |page| {
        let mut windows = Vec::new();
        for _ in 0..WINDOWS {
            windows.push(page.new_window().await);
            page.open_elsewhere(&address).await;
        }
        let changes = [
            ("A note.", "One."),
            ("One.", "{{#file none}}"),
            ("{{#file none}}", "Three."),
        ];
        for ((before, after), shown) in
            changes
                .into_iter()
                .zip(["One.", "book/en/src/1-start.md:12", "Three."])
        {
            small.replace("book/en/src/1-start.md", before, after);
            for window in &windows {
                page.look_at(window).await;
                page.wait_with(
                    "return document.body.textContent.includes(arguments[0])",
                    vec![json!(shown)],
                )
                .await;
            }
        }
    });
}

#[test]
#[ignore = "needs Chromium"]
fn hidden_page_asks_for_nothing_and_shows_a_change_once_it_is_looked_at() {
    let small = Small::new();
    let served = Served::start(&small);
    let address = format!("{}/en/1-start.html", served.root);
    browse(Screen::Desk, async |page| {
        let hidden = page.new_window().await;
        page.open_elsewhere(&address).await;
        page.run(HIDE, vec![]).await;
        served.after(|| small.replace("book/en/src/1-start.md", "A note.", "Another."));
        // A visible page would send a request now.
        page.wait("return looks > 0").await;
        page.new_window().await;
        page.open_elsewhere(&address).await;
        // A visible page would have sent this many requests.
        page.wait("return performance.getEntriesByName(location.origin + '/build').length > 2")
            .await;
        page.look_at(&hidden).await;
        let outcome = page.run(
            "return [window.questions, document.body.textContent.includes('A note.')]",
            vec![],
        );
        assert_eq!(outcome.await, json!([0, true]));
        page.run(
            "delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))",
            vec![],
        )
        .await;
        page.wait("return document.body.textContent.includes('Another.')")
            .await;
    });
}

/// Hides a page, and counts how often it checks whether it is hidden, and its requests.
const HIDE: &str = "
    window.looks = 0;
    window.questions = 0;
    Object.defineProperty(document, 'hidden', { get() { looks++; return true; }, configurable: true });
    const ask = fetch;
    window.fetch = (...question) => { questions++; return ask(...question); };";

/// Shortest pauses between three requests without a response, in milliseconds: a timer may fire slightly
/// early according to the clock that measures it. With responses, the pause is one second.
const PAUSES: [f64; 2] = [1990.0, 3990.0];

#[test]
#[ignore = "needs Chromium"]
fn page_notices_a_server_that_was_started_anew_and_seldom_asks_one_that_is_away() {
    let small = Small::new();
    let served = Served::start(&small);
    browse(Screen::Desk, async |page| {
        let mut port = Port::open(&served.root).await;
        page.open_elsewhere(&format!("{}/en/1-start.html", port.root()))
            .await;
        page.run(WATCH, vec![]).await;
        page.wait("return performance.getEntriesByName(location.origin + '/build').length > 1")
            .await;
        port.close().await;
        for number in 1..=3 {
            page.wait_with("return failed().length >= arguments[0]", vec![json!(number)])
                .await;
        }
        let seen = page.run(
            "return { isOld, faults, failed: failed().map(question => question.startTime) }",
            vec![],
        );
        let seen = seen.await;
        assert_eq!((&seen["isOld"], &seen["faults"]), (&json!(true), &json!([])));
        let times = seen["failed"].as_array().unwrap().iter();
        let times: Vec<f64> = times.filter_map(serde_json::Value::as_f64).collect();
        let pauses = times.windows(2).map(|pair| pair[1] - pair[0]);
        for (pause, least) in pauses.zip(PAUSES) {
            assert!(pause >= least, "{seen}");
        }
        let again = Served::start(&small);
        let _port = port.open_again(&again.root).await;
        // The page becomes visible.
        page.run("dispatchEvent(new Event('focus'))", vec![]).await;
        page.wait("return !window.isOld").await;
    });
}

/// Marks a page, so that a reload can be detected, and records errors in it.
const WATCH: &str = "
    window.isOld = true;
    window.faults = [];
    onerror = onunhandledrejection = fault => { faults.push(String(fault)); };
    window.failed = () => performance.getEntriesByName(location.origin + '/build')
        .filter(question => question.responseStatus !== 200);";
