//! Explanations of failures of objects: ports, containers, networks, volumes, a database.

use std::fs;
use std::net::TcpListener;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::on_engine::programs::CHAPTER_5;
use crate::on_engine::{docker, engine, run_apart, stderr};
use crate::ran::{RUST, Ran, Things, dockerfile};

const POSTGRES: &str = chapters::POSTGRES.image;

/// Longest wait for a new database.
const DATABASE_LIMIT: Duration = Duration::from_mins(1);

#[test]
#[ignore = "needs a Docker Engine"]
fn a_process_that_holds_a_port_is_named() {
    let _engine = engine();
    let _listener = TcpListener::bind("0.0.0.0:18081").unwrap();
    let process = std::process::id().to_string();
    Ran::docker(&["run", "--rm", "--publish", "18081:80", RUST, "true"]).check(
        "port-held",
        &[
            "Port 18081 of this machine is in use.",
            &format!("(process {process})"),
            &format!("kill {process}"),
        ],
    );
}

#[test]
#[ignore = "needs a Docker Engine"]
fn a_container_that_holds_a_port_is_named() {
    let _engine = engine();
    let _things = Things::new(&[("container", "strangers-thing")]);
    let publish = ["--publish", "18080:80", RUST, "sleep", "60"];
    docker(&[&["run", "--detach", "--name", "strangers-thing"], &publish[..]].concat());
    Ran::docker(&[&["run", "--rm"], &publish[..]].concat()).check(
        "port-held",
        &[
            "held by the container strangers-thing.",
            "`docker container stop strangers-thing`",
        ],
    );
}

#[test]
#[ignore = "needs a Docker Engine"]
fn a_name_that_a_stranger_has_taken_is_told_from_what_a_chapter_left() {
    let _engine = engine();
    let _things = Things::new(&[
        ("container", "strangers-thing"),
        ("container", "rest-server"),
        ("image", "docker-gs-ping:explained"),
    ]);
    docker(&["container", "create", "--name", "strangers-thing", RUST]);
    Ran::docker(&["container", "create", "--name", "strangers-thing", RUST]).check(
        "container-taken",
        &[
            "There is a container strangers-thing already.",
            "It was made from rust:1.95-slim-bookworm on 20",
            "docker container rename strangers-thing strangers-thing-2",
        ],
    );
    docker(&["image", "tag", RUST, "docker-gs-ping:explained"]);
    docker(&[
        "container",
        "create",
        "--name",
        "rest-server",
        "docker-gs-ping:explained",
    ]);
    Ran::docker(&["container", "create", "--name", "rest-server", RUST]).check(
        "container-taken",
        &["an earlier run of a chapter left it behind", "-- --clean"],
    );
}

#[test]
#[ignore = "needs a Docker Engine"]
fn a_network_that_is_there_already_is_told_with_its_containers() {
    let _engine = engine();
    let _things = Things::new(&[("container", "strangers-thing"), ("network", "strangers-net")]);
    docker(&["network", "create", "strangers-net"]);
    let again = ["network", "create", "strangers-net"];
    Ran::docker(&again).check(
        "network-taken",
        &["It was made on 20", "no running container is in it"],
    );
    docker(&[
        "run",
        "--detach",
        "--name",
        "strangers-thing",
        "--network",
        "strangers-net",
        RUST,
        "sleep",
        "60",
    ]);
    Ran::docker(&again).check("network-taken", &["these containers are in it: strangers-thing"]);
}

#[test]
#[ignore = "needs a Docker Engine"]
fn a_volume_in_use_is_told_with_its_containers() {
    let _engine = engine();
    let _things = Things::new(&[("container", "strangers-thing"), ("volume", "strangers-data")]);
    docker(&[
        "container",
        "create",
        "--name",
        "strangers-thing",
        "--volume",
        "strangers-data:/data",
        RUST,
    ]);
    Ran::docker(&["volume", "rm", "strangers-data"]).check(
        "volume-in-use",
        &[
            "It is mounted in strangers-thing;",
            "`docker container rm --force strangers-thing`",
        ],
    );
}

