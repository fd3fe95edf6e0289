//! Replies in the form of a snapshot.

use docker_gs_ping::{AccessLog, service};
use http_body_util::BodyExt;
use hyper::body::{Body, Bytes};
use hyper::service::Service;
use warp::http::header::{ALLOW, CONTENT_LENGTH, CONTENT_TYPE, HeaderName};
use warp::http::{HeaderValue, Request};
use warp::{Filter, Rejection, Reply};

/// The reply of `routes` to `request` (`GET /`): status, body, and the headers that the contract covers.
pub async fn to<F, B>(
    routes: F,
    request: &str,
    headers: impl IntoIterator<Item = (HeaderName, HeaderValue)>,
    body: B,
) -> String
where
    F: Filter<Extract: Reply, Error = Rejection> + Clone + Send + Sync + 'static,
    F::Future: Send,
    B: Body<Data = Bytes, Error: Into<Box<dyn std::error::Error + Send + Sync>>>,
    B: Send + Sync + 'static,
{
    let (method, uri) = request.split_once(' ').unwrap();
    let mut request = Request::builder().method(method).uri(uri);
    if let Some(length) = body.size_hint().exact() {
        request = request.header(CONTENT_LENGTH, length);
    }
    for (name, value) in headers {
        request = request.header(name, value);
    }
    let service = service(routes, AccessLog::off());
    let reply = service.call(request.body(body).unwrap()).await.unwrap();
    let (head, body) = reply.into_parts();

    let headers = [CONTENT_TYPE, CONTENT_LENGTH, ALLOW].map(|name| {
        let value = head.headers.get(&name);
        value.map_or_else(String::new, |value| {
            format!("{name}: {}\n", value.to_str().unwrap())
        })
    });
    let body = body.collect().await.unwrap().to_bytes();
    let body = std::str::from_utf8(&body).unwrap();
    format!("{}\n{}\n{body}", head.status, headers.concat())
}
