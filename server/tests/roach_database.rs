//! `docker-gs-ping-roach` on a real PostgreSQL, in a container.

#![expect(clippy::unwrap_used, reason = "a test may unwrap: its panic is the report")]

mod container;
mod postgres;
mod program;

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use container::{free_port, wait_until};
use postgres::{Database, PASSWORD, Server, Service};

/// What a request may take at most: the service gives up after 1 s, and a busy machine adds to that.
const ANSWER_TIME_MAX: Duration = Duration::from_secs(3);

/// What the service may take to find a database that came, or came back.
const RETURN_TIME_MAX: Duration = Duration::from_secs(2);

/// What the service may take to end.
const END_TIME_MAX: Duration = Duration::from_secs(5);

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
    // Digits of random numbers: the index cannot compress them much.
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
        for post in 0..10 {
            let short = format!("{writer}-{post}");
            assert_eq!(client.post(&short).unwrap().0, 200);
            let (status, body) = client.post(&format!("too long: {short}")).unwrap();
            assert_eq!(status, 422);
            assert_eq!(body, r#"{"message":"the database does not take this value"}"#);
        }
    });
    check_number(&database, &service, 320);
}

#[test]
#[ignore = "needs a Docker Engine"]
fn replicas_that_start_at_once_make_the_tables_once() {
    let database = Server::shared().database();
    let services: Vec<Service> = (0..4).map(|_| database.service_with(&[])).collect();
    for service in &services {
        service.wait();
        let line = service.complaint("the database");
        assert!(line.ends_with(" answers"), "{line}");
    }
    assert_eq!(services[0].post("Hello").0, 200);
    check_number(&database, &services[3], 1);
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
                for post in 0.. {
                    if done.load(Ordering::Relaxed) {
                        break;
                    }
                    assert_eq!(posts.post(&format!("{client}-{post}")).unwrap().0, 200);
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

/// PostgreSQL then refuses statements that it cannot put in an order (40001).
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
        for post in 0..100 {
            // The writers post the same values at about the same time.
            assert_eq!(
                client.post(&format!("{}", post * 32 + writer % 4)).unwrap().0,
                200
            );
        }
    });
    check_number(&database, &services[0], 400);
    let refused = "SELECT xact_rollback FROM pg_stat_database WHERE datname = current_database()";
    // The statistics of a session are written when it idles for a second, or ends.
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
    // The first to ask finds out.
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

/// Class 53 while connecting: a role, a database or a server may have few connections.
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
    let refused = AtomicUsize::new(0);
    in_parallel(CLIENTS, |client| {
        let mut requests = service.client();
        for request in 0..10 {
            let (post, get) = (
                requests.post(&format!("{client}-{request}")).unwrap(),
                requests.get("/").unwrap(),
            );
            refused.fetch_add(
                [post, get].iter().filter(|(status, _)| *status != 200).count(),
                Ordering::Relaxed,
            );
        }
    });
    check_number(&database, &service, 10 * CLIENTS as u64);
    let lines = service.process.end("TERM").stderr;
    println!("{lines:?}");
    assert_eq!(refused.into_inner(), 0, "{lines:?}");
    assert!(!lines.iter().any(|line| line.contains("went away")), "{lines:?}");
    // It answers, and it has no more connections to give.
    assert!(lines.len() <= 3, "{lines:?}");
}

/// An operator, or the system around it, ends what a database does: it is away until it answers.
#[test]
#[ignore = "needs a Docker Engine"]
fn a_database_that_fails_around_the_statement_is_away_and_comes_back() {
    let database = Server::shared().database();
    let service = database.service();
    for state in ["57000", "57P05", "58000", "58030", "58P01"] {
        database.sql(&format!(
            "CREATE OR REPLACE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql
                AS $$ BEGIN RAISE EXCEPTION 'out of order' USING ERRCODE = '{state}'; END $$"
        ));
        database.sql("CREATE TRIGGER fail BEFORE INSERT ON message EXECUTE FUNCTION fail()");
        assert_eq!(promptly(&service, |client| client.post(state)).0, 503, "{state}");
        let line = service.complaint("went away");
        assert!(line.ends_with("went away: out of order"), "{line}");
        database.sql("DROP TRIGGER fail ON message");
        wait_until(RETURN_TIME_MAX, "messages are stored", || {
            service.post(state).0 == 200
        });
    }
    check_number(&database, &service, 5);
}

