//! Runs a tutorial whose chapters are programs: real commands, each with what it has to show, on
//! the reader's own machine. Records what they print for a book, compares a run with that record,
//! and removes what it made. It was written for *Running Rust in Docker*, and serves tutorials that
//! are not about Docker as well.
//!
//! A [tutorial](tutorial::Tutorial) is a value, a chapter a function of literal commands:
//!
//! ```no_run
//! use chapters::prelude::*;
//! use chapters::tutorial::Tutorial;
//!
//! const TUTORIAL: Tutorial = Tutorial {
//!     name: "words",
//!     chapters: &["words"],
//!     start: "cargo run --bin",
//!     root: env!("CARGO_MANIFEST_DIR"),
//!     transcripts: "transcripts",
//!     book: "pages",
//!     site: None,
//!     docker: None,
//! };
//!
//! fn commands(chapter: &mut Chapter) -> Result<(), Error> {
//!     chapter.section("1");
//!     run!(chapter, "sort words.txt", shows("crane"))?;
//!
//!     // Removed however the chapter ends.
//!     chapter.section("2");
//!     afterwards!(chapter, "rm sorted.txt");
//!     run!(chapter, "sort --output sorted.txt words.txt", shows_nothing())
//! }
//!
//! fn main() -> ExitCode {
//!     let words = Outline::new(&TUTORIAL, "words", "words", commands);
//!     chapters::reader::open(&[words], std::env::args_os(), std::env::vars_os())
//! }
//! ```
//!
//! `examples/sorting` is such a tutorial with its pages, its transcript and its test.

pub mod chapter; // what an author needs
mod words; // … and how it is written
pub mod expect; // what a command has to show
pub mod failure; // … and what is said when it did not
pub mod reader; // a chapter from start to end, as a reader types it
pub mod options; // what a reader may type after it
mod listing; // … to see what it would do
pub mod effects; // … what each command makes and needs
mod replay; // … to see what it did when it was recorded
mod script; // … to have it as a shell's
pub mod plan; // … to run a part of it
mod part; // … and make first what that part builds on
mod interactive; // … to be asked before each command
pub mod language; // … and in which language it speaks
pub mod pages; // … with what the book's pages say
pub mod preflight; // what is looked at before
pub mod setup; // where the engine comes from
mod pull; // … and the images
mod clean_up; // what is removed at the end
pub mod compare; // what of it is as in the book, and what is not
mod summary; // how it ended
mod report; // … as people and machines read it
pub mod explain; // what a failure means
pub mod screen; // what a person sees
mod output; // … and what is written

pub mod process; // how a program is run
mod environment; // … and what it sees of the reader's
mod platform; // the reader's machine, which may be a Linux or a Mac
pub mod database; // which engine the chapter about databases runs
pub mod docker; // the state of the engine
pub mod provenance; // on what a chapter runs, and what of it takes part in a command
mod invocation; // … as the command says
mod image_name; // an image's name, taken apart
pub mod tutorial; // what a tutorial calls its things

pub mod transcript; // what a chapter printed, as it is kept
pub mod snapshot; // the file that keeps it
pub mod normalise; // what makes two runs read the same
mod place; // … by where it stands
pub mod build_log; // BuildKit's progress
pub mod table; // Docker's tables
pub mod size; // Docker's sizes

#[doc(hidden)]
pub use xshell;

/// What the file of a chapter uses.
pub mod prelude {
    pub use std::process::ExitCode;
    pub use std::time::Duration;

    pub use crate::chapter::{Chapter, Outline};
    pub use crate::database::Database;
    pub use crate::expect::{shows, shows_nothing};
    pub use crate::failure::Error;
    pub use crate::provenance::Part;
    pub use crate::tutorial::RUNNING_RUST_IN_DOCKER;
    pub use crate::{afterwards, foreground, interrupt, run, wait_until};
}
