//! Tests of the engine that a chapter uses: the reader's choice, or none.

#![expect(clippy::unwrap_used, reason = "a test may unwrap: its panic is the report")]

mod on_engine;

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use on_engine::programs::{CHAPTER_1, CHAPTER_2, CHAPTER_5};
use on_engine::{docker, engine, stderr};
use tempfile::TempDir;

/// Address of a port where nothing listens.
const NOWHERE: &str = "tcp://127.0.0.1:9";

#[test]
#[ignore = "needs a Docker Engine"]
fn a_chosen_engine_that_does_not_answer_is_an_error_and_no_other_takes_its_place() {
    let _engine = engine();
    for (host, parts) in [
        (
            NOWHERE,
            [
                "No Docker Engine answers at tcp://127.0.0.1:9.",
                "Start that engine, or `unset DOCKER_HOST`",
            ],
        ),
        (
            "unix:///nowhere/docker.sock",
            ["There is no socket /nowhere/docker.sock", "Start that engine"],
        ),
        (
            "tcp://no-such-host.invalid:2375",
            [
                "The engine's host no-such-host.invalid is not known.",
                "DOCKER_HOST",
            ],
        ),
        (
            "ssh://nobody@127.0.0.1:9",
            [
                "reached over ssh, and ssh failed",
                "It says: ssh: connect to host 127.0.0.1 port 9: Connection refused",
            ],
        ),
        (
            "ftp://127.0.0.1",
            ["does not understand the engine's address", "ftp://127.0.0.1"],
        ),
    ] {
        let said = refused(&[("DOCKER_HOST", host)]);
        let chosen = format!("DOCKER_HOST names {host}. No other engine is used instead.");
        for part in [&[chosen.as_str()][..], &parts].concat() {
            assert!(said.contains(part), "no {part} in\n{said}");
        }
    }
}

#[test]
#[ignore = "needs a Docker Engine"]
fn what_the_client_needs_to_reach_an_engine_is_named_where_it_is_missing() {
    let _engine = engine();
    let folder = tempfile::tempdir().unwrap();
    let certificates = path(&folder);
    for (variables, parts) in [
        (
            &[
                ("DOCKER_HOST", NOWHERE),
                ("DOCKER_TLS_VERIFY", "1"),
                ("DOCKER_CERT_PATH", certificates),
            ][..],
            ["do not agree on TLS", "ca.pem: no such file or directory"],
        ),
        (
            &[("DOCKER_HOST", "ssh://a@b"), ("PATH", &only_docker(&folder))],
            [
                "reached over ssh, and ssh failed",
                r#"exec: "ssh": executable file not found in $PATH"#,
            ],
        ),
        (
            &[("DOCKER_HOST", ""), ("DOCKER_CONTEXT", "nope")],
            ["There is no Docker context nope.", "There are: default."],
        ),
    ] {
        let said = refused(variables);
        for part in parts {
            assert!(said.contains(part), "no {part} in\n{said}");
        }
    }
}

#[test]
#[ignore = "needs a Docker Engine"]
fn the_current_context_is_a_choice() {
    let _engine = engine();
    let configuration = tempfile::tempdir().unwrap();
    context(&configuration, NOWHERE);
    let variables = [("DOCKER_HOST", ""), ("DOCKER_CONFIG", path(&configuration))];
    let said = refused(&variables);
    for part in [
        "The current context is other. No other engine is used instead.",
        "No Docker Engine answers at tcp://127.0.0.1:9.",
        "`docker context use NAME`",
    ] {
        assert!(said.contains(part), "no {part} in\n{said}");
    }
}

#[test]
#[ignore = "needs a Docker Engine"]
fn a_current_context_that_is_gone_is_named() {
    let _engine = engine();
    let configuration = tempfile::tempdir().unwrap();
    let file = configuration.path().join("config.json");
    fs::write(file, r#"{"currentContext": "gone"}"#).unwrap();
    let said = refused(&[("DOCKER_HOST", ""), ("DOCKER_CONFIG", path(&configuration))]);
    for part in ["The current context is gone.", "There is no Docker context gone."] {
        assert!(said.contains(part), "no {part} in\n{said}");
    }
}

#[test]
#[ignore = "needs a Docker Engine"]
fn without_a_client_too_a_chosen_engine_is_not_replaced() {
    let _engine = engine();
    let said = refused(&[("DOCKER_HOST", NOWHERE), ("PATH", "/nowhere")]);
    for part in ["There is no program docker.", "No other engine is used instead."] {
        assert!(said.contains(part), "no {part} in\n{said}");
    }
}

#[test]
#[ignore = "needs a Docker Engine"]
fn an_engine_that_takes_a_connection_and_says_nothing_is_given_up() {
    let _engine = engine();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let host = format!("tcp://{}", listener.local_addr().unwrap());
    let said = refused(&[("DOCKER_HOST", &host)]);
    let silent = format!("The Docker Engine at {host} does not answer in time.");
    assert!(said.contains(&silent), "{said}");
}

#[test]
#[ignore = "needs a Docker Engine"]
fn another_program_called_docker_is_told_from_the_client() {
    let _engine = engine();
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("docker");
    fs::write(&program, "#!/bin/sh\necho podman version 4.3.1\n").unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let search = format!("{}:{}", path(&folder), std::env::var("PATH").unwrap());
    let said = refused(&[("PATH", &search)]);
    for part in [
        "The program docker is not Docker's client.",
        "It says of itself: podman version 4.3.1",
    ] {
        assert!(said.contains(part), "no {part} in\n{said}");
    }
    assert!(!said.contains("names version"), "{said}");
}

#[test]
#[ignore = "needs a Docker Engine"]
fn the_first_line_names_the_engine_and_who_chose_it() {
    let _engine = engine();
    let address = docker(&["context", "inspect", "--format", "{{.Endpoints.docker.Host}}"]);
    let (address, configuration) = (address.trim(), tempfile::tempdir().unwrap());
    context(&configuration, address);
    let configured = ("DOCKER_CONFIG", path(&configuration));
    for (variables, expected) in [
        (&[("DOCKER_HOST", address)][..], ", which DOCKER_HOST names."),
        (
            &[("DOCKER_HOST", ""), configured],
            ": the current context, other.",
        ),
        (
            &[("DOCKER_HOST", ""), ("DOCKER_CONTEXT", "other"), configured],
            ": the context other, which DOCKER_CONTEXT names.",
        ),
    ] {
        let output = chapter(CHAPTER_2, &["--step", "2-1-missing"], variables);
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(0), "{said}");
        let first = said.lines().next().unwrap();
        assert!(first.ends_with(&format!(" at {address}{expected}")), "{said}");
    }
}

