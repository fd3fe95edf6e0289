//! The sample application of the book: a small HTTP service that behaves well in a container.
//!
//! A binary reads its [`Config`], picks its routes and calls [`run`]. Everything up to
//! [`service()`] works without a socket.

mod access_log; //  a line of JSON for each response
mod body; //        what a request may send
mod config; //      what the environment may say
mod connection; //  how long a client may take
mod error; //       why the service does not run
mod handlers; //    what a route replies
mod health; //      what asks a service that runs
mod listener; //    where connections come in
mod method; //      what a path allows
pub mod ping; //    which request gets which reply
mod problem; //     what a client reads when there is no such reply
#[cfg(feature = "docker-gs-ping-roach")]
pub mod roach; //   the same for the program that has a database
mod room; //        how many clients there may be
mod serve; //       from the start-up line to the last reply
mod service; //     what a connection calls for each request
mod timestamp; //   the time of a log line

pub use access_log::{AccessLog, LogWriter};
pub use body::BODY_BYTES_MAX;
pub use config::Config;
pub use error::{Error, conclude};
pub use health::{Task, ask_health};
pub use serve::run;
pub use service::service;