#[test]
#[ignore = "needs a Docker Engine"]
fn a_full_disk_is_explained_by_what_is_free_where_the_engine_keeps_its_data() {
    let _engine = engine();
    let write = ["dd", "if=/dev/zero", "of=/small/a", "bs=1M", "count=2"];
    Ran::docker(&[&["run", "--rm", "--tmpfs", "/small:size=1m", RUST], &write[..]].concat()).check(
        "disk-full",
        &["are free in /", "so it is another disk that is full"],
    );
    let fill = "RUN --mount=type=tmpfs,target=/small,size=1048576 head --bytes 2M /dev/zero > /small/a";
    let folder = dockerfile(&format!("FROM {RUST}\n{fill}\n"));
    Ran::build(&folder, &[]).check("disk-full", &["df --inodes"]);
}

#[test]
#[ignore = "needs a Docker Engine"]
fn a_full_disk_of_the_client_is_one_too() {
    // A separate file system, which disappears when its program ends.
    let save = format!("mount -t tmpfs -o size=1m none /mnt && docker image save --output /mnt/image {RUST}");
    Ran::program("unshare", &["--mount", "bash", "-c", &save], &[])
        .check("disk-full", &["so it is another disk that is full"]);
}

#[test]
#[ignore = "needs a Docker Engine"]
fn a_database_that_starts_is_told_from_one_that_refuses_a_password() {
    let _engine = engine();
    let _things = Things::new(&[("container", "roach"), ("volume", "roach")]);
    let data = [
        "--volume",
        "roach:/var/lib/postgresql/data",
        "--env",
        "POSTGRES_PASSWORD=secret",
    ];
    docker(&[&["run", "--detach", "--name", "roach"], &data[..], &[POSTGRES]].concat());
    let psql = [
        "exec",
        "--env",
        "PGPASSWORD=wrong",
        "roach",
        "psql",
        "--host",
        "127.0.0.1",
        "--username",
        "postgres",
    ];
    let starting = Ran::docker(&psql);
    starting.check(
        "database-not-ready",
        &[
            "The database at 127.0.0.1 does not take connections.",
            "The container roach has run for ",
        ],
    );
    Ran::docker(&["exec", "roach", "pg_isready", "--host", "127.0.0.1"])
        .check("database-not-ready", &["The database at 127.0.0.1:5432"]);
    Ran::docker(&[
        "exec",
        "roach",
        "psql",
        "--username",
        "postgres",
        "--host",
        "/nowhere",
    ])
    .check("database-not-ready", &["The database at /nowhere/.s.PGSQL.5432"]);
    wait_for_database();
    // The image trusts connections from the container itself.
    let address = docker(&["inspect", "--format", "{{.NetworkSettings.IPAddress}}", "roach"]);
    let elsewhere = [
        "run",
        "--rm",
        "--env",
        "PGPASSWORD=wrong",
        POSTGRES,
        "psql",
        "--username",
        "postgres",
        "--host",
    ];
    Ran::docker(&[&elsewhere[..], &[address.trim()]].concat()).check(
        "password-refused",
        &[
            "refuses the password of postgres.",
            "POSTGRES_PASSWORD only counts for a volume that is empty",
        ],
    );
    docker(&["container", "stop", "roach"]);
    starting.check(
        "database-not-ready",
        &[
            "The container roach has ended (exit status 0).",
            "docker container logs roach",
        ],
    );
}

#[test]
#[ignore = "needs a Docker Engine"]
fn a_network_that_is_missing_is_told_with_those_that_are_there() {
    let _engine = engine();
    let _things = Things::new(&[("container", "strangers-thing"), ("network", "strangers-net")]);
    docker(&["network", "create", "strangers-net"]);
    Ran::docker(&[
        "run",
        "--rm",
        "--name",
        "strangers-thing",
        "--network",
        "mynet",
        RUST,
        "true",
    ])
    .check(
        "network-missing",
        &[
            "The engine has no network mynet.",
            "strangers-net",
            "`docker network create mynet`",
        ],
    );
}

#[test]
#[ignore = "needs a Docker Engine"]
fn an_engine_without_addresses_for_one_more_network_counts_its_networks() {
    let _engine = engine();
    // More networks than fit in an engine's default address ranges.
    let names: Vec<_> = (0..40).map(|number| format!("strangers-net-{number}")).collect();
    let _things = Things::new(
        &names
            .iter()
            .map(|name| ("network", name.as_str()))
            .collect::<Vec<_>>(),
    );
    let refused = names
        .iter()
        .map(|name| Ran::docker(&["network", "create", name]))
        .find(|ran| ran.outcome.status != Some(0));
    refused.unwrap().check(
        "pool-exhausted",
        &["networks have been made, and", "`docker network prune`"],
    );
}

