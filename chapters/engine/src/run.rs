//! Starting programs: in which environment, for how long, on which system.

pub mod environment; // what programs see of the reader's environment
pub(crate) mod platform; // the reader's machine, which may be a Linux or a Mac
pub mod process; // how a program is run
