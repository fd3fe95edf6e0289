//! A server that prints the address of the book.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// Starts a server; returns it with the book's root, which ends without `/`, and the token of its pages.
pub fn start(command: &mut Command) -> (Child, String, String) {
    let mut program = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(program.stdout.take().unwrap()).lines();
    let line = lines.next().unwrap().unwrap();
    // A program whose stdout is closed could say no more.
    std::thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
    let mut words = line.split_whitespace();
    let address = words.find(|word| word.starts_with("http")).unwrap();
    let (root, token) = address.split_once("/#run=").unwrap();
    (program, root.to_owned(), token.to_owned())
}
