//! The routes of `docker-gs-ping`.

use warp::{Filter, Rejection, Reply};

use crate::{body, handlers, method, problem};

/// Replies to `GET` and `HEAD` of `/`, `/health` and `/ping`; other requests get a problem.
pub fn routes() -> impl Filter<Extract = (impl Reply,), Error = Rejection> + Clone + Send + Sync + 'static {
    let hello = warp::path::end().and(read_only()).map(handlers::hello);
    hello.or(alive()).recover(problem::reply)
}

/// `/health` and `/ping`, which report that the process is running.
pub(crate) fn alive() -> impl Filter<Extract = (impl Reply,), Error = Rejection> + Copy {
    let health = warp::path!("health").and(read_only()).map(handlers::alive);
    let ping = warp::path!("ping").and(read_only()).map(handlers::alive);
    health.or(ping)
}

/// Accepts `GET` and `HEAD`. A body is ignored, but must keep within the limits.
pub(crate) fn read_only() -> impl Filter<Extract = (), Error = Rejection> + Copy {
    method::read_only().and(body::discarded())
}
