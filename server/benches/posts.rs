//! Posts a second, and the time of `GET /`, on the database that `PGHOST`, `PGUSER` and so on name.
//! It drops the tables there. The argument `posts` or `number` asks for one of the two alone.
//!
//! Beside `docker-gs-ping-roach` runs the simplest implementation: the same HTTP server, one INSERT
//! for each request, on a pool of 16 connections.

#![expect(clippy::unwrap_used, reason = "nobody waits for it: its panic is the report")]

use std::io::{BufRead, BufReader};
use std::net::Ipv4Addr;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fmt};

use deadpool_postgres::{Manager, Pool};
use docker_gs_ping::{Config, conclude, run};
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::runtime;
use tokio::task::JoinSet;
use tokio_postgres::{Client, NoTls};
use warp::Filter;

/// Rounds of each measurement; the median counts.
const ROUNDS: usize = 3;

/// Time of a round.
const ROUND: Duration = Duration::from_secs(5);

/// Requests of a measurement of `GET /`, one after the other.
const GETS: usize = 3_000;

fn main() {
    let mut arguments = env::args().skip(1);
    let what = arguments.find(|argument| !argument.starts_with("--"));
    if what.as_deref() == Some("plain") {
        let config = Config::read(|name| env::var_os(name)).unwrap();
        let _ = conclude(run(&config, plain(), async { Ok(()) }));
        return;
    }
    let runtime = runtime::Builder::new_current_thread().enable_all().build();
    runtime.unwrap().block_on(async {
        if what.as_deref() != Some("number") {
            measure_posts().await;
        }
        if what.as_deref() != Some("posts") {
            measure_number().await;
        }
    });
}

/// `POST /send`, the way that comes to mind first.
fn plain()
-> impl Filter<Extract = (impl warp::Reply,), Error = warp::Rejection> + Clone + Send + Sync + 'static {
    #[derive(Deserialize, Serialize)]
    struct Message {
        value: String,
    }

    let manager = Manager::new(database(), NoTls);
    let pool = Pool::builder(manager).max_size(16).build().unwrap();
    let send = warp::path!("send").and(warp::post()).and(warp::body::json());
    send.then(move |message: Message| {
        let pool = pool.clone();
        async move {
            let client = pool.get().await.unwrap();
            let insert = "INSERT INTO message (value) VALUES ($1) ON CONFLICT (value) DO NOTHING";
            let insert = client.prepare_cached(insert).await.unwrap();
            client.execute(&insert, &[&message.value]).await.unwrap();
            warp::reply::json(&message)
        }
    })
}

async fn measure_posts() {
    println!("connections   plain posts/s   roach posts/s   ratio");
    for connections in [1, 16, 64] {
        let mut rates = [Vec::new(), Vec::new()];
        for _ in 0..ROUNDS {
            for (rates, program) in rates.iter_mut().zip([Program::Plain, Program::Roach]) {
                let sql = connect().await;
                let tables = "DROP TABLE IF EXISTS message, message_count;
                    CREATE TABLE message (value TEXT PRIMARY KEY); CHECKPOINT";
                sql.batch_execute(tables).await.unwrap();
                let server = Server::start(program).await;
                let posts = server.posts(connections).await;
                let stored = count(&sql).await;
                assert_eq!(stored, i64::from(posts), "{program}");
                rates.push(f64::from(posts) / ROUND.as_secs_f64());
            }
        }
        let [plain, roach] = rates.map(median);
        let ratio = roach / plain;
        println!("{connections:>11} {plain:>15.0} {roach:>15.0} {ratio:>7.2}");
    }
}

