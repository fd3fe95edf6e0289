//! A chapter as a reader starts it.

pub(crate) mod options; // what a reader may type
pub(crate) mod session; // what chapters share
pub(crate) mod note; // what is kept for cleaning up later
pub(crate) mod clean_up; // what is removed
pub(crate) mod events; // what another program is told
pub(crate) mod interactive; // what a reader is asked before each command
pub(crate) mod execution; // lines that run
pub(crate) mod visit; // a chapter from start to end
pub(crate) mod summary; // what is said at the end
pub(crate) mod resident; // a chapter that stays up
pub(crate) mod listing; // sections and commands, in place of a run
pub(crate) mod replay; // what was recorded, in place of a run
pub mod reader; // which of these
