//! Drives Chromium without a window. Every wait has a limit.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::key::Key;
use fantoccini::wd::WindowHandle;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::server::{Server, built};

/// Time limit for the driver to print its port.
const START: Duration = Duration::from_mins(1);
/// Time limit for a whole test, even on a busy machine.
const TEST: Duration = Duration::from_mins(10);
/// Time limit for the page to show what is expected.
const SHOWN: Duration = Duration::from_mins(1);
/// Time between two checks of the page.
const LOOK: Duration = Duration::from_millis(10);
/// Time limit for the browser to end.
const END: Duration = Duration::from_secs(30);

/// Disables Chromium's own services, and every host except this machine.
const ARGUMENTS: [&str; 10] = [
    "--headless",
    "--no-sandbox", // Chromium refuses to have one as root.
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-smooth-scrolling", // A key ends the movement that the one before it began.
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
];

const MISSING: &str = "chromedriver cannot be started; type: scripts/browser";

/// Prevents the print page of an edition from opening the print dialog.
const UNPRINTED: &str = "
    for (let timer = setTimeout(() => {}); timer > 0; timer--) clearTimeout(timer);
    return !matchMedia('print').matches;";

const STILL: &str = "
    const [place, done] = arguments;
    fetch(place).then(answer => answer.text()).then(text => {
        const page = new DOMParser().parseFromString(text, 'text/html');
        document.replaceChild(document.adoptNode(page.documentElement), document.documentElement);
        done();
    });";

/// What a failed test tells of the page: its address, the element with the focus, an open box.
const SEEN: &str = "
    const [focus, box] = [document.activeElement, document.querySelector('dialog')];
    return [location.href, focus?.outerHTML.slice(0, 500), focus?.value, box?.open, box?.innerText.slice(0, 500)];";

/// The reader's device and settings.
#[derive(Clone, Copy)]
pub enum Screen {
    /// 1280 by 900 px, with a mouse.
    Desk,
    /// The same, with dark colours preferred.
    Night,
    /// The same, without scripts.
    WithoutScripts,
    /// 390 by 844 px, with a touch screen.
    Phone,
}

/// Runs a test in its own browser, which ends with the test.
#[track_caller]
pub fn browse(screen: Screen, test: impl AsyncFnOnce(&Browser)) {
    built();
    let driver = Driver::start();
    let profile = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let browser = runtime.block_on(async {
        let opened = Browser::open_new(&driver, &profile, screen);
        tokio::time::timeout(START, opened)
            .await
            .expect("Chromium starts in time")
    });
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        runtime.block_on(async {
            tokio::time::timeout(TEST, test(&browser))
                .await
                .expect("the test ends in time");
        });
    }));
    // Even after a failure, no browser is left running.
    let ended = runtime.block_on(async { tokio::time::timeout(END, browser.client.close()).await });
    if let Err(panic) = outcome {
        resume_unwind(panic);
    }
    ended.expect("Chromium ends in time").unwrap();
}

/// The script of axe-core.
pub fn axe() -> String {
    let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let cache = cache.or_else(|| std::env::home_dir().map(|home| home.join(".cache")));
    let home = std::env::var_os("DOCKER_BOOK_HOME").map(PathBuf::from);
    let home = home.unwrap_or_else(|| cache.unwrap_or_default().join("running-rust-in-docker"));
    let file = home.join("axe-core/axe.min.js");
    fs::read_to_string(&file)
        .unwrap_or_else(|error| panic!("{}: {error}; type: scripts/browser", file.display()))
}

/// A running chromedriver.
struct Driver {
    program: Child,
    address: String,
}

