use serde::Serialize;
use warp::Reply;
use warp::http::HeaderValue;
use warp::http::header::CONTENT_TYPE;

/// `Hello, Docker! <3`, as the Go original says it.
pub(crate) fn hello() -> impl Reply {
    warp::reply::with_header("Hello, Docker! <3", CONTENT_TYPE, "text/html; charset=utf-8")
}

/// The process lives; it has nothing to depend on.
pub(crate) fn alive() -> impl Reply {
    json(&Alive { status: "OK" })
}

/// `value` as JSON that says its character set.
pub(crate) fn json<T: Serialize>(value: &T) -> impl Reply + use<T> {
    let charset = HeaderValue::from_static("application/json; charset=utf-8");
    warp::reply::with_header(warp::reply::json(value), CONTENT_TYPE, charset)
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Alive {
    status: &'static str,
}
