//! Tests of arrow keys and others: scrolling, turning pages, choosing tabs.

use serde_json::json;
use tutorial_engine::language::LANGUAGES;

use super::search::search;
use crate::UNFOLD;
use crate::driver::{Screen, browse};
use crate::server::pages;

#[test]
#[ignore = "needs Chromium"]
fn arrow_keys_scroll_whatever_is_wide_on_a_desk() {
    check_scrolling(Screen::Desk, &["transcript"]);
}

#[test]
#[ignore = "needs Chromium"]
fn arrow_keys_scroll_whatever_is_wide_on_a_phone() {
    check_scrolling(
        Screen::Phone,
        &["transcript", "commands", "file", "table-wrapper", "drawing"],
    );
}

/// On each page, takes the first element of each kind that is too wide for its place. It must take the
/// focus and scroll by arrow keys, also from inside, without turning the page. The
/// `expected` kinds must be found.
#[track_caller]
fn check_scrolling(screen: Screen, expected: &[&str]) {
    browse(screen, async |page| {
        let mut kinds = Vec::new();
        for name in pages() {
            page.open(&name).await;
            page.run(UNFOLD, vec![]).await;
            let found = page.run(WIDE, vec![]).await;
            for wide in found.as_array().unwrap() {
                kinds.push(wide["kind"].as_str().unwrap().to_owned());
                for at in 0..wide["from"].as_u64().unwrap() {
                    let place = vec![wide["number"].clone(), json!(at)];
                    let focused = page.run(FOCUS, place).await;
                    assert_eq!(focused, json!(true), "{name}: {wide} {at}");
                    page.keys(RIGHT).await;
                    page.wait_with(
                        "return wide[arguments[0]].scrollLeft > 0",
                        vec![wide["number"].clone()],
                    )
                    .await;
                    // At its left end, the key must not turn the page either.
                    page.keys(&LEFT.repeat(3)).await;
                    page.wait_with(
                        "return wide[arguments[0]].scrollLeft === 0",
                        vec![wide["number"].clone()],
                    )
                    .await;
                }
            }
            assert!(page.address().await.ends_with(&name), "{name}");
        }
        for kind in expected {
            assert!(
                kinds.iter().any(|found| found.contains(kind)),
                "{kind}: {kinds:?}"
            );
        }
    });
}

const LEFT: &str = "\u{e012}";
const RIGHT: &str = "\u{e014}";

/// Finds, by trying, elements that scroll sideways: one of each kind, with the number of places in it
/// where keys are pressed: itself, the first button or link in it, and the button on it.
const WIDE: &str = "
    const scrolls = element => {
        element.scrollLeft = 9;
        const moved = element.scrollLeft > 1;
        element.scrollLeft = 0;
        return moved && getComputedStyle(element).overflowX !== 'hidden';
    };
    const kinds = new Set();
    const kind = element => `${element.parentElement.className} ${element.className}`;
    window.wide = [...document.body.querySelectorAll('*')].filter(element =>
        element.checkVisibility() && !kinds.has(kind(element)) && scrolls(element) && kinds.add(kind(element)));
    window.places = wide.map(element => [
        element,
        element.querySelector('a, button'),
        element.parentElement.querySelector(':scope > button'),
    ].filter(Boolean));
    return wide.map((element, number) => ({ number, kind: kind(element), from: places[number].length }));";

const FOCUS: &str = "
    const place = places[arguments[0]][arguments[1]];
    place.focus({ preventScroll: true });
    return document.activeElement === place;";

#[test]
#[ignore = "needs Chromium"]
fn wide_block_scrolls_whether_a_click_or_the_tab_key_led_to_it() {
    browse(Screen::Phone, async |page| {
        for by_click in [true, false] {
            page.open("en/5-running.html#5").await;
            if by_click {
                page.click(".block pre kbd").await;
            } else {
                page.run("document.querySelector('.block .copy').focus()", vec![])
                    .await;
                page.keys("\u{e004}").await;
            }
            page.wait("return document.activeElement.matches('.block pre')")
                .await;
            page.keys(RIGHT).await;
            page.wait("return document.activeElement.scrollLeft > 0").await;
        }
    });
}