impl Driver {
    fn start() -> Self {
        let mut program = Command::new("chromedriver")
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect(MISSING);
        let mut output = BufReader::new(program.stdout.take().expect("it is piped"));
        let (sender, port) = mpsc::channel();
        thread::spawn(move || {
            let mut line = String::new();
            while output.read_line(&mut line).unwrap_or(0) > 0 {
                if let Some((_, port)) = line
                    .trim_end()
                    .trim_end_matches('.')
                    .rsplit_once("successfully on port ")
                {
                    let _ = sender.send(port.to_owned());
                }
                line.clear();
            }
            // A driver blocks if its output is not read.
            let _ = output.read_to_end(&mut Vec::new());
        });
        let port = port.recv_timeout(START);
        if port.is_err() {
            let _ = program.kill();
        }
        let port = port.expect("chromedriver says its port in time");
        Self {
            program,
            address: format!("http://127.0.0.1:{port}"),
        }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

/// An open browser showing the served book.
pub struct Browser {
    client: Client,
    server: Server,
}

impl Browser {
    async fn open_new(driver: &Driver, profile: &TempDir, screen: Screen) -> Self {
        let mut arguments = ARGUMENTS.map(str::to_owned).to_vec();
        arguments.push("--window-size=1280,900".to_owned());
        arguments.push(format!("--user-data-dir={}", profile.path().display()));
        if let Screen::Night = screen {
            arguments.push("--blink-settings=preferredColorScheme=0".to_owned());
        }
        let mut options = json!({ "args": arguments });
        match screen {
            Screen::Desk | Screen::Night => {}
            Screen::WithoutScripts => {
                options["prefs"] = json!({ "profile.managed_default_content_settings.javascript": 2 });
            }
            Screen::Phone => {
                options["mobileEmulation"] = json!({
                    "deviceMetrics": { "width": 390, "height": 844, "pixelRatio": 2, "touch": true }
                });
            }
        }
        let wanted = json!({ "goog:chromeOptions": options });
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(wanted.as_object().unwrap().clone())
            .connect(&driver.address)
            .await
            .unwrap_or_else(|error| panic!("Chromium cannot be started: {error}; type: scripts/browser"));
        Self {
            client,
            server: Server::start().await,
        }
    }

    /// Address of the book's root; ends in `/`.
    pub fn root(&self) -> &str {
        &self.server.root
    }

    /// Requested paths that do not exist.
    pub fn refused(&self) -> Vec<String> {
        self.server.refused()
    }

    /// Reloads a page, even if only the anchor differs.
    pub async fn open(&self, place: &str) {
        self.client.goto("about:blank").await.unwrap();
        let address = format!("{}{place}", self.server.root);
        self.client.goto(&address).await.unwrap();
        assert_eq!(self.address().await, address);
        // The driver sometimes answers before a page has been loaded completely.
        self.wait("return document.readyState === 'complete'").await;
        // Chromium drops keys that come before a page has been painted.
        self.wait("return performance.getEntriesByName('first-contentful-paint').length > 0")
            .await;
        if place.ends_with("print.html") {
            self.wait(UNPRINTED).await;
        }
    }

    /// Opens a page of the root without running its scripts, which would redirect.
    pub async fn open_still(&self, place: &str) {
        self.open("404.html").await;
        self.run_to_end(STILL, vec![json!(place)]).await;
    }

    /// Goes to a page that may redirect.
    pub async fn follow(&self, place: &str) {
        let address = format!("{}{place}", self.server.root);
        self.client.goto(&address).await.unwrap();
    }

    /// Opens an address of another server in the current window.
    pub async fn open_elsewhere(&self, address: &str) {
        self.client.goto(address).await.unwrap();
    }

    /// A picture of an address of another server, as PNG, with this size in pixels.
    #[allow(dead_code, reason = "not every program of tests takes pictures")]
    pub async fn picture(&self, address: &str, (width, height): (u32, u32)) -> Vec<u8> {
        self.client.set_window_size(width, height).await.unwrap();
        self.open_elsewhere(address).await;
        self.wait("return performance.getEntriesByName('first-contentful-paint').length > 0")
            .await;
        self.client.screenshot().await.unwrap()
    }

    /// Opens another window and switches to it.
    pub async fn new_window(&self) -> WindowHandle {
        let window = self.client.new_window(false).await.unwrap().handle;
        self.look_at(&window).await;
        window
    }

    /// Switches to this window.
    pub async fn look_at(&self, window: &WindowHandle) {
        self.client.switch_to_window(window.clone()).await.unwrap();
    }

    /// Waits until the browser has reached an address.
    pub async fn wait_for(&self, place: &str) {
        let address = format!("{}{place}", self.server.root);
        self.wait_with("return location.href === arguments[0]", vec![json!(address)])
            .await;
    }

    /// The browser's current address.
    pub async fn address(&self) -> String {
        self.client.current_url().await.unwrap().into()
    }

    /// Clicks on the element that a selector matches.
    pub async fn click(&self, selector: &str) {
        let element = self.client.find(Locator::Css(selector)).await.unwrap();
        element.click().await.unwrap();
    }

    /// Types into the element with the focus.
    pub async fn keys(&self, text: &str) {
        let mut keys = KeyActions::new("keyboard".to_owned());
        for value in text.chars() {
            keys = keys.then(KeyAction::Down { value }).then(KeyAction::Up { value });
        }
        self.client.perform_actions(keys).await.unwrap();
    }

    /// Pastes with Ctrl-V into the element with the focus.
    pub async fn paste(&self) {
        let control = Key::Control.into();
        let keys = KeyActions::new("keyboard".to_owned())
            .then(KeyAction::Down { value: control })
            .then(KeyAction::Down { value: 'v' })
            .then(KeyAction::Up { value: 'v' })
            .then(KeyAction::Up { value: control });
        self.client.perform_actions(keys).await.unwrap();
    }

    /// Runs a script and returns its result.
    pub async fn run(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.client.execute(script, arguments).await.unwrap()
    }

    /// Runs a script and returns what it passes to its last argument, a callback.
    pub async fn run_to_end(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.client.execute_async(script, arguments).await.unwrap()
    }

    /// Waits until a script returns `true`.
    pub async fn wait(&self, script: &str) {
        self.wait_with(script, vec![]).await;
    }

    /// As [`Browser::wait`], with arguments.
    pub async fn wait_with(&self, script: &str, arguments: Vec<Value>) {
        self.wait_long(SHOWN, script, arguments, SEEN).await;
    }

    /// As [`Browser::wait_with`], with another time limit; `seen` is a script that says, with the same
    /// arguments, what is there instead.
    pub async fn wait_long(&self, limit: Duration, script: &str, arguments: Vec<Value>, seen: &str) {
        let script = format!("return Boolean((function () {{ {script} }}).apply(null, arguments))");
        let asked = async {
            let mut looks = tokio::time::interval(LOOK);
            loop {
                looks.tick().await;
                // While a page is being replaced, there is no answer.
                if let Ok(Value::Bool(true)) = self.client.execute(&script, arguments.clone()).await {
                    return;
                }
            }
        };
        if tokio::time::timeout(limit, asked).await.is_err() {
            let seen = self.client.execute(seen, arguments.clone()).await;
            panic!("not within {limit:?}: {script} {arguments:?}\nseen: {seen:?}");
        }
    }
}
