//! What the machine refuses, on a small book of two languages, and that the
//! real book is as it has to be.

#![expect(clippy::unwrap_used, reason = "a test may unwrap: its panic is the report")]

mod build;
mod check;
mod serve;
mod language; // what the machine says on the pages

#[path = "../small/mod.rs"]
mod small; // a book of two pages

use std::fs;

use book::build::build;
use book::problem::{Error, with_causes};
use book::sources::Sources;
use small::Small;

impl Small {
    /// The same change on both pages.
    pub fn replace_in_both(&self, text: &str, by: &str) {
        for language in ["en", "ja"] {
            self.replace(&format!("book/{language}/src/1-start.md"), text, by);
        }
    }

    fn sources(&self) -> Sources {
        Sources::open(self.folder.path()).unwrap()
    }

    fn build(&self) -> Result<(), Error> {
        build(&self.sources(), &self.folder.path().join("out"))
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
