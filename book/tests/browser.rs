//! What a reader meets in a browser: the built book, served as plain files
//! below some folder of a host, in Chromium without a window.

#![expect(clippy::unwrap_used, reason = "a test may unwrap: its panic is the report")]

mod browser {
    pub mod driver; // Chromium, and what is asked of it
    pub mod server; // the book, as a host of plain files has it
    pub mod port; // whose server comes and goes
}
mod small; // a book of two pages, as it is served while it is written

use std::time::Duration;

use book::edition::{EDITIONS, Edition};
use book::sources::Sources;
use browser::driver::{Browser, Screen, axe, browse};
use browser::port::Port;
use browser::server::{bare_pages, pages};
use chapters::transcript::Typed;
use serde_json::{Value, json};
use small::{Served, Small};

#[test]
#[ignore = "needs Chromium"]
fn japanese_words_are_found_by_keyboard() {
    check_search(
        Edition::Japanese,
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
        Edition::English,
        &[
            ("distroless", "4-multi-stage.html"),
            ("EXPOSE", "3-writing.html#3-8"),
            ("connection refused", "5-running.html"),
        ],
    );
}

#[test]
#[ignore = "needs Chromium"]
fn other_language_has_the_same_page_and_heading() {
    browse(Screen::Desk, async |page| {
        for edition in EDITIONS {
            for place in ["5-running.html#5-2", "6-database.html#6-9-wrong"] {
                check_language_switch(page, edition, place).await;
            }
        }
    });
}

#[test]
#[ignore = "needs Chromium"]
fn copied_commands_are_pasted_as_they_were_typed() {
    check_copy("chapter-6", "6-5", "6-database.html");
}

#[test]
#[ignore = "needs Chromium"]
fn english_pages_are_accessible_in_light_colours() {
    check_accessibility(Screen::Desk, &pages_of(Edition::English));
}

#[test]
#[ignore = "needs Chromium"]
fn english_pages_are_accessible_in_dark_colours() {
    check_accessibility(Screen::Night, &pages_of(Edition::English));
}

#[test]
#[ignore = "needs Chromium"]
fn english_pages_are_accessible_on_a_phone() {
    check_accessibility(Screen::Phone, &pages_of(Edition::English));
}

#[test]
#[ignore = "needs Chromium"]
fn japanese_pages_are_accessible_in_light_colours() {
    check_accessibility(Screen::Desk, &pages_of(Edition::Japanese));
}

#[test]
#[ignore = "needs Chromium"]
fn japanese_pages_are_accessible_in_dark_colours() {
    check_accessibility(Screen::Night, &pages_of(Edition::Japanese));
}

#[test]
#[ignore = "needs Chromium"]
fn pages_without_an_interface_are_accessible_in_light_colours() {
    check_accessibility(Screen::Desk, &bare_pages());
}

#[test]
#[ignore = "needs Chromium"]
fn pages_without_an_interface_are_accessible_in_dark_colours() {
    check_accessibility(Screen::Night, &bare_pages());
}

#[test]
#[ignore = "needs Chromium"]
fn search_box_is_accessible_in_light_colours() {
    check_accessibility_of_search(Screen::Desk);
}

#[test]
#[ignore = "needs Chromium"]
fn search_box_is_accessible_in_dark_colours() {
    check_accessibility_of_search(Screen::Night);
}

#[test]
#[ignore = "needs Chromium"]
fn dark_colours_are_kept_on_the_next_page_and_in_the_other_language() {
    browse(Screen::Desk, async |page| {
        page.open("en/preface.html").await;
        let background = "return getComputedStyle(document.documentElement).backgroundColor";
        let light = page.run(background, vec![]).await;
        page.click("#mdbook-theme-toggle").await;
        page.click("#mdbook-theme-navy").await;
        page.wait("return document.documentElement.classList.contains('navy')")
            .await;
        let dark = page.run(background, vec![]).await;
        assert_ne!(light, dark);
        for next in ["en/3-writing.html", "ja/5-running.html"] {
            page.open(next).await;
            assert_eq!(page.run(background, vec![]).await, dark, "{next}");
        }
    });
}