#[test]
#[ignore = "needs a Docker Engine"]
fn another_builder_another_platform_and_a_proxy_change_nothing() {
    let _engine = engine();
    let address = docker(&["context", "inspect", "--format", "{{.Endpoints.docker.Host}}"]);
    let configuration = tempfile::tempdir().unwrap();
    context(&configuration, address.trim());
    let settings = r#"{"aliases": {"builder": "buildx"}, "currentContext": "other"}"#;
    fs::write(configuration.path().join("config.json"), settings).unwrap();
    let configured = ("DOCKER_CONFIG", path(&configuration));
    let create = [
        "buildx",
        "create",
        "--name",
        "others",
        "--driver",
        "docker-container",
        "--use",
    ];
    let created = Command::new("docker")
        .args(create)
        .envs([configured])
        .output()
        .unwrap();
    assert!(created.status.success(), "{}", stderr(&created));
    let home = tempfile::tempdir().unwrap();
    fs::write(
        home.path().join(".curlrc"),
        "proxy = http://127.0.0.1:9\ninclude\n",
    )
    .unwrap();
    let variables = [
        configured,
        ("HOME", path(&home)),
        ("DOCKER_HOST", ""),
        ("BUILDX_BUILDER", "others"),
        ("DOCKER_BUILDKIT", "0"),
        ("DOCKER_DEFAULT_PLATFORM", "linux/s390x"),
        ("COMPOSE_FILE", "/nowhere.yaml"),
        ("COMPOSE_PROJECT_NAME", "others"),
        ("FORCE_COLOR", "1"),
        ("BUILDKIT_PROGRESS", "rawjson"),
        ("http_proxy", "http://127.0.0.1:9"),
        ("HTTP_PROXY", "http://127.0.0.1:9"),
        ("ALL_PROXY", "http://127.0.0.1:9"),
    ];
    for program in [CHAPTER_2, CHAPTER_5] {
        let output = chapter(program, &[], &variables);
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(0), "{said}");
        assert!(!said.contains('≠'), "{said}");
    }
}

#[test]
#[ignore = "needs a Docker Engine"]
fn a_table_that_the_readers_configuration_changes_is_named_before_a_chapter_starts() {
    let _engine = engine();
    let configuration = tempfile::tempdir().unwrap();
    plugins(&configuration);
    let file = configuration.path().join("config.json");
    fs::write(&file, r#"{"psFormat": "{{.Names}}", "imagesFormat": "{{.ID}}"}"#).unwrap();
    let output = chapter(
        CHAPTER_2,
        &["--step", "2-1-missing"],
        &[("DOCKER_CONFIG", path(&configuration))],
    );
    let said = stderr(&output);
    for part in ["imagesFormat, psFormat", &file.display().to_string()] {
        assert!(said.contains(part), "no {part} in\n{said}");
    }
}

/// Checks the messages of a chapter that finds no engine and cannot set one up.
#[track_caller]
fn refused(variables: &[(&str, &str)]) -> String {
    let output = chapter(CHAPTER_1, &[], variables);
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(
        said.starts_with("Error: no Docker Engine can be used\n"),
        "{said}"
    );
    said
}

/// Runs a chapter with `variables` added to those of the test; an empty one counts as unset.
fn chapter(program: &str, arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    Command::new(program)
        .args(["--lang", "en"])
        .args(arguments)
        .envs(variables.iter().copied())
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

/// Creates the context `other` for an engine at this address, and makes it the current one.
fn context(configuration: &TempDir, address: &str) {
    plugins(configuration);
    let folder = path(configuration);
    docker(&[
        "--config",
        folder,
        "context",
        "create",
        "other",
        "--docker",
        &format!("host={address}"),
    ]);
    let used = Command::new("docker")
        .args(["--config", folder, "context", "use", "other"])
        .env("DOCKER_HOST", "")
        .output()
        .unwrap();
    assert!(used.status.success(), "{}", stderr(&used));
}

/// Provides the client's plugins in the test's own configuration.
fn plugins(configuration: &TempDir) {
    let home = || Path::new(&std::env::var("HOME").unwrap()).join(".docker");
    let own = std::env::var_os("DOCKER_CONFIG").map_or_else(home, Into::into);
    let plugins = own.join("cli-plugins");
    if plugins.is_dir() {
        symlink(plugins, configuration.path().join("cli-plugins")).unwrap();
    }
}

/// A search path that contains only the client.
fn only_docker(folder: &TempDir) -> String {
    let search = std::env::var_os("PATH").unwrap();
    let client = std::env::split_paths(&search)
        .map(|folder| folder.join("docker"))
        .find(|file| file.is_file());
    symlink(client.unwrap(), folder.path().join("docker")).unwrap();
    path(folder).to_owned()
}

fn path(folder: &TempDir) -> &str {
    folder.path().to_str().unwrap()
}
