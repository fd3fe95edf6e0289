//! What a failure means.

pub(crate) mod known; // the failures that are known
pub(crate) mod words; // what their messages choose by
pub(crate) mod facts; // what of the machine explains them
pub mod cause; // one of them, recognised and explained
