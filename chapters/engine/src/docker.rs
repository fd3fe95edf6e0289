//! The Docker Engine in use.

pub mod endpoint;
pub mod objects;
pub mod client;
pub mod info;
pub mod ports;