/// A lock stands for whatever makes a database slow: it answers, and not in time.
#[test]
#[ignore = "needs a Docker Engine"]
fn a_table_that_is_locked_hangs_no_request() {
    let database = Server::shared().database();
    let service = database.service();
    let lock = database.lock_messages();
    assert_eq!(promptly(&service, |client| client.post("Hello")).0, 503);
    assert_eq!(promptly(&service, |client| client.get("/")).0, 200);
    // What nobody waits for any more does not wait for the lock either.
    wait_until(RETURN_TIME_MAX, "no statement waits", || !database.has_waiting());
    drop(lock);
    assert_eq!(service.post("Hello").0, 200);
    check_number(&database, &service, 1);
}

#[test]
#[ignore = "needs a Docker Engine"]
fn a_database_that_falls_silent_hangs_no_request_and_may_come_back() {
    let server = Server::start();
    let database = server.database();
    let service = database.service();
    // Connections that are idle when it falls silent.
    in_parallel(32, |writer| assert_eq!(service.post(&writer.to_string()).0, 200));
    server.pause();
    in_parallel(32, |writer| {
        for _ in 0..3 {
            assert_eq!(promptly(&service, |client| client.get("/")).0, 503);
            let post = promptly(&service, |client| client.post(&format!("late {writer}")));
            assert_eq!(post.0, 503);
        }
    });
    assert_eq!(promptly(&service, |client| client.get("/ready")).0, 503);
    server.unpause();
    wait_until(RETURN_TIME_MAX, "the service is ready", || {
        service.get("/ready").0 == 200
    });
    assert_eq!(service.post("Hello").0, 200);
    check_number(&database, &service, database.count());
    let lines = service.process.end("TERM").stderr;
    // Here, away, and here again.
    assert_eq!(lines.len(), 3, "{lines:?}");
}

#[test]
#[ignore = "needs a Docker Engine"]
fn no_acknowledged_message_is_lost() {
    const WRITERS: usize = 100;
    const KILLS: usize = 3;

    let server = Server::start();
    let database = server.database();
    let service = database.service();
    let acknowledged = Mutex::new(BTreeSet::new());
    let done = AtomicBool::new(false);
    let refused = AtomicUsize::new(0);
    thread::scope(|scope| {
        for writer in 0..WRITERS {
            let (service, acknowledged, done, refused) = (&service, &acknowledged, &done, &refused);
            scope.spawn(move || {
                let mut client = service.client();
                for post in 0.. {
                    if done.load(Ordering::Relaxed) {
                        break;
                    }
                    // One in twenty is a value that all writers post.
                    let value = if post % 20 == 0 {
                        format!("all {post}")
                    } else {
                        format!("{writer}-{post}")
                    };
                    let begun = Instant::now();
                    match client.post(&value).unwrap().0 {
                        200 => {
                            acknowledged.lock().unwrap().insert(value);
                        }
                        503 => {
                            refused.fetch_add(1, Ordering::Relaxed);
                            assert!(begun.elapsed() < ANSWER_TIME_MAX, "{:?}", begun.elapsed());
                        }
                        status => panic!("{status}"),
                    }
                }
            });
        }
        let _done = Done(&done);
        let enough = |target| {
            let what = "more messages are stored";
            wait_until(Duration::from_secs(30), what, || {
                acknowledged.lock().unwrap().len() > target
            });
        };
        for kill in 0..KILLS {
            enough((kill + 1) * 2_000);
            server.kill();
            server.restart();
            server.wait();
            wait_until(RETURN_TIME_MAX, "the service is ready", || {
                service.get("/ready").0 == 200
            });
        }
        let stored = acknowledged.lock().unwrap().len();
        enough(stored + 2_000);
    });
    let stored = database.sql("SELECT value FROM message");
    let stored: BTreeSet<String> = stored.lines().map(str::to_owned).collect();
    let acknowledged = acknowledged.into_inner().unwrap();
    let lost: Vec<_> = acknowledged.difference(&stored).collect();
    println!(
        "{} acknowledged, {} refused, {} stored, {} lost",
        acknowledged.len(),
        refused.into_inner(),
        stored.len(),
        lost.len()
    );
    assert!(lost.is_empty(), "{lost:?}");
    check_number(&database, &service, database.count());
}

