//! Tests of `docker-gs-ping-roach` with a real PostgreSQL, in a container.

#![expect(clippy::unwrap_used, reason = "a test may unwrap: its panic is the report")]

#[path = "../container/mod.rs"]
mod container;
#[path = "../postgres/mod.rs"]
mod postgres;
#[path = "../program/mod.rs"]
mod program;

mod outage;

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use container::{free_port, wait_until};
use postgres::{Database, PASSWORD, Server, Service};
use program::Client;

/// Time limit for storing the messages of many clients while the disk is busy.
const STORE_TIME_MAX: Duration = Duration::from_secs(30);

/// How long the service waits for the database.
const SERVICE_LIMIT: Duration = Duration::from_millis(800);

/// Time limit for the service to find a database that started or is back.
const RETURN_TIME_MAX: Duration = Duration::from_secs(2);

#[test]
#[ignore = "needs a Docker Engine"]
fn each_message_counts_once() {
    let database = Server::shared().database();
    let service = database.service();
    assert_eq!(service.number(), 0);
    for value in ["", "Hello", "'; DROP TABLE message; --", "\u{1f433}", "Hello", ""] {
        let reply = serde_json::json!({ "value": value }).to_string();
        assert_eq!(service.post(value), (200, reply));
    }
    check_number(&database, &service, 4);
}

#[test]
#[ignore = "needs a Docker Engine"]
fn the_largest_value_fits() {
    let database = Server::shared().database();
    let service = database.service();
    // Digits of random numbers, because the index can hardly compress them.
    let random = database.sql("SELECT string_agg(md5(random()::TEXT), '') FROM generate_series(1, 63)");
    assert_eq!(service.post(&random[..2_000]).0, 200);
    check_number(&database, &service, 1);
}

#[test]
#[ignore = "needs a Docker Engine"]
fn the_originals_table_is_taken_over() {
    let database = Server::shared().database();
    database.sql("CREATE TABLE message (value TEXT PRIMARY KEY)");
    database.sql("INSERT INTO message VALUES ('one'), ('two'), ('three')");
    let service = database.service();
    check_number(&database, &service, 3);
    assert_eq!((service.post("two").0, service.post("four").0), (200, 200));
    check_number(&database, &service, 4);
}

#[test]
#[ignore = "needs a Docker Engine"]
fn what_others_did_meanwhile_is_found_at_the_next_start() {
    let database = Server::shared().database();
    let service = database.service();
    for value in ["one", "two", "three"] {
        assert_eq!(service.post(value).0, 200);
    }
    assert_eq!(service.process.end("TERM").code, Some(0));
    database.sql("DELETE FROM message WHERE value <> 'one'; INSERT INTO message VALUES ('four')");
    check_number(&database, &database.service(), 2);
}

#[test]
#[ignore = "needs a Docker Engine"]
fn who_may_not_create_tables_can_use_them() {
    let database = Server::shared().database();
    database.service();
    let name = &database.name;
    database.sql(&format!("CREATE ROLE {name} LOGIN PASSWORD '{PASSWORD}'"));
    database.sql(&format!(
        "GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO {name}"
    ));
    let service = database.service_with(&[("PGUSER", name)]);
    service.wait();
    assert_eq!(service.post("Hello").0, 200);
    check_number(&database, &service, 1);
}

