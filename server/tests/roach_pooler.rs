//! Tests of `docker-gs-ping-roach` with pgbouncer in front of PostgreSQL.

#![expect(clippy::unwrap_used, reason = "a test may unwrap: its panic is the report")]

mod container;
mod postgres;
mod program;

use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

use container::{Container, Image, free_port, wait_until};
use postgres::{Database, IMAGE, PASSWORD, Server, Service};

/// Time limit for pgbouncer to listen.
const START_TIME_MAX: Duration = Duration::from_secs(20);

/// The release with the pooler of Debian 12, version 1.18.
const OLD: &str = "bookworm";

/// Debian's next release, with pgbouncer 1.26 or newer: it prepares statements again in each session.
const NEW: &str = "testing";

#[test]
#[ignore = "needs a Docker Engine"]
fn where_sessions_are_pooled_messages_are_stored() {
    for version in [OLD, NEW] {
        let database = Server::shared().database();
        let pooler = Pooler::start(version, "session", &database);
        let service = pooler.service(&database);
        service.wait();
        for value in ["one", "two", "one"] {
            assert_eq!(service.post(value).0, 200);
        }
        assert_eq!((service.number(), database.count()), (2, 2));
    }
}

#[test]
#[ignore = "needs a Docker Engine"]
fn where_sessions_are_pooled_a_statement_has_its_time() {
    let database = Server::shared().database();
    let pooler = Pooler::start(OLD, "session", &database);
    let service = pooler.service(&database);
    service.wait();
    let lock = database.lock_messages();
    assert_eq!(service.post("Hello").0, 503);
    wait_until(Duration::from_secs(2), "no statement waits", || {
        !database.has_waiting()
    });
    drop(lock);
    assert_eq!(service.post("Hello").0, 200);
}

#[test]
#[ignore = "needs a Docker Engine"]
fn where_transactions_are_pooled_the_service_says_so_and_ends() {
    for version in [OLD, NEW] {
        let database = Server::shared().database();
        let pooler = Pooler::start(version, "transaction", &database);
        let ended = pooler.service(&database).process.ended();
        assert_eq!(ended.code, Some(1), "{:?}", ended.stderr);
        let expected = format!(
            "Error: the database at 127.0.0.1:{} cannot be used: a connection pooler stands before it that \
             gives no session to keep; let it pool sessions, not transactions (pgbouncer: pool_mode = session)",
            pooler.port
        );
        assert_eq!(ended.stderr, [expected]);
    }
}

/// pgbouncer in a container.
struct Pooler {
    _container: Container,
    port: u16,
}

impl Pooler {
    fn start(version: &str, mode: &str, database: &Database) -> Self {
        let port = free_port();
        let settings = format!(
            "[databases]\n\
             * = host={} user=postgres password='{PASSWORD}'\n\
             [pgbouncer]\n\
             listen_addr = 0.0.0.0\n\
             listen_port = 6432\n\
             auth_type = any\n\
             pool_mode = {mode}\n",
            database.server.container.address()
        );
        let start =
            r#"printf %s "$SETTINGS" > /pgbouncer.ini && exec pgbouncer --user=nobody /pgbouncer.ini"#;
        let container = Container::run(&[
            "--publish",
            &format!("127.0.0.1:{port}:6432"),
            "--env",
            &format!("SETTINGS={settings}"),
            &image(version).id,
            "sh",
            "-c",
            start,
        ]);
        let ready = [
            "exec",
            &container.id,
            "pg_isready",
            "--quiet",
            "--port",
            "6432",
            "--host",
            "127.0.0.1",
        ];
        wait_until(START_TIME_MAX, "the pooler answers", || {
            Command::new("docker").args(ready).status().unwrap().success()
        });
        Self {
            _container: container,
            port,
        }
    }

    fn service(&self, database: &Database) -> Service {
        Service::spawn(self.port, &database.name, &[])
    }
}

fn image(version: &str) -> &'static Image {
    static OLD_IMAGE: OnceLock<Image> = OnceLock::new();
    static NEW_IMAGE: OnceLock<Image> = OnceLock::new();
    let image = if version == OLD { &OLD_IMAGE } else { &NEW_IMAGE };
    image.get_or_init(|| Image::build(&["-"], &dockerfile(version)))
}

fn dockerfile(version: &str) -> String {
    let install = "apt-get install --yes --no-install-recommends";
    // A mirror may be some weeks old, and Debian's signature has then expired. Packages may have moved
    // files between them since; nothing but the pooler runs in this image.
    let update = "apt-get --option Acquire::Check-Valid-Until=false update";
    let install = if version == OLD {
        // Another package source may have a newer version.
        format!("apt-get update && {install} 'pgbouncer=1.18.*'")
    } else {
        format!(
            "apt-get update && mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Release: {OLD}' | head --lines=1) && \
             echo \"deb $mirror {version} main\" > /etc/apt/sources.list.d/newer.list && \
             {update} && {install} --target-release {version} --option Dpkg::Options::=--force-overwrite pgbouncer"
        )
    };
    format!("FROM {IMAGE}\nRUN export DEBIAN_FRONTEND=noninteractive && {install}\n")
}
