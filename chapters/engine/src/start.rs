//! What happens before the first command.

pub mod preflight;
pub(crate) mod pull;
pub mod setup;