#[test]
#[ignore = "needs Chromium"]
fn no_page_is_wider_than_a_phone() {
    browse(Screen::Phone, async |page| {
        let mut wide = Vec::new();
        for name in [pages(), bare_pages()].concat() {
            open_bare(page, &name).await;
            page.run(UNFOLD, vec![]).await;
            let found = page.run(TOO_WIDE, vec![]).await;
            if found != json!([]) {
                wide.push(format!("{name}: {found}"));
            }
        }
        assert!(wide.is_empty(), "{}", wide.join("\n"));
    });
}

/// Shows all that a reader can make the page show.
const UNFOLD: &str = "
    document.querySelectorAll('details').forEach(folded => { folded.open = true; });
    const shown = document.createElement('style');
    shown.textContent = '.tab { display: block !important; } .copy { opacity: 1 !important; }';
    document.head.append(shown);";

/// What sticks out to the right, but for what scrolls by itself. The width of
/// the document tells nothing: mdBook's style lets the text scroll inside it.
const TOO_WIDE: &str = "
    const width = document.documentElement.clientWidth;
    if (width !== 390 || innerWidth !== 390) return [`the screen is ${width} of ${innerWidth} px wide`];
    const page = document.querySelector('#mdbook-page-wrapper') ?? document.body;
    return [...page.querySelectorAll('*')]
        .filter(element => element.getBoundingClientRect().right > width + 0.5)
        .filter(element => !element.parentElement.closest('pre, .table-wrapper, figure.drawing'))
        .slice(0, 5).map(element => element.outerHTML.slice(0, 120));";

#[test]
#[ignore = "needs Chromium"]
fn letters_of_every_drawing_are_large_enough_on_a_phone() {
    browse(Screen::Phone, async |page| {
        let mut sizes = Vec::new();
        for name in pages() {
            page.open(&name).await;
            let found = page.run(LETTERS, vec![]).await;
            sizes.extend(found.as_array().unwrap().clone());
        }
        assert!(!sizes.is_empty());
        let smallest = sizes.iter().filter_map(Value::as_f64).fold(f64::MAX, f64::min);
        assert!(smallest >= 12.0, "{smallest} px");
    });
}

/// Heights of the letters in drawings, in pixels of the screen.
const LETTERS: &str = "
    return [...document.querySelectorAll('figure.drawing text')].map(text => {
        const drawing = text.ownerSVGElement;
        const scale = drawing.getBoundingClientRect().width / drawing.viewBox.baseVal.width;
        return parseFloat(getComputedStyle(text).fontSize) * scale;
    });";

#[test]
#[ignore = "needs Chromium"]
fn no_option_breaks_within_its_dashes() {
    browse(Screen::Phone, async |page| {
        let mut broken = Vec::new();
        for name in pages() {
            page.open(&name).await;
            page.run(UNFOLD, vec![]).await;
            let found = page.run(BROKEN, vec![]).await;
            let words = found.as_array().unwrap();
            broken.extend(words.iter().map(|word| format!("{name}: {word}")));
        }
        assert!(broken.is_empty(), "{}", broken.join("\n"));
    });
}

/// Words with a hyphen, in code within a text, that are on two lines though
/// there is room for them on one.
const BROKEN: &str = "
    const broken = [];
    for (const code of document.querySelectorAll('main :not(pre) > code')) {
        const room = code.closest('td') ? Infinity : code.closest('main').clientWidth * 0.8;
        const texts = document.createTreeWalker(code, NodeFilter.SHOW_TEXT);
        while (texts.nextNode()) {
            for (const word of texts.currentNode.data.matchAll(/\\S*-\\S*/g)) {
                const range = document.createRange();
                range.setStart(texts.currentNode, word.index);
                range.setEnd(texts.currentNode, word.index + word[0].length);
                const lines = [...range.getClientRects()];
                const width = lines.reduce((sum, line) => sum + line.width, 0);
                if (width < room && lines.some(line => line.top !== lines[0].top)) {
                    broken.push(word[0]);
                }
            }
        }
    }
    return broken;";

