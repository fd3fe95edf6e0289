//! Starts programs: their environment, time limits and the differences between systems.

pub mod environment; // which variables of the reader's programs see
pub(crate) mod platform; // what differs between Linux and macOS
pub mod process; // running a program