#[test]
#[ignore = "needs a Docker Engine"]
fn a_shell_with_a_network_of_its_own_is_told_where_ports_are_published() {
    let _engine = engine();
    let output = run_apart(CHAPTER_5, &["--step", "5-2", "--lang", "en"]);
    let said = stderr(&output);
    println!("published-elsewhere\n{said}");
    assert_eq!(output.status.code(), Some(1), "{said}");
    for part in [
        "cause      Port 8080 is published, but nothing answers on this shell's localhost.\n",
        " publishes it where the engine runs. This shell runs in another network namespace,",
    ] {
        assert!(said.contains(part), "no {part} in\n{said}");
    }
}

#[test]
#[ignore = "needs a Docker Engine"]
fn a_connection_that_is_refused_for_another_reason_is_not_explained_by_the_network() {
    let _engine = engine();
    let _things = Things::new(&[("container", "strangers-thing")]);
    let refused = Ran::program("curl", &["http://localhost:18080/"], &[]);
    let cause = refused.cause();
    assert_eq!(cause.id, "published-elsewhere");
    assert!(!cause.applies(&refused.docker), "nobody publishes the port");
    let publish = ["--publish", "18080:80", RUST, "sleep", "60"];
    docker(&[&["run", "--detach", "--name", "strangers-thing"], &publish[..]].concat());
    assert!(
        !cause.applies(&refused.docker),
        "the engine's network is this one"
    );
}

fn wait_for_database() {
    let deadline = Instant::now() + DATABASE_LIMIT;
    let ready = ["exec", "roach", "pg_isready", "--host", "127.0.0.1"];
    while Ran::docker(&ready).outcome.status != Some(0) {
        assert!(Instant::now() < deadline, "the database does not start");
    }
}

/// A Compose file of the project `strangers`, whose objects are removed when this is dropped.
fn compose(services: &str) -> (TempDir, Things) {
    let folder = tempfile::tempdir().unwrap();
    let file = format!("name: strangers\nservices:\n{services}");
    fs::write(folder.path().join("compose.yaml"), file).unwrap();
    let things = Things::new(&[
        ("container", "strangers-db-1"),
        ("container", "strangers-web-1"),
        ("network", "strangers_default"),
    ]);
    (folder, things)
}

fn up(folder: &TempDir) -> Ran {
    let file = folder.path().join("compose.yaml");
    Ran::docker(&["compose", "--file", file.to_str().unwrap(), "up", "--detach"])
}

#[test]
#[ignore = "needs a Docker Engine"]
fn an_unhealthy_container_is_told_with_what_its_check_said() {
    let _engine = engine();
    let (folder, _things) = compose(&format!(
        "  db:\n    image: {RUST}\n    command: sleep 600\n    healthcheck:\n      \
         test: echo not today; exit 1\n      interval: 1s\n      retries: 1\n  \
         web:\n    image: {RUST}\n    command: sleep 600\n    depends_on:\n      db:\n        \
         condition: service_healthy\n"
    ));
    up(&folder).check(
        "unhealthy",
        &[
            "The container strangers-db-1 runs, but its health check fails.",
            "Its health check said last: not today",
            "`docker container logs strangers-db-1`",
        ],
    );
}

#[test]
#[ignore = "needs a Docker Engine"]
fn containers_that_no_file_names_are_told() {
    let _engine = engine();
    let web = format!("  web:\n    image: {RUST}\n    command: sleep 600\n");
    let db = web.replace("web:", "db:");
    let (folder, _things) = compose(&web);
    assert_eq!(up(&folder).outcome.status, Some(0));
    let (folder, _things) = compose(&db);
    up(&folder).check("orphans", &["strangers-web-1", "--remove-orphans"]);
}

#[test]
#[ignore = "needs a Docker Engine"]
fn a_word_that_this_compose_does_not_know_is_told_with_its_version() {
    let _engine = engine();
    let (folder, _things) = compose(&format!("  db:\n    image: {RUST}\n    developp: {{}}\n"));
    up(&folder).check("old-compose", &["does not know `developp`", "It is version 2."]);
}
