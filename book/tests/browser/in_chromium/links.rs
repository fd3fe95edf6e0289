//! Tests of links, and of the files that pages load.

use book::edition;
use serde_json::json;
use tutorial_engine::language::{LANGUAGES, Language};

use super::search::search;
use crate::driver::{Browser, Screen, browse};
use crate::server::{bare_pages, pages};

#[test]
#[ignore = "needs Chromium"]
fn other_language_has_the_same_page_and_heading() {
    browse(Screen::Desk, async |page| {
        for language in LANGUAGES {
            for place in ["5-running.html#5-2", "6-database.html#6-9-wrong"] {
                check_language_switch(page, language, place).await;
            }
        }
    });
}

async fn check_language_switch(page: &Browser, from: Language, place: &str) {
    page.open(&format!("{}/{place}", from.code())).await;
    page.click("#reader-switch").await;
    let code = edition::other(from).code();
    page.wait(&format!("return document.documentElement.lang === '{code}'"))
        .await;
    assert_eq!(page.address().await, format!("{}{code}/{place}", page.root()));
    // The browser jumps there after the page has its full height.
    page.wait(AT_HEADING).await;
}

const AT_HEADING: &str = "
    const top = document.getElementById(location.hash.slice(1)).getBoundingClientRect().top;
    return top > -1 && top < innerHeight / 3;";

#[test]
#[ignore = "needs Chromium"]
fn root_leads_to_the_language_that_was_read_last() {
    browse(Screen::Desk, async |page| {
        page.follow("index.html").await;
        page.wait_for("en/index.html").await;
        page.click("#reader-switch").await;
        page.wait_for("ja/index.html").await;
        page.follow("index.html").await;
        page.wait_for("ja/index.html").await;
    });
}

#[test]
#[ignore = "needs Chromium"]
fn address_that_leads_nowhere_has_links_to_both_editions() {
    browse(Screen::Desk, async |page| {
        for wrong in ["none.html", "ja/none.html", "en/none/none.html"] {
            for language in LANGUAGES {
                let code = language.code();
                page.open(wrong).await;
                page.click(&format!("a[hreflang={code}]")).await;
                page.wait_for(&format!("{code}/index.html")).await;
                page.wait("return document.querySelector('main h1')").await;
            }
        }
    });
}

#[test]
#[ignore = "needs Chromium"]
fn reader_without_scripts_has_every_tab_the_contents_and_the_choice_of_language() {
    browse(Screen::WithoutScripts, async |page| {
        for language in LANGUAGES {
            let code = language.code();
            page.open("index.html").await;
            check_loaded(page, "index.html").await;
            page.click(&format!("a[hreflang={code}]")).await;
            page.wait_for(&format!("{code}/index.html")).await;
            page.wait("return document.querySelector('iframe').contentDocument.querySelector('nav a')")
                .await;
            page.open(&format!("{code}/6-database.html")).await;
            let hidden =
                "return [...document.querySelectorAll('.tab')].filter(tab => !tab.checkVisibility()).length";
            assert_eq!(page.run(hidden, vec![]).await, json!(0));
        }
    });
}

#[test]
#[ignore = "needs Chromium"]
fn everything_that_a_page_loads_is_there_and_of_the_same_host_and_folder() {
    browse(Screen::Desk, async |page| {
        for name in pages() {
            page.open(&name).await;
            // Files that the search box loads are part of the page.
            search(page, "Docker").await;
            assert!(check_loaded(page, &name).await > 10, "{name}");
        }
        for name in bare_pages() {
            if name != "index.html" {
                page.open(&name).await;
                check_loaded(page, &name).await;
            }
        }
        assert_eq!(page.refused(), Vec::<String>::new());
    });
}

/// Number of files that a page has loaded; all must belong to the book.
async fn check_loaded(page: &Browser, name: &str) -> usize {
    let loaded = page.run(LOADED, vec![]).await;
    let loaded = loaded.as_array().unwrap();
    for resource in loaded {
        let address = resource["address"].as_str().unwrap();
        assert!(address.starts_with(page.root()), "{name}: {address}");
        assert_eq!(resource["status"], 200, "{name}: {address}");
    }
    loaded.len()
}

const LOADED: &str = "return performance.getEntriesByType('resource')
    .map(resource => ({ address: resource.name, status: resource.responseStatus }))";
