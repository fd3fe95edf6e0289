//! Tests of each request's response, without a socket: the service is called as a connection does it.

#![expect(clippy::unwrap_used, reason = "a test may unwrap: its panic is the report")]

mod reply;

use std::convert::Infallible;

use docker_gs_ping::{BODY_BYTES_MAX, ping};
use futures_util::stream;
use http_body_util::{Full, StreamBody};
use hyper::body::{Body, Bytes, Frame};
use insta::assert_snapshot;

#[tokio::test]
async fn home_greets() {
    assert_snapshot!(reply_to("GET /", nothing()).await);
}

#[tokio::test]
async fn health_is_ok() {
    assert_snapshot!(reply_to("GET /health", nothing()).await);
}

#[tokio::test]
async fn ping_is_ok() {
    assert_snapshot!(reply_to("GET /ping", nothing()).await);
}

#[tokio::test]
async fn a_query_changes_nothing() {
    assert_snapshot!(reply_to("GET /ping?verbose=1", nothing()).await);
}

#[tokio::test]
async fn head_of_home_has_its_length_and_no_body() {
    assert_snapshot!(reply_to("HEAD /", nothing()).await);
}

#[tokio::test]
async fn head_of_ping_has_its_length_and_no_body() {
    assert_snapshot!(reply_to("HEAD /ping", nothing()).await);
}

#[tokio::test]
async fn an_unknown_path_is_not_found() {
    assert_snapshot!(reply_to("GET /nowhere", nothing()).await);
}

#[tokio::test]
async fn a_path_below_a_known_one_is_not_found() {
    assert_snapshot!(reply_to("GET /ping/pong", nothing()).await);
}

#[tokio::test]
async fn an_unknown_path_is_not_found_by_any_method() {
    assert_snapshot!(reply_to("POST /nowhere", nothing()).await);
}

#[tokio::test]
async fn head_of_an_unknown_path_has_no_body_either() {
    assert_snapshot!(reply_to("HEAD /nowhere", nothing()).await);
}

#[tokio::test]
async fn home_allows_no_post() {
    assert_snapshot!(reply_to("POST /", nothing()).await);
}

#[tokio::test]
async fn ping_allows_no_delete() {
    assert_snapshot!(reply_to("DELETE /ping", nothing()).await);
}

#[tokio::test]
async fn health_allows_no_method_of_its_own() {
    assert_snapshot!(reply_to("CHECK /health", nothing()).await);
}

#[tokio::test]
async fn a_proxy_is_not_offered() {
    assert_snapshot!(reply_to("CONNECT docker.com:443", nothing()).await);
}

#[tokio::test]
async fn a_body_at_the_limit_is_ignored() {
    assert_snapshot!(reply_to("GET /", body_of(BODY_BYTES_MAX)).await);
}

#[tokio::test]
async fn a_body_above_the_limit_is_too_large() {
    assert_snapshot!(reply_to("GET /", body_of(BODY_BYTES_MAX + 1)).await);
}

#[tokio::test]
async fn chunks_up_to_the_limit_are_ignored() {
    assert_snapshot!(reply_to("GET /", chunks_of(BODY_BYTES_MAX / 4, 4)).await);
}

#[tokio::test]
async fn chunks_above_the_limit_are_too_large() {
    assert_snapshot!(reply_to("GET /", chunks_of(BODY_BYTES_MAX / 4, 5)).await);
}

#[tokio::test]
async fn the_method_is_judged_before_the_body() {
    assert_snapshot!(reply_to("PUT /", body_of(BODY_BYTES_MAX + 1)).await);
}

#[tokio::test(start_paused = true)]
async fn a_body_that_does_not_arrive_takes_too_long() {
    let never = StreamBody::new(stream::pending::<Result<Frame<Bytes>, Infallible>>());
    assert_snapshot!(reply_to("GET /", never).await);
}

#[tokio::test]
async fn a_body_that_breaks_off_cannot_be_read() {
    let broken = stream::iter([Err::<Frame<Bytes>, _>("the client went away")]);
    assert_snapshot!(reply_to("GET /", StreamBody::new(broken)).await);
}

fn nothing() -> Full<Bytes> {
    body_of(0)
}

fn body_of(bytes: u64) -> Full<Bytes> {
    vec![b'.'; usize::try_from(bytes).unwrap()].into()
}

/// A body without a declared length.
fn chunks_of(bytes: u64, count: usize) -> impl Body<Data = Bytes, Error = Infallible> + Send + Sync {
    let chunk = Bytes::from(vec![b'.'; usize::try_from(bytes).unwrap()]);
    let frames = std::iter::repeat_with(move || Ok(Frame::data(chunk.clone())));
    StreamBody::new(stream::iter(frames.take(count)))
}

async fn reply_to<B>(request: &str, body: B) -> String
where
    B: Body<Data = Bytes, Error: Into<Box<dyn std::error::Error + Send + Sync>>>,
    B: Send + Sync + 'static,
{
    reply::to(ping::routes(), request, [], body).await
}
