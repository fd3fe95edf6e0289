//! Known failures, made to happen on a real Docker Engine, and what is said of
//! them. `-- --ignored --nocapture` prints each explanation in both languages.

#![expect(clippy::unwrap_used, reason = "a test may unwrap: its panic is the report")]

mod on_engine;
mod registry;
mod unprivileged;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;
use std::time::{Duration, Instant};

use chapters::docker::Docker;
use chapters::explain::{self, Cause};
use chapters::language::Language;
use chapters::process::{Outcome, Runner};
use chapters::snapshot::Snapshot;
use chapters::tutorial::RUNNING_RUST_IN_DOCKER;
use on_engine::{docker, engine, run_apart, stderr};
use registry::{Registry, Validity};
use tempfile::TempDir;
use unprivileged::without_privilege;

const RUST: &str = "rust:1.95-slim-bookworm";
const POSTGRES: &str = "postgres:15-bookworm";

/// Longest wait for a database that has just been made.
const DATABASE_LIMIT: Duration = Duration::from_mins(1);

#[test]
fn a_run_that_goes_as_it_should_shows_no_known_failure_but_those_it_is_about() {
    let mut found = Vec::new();
    for name in RUNNING_RUST_IN_DOCKER.chapters {
        for entry in Snapshot::of_chapter(&RUNNING_RUST_IN_DOCKER, name)
            .unwrap()
            .transcript
            .entries
        {
            if let Some(cause) = explain::cause(entry.status, &entry.output) {
                found.push((entry.section, cause));
            }
        }
    }
    let found: Vec<_> = found
        .iter()
        .map(|(section, cause)| (section.as_str(), cause.id()))
        .collect();
    assert_eq!(
        found,
        [
            // Whether it is that, the engine is asked.
            ("5-foreground", "published-elsewhere"),
            ("5-background", "published-elsewhere"),
            ("5-3", "container-taken"),
            ("5-4", "image-missing"),
            ("5-4", "image-missing")
        ]
    );
}

#[test]
#[ignore = "needs a Docker Engine"]
fn a_chapter_that_fails_says_what_it_is_and_why_and_what_to_type_next_and_then() {
    let _engine = engine();
    let lines = "cause      A disk is full.\nwhy        ";
    let said = failing_chapter("en");
    assert!(said.contains(lines), "{said}");
    assert!(said.contains("next       `df --human-readable`"), "{said}");
    assert!(
        said.ends_with(
            "\nthen       cargo run --bin chapter-1 -- --step 1-1\n\
             resume     cargo run --bin chapter-1 -- --resume\n"
        ),
        "{said}"
    );
    let said = failing_chapter("ja");
    assert!(
        said.contains("原因       ディスクがいっぱいです。\n理由       "),
        "{said}"
    );
}

#[test]
#[ignore = "needs a Docker Engine"]
fn without_a_client_it_is_said_to_be_missing() {
    let runner = Runner::new(environment(&[("PATH", "/nowhere")]), Arc::default());
    let docker = Docker::new(runner, RUNNING_RUST_IN_DOCKER.docker);
    let cause = Cause::of(&docker.facts().unwrap_err()).unwrap();
    check_cause(&cause, &docker, &["There is no program docker."]);
    let shell = Ran::program("/bin/bash", &["-c", "docker version"], &[("PATH", "/nowhere")]);
    shell.check("client-missing", &["No folder of PATH holds it"]);
}

#[test]
#[ignore = "needs a Docker Engine"]
fn an_engine_that_is_away_is_told_by_its_address() {
    let host = [("DOCKER_HOST", "unix:///nowhere/docker.sock")];
    Ran::docker_with(&["container", "ls"], &host).check(
        "no-engine",
        &[
            "No Docker Engine answers at unix:///nowhere/docker.sock.",
            "There is no socket /nowhere/docker.sock",
        ],
    );
    let host = [("DOCKER_HOST", "tcp://127.0.0.1:9")];
    Ran::docker_with(&["build", "."], &host)
        .check("no-engine", &["Nobody listens there", "`unset DOCKER_HOST`"]);
}

