//! What an author writes: a tutorial, its chapters, and what each command has to show.

pub mod tutorial; // where its files lie, what it calls its things
pub mod expect; // what a command has to show
pub mod line; // a command with what it has to show
pub mod chapter; // sections of lines
mod macros; // how lines are written
