//! The engine that runs the chapters of *Running Rust in Docker*: it runs real
//! commands, compares what comes with what is expected, and records what a
//! book can show.

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
mod clean_up; // what is removed at the end
pub mod compare; // what of it is as in the book, and what is not
mod summary; // how it ended
mod report; // … as people and machines read it
pub mod explain; // what a failure means
pub mod screen; // what a person sees

pub mod process; // how a program is run
mod environment; // … and what it sees of the reader's
pub mod database; // which engine the chapter about databases runs
pub mod docker; // the state of the engine
pub mod tutorial; // what a tutorial calls its things

pub mod transcript; // what a chapter printed, as it is kept
pub mod snapshot; // the file that keeps it
pub mod normalise; // what makes two runs read the same
pub mod versions; // what Docker says in other words from version to version
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
    pub use crate::tutorial::RUNNING_RUST_IN_DOCKER;
    pub use crate::{afterwards, foreground, interrupt, run, wait_until};
}
