//! Tests with a database that is gone, slow, silent or replaced, and of a service that ends under load.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::container::{free_port, wait_until};
use crate::postgres::{Server, Service};
use crate::{Done, RETURN_TIME_MAX, STORE_TIME_MAX, check_number, in_parallel, post, program};

/// Time limit of a request: the service gives up after 1 s, and a busy machine takes longer.
const ANSWER_TIME_MAX: Duration = Duration::from_secs(3);

/// Time limit for the service to end.
const END_TIME_MAX: Duration = Duration::from_secs(5);

/// An operator or the system stops the database's sessions: it counts as gone until it answers.
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

/// A lock simulates a slow database: it answers, but too late.
#[test]
#[ignore = "needs a Docker Engine"]
fn a_table_that_is_locked_hangs_no_request() {
    let database = Server::shared().database();
    let service = database.service();
    let lock = database.lock_messages();
    assert_eq!(promptly(&service, |client| client.post("Hello")).0, 503);
    assert_eq!(promptly(&service, |client| client.get("/")).0, 200);
    // Statements of clients that gave up no longer wait for the lock either.
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
    // These connections are idle when the server stops answering.
    in_parallel(32, |writer| {
        let reply = post(&mut service.client(), &writer.to_string());
        assert_eq!(reply.0, 200);
    });
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
    // One line each: available, gone, available again.
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
                    // One value in twenty is posted by all writers.
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
            wait_until(STORE_TIME_MAX, what, || {
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
    standby.set("default_transaction_read_only", "on");
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
    // Its connections stay open, but neither they nor new ones get an answer.
    first.pause();
    let begun = Instant::now();
    wait_until(RETURN_TIME_MAX, "the second takes messages", || {
        service.post("Hello").0 == 200
    });
    println!("the second host took over after {:?}", begun.elapsed());
    assert_eq!(service.number(), 1);
}

/// A primary that becomes a standby keeps its connections, but refuses to write (25006).
#[test]
#[ignore = "needs a Docker Engine"]
fn a_host_that_becomes_a_standby_is_left() {
    let [first, second] = [Server::start(), Server::start()];
    let ports = format!("{},{}", first.port, second.port);
    let hosts = [("PGHOST", "127.0.0.1,127.0.0.1"), ("PGPORT", &*ports)];
    let service = Service::spawn(first.port, "postgres", &hosts);
    service.wait();
    first.set("default_transaction_read_only", "on");
    wait_until(RETURN_TIME_MAX, "the second takes messages", || {
        service.post("Hello").0 == 200
    });
    let stored = [first, second].map(|host| host.sql_on("postgres", "SELECT COUNT(*) FROM message"));
    assert_eq!(stored, ["0", "1"]);
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
                    // A connection that is closed between two requests means that the service has ended.
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

/// Checks that a reply comes in time.
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
