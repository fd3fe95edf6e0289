//! Output: to the terminal and to files.

pub(crate) mod output; // stdout and files
pub(crate) mod wrap; // lines that fit
pub(crate) mod pages; // a section's heading in the book
pub(crate) mod screen; // what a person sees