#[test]
#[ignore = "needs a Docker Engine"]
fn a_way_to_an_engine_that_leads_nowhere_is_told_in_the_words_of_who_goes_it() {
    let list = ["container", "ls"];
    for (name, value, id, part) in [
        (
            "DOCKER_HOST",
            "tcp://no-such-host.invalid:2375",
            "host-unknown",
            "no-such-host.invalid",
        ),
        (
            "DOCKER_HOST",
            "ssh://nobody@127.0.0.1:9",
            "ssh",
            "port 9: Connection refused",
        ),
        (
            "DOCKER_HOST",
            "ftp://127.0.0.1",
            "address-invalid",
            "ftp://127.0.0.1",
        ),
        (
            "DOCKER_TLS_VERIFY",
            "1",
            "engine-tls",
            "no such file or directory",
        ),
    ] {
        let nowhere = [("DOCKER_CERT_PATH", "/nowhere"), (name, value)];
        Ran::docker_with(&list, &nowhere).check(id, &[part]);
    }
    let context = [("DOCKER_HOST", ""), ("DOCKER_CONTEXT", "nope")];
    Ran::docker_with(&list, &context).check("context-missing", &["context nope", "There are: default."]);
}

#[test]
#[ignore = "needs a Docker Engine"]
fn what_answers_and_is_no_engine_is_told_from_one() {
    for body in ["<!DOCTYPE html>\n<html lang=\"en\">", "404 page not found"] {
        let server = Registry::plain(&[("/", 404, body)]);
        let host = format!("tcp://{}", server.address);
        let variables = [("DOCKER_HOST", host.as_str())];
        Ran::docker_with(&["container", "ls"], &variables)
            .check("not-an-engine", &["is not a Docker Engine"]);
    }
}

#[test]
#[ignore = "needs a Docker Engine"]
fn a_client_that_wants_tls_of_a_server_without_it_is_told_so() {
    let folder = tempfile::tempdir().unwrap();
    let authority = Registry::secure("127.0.0.1", Validity::Now).certificate;
    fs::write(folder.path().join("ca.pem"), authority).unwrap();
    let host = format!("tcp://{}", Registry::plain(&[]).address);
    let variables = [
        ("DOCKER_HOST", host.as_str()),
        ("DOCKER_TLS_VERIFY", "1"),
        ("DOCKER_CERT_PATH", path(&folder)),
    ];
    Ran::docker_with(&["container", "ls"], &variables)
        .check("engine-tls", &["server gave HTTP response to HTTPS client"]);
}

#[test]
#[ignore = "needs a Docker Engine"]
fn a_client_and_an_engine_that_are_too_far_apart_are_told_by_their_versions() {
    for (version, id, part) in [
        ("1.20", "client-too-old", "Install a newer client"),
        ("1.99", "client-too-new", "Update the engine"),
    ] {
        Ran::docker_with(&["container", "ls"], &[("DOCKER_API_VERSION", version)]).check(id, &[part]);
    }
}

#[test]
#[ignore = "needs a Docker Engine"]
fn a_helper_for_passwords_that_is_missing_is_named() {
    let configuration = tempfile::tempdir().unwrap();
    fs::write(
        configuration.path().join("config.json"),
        r#"{"credsStore": "nowhere"}"#,
    )
    .unwrap();
    let variables = [("DOCKER_CONFIG", path(&configuration))];
    Ran::docker_with(&["run", "127.0.0.1:9/nothing:1"], &variables)
        .check("credential-helper", &["docker-credential-nowhere"]);
}

#[test]
#[ignore = "needs a Docker Engine"]
fn a_socket_that_an_engine_has_left_is_told_from_one_that_never_was() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("docker.sock");
    drop(UnixListener::bind(&socket).unwrap());
    let host = format!("unix://{}", socket.display());
    Ran::docker_with(&["container", "ls"], &[("DOCKER_HOST", &host)])
        .check("no-engine", &["is there, but nobody listens on it"]);
}

#[test]
#[ignore = "needs a Docker Engine"]
fn a_socket_that_may_not_be_opened_is_explained_by_its_group() {
    let said = without_privilege_to_socket(None);
    assert!(
        said.contains("cause      The Docker Engine's socket may not be opened by your user."),
        "{said}"
    );
    assert!(said.contains("is for root alone"), "{said}");
    let daemon = 1;
    let said = without_privilege_to_socket(Some(daemon));
    assert!(
        said.contains("belongs to the group daemon, and nobody is not in it."),
        "{said}"
    );
    assert!(
        said.contains("next       `sudo usermod --append --groups daemon nobody`"),
        "{said}"
    );
}

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
    // A file system of its own, which ends with the program that has it.
    let save = format!("mount -t tmpfs -o size=1m none /mnt && docker image save --output /mnt/image {RUST}");
    Ran::program("unshare", &["--mount", "bash", "-c", &save], &[])
        .check("disk-full", &["so it is another disk that is full"]);
}