#[test]
#[ignore = "needs Chromium"]
fn paper_loses_no_text_and_shows_it_black_on_white() {
    let axe = axe();
    browse(Screen::Night, async |page| {
        let mut faults = Vec::new();
        for name in pages() {
            page.open(&name).await;
            page.run(PAPER, vec![]).await;
            let found = page.run(UNFIT_FOR_PAPER, vec![]).await;
            let unfit = found.as_array().unwrap();
            faults.extend(unfit.iter().map(|fault| format!("{name}: {fault}")));
            faults.extend(faults_of(page, &axe, &name, &["color-contrast"]).await);
        }
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    });
}

/// Makes the screen follow the rules for paper.
const PAPER: &str = "
    document.querySelectorAll('link[media=print]').forEach(link => { link.media = 'all'; });
    for (const sheet of document.styleSheets) {
        for (const rule of sheet.cssRules) {
            if (rule.media?.mediaText === 'print') rule.media.mediaText = 'all';
        }
    }";

/// What paper would cut or hide, and what nobody can click on there.
const UNFIT_FOR_PAPER: &str = "
    const shown = element => element.checkVisibility();
    const all = selector => [...document.querySelectorAll(selector)];
    return [
        ...all('main :is(h1, h2, h3, p, li, td, pre, figure)').filter(element => !shown(element)),
        ...all('main :is(pre, .table-wrapper, figure)').filter(element => element.scrollWidth > element.clientWidth),
        ...all('button, input, #mdbook-menu-bar, #mdbook-sidebar, nav a').filter(shown),
    ].map(element => element.outerHTML.slice(0, 120));";

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
            for edition in EDITIONS {
                let code = edition.code();
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
        for edition in EDITIONS {
            let code = edition.code();
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
            // What the search box loads belongs to it.
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

/// On each page the first of each kind of what is wider than its place takes
/// the focus and scrolls by arrow keys, also from within, and the page stays;
/// these kinds are among them.
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
                    // To the left of its beginning is no page either.
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

/// What scrolls sideways, found by trying, one of each kind of name, with the
/// number of places in it from which keys are pressed: itself, the first button
/// or link in it, and the button on it.
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
            for edition in EDITIONS {
                let at = |name: &str| format!("{}/{name}.html", edition.code());
                for from in [
                    "document.body",
                    "document.querySelector('main')",
                    "document.querySelector('main p a')",
                    "document.querySelector('#reader-search')",
                    // Nothing in it is wider than its place.
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

/// Windows that are open at once: more than a browser has connections to a host.
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

/// Time in which a page that somebody looks at asks three times.
const HIDDEN: Duration = Duration::from_millis(3500);

#[test]
#[ignore = "needs Chromium"]
fn hidden_page_asks_for_nothing_and_shows_a_change_once_it_is_looked_at() {
    let small = Small::new();
    let served = Served::start(&small);
    browse(Screen::Desk, async |page| {
        page.open_elsewhere(&format!("{}/en/1-start.html", served.root))
            .await;
        page.run(
            "Object.defineProperty(document, 'hidden', { value: true, configurable: true })",
            vec![],
        )
        .await;
        small.replace("book/en/src/1-start.md", "A note.", "Another.");
        tokio::time::sleep(HIDDEN).await;
        let shown = page.run("return document.body.textContent.includes('A note.')", vec![]);
        assert_eq!(shown.await, json!(true));
        page.run(
            "delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))",
            vec![],
        )
        .await;
        page.wait("return document.body.textContent.includes('Another.')")
            .await;
    });
}

/// Time without a server: without longer pauses a page would ask eight times.
const AWAY: Duration = Duration::from_secs(8);

#[test]
#[ignore = "needs Chromium"]
fn page_notices_a_server_that_was_started_anew_and_seldom_asks_one_that_is_away() {
    let small = Small::new();
    let served = Served::start(&small);
    browse(Screen::Desk, async |page| {
        let mut port = Port::open(&served.root).await;
        page.open_elsewhere(&format!("{}/en/1-start.html", port.root()))
            .await;
        page.run("window.isOld = true; window.faults = []; onerror = onunhandledrejection = fault => { faults.push(String(fault)); };", vec![])
            .await;
        page.wait("return performance.getEntriesByName(location.origin + '/build').length > 1")
            .await;
        port.close().await;
        tokio::time::sleep(AWAY).await;
        let failed = page.run(
            "return [isOld, faults, performance.getEntriesByName(location.origin + '/build').filter(asked => asked.responseStatus !== 200).length]",
            vec![],
        );
        let failed = failed.await;
        assert_eq!((&failed[0], &failed[1]), (&json!(true), &json!([])));
        assert!((1..=4).contains(&failed[2].as_u64().unwrap()), "{failed}");
        let again = Served::start(&small);
        let _port = port.open_again(&again.root).await;
        // Somebody looks at it.
        page.run("dispatchEvent(new Event('focus'))", vec![]).await;
        page.wait("return !window.isOld").await;
    });
}

/// Opens a page without an interface.
async fn open_bare(page: &Browser, name: &str) {
    if name == "index.html" {
        page.open_still(name).await;
    } else {
        page.open(name).await;
    }
}

/// How many files a page has loaded, all of them the book's.
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

/// The first result of each search leads to the page that explains it, or to
/// the section, and no hand leaves the keyboard.
#[track_caller]
fn check_search(edition: Edition, searches: &[(&str, &str)]) {
    browse(Screen::Desk, async |page| {
        for (query, expected) in searches {
            page.open(&format!("{}/preface.html", edition.code())).await;
            search(page, query).await;
            let found = page.run(RESULTS, vec![]).await;
            // Over the button that closes the box.
            page.keys("\u{e004}\u{e004}").await;
            page.wait("return document.activeElement.matches('.reader-dialog li:first-child a')")
                .await;
            page.keys("\u{e007}").await;
            page.wait("return !document.querySelector('.reader-dialog[open]')")
                .await;
            let reached = page.address().await;
            let below = format!("{}{}/", page.root(), edition.code());
            let reached = reached.strip_prefix(&below).unwrap();
            assert!(reached.starts_with(expected), "{query} finds {found}");
        }
    });
}

/// Searches from the keyboard, and waits for what is found.
async fn search(page: &Browser, query: &str) {
    page.keys("/").await;
    page.wait("return document.activeElement.matches('.reader-dialog input')")
        .await;
    page.keys(query).await;
    page.wait(FOUND).await;
}

/// Whether the results are there, and are those of what was typed to its end.
const FOUND: &str = "
    const results = document.querySelector('.reader-dialog ol');
    const query = document.querySelector('.reader-dialog input').value.normalize('NFKC');
    return results.dataset.query === query && results.querySelector('a');";

const RESULTS: &str = "return [...document.querySelectorAll('.reader-dialog li a')]
    .map(link => link.getAttribute('href').replace(/^.*[/]/, ''))";

async fn check_language_switch(page: &Browser, from: Edition, place: &str) {
    page.open(&format!("{}/{place}", from.code())).await;
    page.click("#reader-switch").await;
    let code = from.other().code();
    page.wait(&format!("return document.documentElement.lang === '{code}'"))
        .await;
    assert_eq!(page.address().await, format!("{}{code}/{place}", page.root()));
    // The browser goes there once the page has its height.
    page.wait(AT_HEADING).await;
}

const AT_HEADING: &str = "
    const top = document.getElementById(location.hash.slice(1)).getBoundingClientRect().top;
    return top > -1 && top < innerHeight / 3;";

#[track_caller]
fn check_copy(chapter: &str, section: &str, name: &str) {
    let sources = Sources::open(book::check::root()).unwrap();
    let entries = &sources.snapshots[chapter].transcript.entries;
    let commands = entries.iter().filter(|entry| entry.section == section);
    let commands = commands.filter_map(|entry| match &entry.typed {
        Typed::Command(command) => Some(command.as_str()),
        Typed::Interrupt(_) => None,
    });
    let typed = commands.collect::<Vec<_>>().join("\n");
    assert!(typed.contains("\\\n"), "has one line: {typed}");
    browse(Screen::Desk, async |page| {
        page.open(&format!("en/{name}#{section}")).await;
        // Below each transcript stands how to run its section.
        page.run(
            "const where = [...document.querySelectorAll('.provenance code')].find(code => code.textContent.endsWith(' ' + arguments[0]));
             where.closest('.provenance').previousElementSibling.querySelector('.copy').focus();",
            vec![json!(section)],
        )
        .await;
        let before = page
            .run("return document.activeElement.textContent", vec![])
            .await;
        page.keys("\u{e007}").await;
        page.wait_with(
            "return document.activeElement.textContent !== arguments[0]",
            vec![before],
        )
        .await;
        page.run(
            "const area = document.createElement('textarea'); document.querySelector('main').prepend(area); area.focus();",
            vec![],
        )
        .await;
        page.paste().await;
        page.wait("return document.activeElement.value").await;
        assert_eq!(
            page.run("return document.activeElement.value", vec![]).await,
            json!(typed)
        );
    });
}

fn pages_of(edition: Edition) -> Vec<String> {
    let mut pages = pages();
    pages.retain(|page| page.starts_with(edition.code()));
    pages
}

#[track_caller]
fn check_accessibility(screen: Screen, pages: &[String]) {
    let axe = axe();
    browse(screen, async |page| {
        let mut faults = Vec::new();
        for name in pages {
            open_bare(page, name).await;
            let is_dark = page.run(IS_DARK, vec![]).await;
            assert_eq!(is_dark, matches!(screen, Screen::Night), "{name}");
            page.run(UNFOLD, vec![]).await;
            faults.extend(faults_of(page, &axe, name, &[]).await);
        }
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    });
}

/// By the theme of a page, or by the screen where a page has none.
const IS_DARK: &str = "
    return document.querySelector('#mdbook-theme-list')
        ? document.documentElement.classList.contains('navy')
        : matchMedia('(prefers-color-scheme: dark)').matches;";

#[track_caller]
fn check_accessibility_of_search(screen: Screen) {
    let axe = axe();
    browse(screen, async |page| {
        for edition in EDITIONS {
            let name = format!("{}/preface.html", edition.code());
            page.open(&name).await;
            search(page, "Docker").await;
            let faults = faults_of(page, &axe, &name, &[]).await;
            assert!(faults.is_empty(), "{}", faults.join("\n"));
        }
    });
}

/// What axe-core finds, by one of its rules or by all.
async fn faults_of(page: &Browser, axe: &str, name: &str, rules: &[&str]) -> Vec<String> {
    page.run(axe, vec![]).await;
    let report = page.run_to_end(AXE, vec![json!(rules)]).await;
    assert!(
        report["passes"].as_u64().unwrap() > 0,
        "{name}: axe-core did not run: {report}"
    );
    let violations: &Vec<Value> = report["violations"].as_array().unwrap();
    violations
        .iter()
        .map(|violation| format!("{name}: {violation}"))
        .collect()
}

const AXE: &str = "
    const [rules, done] = arguments;
    const options = { preload: false, resultTypes: ['violations'] };
    if (rules.length) options.runOnly = rules;
    // What stands in a frame has its heading and its main part around it.
    if (!document.querySelector('main')) {
        options.rules = { 'landmark-one-main': { enabled: false }, 'page-has-heading-one': { enabled: false } };
    }
    axe.run(document, options).then(
        report => done({
            passes: report.passes.length,
            violations: report.violations.map(violation =>
                `${violation.id} (${violation.impact}): ` + violation.nodes.slice(0, 3).map(node => `${node.target} ${node.failureSummary}`).join(' | ')),
        }),
        error => done({ passes: 0, error: String(error) }),
    );";
