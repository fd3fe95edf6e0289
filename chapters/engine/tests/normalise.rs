//! Tests of normalising: what it replaces, what it keeps, and that it is idempotent.

mod leaks;

use leaks::{Host, leaks};
use proptest::prelude::*;
use tutorial_engine::record::normalise::{Normaliser, Reading, Unfilled};

const ID: &str = "4f1b7c02d9e3a5b64f1b7c02d9e3a5b64f1b7c02d9e3a5b64f1b7c02d9e3a5b6";

#[track_caller]
fn check(command: &str, output: &str, expected: &str) {
    assert_eq!(
        normalise(&mut Normaliser::default(), command, output),
        format!("{expected}\n")
    );
}

fn normalise(normaliser: &mut Normaliser, command: &str, output: &str) -> String {
    normaliser.output(
        output,
        &Reading {
            command,
            ..Reading::default()
        },
    )
}

#[test]
fn a_placeholder_that_a_skipped_command_shows_keeps_its_number() {
    let mut normaliser = Normaliser::default();
    normaliser.reserve("<container-1>");
    let reading = Reading {
        command: "docker container ls",
        ..Reading::default()
    };
    let output = normaliser.output("4f1b7c02d9e3 and 5e2c8d13eaf4\n", &reading);
    assert_eq!(output, "<container-2> and <container-3>\n");
    assert_eq!(normaliser.value("<container-1>"), None);
}

#[test]
fn a_container_keeps_its_placeholder_in_every_form_of_its_id() {
    let mut normaliser = Normaliser::default();
    assert_eq!(
        normalise(&mut normaliser, "docker run -d x", ID),
        "<container-1>\n"
    );
    let listed = normalise(
        &mut normaliser,
        "docker ps",
        &format!("{}\n222222222222\n", &ID[..12]),
    );
    assert_eq!(listed, "<container-1>\n222222222222\n");
    assert_eq!(normaliser.value("<container-1>"), Some(ID));
}

#[test]
fn a_short_id_is_completed_when_the_full_one_appears() {
    let mut normaliser = Normaliser::default();
    normalise(
        &mut normaliser,
        "docker ps",
        "CONTAINER ID   NAMES\n4f1b7c02d9e3   one\n",
    );
    assert_eq!(
        normalise(&mut normaliser, "docker inspect", ID),
        "<container-1>\n"
    );
    assert_eq!(normaliser.resolve("x<container-1>y"), Ok(format!("x{ID}y")));
}

#[test]
fn attempts_that_differ_in_number_and_time_are_one() {
    check(
        "docker container logs x",
        "started\nnot ready (attempt 1): refused; next try in 0.1 s\nnot ready (attempt 2): refused; next try in 0.4 s\nready\n",
        "started\nnot ready (attempt <n>): refused; next try in <duration>\nready",
    );
    // A line of stdout may come between two of stderr.
    check(
        "docker compose logs x",
        "not ready (attempt 1): refused\nstarted\nnot ready (attempt 2): refused\n",
        "not ready (attempt <n>): refused\nstarted",
    );
    check("docker container logs x", "twice\ntwice\n", "twice\ntwice");
}

#[test]
fn a_resolver_and_a_database_say_it_in_their_own_way() {
    check(
        "docker container logs x",
        "failed to lookup address information: Name or service not known; next",
        "failed to lookup address information: <resolver-answer>; next",
    );
    check(
        "docker run x postgres --version",
        "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)",
        "postgres (PostgreSQL) <version-1>",
    );
    check(
        "docker run x getent hosts db",
        "172.18.0.2      db",
        "<address-1>   db",
    );
}

#[test]
fn a_placeholder_that_nothing_has_filled_cannot_be_resolved() {
    assert_eq!(
        Normaliser::default().resolve("<image-1>"),
        Err(Unfilled("<image-1>".to_owned()))
    );
}

#[test]
fn an_id_of_digits_alone_is_one_in_its_column() {
    check(
        "docker ps",
        "CONTAINER ID   NAMES\n123456789012   one",
        "CONTAINER ID    NAMES\n<container-1>   one",
    );
}

#[test]
fn times_and_durations_become_placeholders() {
    check(
        "docker logs x",
        r#"{"time":"2026-11-24T00:32:28.618Z","latency":"6µs"}"#,
        r#"{"time":"<time>","latency":"<duration>"}"#,
    );
    check("curl x", "date: Tue, 24 Nov 2026 00:32:29 GMT", "date: <time>");
    check(
        "docker ps",
        "Exited (0) Less than a second ago",
        "Exited (0) <time>",
    );
    check("docker ps", "Up About a minute", "Up <time>");
    check(
        "curl x",
        "port 8080 after 12 ms: refused",
        "port 8080 after <duration>: refused",
    );
}

