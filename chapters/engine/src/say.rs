//! What a person sees, and what is written.

pub(crate) mod output; // stdout and files
pub(crate) mod wrap; // lines that fit
pub(crate) mod pages; // what the book calls a section
pub(crate) mod screen; // what a person sees
