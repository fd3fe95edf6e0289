//! The command line of a chapter.

pub(crate) mod options; // command-line options
pub(crate) mod session; // what the chapters of one start share
pub(crate) mod note; // a note on disk for a later cleanup
pub(crate) mod clean_up; // cleanup
pub(crate) mod events; // events for another program
pub(crate) mod interactive; // questions before each command
pub(crate) mod execution; // running lines
pub(crate) mod visit; // a chapter from start to end
pub(crate) mod summary; // the summary at the end
pub(crate) mod answer; // an exercise with the reader's own file
pub(crate) mod resident; // a chapter that stays up and takes requests
pub(crate) mod listing; // sections and commands, without running them
pub(crate) mod replay; // showing the recorded output, without running anything
pub mod reader; // the entry point: chooses one of these
