//! Checks which program is found to use a port, and at which address of `localhost`.

#![allow(
    clippy::disallowed_methods,
    reason = "tests start programs, write files and read the environment"
)]
#![expect(clippy::unwrap_used, reason = "a test may unwrap: its panic is the report")]

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::sync::{Arc, Mutex, PoisonError};

use tutorial_engine::docker::client::Docker;
use tutorial_engine::docker::ports::port_holder;
use tutorial_engine::language::Language;
use tutorial_engine::run::process::Runner;

/// One test at a time: a program started by another test briefly inherits this test's sockets.
static PORTS: Mutex<()> = Mutex::new(());

#[test]
fn a_port_on_which_nobody_listens_is_free() {
    check(&[], None);
}

#[test]
fn a_port_that_is_held_on_ipv6_alone_is_named_with_that_address() {
    check(&["::1"], Some("on [::1]"));
}

#[test]
fn a_port_that_is_held_on_ipv4_alone_is_named_with_that_address() {
    check(&["127.0.0.1"], Some("on 127.0.0.1"));
    check(&["0.0.0.0"], Some("on 0.0.0.0"));
}

#[test]
fn a_port_that_is_held_on_all_of_localhost_is_named_without_an_address() {
    check(&["127.0.0.1", "::1"], Some(""));
    check(&["::"], Some(""));
}

#[test]
#[cfg_attr(
    not(target_os = "linux"),
    ignore = "macOS has no 127.0.0.2 unless it is told to"
)]
fn a_port_that_is_held_elsewhere_than_on_localhost_is_named_with_that_address() {
    check(&["127.0.0.2"], Some("on 127.0.0.2"));
}

/// Listens at `addresses` and checks the result; `expected` is the text after this program's name.
#[track_caller]
fn check(addresses: &[&str], expected: Option<&str>) {
    let _alone = PORTS.lock().unwrap_or_else(PoisonError::into_inner);
    // Below the ports that the system assigns to short-lived connections.
    let first = 20_000 + u16::try_from(std::process::id() % 10_000).unwrap();
    let mut ports = first..first + 100;
    let port = ports
        .find(|port| TcpListener::bind(("::", *port)).is_ok())
        .unwrap();
    let listen = |address: &&str| TcpListener::bind((*address, port)).unwrap();
    let _listeners: Vec<_> = addresses.iter().map(listen).collect();
    // No program can be found in this environment, so no container is looked up.
    let environment = BTreeMap::from([("PATH".into(), "/nowhere".into())]);
    let docker = Docker::new(Runner::new(environment, Arc::default()), None);
    let said = port_holder(&docker, port).map(|held| held.say(Language::English));
    let this = format!("(process {})", std::process::id());
    let behind = said
        .as_deref()
        .map(|said| said.split_once(&this).expect(said).1.trim());
    assert_eq!(behind, expected);
}
