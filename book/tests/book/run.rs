//! Tests of who may run something from a page.

use std::process::{Child, Command};

use crate::printed;

/// The tutorial of three steps, as its server has it.
struct Server {
    program: Child,
    root: String,
    token: String,
}

impl Server {
    fn start() -> Self {
        let (program, root, token) = printed::start(&mut Command::new(env!("CARGO_BIN_EXE_sorting")));
        Self { program, root, token }
    }

    /// Status and body of the answer to a request with these options.
    fn ask(&self, path: &str, options: &[&str]) -> (String, String) {
        let answer = Command::new("curl")
            .args(["--silent", "--max-time", "60", "--write-out", "\n%{http_code}"])
            .args(options)
            .arg(format!("{}{path}", self.root))
            .output()
            .unwrap();
        let text = String::from_utf8(answer.stdout).unwrap();
        let (body, status) = text.rsplit_once('\n').unwrap();
        (status.to_owned(), body.to_owned())
    }

    /// A request as a page sends it, but for these headers.
    fn post(&self, path: &str, body: &str, headers: &[&str]) -> (String, String) {
        let mut options = vec!["--data", body];
        for header in headers {
            options.extend(["--header", *header]);
        }
        self.ask(path, &options)
    }

    fn origin(&self) -> String {
        format!("Origin: {}", self.root)
    }

    fn secret(&self) -> String {
        format!("x-run-token: {}", self.token)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

const START: &str = r#"{"chapter":"sorting","section":"1"}"#;

#[test]
fn only_a_page_that_was_opened_with_the_printed_address_may_run_something() {
    let server = Server::start();
    let (origin, secret) = (server.origin(), server.secret());
    let port = server.root.rsplit(':').next().unwrap();
    let (rebound, rebound_origin) = (
        format!("Host: evil.example:{port}"),
        format!("Origin: http://evil.example:{port}"),
    );
    let wrong = format!("x-run-token: {}", "0".repeat(32));
    for (attack, headers, error) in [
        (
            "another user of the machine, who can fetch the page",
            vec![&*origin],
            "token",
        ),
        ("the same, who guesses", vec![&*origin, &*wrong], "token"),
        (
            "a page of another site",
            vec!["Origin: http://evil.example", &*secret],
            "origin",
        ),
        (
            "a page of another port of this machine",
            vec!["Origin: http://127.0.0.1:1", &*secret],
            "origin",
        ),
        ("a sandboxed page", vec!["Origin: null", &*secret], "origin"),
        ("a program that names no origin", vec![&*secret], "origin"),
        (
            "a name that leads here",
            vec![&*rebound, &*rebound_origin, &*secret],
            "host",
        ),
    ] {
        for path in [
            "/run/poll",
            "/run/trouble",
            "/run/plan",
            "/run/start",
            "/run/stop",
            "/run/made",
            "/run/clean",
            "/run/output",
        ] {
            let (status, body) = server.post(path, START, &headers);
            assert_eq!(
                (&*status, &*body),
                ("403", &*format!(r#"{{"error":"{error}"}}"#)),
                "{attack}: {path}"
            );
        }
    }
    let (_, polled) = server.post("/run/poll", r#"{"since":0}"#, &[&origin, &secret]);
    assert!(
        polled.contains(r#""phase":"down""#) || polled.contains(r#""session":null"#),
        "{polled}"
    );
}

#[test]
fn the_token_is_in_no_page_and_nothing_runs_by_get() {
    let server = Server::start();
    for path in [
        "/",
        "/en/",
        "/en/sorting.html",
        "/ja/sorting.html",
        "/build",
        "/run/poll",
    ] {
        let (_, body) = server.ask(path, &["--location"]);
        assert!(!body.contains(&server.token), "{path}");
    }
    let (origin, secret) = (server.origin(), server.secret());
    let (status, _) = server.ask("/run/start", &["--header", &origin, "--header", &secret]);
    assert_eq!(status, "404");
}

#[test]
fn sections_of_the_book_run_and_nothing_else() {
    let server = Server::start();
    let (origin, secret) = (server.origin(), server.secret());
    for (body, status) in [
        (r#"{"chapter":"sorting","section":"9"}"#, "404"),
        (r#"{"chapter":"sorting","section":"1\nclean"}"#, "404"),
        (r#"{"chapter":"../sorting","section":"1"}"#, "404"),
        (r#"{"chapter":"--help","section":"1"}"#, "404"),
        ("rm -rf /", "400"),
        ("", "400"),
    ] {
        let (answered, said) = server.post("/run/start", body, &[&origin, &secret]);
        assert_eq!(answered, status, "{body}: {said}");
    }
    let long = format!(r#"{{"chapter":"{}"}}"#, "a".repeat(10_000));
    let (status, _) = server.post("/run/start", &long, &[&origin, &secret]);
    assert_eq!(status, "413");
    let (status, _) = server.post("/run/shell", START, &[&origin, &secret]);
    assert_eq!(status, "404");
}
