//! Tests of sections that are run from their page: the tutorial of three steps, which needs no engine.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde_json::json;
use tempfile::TempDir;

use super::accessibility::faults_of;
use crate::driver::{Browser, Screen, axe, browse};
use crate::printed;

/// All runs write the same file.
static TURN: Mutex<()> = Mutex::new(());

/// A server whose pages can be run.
struct Served {
    program: Child,
    root: String,
    token: String,
    /// Programs that are found before those of the system.
    _folder: TempDir,
    _turn: MutexGuard<'static, ()>,
}

impl Served {
    /// Starts it with programs of the test's own: names and scripts.
    fn start(programs: &[(&str, &str)]) -> Self {
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let folder = tempfile::tempdir().unwrap();
        for (name, script) in programs {
            let file = folder.path().join(name);
            fs::write(&file, format!("#!/bin/sh\n{script}\n")).unwrap();
            fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
        }
        let path = std::env::var("PATH").unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_sorting"));
        command.env("PATH", format!("{}:{path}", folder.path().display()));
        let (program, root, token) = printed::start(&mut command);
        Self {
            program,
            root,
            token,
            _folder: folder,
            _turn: turn,
        }
    }

    fn page(&self, language: &str) -> String {
        format!("{}/{language}/sorting.html#run={}", self.root, self.token)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // Its chapter cleans up after it.
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

const RUN: &str = "[data-section='1'] .run-start";

/// Waits until the first section can be run.
async fn is_ready(page: &Browser) {
    page.wait_with(
        "return document.querySelector(arguments[0])?.disabled === false",
        vec![json!(RUN)],
    )
    .await;
}

/// Waits until the panel of a section shows a text.
async fn shows(page: &Browser, section: &str, text: &str) {
    page.wait_with(
        "return document.querySelector(`[data-section='${arguments[0]}'] .run`)?.textContent.includes(arguments[1])",
        vec![json!(section), json!(text)],
    )
    .await;
}

#[test]
#[ignore = "needs Chromium"]
fn a_section_shows_its_output_and_verdict_and_every_page_sees_them() {
    let served = Served::start(&[]);
    browse(Screen::Desk, async |page| {
        page.open_elsewhere(&served.page("en")).await;
        page.click(RUN).await;
        shows(page, "1", "✓ as in the book").await;
        shows(page, "1", "crane").await;
        // The token left the address, and the focus stayed.
        let seen = page.run(
            "return [location.hash, document.activeElement.textContent, document.querySelector('.run-mark').textContent]",
            vec![],
        );
        assert_eq!(seen.await, json!(["", "Run again", "✓"]));
        page.run("location.reload()", vec![]).await;
        shows(page, "1", "✓ as in the book").await;
        page.new_window().await;
        page.open_elsewhere(&served.page("ja")).await;
        shows(page, "1", "✓ 本書と同じ").await;
        // Section 2 was left out, so the third begins anew, and says so first.
        page.click("[data-section='3'] .run-start").await;
        shows(page, "3", "これまでに実行したものを、先に削除します。").await;
        page.click("[data-section='3'] .run-yes").await;
        shows(page, "3", "✓ 本書と同じ").await;
    });
}

#[test]
#[ignore = "needs Chromium"]
fn what_differs_and_what_fails_is_shown_with_its_lines() {
    let served = Served::start(&[
        ("sort", "/usr/bin/sort \"$@\" && echo a stranger"),
        ("uniq", "echo a ferry"),
    ]);
    browse(Screen::Phone, async |page| {
        page.open_elsewhere(&served.page("en")).await;
        page.click(RUN).await;
        shows(page, "1", "≠ differs from the book").await;
        shows(page, "1", "+ a stranger").await;
        page.click("[data-section='2'] .run-start").await;
        shows(page, "2", "✗ failed").await;
        shows(page, "2", "a ferry").await;
    });
}

#[test]
#[ignore = "needs Chromium"]
fn a_run_can_be_stopped_and_a_second_page_sees_it() {
    let served = Served::start(&[("sort", "sleep 100")]);
    browse(Screen::Desk, async |page| {
        page.open_elsewhere(&served.page("en")).await;
        let first = page.new_window().await;
        page.open_elsewhere(&served.page("en")).await;
        page.click(RUN).await;
        page.wait("return document.querySelector(\"[data-section='1'] .run-start\").textContent === 'Stop'")
            .await;
        let _second = page.new_window().await;
        page.open_elsewhere(&served.page("en")).await;
        page.wait("return document.querySelector(\"[data-section='1'] .run-start\")?.textContent === 'Stop'")
            .await;
        page.click(RUN).await;
        shows(page, "1", "■ stopped").await;
        page.look_at(&first).await;
        shows(page, "1", "■ stopped").await;
    });
}

#[test]
#[ignore = "needs Chromium"]
fn a_click_right_after_a_failure_counts() {
    let served = Served::start(&[("sort", "exit 1")]);
    browse(Screen::Desk, async |page| {
        page.open_elsewhere(&served.page("en")).await;
        is_ready(page).await;
        let clicks = "const [selector, ended] = arguments;
            const button = document.querySelector(selector);
            const panel = button.closest('.run');
            new MutationObserver((changes, observer) => {
                if (panel.textContent.includes('✗ failed')) {
                    observer.disconnect();
                    button.click();
                    ended();
                }
            }).observe(panel, { childList: true, subtree: true });
            button.click();";
        page.run_to_end(clicks, vec![json!(RUN)]).await;
        // What failed is removed first, and the page asks.
        page.wait("return document.querySelector('.run-yes')").await;
    });
}

#[test]
#[ignore = "needs Chromium"]
fn output_of_any_size_and_any_bytes_neither_blocks_nor_breaks_the_page() {
    let script = "head -c 3000000 /dev/zero | tr '\\0' 'x' | fold -w 100; printf '\\377\\033[2J</samp><b>\\n'; echo crane";
    let served = Served::start(&[("sort", script)]);
    browse(Screen::Desk, async |page| {
        page.open_elsewhere(&served.page("en")).await;
        page.click(RUN).await;
        shows(page, "1", "≠ differs from the book").await;
        shows(page, "1", "lines more: show all").await;
        shows(page, "1", "</samp><b>").await;
        let length = "return document.querySelector('.run-command pre').textContent.length";
        assert!(page.run(length, vec![]).await.as_u64().unwrap() < 100_000);
        page.click("[data-section='1'] .run-more").await;
        page.wait("return document.querySelector('.run-command pre').textContent.length > 3000000")
            .await;
    });
}

#[test]
#[ignore = "needs Chromium"]
fn a_page_of_another_site_runs_nothing() {
    let served = Served::start(&[]);
    let root = served.root.clone();
    browse(Screen::Desk, async |page| {
        // Served from another port, so it is another site.
        page.open("en/2-dockerfile.html").await;
        let attack = "
            const [root, done] = arguments;
            const body = JSON.stringify({ chapter: 'sorting', section: '1' });
            const simple = fetch(root + '/run/start', { method: 'POST', mode: 'no-cors', body });
            const asked = fetch(root + '/run/start', { method: 'POST', headers: { 'x-run-token': '0' }, body });
            Promise.allSettled([simple, asked]).then(both => done(both.map(one => one.status)));";
        let both = page.run_to_end(attack, vec![json!(root)]).await;
        // The first got an answer that it cannot read, the second was not even sent.
        assert_eq!(both, json!(["fulfilled", "rejected"]));
        page.open_elsewhere(&served.page("en")).await;
        page.wait("return document.querySelector('.run-chapter button')")
            .await;
        page.click("[data-section='2'] .run-start").await;
        shows(page, "2", "✓").await;
        assert_eq!(
            page.run("return document.querySelectorAll('.run-command').length", vec![])
                .await,
            json!(1)
        );
    });
}

#[test]
#[ignore = "needs Chromium"]
fn a_page_without_the_token_says_how_to_get_it() {
    let served = Served::start(&[]);
    let root = served.root.clone();
    browse(Screen::Desk, async |page| {
        page.open_elsewhere(&format!("{root}/en/sorting.html")).await;
        page.wait(
            "return document.querySelector('.run-hint')?.textContent.includes('cargo run --bin sorting')",
        )
        .await;
        assert_eq!(
            page.run("return document.querySelectorAll('.run-start').length", vec![])
                .await,
            json!(0)
        );
    });
}

#[test]
#[ignore = "needs Chromium"]
fn keyboard_and_screen_reader_can_run_a_section() {
    for screen in [Screen::Desk, Screen::Night, Screen::Phone] {
        let served = Served::start(&[("sort", "/usr/bin/sort \"$@\" && echo a stranger")]);
        browse(screen, async |page| {
            page.open_elsewhere(&served.page("en")).await;
            page.wait("return document.querySelector(\"[data-section='1'] .run-start\")")
                .await;
            page.run(
                "document.querySelector(\"[data-section='1'] .run-start\").focus()",
                vec![],
            )
            .await;
            page.keys("\n").await;
            shows(page, "1", "≠ differs from the book").await;
            page.wait(
                "return document.querySelector('.run-spoken').textContent === '1: differs from the book'",
            )
            .await;
            let faults = faults_of(page, &axe(), "a page with a run", &[]).await;
            assert!(faults.is_empty(), "{}", faults.join("\n"));
            let is_wide =
                "return document.documentElement.scrollWidth > document.documentElement.clientWidth";
            assert_eq!(page.run(is_wide, vec![]).await, json!(false));
        });
    }
}

#[test]
#[ignore = "needs Chromium"]
fn a_killed_server_leaves_nothing_behind() {
    let mut served = Served::start(&[("grep", "sleep 100")]);
    let made = Path::new(env!("CARGO_MANIFEST_DIR")).join("../chapters/engine/examples/sorting/sorted.txt");
    browse(Screen::Desk, async |page| {
        page.open_elsewhere(&served.page("en")).await;
        page.click("[data-section='3'] .run-start").await;
        shows(page, "3", "grep --count").await;
        assert!(made.exists());
        served.program.kill().unwrap();
        served.program.wait().unwrap();
        let deadline = Instant::now() + Duration::from_mins(1);
        while made.exists() {
            assert!(Instant::now() < deadline, "{} stays", made.display());
            page.wait("return true").await;
        }
    });
}
