//! Chapters that are run from their pages, on a real engine, in Chromium.

#![expect(clippy::unwrap_used, reason = "a test may unwrap: its panic is the report")]

#[path = "../browser/driver.rs"]
#[allow(dead_code, reason = "not each test needs all of it")]
mod driver; // starts Chromium and sends it commands
#[path = "../browser/server.rs"]
#[allow(dead_code, reason = "not each test needs all of it")]
mod server; // serves the book as a static file host does
#[path = "../printed/mod.rs"]
mod printed; // a server that prints the address of the book

use std::fs::{self, File};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command};
use std::sync::{Mutex, MutexGuard, PoisonError, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use book::check::root;
use driver::{Browser, Screen, browse};
use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, getuid};
use serde_json::json;

/// One server at a time: chapters share names and ports.
static ENGINE: Mutex<()> = Mutex::new(());

/// Longest wait for a build, an answer of a container and a cleanup, on a busy machine.
const LIMIT: Duration = Duration::from_mins(4);

/// The book, served as a reader does.
struct Served {
    program: Child,
    root: String,
    token: String,
    /// What the engine held before.
    before: String,
    _engine: MutexGuard<'static, ()>,
}

impl Served {
    fn start() -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_book"));
        command.args(["serve", "--port", "0"]);
        Self::start_with(command)
    }

    fn start_with(mut command: Command) -> Self {
        let engine = ENGINE.lock().unwrap_or_else(PoisonError::into_inner);
        let before = objects();
        let (program, root, token) = printed::start(&mut command);
        Self {
            program,
            root,
            token,
            before,
            _engine: engine,
        }
    }

    fn page(&self, page: &str) -> String {
        format!("{}/{page}.html#run={}", self.root, self.token)
    }

    /// Ends the server as Ctrl-C does; it removes what its chapter has made.
    fn end(&mut self) {
        kill(Pid::from_raw(self.program.id().cast_signed()), Signal::SIGINT).unwrap();
        assert!(self.program.wait().unwrap().success());
        assert_eq!(objects(), self.before);
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
        // Its chapter, which may outlive it, removes what a failed test has left, and then lets go of this.
        let name = format!("running-rust-in-docker-{}.lock", getuid());
        if let Ok(lock) = File::open(std::env::temp_dir().join(name)) {
            let (done, is_free) = mpsc::channel();
            thread::spawn(move || done.send(lock.lock().is_ok()));
            let _ = is_free.recv_timeout(LIMIT);
        }
    }
}

/// Containers, networks, volumes, and names of images.
fn objects() -> String {
    let lists: [&[&str]; 4] = [
        &["container", "ls", "--all", "--quiet", "--no-trunc"],
        &["network", "ls", "--quiet", "--no-trunc"],
        &["volume", "ls", "--quiet"],
        &["image", "ls", "--format", "{{.Repository}}:{{.Tag}}"],
    ];
    let lists = lists.map(|list| {
        let output = Command::new("docker").args(list).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        let text = String::from_utf8(output.stdout).unwrap();
        let mut lines: Vec<&str> = text.lines().collect();
        lines.sort_unstable();
        lines.join("\n")
    });
    lists.join("\n")
}

/// Waits until the panel of a section shows a text.
async fn shows(page: &Browser, section: &str, text: &str) {
    let seen = "return ['.run-chapter', `[data-section='${arguments[0]}'] .run`].map(where => document.querySelector(where)?.textContent)";
    let shown = "return document.querySelector(`[data-section='${arguments[0]}'] .run`)?.textContent.includes(arguments[1])";
    page.wait_long(LIMIT, shown, vec![json!(section), json!(text)], seen)
        .await;
}

async fn run(page: &Browser, section: &str) {
    let selector = format!("[data-section='{section}'] .run-start");
    page.wait_with(
        "return document.querySelector(arguments[0])?.disabled === false",
        vec![json!(selector)],
    )
    .await;
    press(page, &selector).await;
}

async fn agree(page: &Browser, place: &str) {
    page.wait_with(
        "return document.querySelector(arguments[0])",
        vec![json!(format!("{place} .run-yes"))],
    )
    .await;
    press(page, &format!("{place} .run-yes")).await;
}

/// Clicks where nothing covers the button: the page's bar stays at the top.
async fn press(page: &Browser, selector: &str) {
    let scroll = "document.querySelector(arguments[0]).scrollIntoView({ block: 'center' })";
    page.run(scroll, vec![json!(selector)]).await;
    page.click(selector).await;
}