#[test]
#[ignore = "needs a Docker Engine"]
fn a_program_for_another_processor_is_told_with_the_engines() {
    let _engine = engine();
    let _things = Things::new(&[("image", "strangers-program")]);
    let folder = foreign_program("FROM scratch\nCOPY true /true\nENTRYPOINT [\"/true\"]\n");
    docker(&["build", "--quiet", "--tag", "strangers-program", path(&folder)]);
    let ran = Ran::docker(&["run", "--rm", "strangers-program"]);
    assert_eq!(ran.cause(), Cause::WrongArchitecture("/true".to_owned()));
    ran.check(
        "wrong-architecture",
        &[
            "The program /true is made for another processor.",
            &format!("--platform {}", platform()),
        ],
    );
    let folder = foreign_program(&format!("FROM {RUST}\nCOPY true /bin/sh\nRUN anything\n"));
    Ran::build(&folder, &[]).check("wrong-architecture", &["The program /bin/sh is made"]);
}

#[test]
#[ignore = "needs a Docker Engine"]
fn an_image_for_another_platform_is_told_from_one_that_is_not_there() {
    let _engine = engine();
    let _things = Things::new(&[("container", "strangers-thing"), ("image", "strangers-program")]);
    let foreign = foreign_platform();
    let folder = foreign_program("FROM scratch\nCOPY true /true\nENTRYPOINT [\"/true\"]\n");
    docker(&[
        "build",
        "--quiet",
        "--platform",
        foreign,
        "--tag",
        "strangers-program",
        path(&folder),
    ]);
    let created = Ran::docker(&[
        "container",
        "create",
        "--name",
        "strangers-thing",
        "strangers-program",
    ]);
    assert_eq!(created.outcome.status, Some(0));
    created.check(
        "other-platform",
        &[&format!("The image is made for {foreign}"), &platform()],
    );
    Ran::docker(&["run", "--rm", "--pull=never", "--platform", foreign, RUST]).check(
        "no-such-platform",
        &[
            &format!("There is no image for {foreign} under this name."),
            &platform(),
        ],
    );
    // Without `--pull=never` a registry is asked, and says nothing.
    Ran::docker(&["run", "--rm", "--platform", foreign, RUST]).check(
        "image-missing",
        &[&format!("It has one of this name for {} only.", platform())],
    );
}

#[test]
#[ignore = "needs a Docker Engine"]
fn a_registry_that_has_nothing_for_this_platform_is_told() {
    let _engine = engine();
    let registry = Registry::plain(&[("/manifests/", 200, registry::FOR_S390X)]);
    Ran::docker(&["pull", &registry.image()]).check(
        "no-such-platform",
        &["There is no image for linux/", "docker manifest inspect"],
    );
}

#[test]
#[ignore = "needs a Docker Engine"]
fn a_registry_that_refuses_for_a_while_is_told() {
    let _engine = engine();
    let registry = Registry::plain(&[("/manifests/", 429, registry::TOO_MANY_REQUESTS)]);
    Ran::docker(&["run", "--rm", &registry.image()])
        .check("rate-limit", &["refuses for a while", "`docker login`"]);
}

#[test]
#[ignore = "needs a Docker Engine"]
fn a_registry_that_does_not_answer_is_named() {
    let _engine = engine();
    let folder = dockerfile("FROM registry.invalid/nothing:1\n");
    Ran::build(&folder, &[]).check("no-registry", &["The registry registry.invalid does not answer."]);
    Ran::docker(&["pull", "127.0.0.1:9/nothing"])
        .check("no-registry", &["The registry 127.0.0.1:9 does not answer."]);
}

