//! The sample application of the book: a small HTTP service that works well in a container.
//!
//! A binary reads its [`Config`], chooses its routes and calls [`run`]. Everything up to
//! [`service()`] works without a socket.

mod access_log; //  a line of JSON for each response
mod body; // limits on a request's body
mod config; // settings from the environment
mod connection; // time limits for a client
mod error; // why the service does not run
mod handlers; // the replies of routes
mod health; // the health check of a running service
mod listener; // accepting connections
mod method; // the methods of a path
pub mod ping; // the routes of the program without a database
mod problem; // error replies
#[cfg(feature = "docker-gs-ping-roach")]
pub mod roach; // the routes of the program with a database
mod room; // the number of clients
mod serve; // from start to shutdown
mod service; // the function that a connection calls for each request
mod timestamp; // the time in a log line

pub use access_log::{AccessLog, LogWriter};
pub use body::BODY_BYTES_MAX;
pub use config::Config;
pub use error::{Error, conclude};
pub use health::{Task, ask_health};
pub use serve::run;
pub use service::service;