#[test]
#[ignore = "needs Chromium and a Docker Engine"]
fn a_reader_goes_down_a_page_as_the_book_has_it_and_cleans_up() {
    let mut served = Served::start();
    browse(Screen::Desk, async |page| {
        page.open_elsewhere(&served.page("en/5-running")).await;
        run(page, "5-background").await;
        shows(page, "5-background", "These run first: 5 Running the image").await;
        agree(page, "[data-section='5-background']").await;
        shows(page, "5-background", "✓ as in the book").await;
        shows(page, "5-background", "curl: (7)").await;
        // It goes on from there, with nothing to ask.
        run(page, "5-address").await;
        shows(page, "5-address", "Hello, Docker! <3").await;
        shows(page, "5-address", "✓ as in the book").await;
        // Another chapter needs this one's names.
        page.open_elsewhere(&served.page("ja/2-dockerfile")).await;
        run(page, "2-1-missing").await;
        shows(page, "2-1-missing", "chapter-5が作ったものを、先に削除します。").await;
        agree(page, "[data-section='2-1-missing']").await;
        shows(page, "2-1-missing", "✓ 本書と同じ").await;
        run(page, "2").await;
        shows(page, "2", "これまでに実行したものを、先に削除します。").await;
        agree(page, "[data-section='2']").await;
        shows(page, "2", "✓ 本書と同じ").await;
        page.wait("return !document.querySelector('.run-clean').disabled")
            .await;
        press(page, ".run-clean").await;
        page.wait("return document.querySelector('.run-chapter').textContent.includes('docker-gs-ping:')")
            .await;
        agree(page, ".run-chapter").await;
        let deadline = Instant::now() + LIMIT;
        while objects() != served.before {
            assert!(Instant::now() < deadline, "{}", objects());
            page.wait("return true").await;
        }
    });
    served.end();
}

#[test]
#[ignore = "needs Chromium and a Docker Engine"]
fn the_picture_of_the_service_is_taken_from_a_container_as_the_book_has_it() {
    let mut served = Served::start();
    browse(Screen::Desk, async |page| {
        page.open_elsewhere(&served.page("en/5-running")).await;
        run(page, "5-2").await;
        agree(page, "[data-section='5-2']").await;
        shows(page, "5-2", "✓ as in the book").await;
        let picture = page.picture("http://127.0.0.1:8080/", (480, 280)).await;
        let shown = page.run("return document.body.innerText", vec![]).await;
        assert_eq!(shown, "Hello, Docker! <3");
        // Another version of Chromium draws letters in its own way, so pixels are not compared.
        let file = root().join("book/pictures/service.png");
        if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
            fs::write(&file, picture).unwrap();
        } else {
            let recorded = fs::read(&file).unwrap();
            assert_eq!(width(&recorded), width(&picture));
        }
    });
    served.end();
}

/// Width of a PNG, in pixels: it stands at the same place in each file. The height depends on the window's
/// frame.
fn width(png: &[u8]) -> &[u8] {
    assert_eq!(&png[1..4], b"PNG");
    &png[16..20]
}

#[test]
#[ignore = "needs Chromium and a Docker Engine"]
fn a_readers_own_file_is_checked_from_its_page() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_book"));
    let file = root().join("chapters/listings/5-exercise-4/broken.Dockerfile");
    command.args(["serve", "--port", "0", "--answer"]).arg(file);
    let mut served = Served::start_with(command);
    browse(Screen::Desk, async |page| {
        page.open_elsewhere(&served.page("en/5-running")).await;
        let button = ".run-check:not([hidden])";
        page.wait_with(
            "return document.querySelectorAll(arguments[0]).length === 2",
            vec![json!(button)],
        )
        .await;
        let check = "return [...document.querySelectorAll(arguments[0])].find(one => \
                     one.parentElement.parentElement.getAttribute('aria-label').includes('Exercise 4')).click()";
        page.run(check, vec![json!(button)]).await;
        let ask = "return [...document.querySelectorAll('.run-yes')].map(yes => yes.click()).length > 0";
        page.wait(ask).await;
        let seen = "return document.querySelector('.run-chapter').parentElement.innerText.slice(-2000)";
        let shown = "return document.body.innerText.includes('✗ The host reaches the service at port 8080.')";
        page.wait_long(LIMIT, shown, vec![], seen).await;
        let link = "return document.querySelector('.run-effects a').getAttribute('href')";
        assert_eq!(page.run(link, vec![]).await, "5-running.html#5-2-localhost");
    });
    served.end();
}

