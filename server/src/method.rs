use std::future;

use warp::http::Method;
use warp::{Filter, Rejection};

/// Rejection of a request with a wrong method: the allowed ones, as in the header `Allow`.
#[derive(Debug)]
pub(crate) struct NotAllowed {
    pub(crate) allowed: &'static str,
}

impl warp::reject::Reject for NotAllowed {}

/// Accepts `GET` and `HEAD`.
pub(crate) fn read_only() -> impl Filter<Extract = (), Error = Rejection> + Copy {
    only(&[Method::GET, Method::HEAD], "GET, HEAD")
}

/// Accepts `POST`.
#[cfg(feature = "docker-gs-ping-roach")]
pub(crate) fn post() -> impl Filter<Extract = (), Error = Rejection> + Copy {
    only(&[Method::POST], "POST")
}

/// Rejects methods other than `methods` and lists the `allowed` ones; warp's own rejection does
/// not.
fn only(
    methods: &'static [Method],
    allowed: &'static str,
) -> impl Filter<Extract = (), Error = Rejection> + Copy {
    warp::method()
        .and_then(move |method| {
            future::ready(if methods.contains(&method) {
                Ok(())
            } else {
                Err(warp::reject::custom(NotAllowed { allowed }))
            })
        })
        .untuple_one()
}