#[test]
#[ignore = "needs a Docker Engine"]
fn a_certificate_that_nobody_known_signed_is_told_with_its_host() {
    let _engine = engine();
    let registry = Registry::secure(&gateway(), Validity::Now);
    Ran::docker(&["pull", &registry.image()]).check(
        "certificate-unknown",
        &[
            &format!("who signed the certificate of {}.", registry.address),
            &format!("/etc/docker/certs.d/{}/ca.crt", registry.address),
        ],
    );
    let folder = dockerfile(&format!("FROM {}\n", registry.image()));
    Ran::build(&folder, &[]).check("certificate-unknown", &["the certificate of"]);
    Ran::program("curl", &["--silent", "--show-error", &registry.page()], &[])
        .check("certificate-unknown", &["A program does not know who signed"]);
}

#[test]
#[ignore = "needs a Docker Engine"]
fn a_certificate_of_the_future_is_held_against_the_clocks() {
    let _engine = engine();
    let registry = Registry::secure(&gateway(), Validity::Later);
    Ran::docker(&["pull", &registry.image()]).check(
        "not-yet-valid",
        &[
            "most likely a clock is slow",
            "Valid from 2090-01-01T00:00:00Z on.",
            ", and so does the engine.",
        ],
    );
    curl_that_trusts(&registry).check("not-yet-valid", &["This machine thinks that it is 20"]);
}

#[test]
#[ignore = "needs a Docker Engine"]
fn a_certificate_of_the_past_is_held_against_the_clocks() {
    let _engine = engine();
    let registry = Registry::secure(&gateway(), Validity::Earlier);
    Ran::docker(&["pull", &registry.image()]).check(
        "expired",
        &[
            "it is old, or a clock is fast",
            "Valid until 2020-01-02T00:00:00Z.",
            ", and so does the engine.",
        ],
    );
    curl_that_trusts(&registry).check("expired", &["This machine thinks that it is 20"]);
}

#[test]
#[ignore = "needs a Docker Engine"]
fn a_client_without_buildx_says_which_plugins_it_finds() {
    let _engine = engine();
    let folder = dockerfile(&format!("FROM {RUST}\nRUN --mount=type=cache,target=/x true\n"));
    without_plugins(&["build", path(&folder)]).check(
        "plugin-missing",
        &["lacks the plugin buildx", "the builder from before BuildKit"],
    );
    without_plugins(&["buildx", "version"]).check("plugin-missing", &["docker-buildx-plugin"]);
    without_plugins(&["compose", "version"]).check("plugin-missing", &["lacks the plugin compose"]);
}

#[test]
#[ignore = "needs a Docker Engine"]
fn the_builder_from_before_buildkit_is_told_by_the_engines_version() {
    let _engine = engine();
    let _things = Things::new(&[("image", "strangers-program")]);
    let folder = dockerfile(&format!("FROM {RUST}\nRUN --mount=type=cache,target=/x true\n"));
    Ran::build(&folder, &[("DOCKER_BUILDKIT", "0")]).check(
        "old-builder",
        &[
            "has BuildKit, so the variable DOCKER_BUILDKIT=0 has switched it off",
            "`unset DOCKER_BUILDKIT`",
        ],
    );
    // It passes over the directive and succeeds.
    let folder = dockerfile("# syntax=docker/dockerfile:1\nFROM scratch\nLABEL a=b\n");
    let build = ["build", "--tag", "strangers-program", path(&folder)];
    let ran = Ran::docker_with(&build, &[("DOCKER_BUILDKIT", "0")]);
    assert_eq!(ran.outcome.status, Some(0), "{}", ran.outcome.output);
    ran.check("old-builder", &["passes over `# syntax=`"]);
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
fn an_image_that_is_missing_is_told_with_its_other_tags() {
    let _engine = engine();
    let _things = Things::new(&[("image", "docker-gs-ping-step:explained")]);
    Ran::docker(&["run", "--pull=never", "nobodys-image"]).check(
        "image-missing",
        &[
            "The engine has no image nobodys-image:latest.",
            "Nor has it any other of nobodys-image",
        ],
    );
    let missing = ["run", "--pull=never", "docker-gs-ping-step"];
    Ran::docker(&missing).check("image-missing", &["the chapters build it themselves"]);
    docker(&["image", "tag", RUST, "docker-gs-ping-step:explained"]);
    Ran::docker(&missing).check(
        "image-missing",
        &["Of docker-gs-ping-step it has docker-gs-ping-step:explained; without a tag, `latest` is meant."],
    );
    Ran::docker(&["run", "--rm", "docker-gs-ping-step"])
        .check("image-missing", &["an earlier section builds it"]);
}

#[test]
#[ignore = "needs a Docker Engine"]
fn an_image_that_its_registry_does_not_have_is_missing() {
    let _engine = engine();
    let registry = Registry::plain(&[("/manifests/", 404, registry::MANIFEST_UNKNOWN)]);
    Ran::docker(&["pull", &registry.image()]).check("image-missing", &["none gave it"]);
    let folder = dockerfile(&format!("FROM {}\n", registry.image()));
    Ran::build(&folder, &[]).check("image-missing", &["none gave it"]);
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
    // More than fit in the ranges that an engine begins with.
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
        &["networks have been made, of which", "`docker network prune`"],
    );
}