#[test]
#[ignore = "needs a Docker Engine"]
fn a_value_that_its_domain_refuses_spoils_no_other() {
    let database = Server::shared().database();
    database.sql("CREATE DOMAIN short AS TEXT CHECK (length(value) < 10)");
    database.sql("CREATE TABLE message (value short PRIMARY KEY)");
    let service = database.service();
    in_parallel(32, |writer| {
        let mut client = service.client();
        for number in 0..10 {
            let short = format!("{writer}-{number}");
            assert_eq!(post(&mut client, &short).0, 200);
            let (status, body) = post(&mut client, &format!("too long: {short}"));
            assert_eq!(status, 422);
            assert_eq!(body, r#"{"message":"the database does not take this value"}"#);
        }
    });
    check_number(&database, &service, 320);
}

#[test]
#[ignore = "needs a Docker Engine"]
fn replicas_that_start_at_once_make_the_tables_once() {
    // Some errors of tables that are created twice are rare: one database shows few of them.
    for _ in 0..10 {
        let database = Server::shared().database();
        let services: Vec<Service> = (0..8).map(|_| database.service_with(&[])).collect();
        for service in &services {
            service.wait();
            let line = service.complaint("the database");
            assert!(line.ends_with(" answers"), "{line}");
        }
        assert_eq!(services[0].post("Hello").0, 200);
        check_number(&database, &services[7], 1);
    }
}

#[test]
#[ignore = "needs a Docker Engine"]
fn replicas_that_start_correct_the_number_once_while_another_writes() {
    let database = Server::shared().database();
    let writer = database.service();
    let others = "INSERT INTO message SELECT 'other ' || generate_series(1, 20000)";
    database.sql(others);
    let done = AtomicBool::new(false);
    let replicas = thread::scope(|scope| {
        for client in 0..8 {
            let (writer, done) = (&writer, &done);
            scope.spawn(move || {
                let mut posts = writer.client();
                for number in 0.. {
                    if done.load(Ordering::Relaxed) {
                        break;
                    }
                    assert_eq!(post(&mut posts, &format!("{client}-{number}")).0, 200);
                }
            });
        }
        let _done = Done(&done);
        let replicas: Vec<Service> = (0..4).map(|_| database.service_with(&[])).collect();
        replicas.iter().for_each(Service::wait);
        replicas
    });
    assert!(database.count() > 20_000);
    check_number(&database, &replicas[0], database.count());
}

/// PostgreSQL then refuses statements that it cannot serialise (40001).
#[test]
#[ignore = "needs a Docker Engine"]
fn a_serializable_database_refuses_no_message() {
    let database = Server::shared().database();
    let name = &database.name;
    database.sql(&format!(
        "ALTER DATABASE {name} SET default_transaction_isolation = serializable"
    ));
    let services = [database.service(), database.service()];
    in_parallel(32, |writer| {
        let mut client = services[writer % 2].client();
        for number in 0..100 {
            // The writers post the same values at about the same time.
            let value = (number * 32 + writer % 4).to_string();
            assert_eq!(post(&mut client, &value).0, 200);
        }
    });
    check_number(&database, &services[0], 400);
    let refused = "SELECT xact_rollback FROM pg_stat_database WHERE datname = current_database()";
    // The statistics of a session are written after an idle second, or at its end.
    drop(services);
    wait_until(Duration::from_secs(20), "a statement was refused", || {
        database.sql(refused).parse::<u64>().unwrap() > 0
    });
}

#[test]
#[ignore = "needs a Docker Engine"]
fn it_starts_before_its_database() {
    let port = free_port();
    let service = Service::spawn(port, "postgres", &[]);
    service.complaint("is not ready (attempt 1): connection refused; next try in ");
    assert_eq!(service.get("/health").0, 200);
    assert_eq!(service.get("/ready").0, 503);
    let server = Server::start_on(port);
    server.wait();
    wait_until(RETURN_TIME_MAX, "the service is ready", || {
        service.get("/ready").0 == 200
    });
    assert_eq!(service.post("Hello").0, 200);
}

#[test]
#[ignore = "needs a Docker Engine"]
fn a_wrong_password_is_a_line_without_it() {
    let service = Server::shared()
        .database()
        .service_with(&[("PGPASSWORD", "swordfish")]);
    let line = service.complaint("attempt 1");
    assert!(
        line.contains(r#"password authentication failed for user "postgres""#),
        "{line}"
    );
    assert!(!line.contains("swordfish"), "{line}");
}

#[test]
#[ignore = "needs a Docker Engine"]
fn a_database_that_is_not_there_is_named() {
    let service = Service::spawn(Server::shared().port, "nowhere", &[]);
    let line = service.complaint("attempt 1");
    assert!(line.contains(r#"database "nowhere" does not exist"#), "{line}");
}

#[test]
#[ignore = "needs a Docker Engine"]
fn a_table_that_is_dropped_comes_back_empty() {
    let database = Server::shared().database();
    let service = database.service();
    assert_eq!(service.post("Hello").0, 200);
    database.sql("DROP TABLE message");
    // The first request after the failure detects it.
    let _ = service.post("Hello again");
    wait_until(RETURN_TIME_MAX, "the service is ready", || {
        service.get("/ready").0 == 200
    });
    check_number(&database, &service, database.count());
    database.sql("DROP TABLE message, message_count");
    let _ = service.get("/");
    wait_until(RETURN_TIME_MAX, "the service is ready", || {
        service.get("/ready").0 == 200
    });
    check_number(&database, &service, 0);
}

/// Class 53 while connecting: the number of connections of a role, database or server is limited.
#[test]
#[ignore = "needs a Docker Engine"]
fn two_connections_serve_two_hundred_clients() {
    const CLIENTS: usize = 200;

    let database = Server::shared().database();
    let name = &database.name;
    database.sql(&format!(
        "CREATE ROLE {name} LOGIN CONNECTION LIMIT 2 PASSWORD '{PASSWORD}'"
    ));
    database.sql(&format!("ALTER DATABASE {name} OWNER TO {name}"));
    let service = database.service_with(&[("PGUSER", name)]);
    service.wait();
    in_parallel(CLIENTS, |client| {
        let mut requests = service.client();
        for number in 0..10 {
            assert_eq!(post(&mut requests, &format!("{client}-{number}")).0, 200);
            assert_eq!(settled(|| requests.get("/")).0, 200);
        }
    });
    check_number(&database, &service, 10 * CLIENTS as u64);
    let lines = service.process.end("TERM").stderr;
    println!("{lines:?}");
    assert!(!lines.iter().any(|line| line.contains("went away")), "{lines:?}");
    // The database answers, but does not allow more connections.
    assert!(lines.len() <= 3, "{lines:?}");
}

/// Checks that the service, the counted rows and the expectation agree.
#[track_caller]
fn check_number(database: &Database, service: &Service, expected: u64) {
    assert_eq!((service.number(), database.count()), (expected, expected));
}

/// The final reply to a posted value.
#[track_caller]
fn post(client: &mut Client, value: &str) -> (u16, String) {
    settled(|| client.post(value))
}

/// The final reply. On a busy machine the database may not answer within the service's limit, and the reply is
/// 503: a client then asks again. A 503 before that limit is a refusal, which no test expects here.
#[track_caller]
fn settled(mut ask: impl FnMut() -> io::Result<(u16, String)>) -> (u16, String) {
    let mut reply = (0, String::new());
    wait_until(STORE_TIME_MAX, "a final reply", || {
        let begun = Instant::now();
        reply = ask().unwrap();
        let is_final = reply.0 != 503;
        assert!(is_final || begun.elapsed() >= SERVICE_LIMIT, "{reply:?}");
        is_final
    });
    reply
}

/// Ends the load after the test, even if it fails: otherwise threads that wait for it would not end.
struct Done<'a>(&'a AtomicBool);

impl Drop for Done<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Does the same on many threads at once.
fn in_parallel(threads: usize, work: impl Fn(usize) + Sync) {
    thread::scope(|scope| {
        for thread in 0..threads {
            let work = &work;
            scope.spawn(move || work(thread));
        }
    });
}