#[test]
fn near_misses_stay() {
    for text in [
        "Hello, Docker! (2)",
        "107374182400 bytes",
        "127.0.0.1:8080->8080/tcp",
        "0.0.0.0:8080",
        "rust:1.95-slim-bookworm",
        "cargo 1.95.0 (f2d3ce0bd 2026-03-21)",
        "8.8.8.8",
        "0B",
        "target_feature",
        "exit code: 127",
    ] {
        check("docker run x", text, text);
    }
}

#[test]
fn a_port_that_docker_chose_becomes_a_placeholder() {
    check(
        "docker port x",
        "8080/tcp -> 0.0.0.0:32769",
        "8080/tcp -> 0.0.0.0:<port-1>",
    );
}

#[test]
fn the_port_on_ipv6_is_a_choice_of_its_own() {
    let expected = "0.0.0.0:<port-1>\n[::]:<ipv6-port-1>";
    check("docker port x", "0.0.0.0:32769\n[::]:32769", expected);
    check("docker port x", "0.0.0.0:32769\n[::]:32770", expected);
}

#[test]
fn any_port_that_no_command_named_is_the_engines_choice() {
    let mut normaliser = Normaliser::default();
    normalise(&mut normaliser, "docker run --detach --publish 8080:80 x", ID);
    let ports = normalise(
        &mut normaliser,
        "docker port x",
        "80/tcp -> 0.0.0.0:8080\n81/tcp -> 0.0.0.0:1025\n81/tcp -> [::]:1026",
    );
    assert_eq!(
        ports,
        "80/tcp -> 0.0.0.0:8080\n81/tcp -> 0.0.0.0:<port-1>\n81/tcp -> [::]:<ipv6-port-1>\n"
    );
    // A value found by its position is recognised everywhere else.
    let told = normalise(
        &mut normaliser,
        "curl x",
        "127.0.0.1:1025 and port 1025, not 1025",
    );
    assert_eq!(told, "127.0.0.1:<port-1> and port <port-1>, not 1025\n");
    let listed = normalise(
        &mut normaliser,
        "docker ps",
        "PORTS                                         NAMES\n0.0.0.0:8080->80/tcp, 0.0.0.0:60999->81/tcp   one",
    );
    assert!(
        listed.contains("0.0.0.0:8080->80/tcp, 0.0.0.0:<port-2>->81/tcp"),
        "{listed}"
    );
}

#[test]
fn any_address_is_one_in_its_place() {
    for address in ["172.17.0.2", "100.64.3.2", "203.0.113.9", "fd00:dead::2"] {
        let mut normaliser = Normaliser::default();
        let inspected = normalise(
            &mut normaliser,
            "docker container inspect --format '{{.NetworkSettings.Networks.bridge.IPAddress}}' x",
            address,
        );
        assert_eq!(inspected, "<address-1>\n");
        let found = normalise(
            &mut normaliser,
            "docker run x getent hosts db",
            &format!("{address}      db"),
        );
        assert_eq!(found, "<address-1>   db\n");
        let refused = normalise(&mut normaliser, "curl x", &format!("no route to {address}."));
        assert_eq!(refused, "no route to <address-1>.\n");
    }
}

#[test]
fn an_id_of_any_length_is_one_in_its_place() {
    for id in [ID, &ID[..12], &ID[..9], "1234567"] {
        let mut normaliser = Normaliser::default();
        assert_eq!(
            normalise(&mut normaliser, "docker run --detach x", id),
            "<container-1>\n"
        );
        assert_eq!(
            normalise(&mut normaliser, "docker container stop x", id),
            "<container-1>\n"
        );
        let table = format!("CONTAINER ID   NAMES\n{id:<15}one");
        let listed = normalise(&mut normaliser, "docker ps", &table);
        assert!(listed.contains("<container-1>"), "{id}: {listed}");
    }
    // The output of a container is not an id, even if the command is about a container.
    check("docker container wait x", "0", "0");
    check("docker run x", "1234567", "1234567");
}

#[test]
fn a_template_says_what_its_values_are() {
    check(
        "docker container inspect --format '{{.Config.Image}} {{.Image}}' x",
        &format!("cafe sha256:{ID}"),
        "cafe <image-1>",
    );
    check(
        "docker info --format '{{.OSType}}/{{.Architecture}}'",
        "linux/riscv64",
        "linux/<architecture-1>",
    );
    check(
        "docker version --format 'client {{.Client.Version}}, engine {{.Server.Version}}'",
        "client 29.0.0-rc.1, engine dev",
        "client <version-1>, engine <version-2>",
    );
    check(
        "docker image inspect --format '{{range .RootFS.Layers}}{{println .}}{{end}}' x",
        &format!("sha256:{ID}\n"),
        "<layer-1>",
    );
    check(
        "docker image inspect --format '{{json .Config.Cmd}}' x",
        "[\"1.2.3\"]",
        "[\"1.2.3\"]",
    );
}

