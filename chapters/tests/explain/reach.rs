//! Explanations of failures to reach an engine.

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::net::UnixListener;
use std::process::Output;

use crate::on_engine::programs::CHAPTER_2;
use crate::ran::{Ran, path};
use crate::registry::{Registry, Validity};
use crate::unprivileged::without_privilege;

#[test]
#[ignore = "needs a Docker Engine"]
fn without_a_client_it_is_said_to_be_missing() {
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
        .check("no-engine", &["No program listens there", "`unset DOCKER_HOST`"]);
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

/// The messages of a chapter to a user without access to the engine's socket, which belongs to `group`,
/// otherwise to root.
fn without_privilege_to_socket(group: Option<u32>) -> String {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("docker.sock");
    let _listener = UnixListener::bind(&socket).unwrap();
    fs::set_permissions(&socket, fs::Permissions::from_mode(0o660)).unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    chown(&socket, None, group).unwrap();
    let host = format!("unix://{}", socket.display());
    let Output { status, stderr, .. } = without_privilege(CHAPTER_2, &host);
    let said = String::from_utf8(stderr).unwrap();
    println!("socket-permission\n{said}");
    assert_eq!(status.code(), Some(3), "{said}");
    said
}
