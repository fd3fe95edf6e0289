//! The routes of `docker-gs-ping`.

use warp::{Filter, Rejection, Reply};

use crate::{body, handlers, problem};

/// Replies to `GET` and `HEAD` of `/`, `/health` and `/ping`; anything else gets a problem.
pub fn routes() -> impl Filter<Extract = (impl Reply,), Error = Rejection> + Clone + Send + Sync + 'static {
    let hello = warp::path::end().and(read_only()).map(handlers::hello);
    let health = warp::path!("health").and(read_only()).map(handlers::alive);
    let ping = warp::path!("ping").and(read_only()).map(handlers::alive);
    hello.or(health).or(ping).recover(problem::reply)
}

/// `GET` or `HEAD`. A body means nothing here, but has to keep the limits.
fn read_only() -> impl Filter<Extract = (), Error = Rejection> + Copy {
    warp::get().or(warp::head()).unify().and(body::discarded())
}
