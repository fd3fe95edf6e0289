//! Explains failures.

pub(crate) mod known; // the table of known failures
pub(crate) mod words; // the words that their messages choose by
pub(crate) mod facts; // facts about the machine that explain a failure
pub mod cause; // recognising and explaining a failure
