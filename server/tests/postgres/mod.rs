//! PostgreSQL in a container, and `docker-gs-ping-roach` with it.

#![allow(dead_code, reason = "each test takes what it needs")]

use std::io::Write;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use super::container::{Container, docker, free_port, wait_until};
use super::program::{Process, WAIT_MAX};

pub const IMAGE: &str = "postgres:15-bookworm";

/// Password of the superuser, `postgres`.
pub const PASSWORD: &str = "open sesame";

/// Time limit for a server to initialise its data and answer.
const SERVER_TIME_MAX: Duration = Duration::from_mins(1);

/// A server in a container.
pub struct Server {
    pub container: Container,
    /// Port on 127.0.0.1; it stays the same after a restart.
    pub port: u16,
}

/// A database of a server.
pub struct Database<'a> {
    pub server: &'a Server,
    pub name: String,
}

/// An open transaction; it is rolled back when dropped.
pub struct Transaction {
    /// psql; it ends after its stdin is closed.
    session: Child,
}

impl Drop for Transaction {
    fn drop(&mut self) {
        drop(self.session.stdin.take());
        let _ = self.session.wait();
    }
}

impl Server {
    /// The server for tests that do not change its state; each test has its own [`Database`].
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Server> = OnceLock::new();
        SHARED.get_or_init(Self::start)
    }

    pub fn start() -> Self {
        let server = Self::start_on(free_port());
        server.wait();
        server
    }

    /// Starts a server without waiting for it.
    pub fn start_on(port: u16) -> Self {
        let publish = format!("127.0.0.1:{port}:5432");
        let password = format!("POSTGRES_PASSWORD={PASSWORD}");
        let container = Container::run(&["--publish", &publish, "--env", &password, IMAGE]);
        Self { container, port }
    }

    /// Waits until the server answers on the port that the service uses.
    pub fn wait(&self) {
        let ready = [
            "exec",
            &self.container.id,
            "pg_isready",
            "--quiet",
            "--host",
            "127.0.0.1",
        ];
        wait_until(SERVER_TIME_MAX, "the server answers", || {
            let mut docker = Command::new("docker");
            docker.args(ready).stderr(Stdio::null());
            docker.status().unwrap().success()
        });
    }

    /// An empty database that no other test uses.
    pub fn database(&self) -> Database<'_> {
        static DATABASES: AtomicU32 = AtomicU32::new(0);
        let name = format!("test{}", DATABASES.fetch_add(1, Ordering::Relaxed));
        self.sql_on("postgres", &format!("CREATE DATABASE {name}"));
        Database { server: self, name }
    }

    /// Stops the server as a power cut would.
    pub fn kill(&self) {
        docker(&["kill", "--signal", "KILL", &self.container.id]);
    }

    /// Restarts it with the same data on the same port.
    pub fn restart(&self) {
        docker(&["start", &self.container.id]);
    }

    /// Freezes the server: its port accepts connections, but nothing answers.
    pub fn pause(&self) {
        docker(&["pause", &self.container.id]);
    }

    pub fn unpause(&self) {
        docker(&["unpause", &self.container.id]);
    }

    /// Writes a file that only the server can read into its data folder.
    pub fn write(&self, name: &str, content: &[u8]) {
        let folder = self.sql_on("postgres", "SHOW data_directory");
        self.container
            .write("postgres", &format!("{folder}/{name}"), content);
    }

    /// Changes a setting of the running server; sessions that are open have it at their next statement.
    #[track_caller]
    pub fn set(&self, setting: &str, value: &str) {
        self.sql_on("postgres", &format!("ALTER SYSTEM SET {setting} = {value}"));
        self.sql_on("postgres", "SELECT pg_reload_conf()");
        // The server reloads a moment later, and tells its open sessions before it starts a new one.
        wait_until(WAIT_MAX, "the server has the setting", || {
            self.sql_on("postgres", &format!("SHOW {setting}")) == value
        });
    }

    /// psql's output, one line for each row.
    pub fn sql_on(&self, database: &str, statement: &str) -> String {
        let psql = [
            "exec",
            "--user",
            "postgres",
            &self.container.id,
            "psql",
            "--no-psqlrc",
            "--quiet",
        ];
        let options = ["--tuples-only", "--no-align", "--set", "ON_ERROR_STOP=1"];
        let what = ["--dbname", database, "--command", statement];
        let answer = docker(&[&psql[..], &options[..], &what[..]].concat());
        answer.trim_end().to_owned()
    }
}