#[test]
#[ignore = "needs a Docker Engine"]
fn a_shell_with_a_network_of_its_own_is_told_where_ports_are_published() {
    let _engine = engine();
    let output = run_apart(
        env!("CARGO_BIN_EXE_chapter-5"),
        &["--step", "5-2", "--lang", "en"],
    );
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
    assert_eq!(cause, Cause::PublishedElsewhere(18080));
    assert!(!cause.applies(&refused.docker), "nobody publishes the port");
    let publish = ["--publish", "18080:80", RUST, "sleep", "60"];
    docker(&[&["run", "--detach", "--name", "strangers-thing"], &publish[..]].concat());
    assert!(
        !cause.applies(&refused.docker),
        "the engine's network is this one"
    );
}

/// A command that was run, in whichever way.
struct Ran {
    outcome: Outcome,
    docker: Docker,
}

impl Ran {
    fn docker(arguments: &[&str]) -> Self {
        Self::docker_with(arguments, &[])
    }

    /// `variables` beside those of the test.
    fn docker_with(arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        Self::program("docker", arguments, variables)
    }

    fn build(folder: &TempDir, variables: &[(&str, &str)]) -> Self {
        let variables = [&[("BUILDKIT_PROGRESS", "plain")], variables].concat();
        Self::docker_with(&["build", path(folder)], &variables)
    }

    fn program(program: &str, arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        let runner = Runner::new(environment(variables), Arc::default());
        let mut command = Command::new(program);
        command.args(arguments);
        let outcome = runner.run(command, Duration::from_mins(1), &mut |_| {}).unwrap();
        let docker = Docker::new(runner, RUNNING_RUST_IN_DOCKER.docker);
        Self { outcome, docker }
    }

    #[track_caller]
    fn cause(&self) -> Cause {
        let Outcome { status, output, .. } = &self.outcome;
        explain::cause(*status, output).unwrap_or_else(|| panic!("not recognised: {output}"))
    }

    /// Fails unless it is recognised as this failure, and `parts` are in its
    /// English explanation.
    #[track_caller]
    fn check(&self, id: &str, parts: &[&str]) {
        let cause = self.cause();
        assert_eq!(cause.id(), id, "{}", self.outcome.output);
        check_cause(&cause, &self.docker, parts);
    }
}

#[track_caller]
fn check_cause(cause: &Cause, docker: &Docker, parts: &[&str]) {
    let [english, japanese] = [Language::English, Language::Japanese]
        .map(|language| cause.explanation(language, docker).lines(language));
    println!("{}\n{english}{japanese}", cause.id());
    assert!(
        !(english.clone() + &japanese).contains("unknown"),
        "{english}{japanese}"
    );
    for part in parts {
        assert!(english.contains(part), "no {part} in\n{english}");
    }
}

/// What a chapter says whose first program finds the disk full.
fn failing_chapter(language: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("ls");
    fs::write(
        &program,
        "#!/bin/sh\necho ls: write error: No space left on device; exit 2\n",
    )
    .unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let search = format!("{}:{}", folder.path().display(), std::env::var("PATH").unwrap());
    let program = env!("CARGO_BIN_EXE_chapter-1");
    let output = Command::new(program)
        .args(["--lang", language])
        .env("PATH", search)
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    said
}

/// What a chapter says to somebody who may not open the engine's socket, which belongs to
/// `group`, else to root.
fn without_privilege_to_socket(group: Option<u32>) -> String {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("docker.sock");
    let _listener = UnixListener::bind(&socket).unwrap();
    fs::set_permissions(&socket, fs::Permissions::from_mode(0o660)).unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    chown(&socket, None, group).unwrap();
    let host = format!("unix://{}", socket.display());
    let Output { status, stderr, .. } = without_privilege(env!("CARGO_BIN_EXE_chapter-2"), &host);
    let said = String::from_utf8(stderr).unwrap();
    println!("socket-permission\n{said}");
    assert_eq!(status.code(), Some(3), "{said}");
    said
}