async fn measure_number() {
    println!("      rows   GET /, median   COUNT(*), median");
    for rows in [0, 10_000, 10_000_000] {
        let sql = connect().await;
        let tables = format!(
            "DROP TABLE IF EXISTS message, message_count;
            CREATE TABLE message (value TEXT PRIMARY KEY);
            INSERT INTO message SELECT 'message ' || generate_series(1, {rows})"
        );
        sql.batch_execute(&tables).await.unwrap();
        sql.batch_execute("VACUUM ANALYZE message").await.unwrap();
        let server = Server::start(Program::Roach).await;
        let mut stream = server.connect().await;
        let mut times = Vec::new();
        for _ in 0..GETS {
            let begun = Instant::now();
            let reply = ask(&mut stream, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", ")\n").await;
            times.push(begun.elapsed().as_secs_f64());
            assert!(reply.contains("Hello, Docker! ("), "{reply}");
        }
        let mut counts = Vec::new();
        for _ in 0..ROUNDS {
            let begun = Instant::now();
            assert_eq!(count(&sql).await, rows);
            counts.push(begun.elapsed().as_secs_f64());
        }
        let (get, count) = (median(times) * 1e6, median(counts) * 1e6);
        println!("{rows:>10} {get:>12.0} µs {count:>15.0} µs");
    }
}

#[derive(Clone, Copy)]
enum Program {
    Plain,
    Roach,
}

impl fmt::Display for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Plain => "plain",
            Self::Roach => "roach",
        })
    }
}

/// A program that listens. Killed when it is dropped.
struct Server {
    child: Child,
    port: u16,
    /// Open for as long as the program may write to it.
    _stdout: BufReader<ChildStdout>,
}

impl Server {
    async fn start(program: Program) -> Self {
        let mut command = match program {
            Program::Plain => Command::new(env::current_exe().unwrap()),
            Program::Roach => Command::new(env!("CARGO_BIN_EXE_docker-gs-ping-roach")),
        };
        if let Program::Plain = program {
            command.arg("plain");
        }
        command
            .env("PORT", "0")
            .env("ACCESS_LOG", "off")
            .env("PGSSLMODE", "disable");
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        let port = line.trim_end().rsplit(':').next().unwrap().parse().unwrap();
        let server = Self {
            child,
            port,
            _stdout: stdout,
        };
        if let Program::Roach = program {
            let ready = "GET /ready HTTP/1.1\r\nHost: localhost\r\n\r\n";
            let mut stream = server.connect().await;
            while !ask(&mut stream, ready, "\"}").await.starts_with("HTTP/1.1 200") {}
        }
        server
    }

    async fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port))
            .await
            .unwrap();
        stream.set_nodelay(true).unwrap();
        stream
    }

    /// Messages that are stored within a [`ROUND`], and one before it.
    async fn posts(&self, connections: usize) -> i32 {
        ask(&mut self.connect().await, &post("first"), "\"}").await;
        let begun = Instant::now();
        let mut tasks = JoinSet::new();
        for connection in 0..connections {
            let mut stream = self.connect().await;
            tasks.spawn(async move {
                let mut posts = 0;
                while begun.elapsed() < ROUND {
                    let reply = ask(&mut stream, &post(&format!("{connection} {posts}")), "\"}").await;
                    assert!(reply.starts_with("HTTP/1.1 200"), "{reply}");
                    posts += 1;
                }
                posts
            });
        }
        1 + tasks.join_all().await.into_iter().sum::<i32>()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn post(value: &str) -> String {
    let body = format!(r#"{{"value":"{value}"}}"#);
    let head = "POST /send HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json";
    format!("{head}\r\nContent-Length: {}\r\n\r\n{body}", body.len())
}

/// The reply to `request`, which ends in `end`.
async fn ask(stream: &mut TcpStream, request: &str, end: &str) -> String {
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut reply = Vec::new();
    while !reply.ends_with(end.as_bytes()) {
        assert_ne!(
            stream.read_buf(&mut reply).await.unwrap(),
            0,
            "the service went away"
        );
    }
    String::from_utf8(reply).unwrap()
}

async fn connect() -> Client {
    let (client, connection) = database().connect(NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

async fn count(sql: &Client) -> i64 {
    sql.query_one("SELECT COUNT(*) FROM message", &[])
        .await
        .unwrap()
        .get(0)
}

fn database() -> tokio_postgres::Config {
    let variable = |name| env::var(name).unwrap_or_else(|_| panic!("{name} is not set"));
    let mut config = tokio_postgres::Config::new();
    config
        .host(variable("PGHOST"))
        .user(variable("PGUSER"))
        .dbname(variable("PGDATABASE"));
    config.port(env::var("PGPORT").map_or(5432, |port| port.parse().unwrap()));
    if let Ok(password) = env::var("PGPASSWORD") {
        config.password(password);
    }
    config
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
