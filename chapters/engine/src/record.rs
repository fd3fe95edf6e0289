//! A chapter's output as text that is kept: normalised, and with where it was recorded.

pub(crate) mod pattern; // regular expressions
pub mod image_name; // an image's name, taken apart
pub(crate) mod invocation; // a command's literal, taken apart
pub mod size; // Docker's sizes
pub mod table; // Docker's tables
pub mod build_log; // BuildKit's progress
pub mod placeholder; // what stands for a value that differs from run to run
pub(crate) mod place; // values by where they stand
pub(crate) mod shape; // values by what they look like
pub mod normalise; // what makes two runs read the same
pub mod transcript; // what a chapter printed
pub mod provenance; // on what a chapter was recorded
pub mod snapshot; // the file that keeps both
