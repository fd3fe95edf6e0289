//! Tests of a page's layout on a phone and on paper.

use serde_json::{Value, json};

use super::accessibility::faults_of;
use crate::driver::{Screen, axe, browse};
use crate::server::{bare_pages, pages};
use crate::{UNFOLD, open_bare};

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

/// Finds elements that stick out to the right, except those that scroll. The document's width cannot
/// show this, because mdBook's style lets the text scroll inside it.
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

/// Heights of the letters in drawings, in screen pixels.
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

/// Finds hyphenated words in inline code that are split over two lines although they would fit on one.
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

/// Applies the print style to the screen.
const PAPER: &str = "
    document.querySelectorAll('link[media=print]').forEach(link => { link.media = 'all'; });
    for (const sheet of document.styleSheets) {
        for (const rule of sheet.cssRules) {
            if (rule.media?.mediaText === 'print') rule.media.mediaText = 'all';
        }
    }";

/// Finds what paper would cut off or hide, and controls that are useless there.
const UNFIT_FOR_PAPER: &str = "
    const shown = element => element.checkVisibility();
    const all = selector => [...document.querySelectorAll(selector)];
    return [
        ...all('main :is(h1, h2, h3, p, li, td, pre, figure)').filter(element => !shown(element)),
        ...all('main :is(pre, .table-wrapper, figure)').filter(element => element.scrollWidth > element.clientWidth),
        ...all('button, input, #mdbook-menu-bar, #mdbook-sidebar, nav a').filter(shown),
    ].map(element => element.outerHTML.slice(0, 120));";
