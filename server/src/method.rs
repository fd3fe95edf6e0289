use std::future;

use warp::http::Method;
use warp::{Filter, Rejection};

/// The methods that a path allows, as the header `Allow` lists them, to a request with another one.
#[derive(Debug)]
pub(crate) struct NotAllowed {
    pub(crate) allowed: &'static str,
}

impl warp::reject::Reject for NotAllowed {}

/// `GET` or `HEAD`.
pub(crate) fn read_only() -> impl Filter<Extract = (), Error = Rejection> + Copy {
    only(&[Method::GET, Method::HEAD], "GET, HEAD")
}

/// `POST`.
#[cfg(feature = "docker-gs-ping-roach")]
pub(crate) fn post() -> impl Filter<Extract = (), Error = Rejection> + Copy {
    only(&[Method::POST], "POST")
}

/// Rejects other methods than `methods`, saying what is `allowed`: warp's own rejection does not.
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
