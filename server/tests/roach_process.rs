//! Tests of the process `docker-gs-ping-roach` with a missing or silent database.

#![expect(clippy::unwrap_used, reason = "a test may unwrap: its panic is the report")]

mod program;

use std::net::{Ipv4Addr, TcpListener};
use std::time::{Duration, Instant};

use insta::assert_snapshot;
use program::{Process, ask};

/// Time limit of a request: the service gives up after 1 s, and a busy machine takes longer.
const ANSWER_TIME_MAX: Duration = Duration::from_secs(3);

const POST: &str = "POST /send HTTP/1.1\r\nHost: localhost\r\nContent-Length: 13\r\n\r\n{\"value\":\"a\"}";

#[test]
fn every_missing_variable_is_named() {
    let ended = spawn(&[]).ended();
    assert_eq!((ended.code, &ended.stdout[..]), (Some(2), &[][..]));
    assert_snapshot!(ended.stderr.join("\n"));
}

#[test]
fn every_wrong_variable_is_named_and_no_password() {
    let variables = [
        ("PORT", "http"),
        ("PGHOST", "db"),
        ("PGPORT", "postgres"),
        ("PGPASSWORD", "open sesame"),
        ("PGPASSWORD_FILE", "/run/secrets/db"),
        ("PGSSLMODE", "on"),
    ];
    let ended = spawn(&variables).ended();
    assert_eq!((ended.code, &ended.stdout[..]), (Some(2), &[][..]));
    assert_snapshot!(ended.stderr.join("\n"));
}

#[test]
fn it_lives_before_its_database() {
    let (process, port) = start(closed_port());
    assert!(ask(Ipv4Addr::LOCALHOST, port, &get("/health")).ends_with(r#"{"Status":"OK"}"#));
    assert_eq!(status(&ask(Ipv4Addr::LOCALHOST, port, &get("/ready"))), 503);
    assert_eq!(process.end("TERM").code, Some(0));
}

#[test]
fn an_attempt_is_a_line_without_the_password() {
    let database = closed_port();
    let (process, _) = start(database);
    let line = process.next_complaint();
    let (line, pause) = line.rsplit_once("next try in ").unwrap();
    assert!(pause.ends_with(" s"), "{pause}");
    assert_snapshot!(line.replace(&database.to_string(), "PORT"));
}

#[test]
fn a_name_that_nobody_knows_is_a_line_too() {
    let process = spawn(&[
        ("PORT", "0"),
        ("PGHOST", "db.invalid"),
        ("PGUSER", "totoro"),
        ("PGDATABASE", "mydb"),
    ]);
    let line = process.next_complaint();
    let expected = "the database at db.invalid:5432 is not ready (attempt 1): ";
    assert!(line.starts_with(expected), "{line}");
}

#[test]
fn a_mute_database_hangs_no_request() {
    let mute = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let (process, port) = start(mute.local_addr().unwrap().port());
    for request in [get("/"), get("/ready"), POST.to_owned()] {
        let begun = Instant::now();
        let reply = ask(Ipv4Addr::LOCALHOST, port, &request);
        assert_eq!(status(&reply), 503, "{request}");
        assert!(
            begun.elapsed() < ANSWER_TIME_MAX,
            "{request}: {:?}",
            begun.elapsed()
        );
    }
    assert_eq!(process.end("TERM").code, Some(0));
}

#[test]
fn a_request_that_waits_for_the_database_has_a_reply_before_the_end() {
    let (process, port) = start(closed_port());
    let mut stream = program::connect(Ipv4Addr::LOCALHOST, port);
    std::io::Write::write_all(&mut stream, POST.as_bytes()).unwrap();
    // Connections are accepted in order: a reply on the second shows that the first was accepted.
    ask(Ipv4Addr::LOCALHOST, port, &get("/health"));
    process.signal("TERM");
    let mut reply = String::new();
    std::io::Read::read_to_string(&mut stream, &mut reply).unwrap();
    assert_eq!(status(&reply), 503);
    assert_eq!(process.ended().code, Some(0));
}

fn start(database: u16) -> (Process, u16) {
    let process = spawn(&[
        ("PORT", "0"),
        ("PGHOST", "127.0.0.1"),
        ("PGPORT", &database.to_string()),
        ("PGUSER", "totoro"),
        ("PGPASSWORD", "open sesame"),
        ("PGDATABASE", "mydb"),
    ]);
    let port = process.port();
    (process, port)
}

fn spawn(variables: &[(&str, &str)]) -> Process {
    Process::spawn(env!("CARGO_BIN_EXE_docker-gs-ping-roach"), variables)
}

fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n")
}

fn status(reply: &str) -> u16 {
    let status = reply.strip_prefix("HTTP/1.1 ").and_then(|reply| reply.get(..3));
    status
        .unwrap_or_else(|| panic!("no status: {reply}"))
        .parse()
        .unwrap()
}

/// A port that was free a moment ago.
fn closed_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    listener.local_addr().unwrap().port()
}