#[test]
#[ignore = "needs Chromium and a Docker Engine"]
fn what_runs_as_the_book_has_it_and_then_fails_comes_with_its_cause_in_the_pages_language() {
    let mut served = Served::start();
    browse(Screen::Phone, async |page| {
        page.open_elsewhere(&served.page("ja/5-running")).await;
        // A port that is held before the chapter starts, and one that is held later.
        let holder = TcpListener::bind("0.0.0.0:8080").unwrap();
        run(page, "5").await;
        shows(page, "5", "ポート8080").await;
        drop(holder);
        run(page, "5").await;
        shows(page, "5", "✓ 本書と同じ").await;
        let _holder = TcpListener::bind("0.0.0.0:8080").unwrap();
        run(page, "5-3").await;
        shows(page, "5-3", "✗ 失敗").await;
        shows(page, "5-3", "原因").await;
        shows(page, "5-3", "8080").await;
    });
    served.end();
}

#[test]
#[ignore = "needs Chromium and a Docker Engine"]
fn where_the_book_has_something_else_its_lines_are_shown_as_the_book_has_it() {
    let folder = tempfile::tempdir().unwrap();
    for entry in fs::read_dir(root().join("chapters/transcripts")).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        // The message of the service, and a line that Docker does not print.
        let text = text.replace("| Hello, Docker! <3\n", "| Hello, Podman! <3\n| and more\n");
        fs::write(folder.path().join(path.file_name().unwrap()), text).unwrap();
    }
    // Cargo builds examples beside the programs.
    let mut command =
        Command::new(Path::new(env!("CARGO_BIN_EXE_book")).with_file_name("examples/falsified"));
    command.arg(folder.path());
    let mut served = Served::start_with(command);
    browse(Screen::Desk, async |page| {
        page.open_elsewhere(&served.page("en/5-running")).await;
        run(page, "5-2").await;
        agree(page, "[data-section='5-2']").await;
        shows(page, "5-2", "≠ differs from the book").await;
        for line in ["- Hello, Podman! <3", "- and more", "+ Hello, Docker! <3"] {
            shows(page, "5-2", line).await;
        }
    });
    served.end();
}

#[test]
#[ignore = "needs Chromium and a Docker Engine"]
fn where_no_engine_answers_the_page_says_so_in_place_of_the_buttons() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_book"));
    command.args(["serve", "--port", "0"]);
    command.env("DOCKER_HOST", "unix:///nowhere/docker.sock");
    let mut served = Served::start_with(command);
    let terminal = Command::new(env!("CARGO_BIN_EXE_book"))
        .args(["chapter", "chapter-5", "--lang", "ja", "--step", "5"])
        .env("DOCKER_HOST", "unix:///nowhere/docker.sock")
        .output()
        .unwrap();
    let terminal = String::from_utf8(terminal.stderr).unwrap();
    browse(Screen::Phone, async |page| {
        page.open_elsewhere(&served.page("ja/5-running")).await;
        shows(page, "5", "使えるDocker Engineがありません").await;
        let seen = "return [document.querySelector('.run-chapter .run-cause').textContent, [...document.querySelectorAll('.run-start')].every(button => button.hidden)]";
        let seen = page.run(seen, vec![]).await;
        let said = seen[0].as_str().unwrap().trim();
        assert!(!said.is_empty() && terminal.contains(said), "{said}\n{terminal}");
        assert_eq!(seen[1], true);
    });
    served.end();
}

#[test]
#[ignore = "needs Chromium and a Docker Engine"]
fn a_build_is_stopped_in_the_middle() {
    let mut served = Served::start();
    browse(Screen::Desk, async |page| {
        page.open_elsewhere(&served.page("en/4-multi-stage")).await;
        run(page, "4-3-test").await;
        // The step that runs, and for how long.
        shows(page, "4-3-test", "[run-test-stage 2/2]").await;
        page.wait(
            "return document.querySelector(\"[data-section='4-3-test'] .run-start\").textContent === 'Stop'",
        )
        .await;
        run(page, "4-3-test").await;
        shows(page, "4-3-test", "■ stopped").await;
    });
    served.end();
}

#[test]
#[ignore = "needs Chromium and a Docker Engine"]
fn a_killed_server_leaves_nothing_of_what_runs_as_the_book_has_it() {
    let mut served = Served::start();
    browse(Screen::Desk, async |page| {
        page.open_elsewhere(&served.page("en/5-running")).await;
        run(page, "5-background").await;
        agree(page, "[data-section='5-background']").await;
        shows(page, "5-background", "✓ as in the book").await;
        assert_ne!(objects(), served.before);
        served.program.kill().unwrap();
        served.program.wait().unwrap();
        let deadline = Instant::now() + LIMIT;
        while objects() != served.before {
            assert!(Instant::now() < deadline, "{}", objects());
            page.wait("return true").await;
        }
    });
}
