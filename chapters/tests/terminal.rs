//! Tests BuildKit's progress on a terminal, which transcripts do not show.

#![expect(clippy::unwrap_used, reason = "a test may unwrap: its panic is the report")]

mod on_engine;

use std::fs;
use std::io::Read;
use std::path::Path;

use insta::Settings;
use on_engine::{docker, engine};
use portable_pty::{CommandBuilder, PtySize, native_pty_system};
use regex::Regex;

const ROWS: u16 = 24;
const COLUMNS: u16 = 80;

#[test]
#[ignore = "needs a Docker Engine"]
fn a_build_in_a_terminal_shows_what_the_book_shows() {
    let _engine = engine();
    let image = "docker-gs-ping:first";
    let screen = on_terminal(&["build", "--tag", image, "chapters/listings/2"]);
    docker(&["image", "rm", image]);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("screens");
    if std::env::var_os("INSTA_UPDATE").is_some_and(|update| update == "always") {
        let mut settings = Settings::clone_current();
        settings.set_snapshot_path(&folder);
        settings.set_prepend_module_to_snapshot(false);
        return settings.bind(|| insta::assert_snapshot!("build", screen));
    }
    let book = fs::read_to_string(folder.join("build.snap")).unwrap();
    let (_, book) = book.rsplit_once("---\n").unwrap();
    assert_eq!(without_chance(&screen), without_chance(book));
}

/// The final screen of a terminal in which `docker` has run in the repository's root.
fn on_terminal(arguments: &[&str]) -> String {
    let size = PtySize {
        rows: ROWS,
        cols: COLUMNS,
        ..PtySize::default()
    };
    let pair = native_pty_system().openpty(size).unwrap();
    let mut command = CommandBuilder::new("docker");
    command.args(arguments);
    command.env("TERM", "xterm-256color");
    command.cwd(Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap());
    let mut child = pair.slave.spawn_command(command).unwrap();
    // The end is only seen after all other copies are closed.
    drop(pair.slave);
    let mut reader = pair.master.try_clone_reader().unwrap();
    let mut parser = vt100::Parser::new(ROWS, COLUMNS, 0);
    let mut bytes = [0; 4096];
    // Linux reports an error after the other side was closed.
    while let Ok(count @ 1..) = reader.read(&mut bytes) {
        parser.process(&bytes[..count]);
    }
    let screen = parser.screen().contents();
    assert!(child.wait().unwrap().success(), "{screen}");
    screen
}

/// The lines in any order, without what varies between runs: times, ids, and whether a step was cached.
fn without_chance(screen: &str) -> Vec<String> {
    let chance = Regex::new(r"\b\d+\.\d+s\b|sha256:[0-9a-f]+|CACHED | +").unwrap();
    let lines = screen.trim().lines();
    let mut lines: Vec<_> = lines
        .map(|line| chance.replace_all(line, " ").into_owned())
        .collect();
    lines.sort();
    lines
}
