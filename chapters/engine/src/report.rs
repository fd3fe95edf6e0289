//! How it went, for people and for machines.

pub mod ran; // a line that was run
pub(crate) mod failure; // why a chapter stopped
pub mod verdict; // what a comparison says
pub(crate) mod machine; // what another machine shows
pub mod compare; // how a run compares with the book
pub(crate) mod ending; // how a chapter ended
pub(crate) mod lines; // what a person reads
pub(crate) mod document; // one JSON document
pub(crate) mod github; // annotations and a job's summary
pub(crate) mod junit; // XML as test runners write it
pub(crate) mod readers; // who gets which of these

#[cfg(test)]
pub(crate) mod made_up; // a run, for tests
#[cfg(test)]
pub(crate) mod schema; // what programs read, for tests
