//! What an author writes: a tutorial, its chapters, and the expected output of each command.

pub mod tutorial; // a tutorial: its folders and the names it uses in Docker
pub mod expect; // expectations on a command's output
pub mod effect; // what a reader's own file should bring about
pub mod line; // a command with its expectations
pub mod chapter; // sections of lines
mod macros; // macros that add lines to a chapter
