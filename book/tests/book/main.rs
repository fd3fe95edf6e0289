//! Tests of the book's program with a small book in two languages, and a check of the real book.

#![expect(clippy::unwrap_used, reason = "a test may unwrap: its panic is the report")]

mod build;
mod check;
mod epub; // editions as one file
mod run;
mod serve;
mod language; // messages on the pages

#[path = "../printed/mod.rs"]
mod printed; // a server that prints the address of the book

#[path = "../small/mod.rs"]
mod small; // a book of two pages

use std::fs;

use book::build::build;
use book::problem::{Error, with_causes};
use book::sources::Sources;
use small::Small;

impl Small {
    /// Makes the same change on both pages.
    pub fn replace_in_both(&self, text: &str, by: &str) {
        for language in ["en", "ja"] {
            self.replace(&format!("book/{language}/src/1-start.md"), text, by);
        }
    }

    fn sources(&self) -> Sources {
        Sources::open(self.folder.path()).unwrap()
    }

    fn build(&self) -> Result<(), Error> {
        build(&self.sources(), &self.folder.path().join("out"), false)
    }

    fn built(&self, file: &str) -> String {
        self.build().unwrap();
        fs::read_to_string(self.folder.path().join("out").join(file)).unwrap()
    }
}

#[track_caller]
fn assert_said(error: &Error, expected: &[&str]) {
    let said = with_causes(error);
    for expected in expected {
        assert!(said.contains(expected), "`{expected}` is not in: {said}");
    }
}
