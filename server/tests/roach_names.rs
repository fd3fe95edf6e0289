//! Tests of `docker-gs-ping-roach` in a container, and its database's name: a name server may be slow,
//! and a name may get another address.

#![expect(clippy::unwrap_used, reason = "a test may unwrap: its panic is the report")]

mod container;
mod postgres;
mod program;

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use container::{Container, Image, docker, free_port, wait_until};
use postgres::{IMAGE, PASSWORD, Server};
use program::{Client, WAIT_MAX};

/// Time limit for the service to find a database that is back.
const RETURN_TIME_MAX: Duration = Duration::from_secs(2);

#[test]
#[ignore = "needs a Docker Engine"]
fn a_name_server_that_takes_two_seconds_delays_the_start_alone() {
    let server = Server::start();
    let names = NameServer::start(2, &server);
    let service = ServiceInContainer::start(&names);
    service.wait();
    assert_eq!(service.post("one"), 200);
    server.kill();
    wait_until(RETURN_TIME_MAX, "the service knows", || {
        service.post("two") == 503
    });
    server.restart();
    names.answer(&server);
    server.wait();
    wait_until(RETURN_TIME_MAX, "the service is ready", || {
        service.get("/ready") == 200
    });
}

#[test]
#[ignore = "needs a Docker Engine"]
fn a_name_that_moves_to_another_address_is_followed() {
    let [first, second] = [Server::start(), Server::start()];
    let names = NameServer::start(0, &first);
    let service = ServiceInContainer::start(&names);
    service.wait();
    assert_eq!(service.post("one"), 200);
    // The first server keeps its connections but stops answering, like a machine without power.
    first.pause();
    names.answer(&second);
    let begun = Instant::now();
    wait_until(RETURN_TIME_MAX, "the second takes messages", || {
        service.post("two") == 200
    });
    println!("the new address was found after {:?}", begun.elapsed());
    assert_eq!(second.sql_on("postgres", "SELECT COUNT(*) FROM message"), "1");
}

/// Returns the same address for each name, after a pause.
struct NameServer {
    container: Container,
}

impl NameServer {
    /// `pause` is in seconds.
    fn start(pause: u32, server: &Server) -> Self {
        let names = Self {
            container: Container::run(&[
                IMAGE,
                "perl",
                "-e",
                include_str!("name-server.pl"),
                &pause.to_string(),
            ]),
        };
        names.answer(server);
        names
    }

    /// Returns the address of `server` from now on.
    fn answer(&self, server: &Server) {
        let address = server.container.address();
        self.container.write("root", "/address", address.as_bytes());
    }
}

/// The service's image, on the default network, with its own name server.
struct ServiceInContainer {
    container: Container,
    port: u16,
}

impl ServiceInContainer {
    fn start(names: &NameServer) -> Self {
        let port = free_port();
        let container = Container::run(&[
            "--publish",
            &format!("127.0.0.1:{port}:8080"),
            "--dns",
            &names.container.address(),
            "--env",
            "PGHOST=db.example",
            "--env",
            "PGUSER=postgres",
            "--env",
            &format!("PGPASSWORD={PASSWORD}"),
            "--env",
            "PGDATABASE=postgres",
            &image().id,
        ]);
        Self { container, port }
    }

    fn wait(&self) {
        let begun = Instant::now();
        while self.get("/ready") != 200 {
            assert!(
                begun.elapsed() < WAIT_MAX,
                "it is not ready: {}",
                docker(&["logs", &self.container.id])
            );
        }
    }

    fn get(&self, path: &str) -> u16 {
        self.status(|client| client.get(path))
    }

    fn post(&self, value: &str) -> u16 {
        self.status(|client| client.post(value))
    }

    /// The status; 0 if nothing listens yet.
    fn status(&self, ask: impl FnOnce(&mut Client) -> std::io::Result<(u16, String)>) -> u16 {
        ask(&mut Client::new(self.port)).map_or(0, |(status, _)| status)
    }
}

fn image() -> &'static Image {
    static IMAGE: OnceLock<Image> = OnceLock::new();
    IMAGE.get_or_init(|| {
        let sources = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
        let dockerfile = concat!(env!("CARGO_MANIFEST_DIR"), "/../Dockerfile.multistage");
        let program = "PROGRAM=docker-gs-ping-roach";
        Image::build(&["--build-arg", program, "--file", dockerfile, sources], "")
    })
}