impl Database<'_> {
    /// psql's output, one line for each row.
    pub fn sql(&self, statement: &str) -> String {
        self.server.sql_on(&self.name, statement)
    }

    /// Starts a transaction with a statement, without waiting for it.
    pub fn begin(&self, statement: &str) -> Transaction {
        let psql = [
            "exec",
            "--interactive",
            "--user",
            "postgres",
            &self.server.container.id,
            "psql",
        ];
        let mut session = Command::new("docker")
            .args(psql)
            .args(["--no-psqlrc", "--quiet", "--dbname", &self.name])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let stdin = session.stdin.as_mut().unwrap();
        writeln!(stdin, "BEGIN; {statement};").unwrap();
        Transaction { session }
    }

    /// Locks the table of messages until the transaction is dropped.
    #[track_caller]
    pub fn lock_messages(&self) -> Transaction {
        let lock = self.begin("LOCK TABLE message");
        let locks = "SELECT COUNT(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND granted";
        wait_until(WAIT_MAX, "the table is locked", || self.sql(locks) != "0");
        lock
    }

    /// Whether a statement waits for a lock.
    pub fn has_waiting(&self) -> bool {
        let waiting = "SELECT COUNT(*) FROM pg_stat_activity
            WHERE datname = current_database() AND wait_event_type = 'Lock'";
        self.sql(waiting) != "0"
    }

    /// Number of messages, counted.
    pub fn count(&self) -> u64 {
        self.sql("SELECT COUNT(DISTINCT value) FROM message")
            .parse()
            .unwrap()
    }

    /// The service with this database, after it is ready.
    pub fn service(&self) -> Service {
        let service = self.service_with(&[]);
        service.wait();
        service
    }

    /// The service with other `variables`, which take precedence; it may not be ready yet.
    pub fn service_with(&self, variables: &[(&str, &str)]) -> Service {
        Service::spawn(self.server.port, &self.name, variables)
    }
}

/// A process of `docker-gs-ping-roach`.
pub struct Service {
    pub process: Process,
    pub port: u16,
}

impl Service {
    pub fn spawn(database_port: u16, database: &str, variables: &[(&str, &str)]) -> Self {
        let port = database_port.to_string();
        let all = [
            ("PORT", "0"),
            ("ACCESS_LOG", "off"),
            ("PGHOST", "127.0.0.1"),
            ("PGPORT", &port),
            ("PGUSER", "postgres"),
            ("PGPASSWORD", PASSWORD),
            ("PGDATABASE", database),
        ];
        let is_other = |(name, _): &(&str, &str)| !variables.iter().any(|(other, _)| other == name);
        let mut all: Vec<_> = all.into_iter().filter(is_other).collect();
        // An empty value means that the variable is unset.
        all.extend(variables.iter().filter(|(_, value)| !value.is_empty()));
        let process = Process::spawn(env!("CARGO_BIN_EXE_docker-gs-ping-roach"), &all);
        let port = process.port();
        Self { process, port }
    }

    /// Waits until the service is ready.
    pub fn wait(&self) {
        wait_until(WAIT_MAX, "the service is ready", || self.get("/ready").0 == 200);
    }

    /// Status and body of the response.
    pub fn get(&self, path: &str) -> (u16, String) {
        self.client().get(path).unwrap()
    }

    /// Status and body of the response.
    pub fn post(&self, value: &str) -> (u16, String) {
        self.client().post(value).unwrap()
    }

    /// The number that `GET /` shows.
    pub fn number(&self) -> u64 {
        let (status, body) = self.get("/");
        assert_eq!(status, 200, "{body}");
        let number = body.strip_prefix("Hello, Docker! (").unwrap();
        number.strip_suffix(")\n").unwrap().parse().unwrap()
    }

    pub fn client(&self) -> super::program::Client {
        super::program::Client::new(self.port)
    }

    /// The next line on stderr that contains `part`.
    pub fn complaint(&self, part: &str) -> String {
        loop {
            let line = self.process.next_complaint();
            if line.contains(part) {
                return line;
            }
        }
    }
}
