//! A chapter's output in the form that is kept: normalised, with details of the machine.

pub(crate) mod pattern; // regular expressions
pub mod image_name; // parsing an image's name
pub mod invocation; // parsing a command
pub mod size; // Docker's sizes
pub mod table; // Docker's tables
pub mod build_log; // BuildKit's progress output
pub(crate) mod compose_log; // Compose's progress output
pub mod placeholder; // placeholders for values that differ from run to run
pub(crate) mod place; // finding values by their position
pub(crate) mod shape; // finding values by their pattern
pub mod normalise; // making the outputs of two runs equal
pub mod transcript; // what a chapter printed
pub mod provenance; // what machine a chapter was recorded on
pub mod snapshot; // the file with both
