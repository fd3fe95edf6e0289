use serde::Serialize;
use warp::Reply;
use warp::http::HeaderValue;
use warp::http::header::CONTENT_TYPE;

/// Replies with `Hello, Docker! <3`, like the Go original.
pub(crate) fn hello() -> impl Reply {
    warp::reply::with_header("Hello, Docker! <3", CONTENT_TYPE, "text/html; charset=utf-8")
}

/// Replies that the process is running; it depends on nothing else.
pub(crate) fn alive() -> impl Reply {
    json(&Alive { status: "OK" })
}

/// Replies with `value` as JSON, with its character set in the content type.
pub(crate) fn json<T: Serialize>(value: &T) -> impl Reply + use<T> {
    let charset = HeaderValue::from_static("application/json; charset=utf-8");
    warp::reply::with_header(warp::reply::json(value), CONTENT_TYPE, charset)
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Alive {
    status: &'static str,
}