#[test]
fn a_program_that_is_asked_for_its_version_says_it_in_its_own_way() {
    check(
        "docker run x cargo --version",
        "cargo 1.95.1 (f2d3ce0bd 2026-03-21)",
        "cargo <version-1>",
    );
    check(
        "docker buildx version",
        "github.com/docker/buildx v0.29.1 a32761aeb3debd39be1eca514af3693af0db334b",
        "github.com/docker/buildx <version-1>",
    );
    check(
        "docker compose version",
        "Docker Compose version v2.40.3-desktop.1",
        "Docker Compose version <version-1>",
    );
}

#[test]
fn counted_bytes_are_a_size() {
    check("wc -c a/b.tar", "4702208 a/b.tar", "<size-1> a/b.tar");
    // With macOS's padding.
    check("wc -c a/b.tar", " 4702208 a/b.tar", "<size-1> a/b.tar");
}

#[test]
fn the_registrys_answer_varies_with_the_network() {
    let output = "Unable to find image 'a:latest' locally\n\
                  docker: Error response from daemon: pull access denied for a.\nSee 'docker run --help'.\n";
    let expected = "Unable to find image 'a:latest' locally\n<registry-answer>\nSee 'docker run --help'.";
    check("docker run a", output, expected);
}

#[test]
fn images_are_listed_by_name() {
    let output = "REPOSITORY   TAG      SIZE\nb            2        1MB\na            latest   0B\n";
    check(
        "docker image ls",
        output,
        "REPOSITORY   TAG      SIZE\na            latest   0B\nb            2        <size-1>",
    );
}

#[test]
fn a_leak_of_each_kind_is_found() {
    let host = Host {
        home: "/srv/reader".to_owned(),
        name: "reader-laptop".to_owned(),
        user: "murasaki".to_owned(),
    };
    for leak in [
        ID,
        &ID[..12],
        "2026-11-24T00:32:28Z",
        "2 hours ago",
        "172.17.0.2",
        "/home/reader",
        "/srv/reader",
        "reader-laptop",
        "murasaki",
        "35ms",
    ] {
        assert!(!leaks(&format!("a {leak} b"), &host).is_empty(), "{leak}");
    }
    assert_eq!(
        leaks("Hello, Docker! (2) <container-1> 127.0.0.1:8080", &host),
        [""; 0]
    );
}

proptest! {
    #[test]
    fn normalising_twice_equals_normalising_once(
        pieces in prop::collection::vec(prop_oneof![
            Just(ID.to_owned()), Just(ID[..12].to_owned()), Just("172.17.0.2".to_owned()),
            Just("1.5MB".to_owned()), Just("0.0.0.0:32768->80/tcp".to_owned()), Just("3 seconds ago".to_owned()),
            Just("\n".to_owned()), Just("NAME   SIZE\n".to_owned()), Just("#1 [1/2] RUN x\n".to_owned()),
            "[ -~]{0,20}", "[0-9a-f]{12}", "[0-9a-f]{64}", "[0-9]{1,5}(ms|s|MB)",
        ], 0..12),
        command in prop_oneof![Just("docker ps"), Just("docker image ls"), Just("docker version"), Just("curl x")],
    ) {
        let once = normalise(&mut Normaliser::default(), command, &pieces.join(" "));
        let twice = normalise(&mut Normaliser::default(), command, &once);
        prop_assert_eq!(&twice, &once);
    }

    #[test]
    fn every_resolved_placeholder_is_what_was_printed(id in "[0-9a-f]{64}") {
        let mut normaliser = Normaliser::default();
        let output = normalise(&mut normaliser, "docker run -d x", &id);
        let resolved = normaliser.resolve(output.trim()).unwrap();
        prop_assert_eq!(resolved, id);
    }
}

#[test]
fn a_list_of_all_leaves_out_what_was_there_before() {
    let containers = "CONTAINER ID   NAMES\n4f1b7c02d9e3   theirs\n5e2c8d13eaf4   rest-server\n";
    let images = "REPOSITORY   TAG      IMAGE ID\nrust         1.95     4f1b7c02d9e3\nrust         1.95     5e2c8d13eaf4\n";
    let id = || "4f1b7c02d9e3".to_owned();
    let others = [("theirs".to_owned(), id()), ("rust:1.95".to_owned(), id())];
    let shown = |command: &str, output: &str| {
        let reading = Reading {
            command,
            others: &others,
            ..Reading::default()
        };
        let output = Normaliser::default().output(output, &reading);
        output.lines().count() - 1
    };
    assert_eq!(shown("docker ps", containers), 1);
    assert_eq!(shown("docker ps --all", containers), 1);
    assert_eq!(shown("docker images", images), 1);
    // Objects that a command names are shown, no matter who made them.
    assert_eq!(shown("docker images rust", images), 2);
    assert_eq!(shown("docker ps --filter name=theirs", containers), 2);
}