/// `docker` where its plugins are nowhere.
fn without_plugins(arguments: &[&str]) -> Ran {
    let empty = tempfile::tempdir().unwrap();
    let variables = [("DOCKER_CONFIG", path(&empty)), ("EMPTY", path(&empty))];
    let folders = ["/usr/lib", "/usr/libexec", "/usr/local/lib", "/usr/local/libexec"]
        .map(|folder| format!("{folder}/docker/cli-plugins"));
    let folders: Vec<_> = folders
        .into_iter()
        .filter(|folder| Path::new(folder).is_dir())
        .collect();
    if folders.is_empty() {
        return Ran::docker_with(arguments, &variables);
    }
    let mounts = folders
        .iter()
        .map(|folder| format!("mount --bind \"$EMPTY\" {folder} && "));
    let script = mounts.collect::<String>() + "exec docker \"$@\"";
    let unshare = ["--mount", "bash", "-c", &script, "bash"];
    Ran::program("unshare", &[&unshare[..], arguments].concat(), &variables)
}

/// curl, which takes the registry's certificate for an authority's.
fn curl_that_trusts(registry: &Registry) -> Ran {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ca.crt");
    fs::write(&file, &registry.certificate).unwrap();
    let arguments = [
        "--silent",
        "--show-error",
        "--cacert",
        file.to_str().unwrap(),
        &registry.page(),
    ];
    Ran::program("curl", &arguments, &[])
}

fn wait_for_database() {
    let deadline = Instant::now() + DATABASE_LIMIT;
    let ready = ["exec", "roach", "pg_isready", "--host", "127.0.0.1"];
    while Ran::docker(&ready).outcome.status != Some(0) {
        assert!(Instant::now() < deadline, "the database does not start");
    }
}

/// A folder with this Dockerfile, removed at the end.
fn dockerfile(text: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("Dockerfile"), text).unwrap();
    folder
}

/// The same, and beside it `true` for a processor that this machine has not.
fn foreign_program(text: &str) -> TempDir {
    /// Where the header of an ELF file names the processor.
    const MACHINE: usize = 18;
    const S390: [u8; 2] = [22, 0];
    let folder = dockerfile(text);
    let mut program = fs::read("/bin/true").unwrap();
    program[MACHINE..MACHINE + 2].copy_from_slice(&S390);
    let file = folder.path().join("true");
    fs::write(&file, program).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
    folder
}

/// Of the engine.
fn platform() -> String {
    let platform = docker(&["version", "--format", "{{.Server.Os}}/{{.Server.Arch}}"]);
    platform.trim().to_owned()
}

fn foreign_platform() -> &'static str {
    if platform() == "linux/arm64" {
        "linux/amd64"
    } else {
        "linux/arm64"
    }
}

/// An address of this machine that the engine reaches and does not take for its own.
fn gateway() -> String {
    let format = "{{range .IPAM.Config}}{{.Gateway}}{{end}}";
    docker(&["network", "inspect", "--format", format, "bridge"])
        .trim()
        .to_owned()
}

fn path(folder: &TempDir) -> &str {
    folder.path().to_str().unwrap()
}

fn environment(variables: &[(&str, &str)]) -> BTreeMap<OsString, OsString> {
    let variables = variables.iter().map(|(name, value)| (name.into(), value.into()));
    std::env::vars_os().chain(variables).collect()
}

/// What a test makes, by kind and name; removed when the test ends.
struct Things(Vec<(String, String)>);

impl Things {
    fn new(things: &[(&str, &str)]) -> Self {
        let owned = |(kind, name): &(&str, &str)| ((*kind).to_owned(), (*name).to_owned());
        Self(things.iter().map(owned).collect())
    }
}

impl Drop for Things {
    fn drop(&mut self) {
        for (kind, name) in &self.0 {
            let force: &[_] = if kind == "container" {
                &["--force", "--volumes"]
            } else {
                &[]
            };
            // What was not made need not go.
            Ran::docker(&[&[kind, "rm"], force, &[name]].concat());
        }
    }
}
