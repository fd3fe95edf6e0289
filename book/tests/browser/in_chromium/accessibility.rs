//! Runs axe-core on every page, and checks the colours.

use serde_json::{Value, json};
use tutorial_engine::language::{LANGUAGES, Language};

use super::search::search;
use crate::driver::{Browser, Screen, axe, browse};
use crate::server::{bare_pages, pages};
use crate::{UNFOLD, open_bare};

#[test]
#[ignore = "needs Chromium"]
fn english_pages_are_accessible_in_light_colours() {
    check_accessibility(Screen::Desk, &pages_of(Language::English));
}

#[test]
#[ignore = "needs Chromium"]
fn english_pages_are_accessible_in_dark_colours() {
    check_accessibility(Screen::Night, &pages_of(Language::English));
}

#[test]
#[ignore = "needs Chromium"]
fn english_pages_are_accessible_on_a_phone() {
    check_accessibility(Screen::Phone, &pages_of(Language::English));
}

#[test]
#[ignore = "needs Chromium"]
fn japanese_pages_are_accessible_in_light_colours() {
    check_accessibility(Screen::Desk, &pages_of(Language::Japanese));
}

#[test]
#[ignore = "needs Chromium"]
fn japanese_pages_are_accessible_in_dark_colours() {
    check_accessibility(Screen::Night, &pages_of(Language::Japanese));
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

fn pages_of(language: Language) -> Vec<String> {
    let mut pages = pages();
    pages.retain(|page| page.starts_with(language.code()));
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

/// According to the page's theme, or to the screen if the page has no theme.
const IS_DARK: &str = "
    return document.querySelector('#mdbook-theme-list')
        ? document.documentElement.classList.contains('navy')
        : matchMedia('(prefers-color-scheme: dark)').matches;";

#[track_caller]
fn check_accessibility_of_search(screen: Screen) {
    let axe = axe();
    browse(screen, async |page| {
        for language in LANGUAGES {
            let name = format!("{}/preface.html", language.code());
            page.open(&name).await;
            search(page, "Docker").await;
            let faults = faults_of(page, &axe, &name, &[]).await;
            assert!(faults.is_empty(), "{}", faults.join("\n"));
        }
    });
}

/// Faults found by axe-core, with all its rules or only `rules`.
pub async fn faults_of(page: &Browser, axe: &str, name: &str, rules: &[&str]) -> Vec<String> {
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
    // In a frame, the surrounding page provides the heading and the main part.
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
