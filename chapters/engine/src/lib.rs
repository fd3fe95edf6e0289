//! Runs a tutorial whose chapters are programs: real commands, each with what it has to show, on
//! the reader's own machine. Records what they print for a book, compares a run with that record,
//! and removes what it made. It was written for *Running Rust in Docker*, and serves tutorials that
//! are not about Docker as well.
//!
//! A [tutorial](author::tutorial::Tutorial) is a value, and a [chapter](author::chapter::Chapter), a list of
//! literal commands:
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
//!     // Removed however the chapter ends.
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
//! `examples/sorting` is such a tutorial with its pages, its transcript and its test.

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

pub mod language; // in which language it speaks
pub mod run; // how programs are run
pub mod record; // what is kept of their output
pub mod author; // what an author writes
pub mod say; // what a person sees
pub mod docker; // the engine in use
pub mod explain; // what a failure means
pub mod start; // what happens before the first command
pub mod report; // how it went
pub mod cli; // a chapter as a reader starts it

#[doc(hidden)]
pub use xshell;

/// What the file of a chapter uses.
pub mod prelude {
    pub use std::process::ExitCode;
    pub use std::time::Duration;

    pub use crate::author::chapter::Chapter;
    pub use crate::author::tutorial::Tutorial;
    pub use crate::record::provenance::Part;
    pub use crate::{afterwards, foreground, interrupt, run, wait_until};
}