#[test]
#[ignore = "needs Chromium"]
fn arrow_keys_turn_the_page_from_anywhere_else() {
    for screen in [Screen::Desk, Screen::Phone] {
        browse(screen, async |page| {
            for language in LANGUAGES {
                let at = |name: &str| format!("{}/{name}.html", language.code());
                for from in [
                    "document.body",
                    "document.querySelector('main')",
                    "document.querySelector('main p a')",
                    "document.querySelector('#reader-search')",
                    // Now nothing in it is wider than its place.
                    "Object.assign(document.querySelector('pre'), { textContent: 'short' })",
                ] {
                    page.open(&at("4-multi-stage")).await;
                    page.run(&format!("{from}.focus()"), vec![]).await;
                    page.keys(RIGHT).await;
                    page.wait_for(&at("5-running")).await;
                }
                page.open(&at("4-multi-stage")).await;
                page.click("main p").await;
                page.keys(LEFT).await;
                page.wait_for(&at("3-writing")).await;
            }
        });
    }
}

#[test]
#[ignore = "needs Chromium"]
fn arrow_keys_choose_a_tab_and_turn_no_page() {
    browse(Screen::Desk, async |page| {
        page.open("en/6-database.html").await;
        page.run("document.querySelector('[role=tab]').focus()", vec![])
            .await;
        for (key, at) in [(RIGHT, 1), (LEFT, 0)] {
            page.keys(key).await;
            page.wait_with(
                "const tab = document.activeElement;
                 return tab.ariaSelected === 'true' && [...tab.parentElement.children].indexOf(tab) === arguments[0]",
                vec![json!(at)],
            )
            .await;
        }
        assert!(page.address().await.ends_with("en/6-database.html"));
    });
}

#[test]
#[ignore = "needs Chromium"]
fn other_keys_scroll_the_page_from_within_a_block() {
    browse(Screen::Desk, async |page| {
        page.open("en/5-running.html").await;
        page.run(
            "document.querySelector('.block pre').focus({ preventScroll: true })",
            vec![],
        )
        .await;
        // End, Home, Page Down, Page Up.
        for (key, there) in [
            (
                "\u{e010}",
                "return scrollY + innerHeight > document.documentElement.scrollHeight - 2",
            ),
            ("\u{e011}", "return scrollY === 0"),
            ("\u{e00f}", "return scrollY > innerHeight / 2"),
            ("\u{e00e}", "return scrollY === 0"),
        ] {
            page.keys(key).await;
            page.wait(there).await;
        }
        assert!(page.address().await.ends_with("en/5-running.html"));
    });
}

#[test]
#[ignore = "needs Chromium"]
fn arrow_keys_in_the_search_box_and_while_japanese_is_composed_turn_no_page() {
    browse(Screen::Desk, async |page| {
        page.open("ja/4-multi-stage.html").await;
        for composing in ["isComposing: true", "keyCode: 229"] {
            for key in ["ArrowLeft", "ArrowRight", "s", "/"] {
                let pressed =
                    format!("new KeyboardEvent('keydown', {{ key: '{key}', bubbles: true, {composing} }})");
                page.run(
                    &format!("document.querySelector('main').dispatchEvent({pressed})"),
                    vec![],
                )
                .await;
            }
        }
        search(page, "Docker").await;
        page.keys(LEFT).await;
        page.wait("return document.activeElement.selectionStart === 'Docke'.length")
            .await;
        page.keys(RIGHT).await;
        page.wait("return document.activeElement.selectionStart === 'Docker'.length")
            .await;
        assert!(page.address().await.ends_with("ja/4-multi-stage.html"));
    });
}
