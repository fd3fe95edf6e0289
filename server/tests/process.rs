//! Tests of the program as its container runs it: a process with a socket, signals, stdout and stderr.

#![expect(clippy::unwrap_used, reason = "a test may unwrap: its panic is the report")]

mod program;

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, Ipv6Addr, TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use insta::{allow_duplicates, assert_snapshot};
use program::{Ended, Process, WAIT_MAX, ask, connect, read_until};

const PROGRAM: &str = env!("CARGO_BIN_EXE_docker-gs-ping");

const PING: &str = "GET /ping HTTP/1.1\r\nHost: localhost\r\n\r\n";

#[test]
fn the_first_line_says_where_it_listens() {
    let (process, port) = start();
    assert_ne!(port, 0);
    assert_eq!(process.end("TERM").stdout, [""; 0]);
}

#[test]
fn ipv4_answers() {
    let (_process, port) = start();
    assert!(ask(Ipv4Addr::LOCALHOST, port, PING).ends_with(r#"{"Status":"OK"}"#));
}

#[test]
fn ipv6_answers_where_there_is_ipv6() {
    let (_process, port) = start();
    let there_is_ipv6 = TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).is_ok();
    let connected = TcpStream::connect((Ipv6Addr::LOCALHOST, port));
    assert_eq!(connected.is_ok(), there_is_ipv6);
    if there_is_ipv6 {
        assert!(ask(Ipv6Addr::LOCALHOST, port, PING).ends_with(r#"{"Status":"OK"}"#));
    }
}

#[test]
fn with_one_address_it_listens_there_alone() {
    let process = spawn(&[("HOST", "127.0.0.1"), ("PORT", "0")]);
    let line = process.next_line();
    let port = line.strip_prefix("⇨ http server started on 127.0.0.1:").unwrap();
    let port = port.parse().unwrap();
    assert!(ask(Ipv4Addr::LOCALHOST, port, PING).ends_with(r#"{"Status":"OK"}"#));
    let elsewhere = TcpStream::connect((Ipv6Addr::LOCALHOST, port));
    assert!(elsewhere.is_err(), "{elsewhere:?}");
    let asked = ask_health(&[("HOST", "127.0.0.1"), ("PORT", &port.to_string())]);
    assert_eq!((asked.code, asked.stderr), (Some(0), vec![]));
}

#[test]
fn an_address_of_another_machine_is_named() {
    // 2001:db8::/32 is reserved for documentation: no machine has an address in it.
    let ended = spawn(&[("HOST", "2001:db8::1"), ("PORT", "0")]).ended();
    assert_eq!((ended.code, &ended.stdout[..]), (Some(1), &[][..]));
    let stderr = ended.stderr.join("\n");
    assert!(stderr.contains("failed to listen on [2001:db8::1]:0"), "{stderr}");
}

#[test]
fn head_has_the_headers_of_get() {
    let (_process, port) = start();
    let get = ask(Ipv4Addr::LOCALHOST, port, PING);
    let head = ask(Ipv4Addr::LOCALHOST, port, &PING.replace("GET", "HEAD"));
    let (head, nothing) = head.split_once("\r\n\r\n").unwrap();
    let (headers, body) = get.split_once("\r\n\r\n").unwrap();
    assert_eq!((nothing, body), ("", r#"{"Status":"OK"}"#));
    let sorted_but_date = |headers: &str| {
        let lines = headers.lines().filter(|line| !line.starts_with("date: "));
        lines.map(str::to_owned).collect::<BTreeSet<_>>()
    };
    assert_eq!(sorted_but_date(head), sorted_but_date(headers));
}

#[test]
fn a_body_announced_too_large_is_not_waited_for() {
    let (_process, port) = start();
    let announced = "GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n";
    let reply = ask(Ipv4Addr::LOCALHOST, port, announced);
    assert!(reply.starts_with("HTTP/1.1 413 Payload Too Large\r\n"), "{reply}");
}

#[test]
fn a_word_is_no_port() {
    let ended = spawn(&[("PORT", "http")]).ended();
    assert_eq!((ended.code, &ended.stdout[..]), (Some(2), &[][..]));
    assert_snapshot!(ended.stderr.join("\n"));
}

#[test]
fn a_wrong_setting_of_the_log_is_named() {
    let ended = spawn(&[("PORT", "0"), ("ACCESS_LOG", "loud")]).ended();
    assert_eq!((ended.code, &ended.stdout[..]), (Some(2), &[][..]));
    assert_snapshot!(ended.stderr.join("\n"));
}

#[test]
fn a_port_in_use_is_named() {
    let (_holder, port) = start();
    let ended = spawn(&[("HTTP_PORT", &port.to_string())]).ended();
    assert_eq!((ended.code, &ended.stdout[..]), (Some(1), &[][..]));
    let stderr = ended.stderr.join("\n").replace(&format!(":{port}:"), ":PORT:");
    // If the kernel has no IPv6, the address is IPv4's.
    assert_snapshot!(stderr.replace("0.0.0.0", "[::]"));
}

#[test]
fn sigterm_drains() {
    check_drains("TERM");
}

#[test]
fn sigint_drains() {
    check_drains("INT");
}

#[test]
fn idle_connections_do_not_delay_the_end() {
    let (process, port) = start();
    let mut idle: Vec<TcpStream> = (0..64).map(|_| connect(Ipv4Addr::LOCALHOST, port)).collect();
    for stream in &mut idle {
        stream.write_all(PING.as_bytes()).unwrap();
        read_until(stream, r#"{"Status":"OK"}"#);
    }
    let begun = Instant::now();
    assert_eq!(process.end("TERM").code, Some(0));
    // Measured: 3 ms. The limit allows for a busy machine.
    assert!(begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());
}

#[test]
fn a_request_that_never_comes_is_cut() {
    let (process, port) = start();
    let mut stream = connect(Ipv4Addr::LOCALHOST, port);
    stream.write_all(b"GET /pi").unwrap();
    // Connections are accepted in order: a reply on the second shows that the first was accepted.
    ask(Ipv4Addr::LOCALHOST, port, PING);
    let ended = process.end("TERM");
    assert_eq!(ended.code, Some(0));
    assert_snapshot!(ended.stderr.join("\n"));
}

#[test]
fn more_clients_than_files_are_served_and_the_log_says_so_once() {
    let process = Process::spawn_limited(PROGRAM, 80, &[("PORT", "0"), ("ACCESS_LOG", "off")]);
    let port = process.port();
    // All stay open; the service must close idle ones for the later ones.
    let clients: Vec<TcpStream> = (0..200)
        .map(|_| {
            let mut client = connect(Ipv4Addr::LOCALHOST, port);
            client.write_all(PING.as_bytes()).unwrap();
            read_until(&mut client, r#"{"Status":"OK"}"#);
            client
        })
        .collect();
    let ended = process.end("TERM");
    assert_eq!(ended.code, Some(0));
    assert_snapshot!(ended.stderr.join("\n"));
    drop(clients);
}

#[test]
fn slow_heads_and_bodies_keep_nobody_out() {
    let process = Process::spawn_limited(PROGRAM, 200, &[("PORT", "0"), ("ACCESS_LOG", "off")]);
    let port = process.port();
    let slow: Vec<TcpStream> = (0..60)
        .map(|number| {
            let mut client = connect(Ipv4Addr::LOCALHOST, port);
            let begun = if number % 2 == 0 {
                "GET /pi"
            } else {
                "GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n"
            };
            client.write_all(begun.as_bytes()).unwrap();
            client
        })
        .collect();
    assert!(ask(Ipv4Addr::LOCALHOST, port, PING).ends_with(r#"{"Status":"OK"}"#));
    // The limit for a body is 3 s.
    for mut client in slow.into_iter().skip(1).step_by(2) {
        let mut reply = String::new();
        client.read_to_string(&mut reply).unwrap();
        assert!(reply.starts_with("HTTP/1.1 408 Request Timeout\r\n"), "{reply}");
    }
}

#[test]
fn the_service_that_runs_is_well() {
    let (_process, port) = start();
    let asked = ask_health(&[("PORT", &port.to_string())]);
    assert_eq!((asked.code, asked.stderr), (Some(0), vec![]));
    // The check reads the variables as the service does.
    assert_eq!(ask_health(&[("HTTP_PORT", &port.to_string())]).code, Some(0));
}

#[test]
fn where_none_runs_none_is_well() {
    let (process, port) = start();
    assert_eq!(process.end("TERM").code, Some(0));
    let asked = ask_health(&[("PORT", &port.to_string())]);
    assert_eq!(asked.code, Some(1));
    assert_snapshot!(asked.stderr.join("\n").replace(&port.to_string(), "PORT"));
}

#[test]
fn one_that_does_not_answer_is_not_well_within_a_second() {
    // Accepts connections, but sends nothing.
    let mute = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = mute.local_addr().unwrap().port().to_string();
    let begun = Instant::now();
    let asked = ask_health(&[("PORT", &port)]);
    let elapsed = begun.elapsed();
    assert_eq!(asked.code, Some(1));
    assert_snapshot!(asked.stderr.join("\n").replace(&port, "PORT"));
    // 0.8 s for the answer; the rest allows for a busy machine.
    assert!(elapsed < Duration::from_secs(3), "{elapsed:?}");
}

#[test]
fn half_an_answer_is_none() {
    let half = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = half.local_addr().unwrap().port().to_string();
    let stream = thread::spawn(move || {
        let (mut stream, _) = half.accept().unwrap();
        stream.write_all(b"HTTP/1.1 2").unwrap();
        stream
    });
    assert_eq!(ask_health(&[("PORT", &port)]).code, Some(1));
    drop(stream.join());
}

#[test]
fn another_reply_is_not_well() {
    let other = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = other.local_addr().unwrap().port().to_string();
    thread::spawn(move || {
        let (mut stream, _) = other.accept().unwrap();
        read_until(&mut stream, "\r\n\r\n");
        let _ = stream.write_all(b"HTTP/1.1 404 Not Found\r\n\r\n");
    });
    let asked = ask_health(&[("PORT", &port)]);
    assert_eq!(asked.code, Some(1));
    assert_snapshot!(asked.stderr.join("\n").replace(&port, "PORT"));
}

#[test]
fn a_port_that_the_system_chose_is_not_known() {
    let asked = ask_health(&[("PORT", "0")]);
    assert_eq!(asked.code, Some(1));
    assert_snapshot!(asked.stderr.join("\n"));
}

#[test]
fn a_wrong_variable_is_not_well() {
    let asked = ask_health(&[("PORT", "http")]);
    assert_eq!(asked.code, Some(1));
    assert_snapshot!(asked.stderr.join("\n"));
}

#[test]
fn an_unknown_argument_is_named() {
    let ended = Process::spawn_with(PROGRAM, &["--healthy"], &[("PORT", "0")]).ended();
    assert_eq!((ended.code, &ended.stdout[..]), (Some(2), &[][..]));
    assert_snapshot!(ended.stderr.join("\n"));
}

#[test]
fn a_line_appears_while_the_service_is_idle() {
    let (process, port) = start();
    ask(Ipv4Addr::LOCALHOST, port, PING);
    assert_snapshot!(masked(&process.next_line()));
}

#[test]
fn a_line_names_the_path_without_its_query() {
    let (process, port) = start();
    let request = r#"HEAD /a"b\c?token=secret HTTP/1.0"#.to_owned() + "\r\n\r\n";
    ask(Ipv4Addr::LOCALHOST, port, &request);
    assert_snapshot!(masked(&process.next_line()));
}

#[test]
fn what_is_not_http_has_a_line_too() {
    let (process, port) = start();
    let reply = ask(Ipv4Addr::LOCALHOST, port, "hello\r\n\r\n");
    assert!(reply.starts_with("HTTP/1.1 400 Bad Request\r\n"), "{reply}");
    assert_snapshot!(masked(&process.next_line()));
}

#[test]
fn a_head_that_is_too_large_has_a_line_too() {
    let (process, port) = start();
    let mut stream = connect(Ipv4Addr::LOCALHOST, port);
    stream.write_all("GET /".as_bytes()).unwrap();
    stream.write_all(&[b'.'; 16 * 1024]).unwrap();
    assert_snapshot!(masked(&process.next_line()));
}

#[test]
fn no_line_is_lost_under_load() {
    let (process, port) = start();
    let pings = PING.repeat(250);
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let replies = ask(Ipv4Addr::LOCALHOST, port, &pings);
                assert_eq!(replies.matches("HTTP/1.1 200 OK").count(), 250);
            });
        }
    });
    let lines = process.end("TERM").stdout;
    assert_eq!(lines.len(), 8 * 250);
    allow_duplicates! {
        for line in lines {
            assert_snapshot!("a_line_under_load", masked(&line));
        }
    }
}

#[test]
fn nothing_is_logged_where_the_log_is_off() {
    let process = spawn(&[("PORT", "0"), ("ACCESS_LOG", "off")]);
    let port = process.port();
    ask(Ipv4Addr::LOCALHOST, port, PING);
    assert_eq!(process.end("TERM").stdout, [""; 0]);
}

#[test]
fn a_stdout_that_nobody_reads_costs_lines_and_not_replies() {
    // 600 lines of more than 4 KB: twice the capacity of the pipe and the log together.
    const REQUESTS: u64 = 600;
    let (process, port) = start();
    let long = format!("GET /{} HTTP/1.1\r\nHost: localhost\r\n\r\n", "a".repeat(4096));
    for _ in 0..REQUESTS / 10 {
        let replies = ask(Ipv4Addr::LOCALHOST, port, &long.repeat(10));
        assert_eq!(replies.matches("HTTP/1.1 404 Not Found").count(), 10);
    }

    let lines = process.end("TERM").stdout;
    let (counts, written): (Vec<_>, Vec<_>) = lines.iter().partition(|line| line.contains(r#""dropped":"#));
    let dropped = counts.into_iter().map(|line| {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        line["dropped"].as_u64().unwrap()
    });
    let dropped: u64 = dropped.sum();
    assert_eq!(written.len() as u64 + dropped, REQUESTS);
    assert!(dropped > 0 && !written.is_empty());
}

#[test]
fn a_closed_stdout_costs_the_log_and_not_the_service() {
    let (mut process, port) = start();
    process.close_stdout();
    // The first line wakes the reader, which then closes the pipe; later writes fail.
    let begun = Instant::now();
    let complaint = loop {
        ask(Ipv4Addr::LOCALHOST, port, PING);
        if let Some(line) = process.complaint() {
            break line;
        }
        assert!(begun.elapsed() < WAIT_MAX, "no complaint");
    };
    assert_snapshot!(complaint);
    ask(Ipv4Addr::LOCALHOST, port, PING);
    assert_eq!(process.end("TERM").code, Some(0));
}

/// When the signal comes, a request is in flight: it gets its reply, and a new connection is refused.
#[track_caller]
fn check_drains(signal: &str) {
    let (process, port) = start();
    let mut stream = connect(Ipv4Addr::LOCALHOST, port);
    let head = "GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n";
    stream
        .write_all((head.to_owned() + "Expect: 100-continue\r\n\r\n").as_bytes())
        .unwrap();
    // The service asks for the body: from now on the request is in flight.
    read_until(&mut stream, "HTTP/1.1 100 Continue\r\n\r\n");
    process.signal(signal);
    let begun = Instant::now();
    while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok() {
        assert!(
            begun.elapsed() < WAIT_MAX,
            "the service still accepts connections"
        );
    }
    stream.write_all(b"ok").unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).unwrap();
    assert!(reply.starts_with("HTTP/1.1 200 OK\r\n"), "{reply}");
    assert!(reply.ends_with("Hello, Docker! <3"), "{reply}");

    let ended = process.ended();
    assert_eq!(ended.code, Some(0));
    assert_eq!(ended.stdout.len(), 1, "{:?}", ended.stdout);
}

fn start() -> (Process, u16) {
    let process = spawn(&[("PORT", "0")]);
    let port = process.port();
    (process, port)
}

fn spawn(variables: &[(&str, &str)]) -> Process {
    Process::spawn(PROGRAM, variables)
}

fn ask_health(variables: &[(&str, &str)]) -> Ended {
    Process::spawn_with(PROGRAM, &["--health"], variables).ended()
}

/// A line of the log with its digits masked: `0` for each digit of the time, one `0` for the latency.
fn masked(line: &str) -> String {
    let (time, rest) = line.split_once(r#"","method""#).unwrap();
    let (rest, latency) = rest.rsplit_once(r#":""#).unwrap();
    let time = time.replace(|c: char| c.is_ascii_digit(), "0");
    let unit = latency.trim_start_matches(|c: char| c.is_ascii_digit());
    assert_ne!(unit, latency, "no number before the unit");
    format!(r#"{time}","method"{rest}:"0{unit}"#)
}
