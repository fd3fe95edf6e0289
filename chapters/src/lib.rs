//! The engine that runs the chapters of *Running Rust in Docker*: it runs real
//! commands, compares what comes with what is expected, and records what a
//! book can show.

pub mod build_log; // BuildKit's progress
pub mod chapter; // what an author needs
pub mod docker; // the state of that engine
pub mod expect; // what a command has to show
pub mod hint; // what a failure means
pub mod normalise; // what makes two runs read the same
pub mod options; // what a reader may type after it
pub mod preflight; // what is looked at before
pub mod process;
pub mod reader; // a chapter from start to end, as a reader types it
pub mod screen; // what a person sees
pub mod setup; // where the engine comes from
pub mod size; // Docker's sizes
pub mod table; // Docker's tables
pub mod transcript; // what a chapter printed, as it is kept
pub mod tutorial; // what the tutorial calls its things // how a program is run

#[doc(hidden)]
pub use xshell;

/// What the file of a chapter uses.
pub mod prelude {
    pub use std::process::ExitCode;
    pub use std::time::Duration;

    pub use crate::chapter::{Chapter, Error, Outline};
    pub use crate::expect::{shows, shows_nothing};
    pub use crate::{afterwards, foreground, interrupt, run, wait_until};
}