#[test]
#[ignore = "needs a Docker Engine"]
fn of_several_hosts_the_one_that_takes_messages_is_used() {
    let standby = Server::start();
    standby.sql_on("postgres", "ALTER SYSTEM SET default_transaction_read_only = on");
    standby.sql_on("postgres", "SELECT pg_reload_conf()");
    let database = Server::shared().database();
    let ports = format!("{},{},{}", free_port(), standby.port, database.server.port);
    let hosts = [("PGHOST", "127.0.0.1,localhost,127.0.0.1"), ("PGPORT", &*ports)];
    let service = database.service_with(&hosts);
    service.wait();
    assert_eq!(service.post("Hello").0, 200);
    check_number(&database, &service, 1);
}

#[test]
#[ignore = "needs a Docker Engine"]
fn a_failover_needs_no_restart() {
    let [first, second] = [Server::start(), Server::start()];
    let ports = format!("{},{}", first.port, second.port);
    let hosts = [("PGHOST", "127.0.0.1,127.0.0.1"), ("PGPORT", &*ports)];
    let service = Service::spawn(first.port, "postgres", &hosts);
    service.wait();
    assert_eq!(service.post("Hello").0, 200);
    // Its connections stay, and nobody answers on them, nor on new ones.
    first.pause();
    let begun = Instant::now();
    wait_until(RETURN_TIME_MAX, "the second takes messages", || {
        service.post("Hello").0 == 200
    });
    println!("the second host took over after {:?}", begun.elapsed());
    assert_eq!(service.number(), 1);
}

/// A primary that becomes a standby keeps its connections, and refuses to write on them (25006).
#[test]
#[ignore = "needs a Docker Engine"]
fn a_host_that_becomes_a_standby_is_left() {
    let [first, second] = [Server::start(), Server::start()];
    let ports = format!("{},{}", first.port, second.port);
    let hosts = [("PGHOST", "127.0.0.1,127.0.0.1"), ("PGPORT", &*ports)];
    let service = Service::spawn(first.port, "postgres", &hosts);
    service.wait();
    first.sql_on("postgres", "ALTER SYSTEM SET default_transaction_read_only = on");
    first.sql_on("postgres", "SELECT pg_reload_conf()");
    wait_until(RETURN_TIME_MAX, "the second takes messages", || {
        service.post("Hello").0 == 200 && second.sql_on("postgres", "SELECT COUNT(*) FROM message") == "1"
    });
}

#[test]
#[ignore = "needs a Docker Engine"]
fn sigterm_under_load_loses_nothing() {
    let database = Server::shared().database();
    let service = database.service();
    let port = service.port;
    let acknowledged = AtomicUsize::new(0);
    let ended = thread::scope(|scope| {
        for writer in 0..50 {
            let acknowledged = &acknowledged;
            scope.spawn(move || {
                let mut client = program::Client::new(port);
                for post in 0.. {
                    // A connection that is closed between two requests says that it has ended.
                    match client.post(&format!("{writer}-{post}")) {
                        Ok((status, _)) => assert_eq!(status, 200),
                        Err(_) => break,
                    }
                    acknowledged.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        wait_until(Duration::from_secs(20), "messages are stored", || {
            acknowledged.load(Ordering::Relaxed) > 1_000
        });
        let begun = Instant::now();
        let ended = service.process.end("TERM");
        assert!(begun.elapsed() < END_TIME_MAX, "{:?}", begun.elapsed());
        ended
    });
    assert_eq!(ended.code, Some(0));
    let acknowledged = acknowledged.into_inner() as u64;
    assert!(database.count() >= acknowledged, "{acknowledged} acknowledged");
    let sessions = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database()
        AND application_name = 'docker-gs-ping-roach'";
    wait_until(END_TIME_MAX, "its sessions are gone", || {
        database.sql(sessions) == "0"
    });
    check_number(&database, &database.service(), database.count());
}

/// The service, the counted rows and the expectation agree.
#[track_caller]
fn check_number(database: &Database, service: &Service, expected: u64) {
    assert_eq!((service.number(), database.count()), (expected, expected));
}

/// A reply that comes in time.
#[track_caller]
fn promptly(
    service: &Service,
    ask: impl FnOnce(&mut program::Client) -> std::io::Result<(u16, String)>,
) -> (u16, String) {
    let mut client = service.client();
    let begun = Instant::now();
    let reply = ask(&mut client).unwrap();
    assert!(
        begun.elapsed() < ANSWER_TIME_MAX,
        "{:?}: {reply:?}",
        begun.elapsed()
    );
    reply
}

/// Ends the load when the test is over, also when it fails: threads that wait for it would not end.
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
