//! Runs the chapters of a tutorial as programs: real commands with their expected output, on the
//! reader's own machine. Records the output for a book, compares later runs with that recording,
//! and removes what a run made. It was written for *Running Rust in Docker*, but also supports
//! tutorials that are not about Docker.
//!
//! A [tutorial](author::tutorial::Tutorial) is a value; a [chapter](author::chapter::Chapter) is a list
//! of literal commands:
//!
//! ```no_run
//! use tutorial_engine::prelude::*;
//!
//! const TUTORIAL: Tutorial = Tutorial {
//!     name: "words",
//!     chapters: &["words"],
//!     root: env!("CARGO_MANIFEST_DIR"),
//!     book: "pages",
//!     ..Tutorial::PLAIN
//! };
//!
//! fn chapter() -> Chapter {
//!     let mut chapter = Chapter::new(&TUTORIAL, "words", "words");
//!
//!     // Removed when the chapter ends, even after a failure.
//!     chapter.section("1");
//!     afterwards!(chapter, "rm sorted.txt");
//!     run!(chapter, "sort --output sorted.txt words.txt").shows_nothing();
//!
//!     chapter.section("2").after("1");
//!     run!(chapter, "uniq --repeated sorted.txt").shows("crane").but_not("apple");
//!     chapter
//! }
//!
//! fn main() -> ExitCode {
//!     tutorial_engine::cli::reader::open(vec![chapter()], std::env::args_os(), std::env::vars_os())
//! }
//! ```
//!
//! `examples/sorting` is a complete tutorial with its pages, its transcript and its test.

#![cfg_attr(
    test,
    allow(
        clippy::disallowed_methods,
        reason = "a test starts programs and writes files"
    )
)]
#![allow(
    clippy::format_collect,
    clippy::format_push_string,
    reason = "texts are short here, and a sentence reads best as one"
)]

pub mod language; // the languages of messages
pub mod run; // running programs
pub mod record; // recording their output
pub mod author; // writing a chapter
pub mod say; // what a person sees
pub mod docker; // the Docker Engine in use
pub mod explain; // explaining failures
pub mod start; // what happens before the first command
pub mod report; // reporting the results
pub mod cli; // the command line of a chapter

#[doc(hidden)]
pub use xshell;

/// What the source file of a chapter needs.
pub mod prelude {
    pub use std::process::ExitCode;
    pub use std::time::Duration;

    pub use crate::author::chapter::Chapter;
    pub use crate::author::tutorial::Tutorial;
    pub use crate::record::provenance::Part;
    pub use crate::{afterwards, foreground, interrupt, run, wait_until};
}
