//! Reports on a run, for people and for programs.

pub mod ran; // a line that was run
pub(crate) mod failure; // why a chapter stopped
pub mod verdict; // the verdicts of a comparison
pub(crate) mod machine; // differences that are normal on another machine
pub mod compare; // comparing a run with the book
pub(crate) mod ending; // how a chapter ended
pub(crate) mod lines; // the lines that a person reads
pub(crate) mod document; // one JSON document
pub(crate) mod github; // GitHub annotations and the job summary
pub(crate) mod junit; // JUnit XML for test runners
pub(crate) mod readers; // which report goes where

#[cfg(test)]
pub(crate) mod made_up; // an invented run, for tests
#[cfg(test)]
pub(crate) mod schema; // checking JSON schemas, for tests
