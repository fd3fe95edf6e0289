//! Tests of the response to each request without a database: nothing listens on its port.

#![expect(clippy::unwrap_used, reason = "a test may unwrap: its panic is the report")]

mod reply;

use std::ffi::OsString;
use std::net::{Ipv4Addr, TcpListener};
use std::time::Duration;

use docker_gs_ping::BODY_BYTES_MAX;
use docker_gs_ping::roach::{self, Settings, Store};
use http_body_util::Full;
use hyper::body::Bytes;
use insta::assert_snapshot;
use warp::http::HeaderValue;
use warp::http::header::CONTENT_TYPE;

#[tokio::test]
async fn health_is_ok_without_a_database() {
    assert_snapshot!(reply_to("GET /health").await);
}

#[tokio::test]
async fn ping_is_ok_without_a_database() {
    assert_snapshot!(reply_to("GET /ping").await);
}

#[tokio::test]
async fn nothing_is_ready_without_a_database() {
    assert_snapshot!(reply_to("GET /ready").await);
}

#[tokio::test(start_paused = true)]
async fn home_is_unavailable_without_a_database() {
    assert_snapshot!(reply_to("GET /").await);
}

#[tokio::test(start_paused = true)]
async fn a_message_cannot_be_stored_without_a_database() {
    assert_snapshot!(reply_to_post(r#"{"value":"Hello"}"#).await);
}

#[tokio::test]
async fn head_of_ready_has_its_length_and_no_body() {
    assert_snapshot!(reply_to("HEAD /ready").await);
}

#[tokio::test]
async fn an_unknown_path_is_not_found() {
    assert_snapshot!(reply_to("GET /nowhere").await);
}

#[tokio::test]
async fn a_path_below_send_is_not_found() {
    assert_snapshot!(reply_to("POST /send/more").await);
}

#[tokio::test]
async fn home_allows_no_post() {
    assert_snapshot!(reply_to("POST /").await);
}

#[tokio::test]
async fn ready_allows_no_post() {
    assert_snapshot!(reply_to("POST /ready").await);
}

#[tokio::test]
async fn send_allows_no_get() {
    assert_snapshot!(reply_to("GET /send").await);
}

#[tokio::test]
async fn an_empty_body_is_malformed() {
    assert_snapshot!(reply_to_post("").await);
}

#[tokio::test]
async fn half_an_object_is_malformed() {
    assert_snapshot!(reply_to_post(r#"{"value":"#).await);
}

#[tokio::test]
async fn what_follows_the_object_is_malformed() {
    assert_snapshot!(reply_to_post(r#"{"value":"a"} {"value":"b"}"#).await);
}

#[tokio::test]
async fn what_is_not_utf_8_is_malformed() {
    assert_snapshot!(reply_to_post(b"{\"value\":\"\xff\"}").await);
}

#[tokio::test]
async fn null_is_no_object() {
    assert_snapshot!(reply_to_post("null").await);
}

#[tokio::test]
async fn a_list_is_no_object() {
    assert_snapshot!(reply_to_post(r#"["Hello"]"#).await);
}

#[tokio::test]
async fn an_empty_object_has_no_value() {
    assert_snapshot!(reply_to_post("{}").await);
}

#[tokio::test]
async fn another_name_is_no_value() {
    assert_snapshot!(reply_to_post(r#"{"Value":"Hello"}"#).await);
}

#[tokio::test]
async fn null_is_no_string() {
    assert_snapshot!(reply_to_post(r#"{"value":null}"#).await);
}

#[tokio::test]
async fn a_number_is_no_string() {
    assert_snapshot!(reply_to_post(r#"{"value":1}"#).await);
}

#[tokio::test]
async fn nul_is_no_text() {
    assert_snapshot!(reply_to_post(r#"{"value":"a\u0000b"}"#).await);
}

#[tokio::test]
async fn half_a_surrogate_pair_is_no_text() {
    assert_snapshot!(reply_to_post(r#"{"value":"\ud83d"}"#).await);
}

#[tokio::test]
async fn half_a_surrogate_pair_in_a_name_is_no_text() {
    assert_snapshot!(reply_to_post(r#"{"\ud83d":1,"value":"Hello"}"#).await);
}

#[tokio::test]
async fn a_value_above_the_limit_is_too_large() {
    // 1,001 characters of two bytes each.
    assert_snapshot!(reply_to_post(format!(r#"{{"value":"{}"}}"#, "ä".repeat(1_001))).await);
}

#[tokio::test]
async fn a_body_above_the_limit_is_too_large() {
    let spaces = usize::try_from(BODY_BYTES_MAX).unwrap() + 1;
    assert_snapshot!(reply_to_post(" ".repeat(spaces)).await);
}

#[tokio::test]
async fn text_is_no_json() {
    assert_snapshot!(reply_to_post_of("text/plain", r#"{"value":"Hello"}"#).await);
}

#[tokio::test]
async fn a_form_is_no_json() {
    assert_snapshot!(reply_to_post_of("application/x-www-form-urlencoded", "value=Hello").await);
}

#[tokio::test]
async fn an_empty_content_type_is_no_json() {
    assert_snapshot!(reply_to_post_of("", r#"{"value":"Hello"}"#).await);
}

#[tokio::test]
async fn a_content_type_that_is_no_text_is_no_json() {
    assert_snapshot!(reply_to_post_of(b"application/json\xff", r#"{"value":"Hello"}"#).await);
}

/// A well-formed message reaches the store.
#[tokio::test(start_paused = true)]
async fn json_may_have_parameters_and_capitals() {
    let reply = reply_to_post_of("Application/JSON; charset=latin1", r#"{"value":"Hello"}"#);
    assert!(reply.await.starts_with("503 Service Unavailable"));
}

#[tokio::test(start_paused = true)]
async fn a_missing_content_type_is_taken_as_json() {
    let reply = reply::to(routes(), "POST /send", [], Full::from(r#"{"value":"Hello"}"#));
    assert!(reply.await.starts_with("503 Service Unavailable"));
}

#[tokio::test(start_paused = true)]
async fn an_empty_value_is_a_value() {
    let reply = reply_to_post(r#"{"value":""}"#).await;
    assert!(reply.starts_with("503 Service Unavailable"), "{reply}");
}

#[tokio::test(start_paused = true)]
async fn a_value_at_the_limit_is_a_value() {
    let reply = reply_to_post(format!(r#"{{"value":"{}"}}"#, "ä".repeat(1_000))).await;
    assert!(reply.starts_with("503 Service Unavailable"), "{reply}");
}

#[tokio::test(start_paused = true)]
async fn other_members_are_ignored() {
    let reply = reply_to_post(r#"{"deep":[[{"value":1}]],"v\u0061lue":"Hello"}"#).await;
    assert!(reply.starts_with("503 Service Unavailable"), "{reply}");
}

#[tokio::test]
async fn a_database_that_does_not_come_is_given_up() {
    let port = closed_port();
    let store = Store::new(settings(port).database);
    let ended = roach::keep_within(&store, Duration::from_secs(1)).await;
    assert_eq!(
        ended.unwrap_err().lines(),
        [format!(
            "the database at 127.0.0.1:{port} was not ready within 1 s: connection refused"
        )]
    );
}

async fn reply_to(request: &str) -> String {
    reply::to(routes(), request, [], Full::<Bytes>::default()).await
}

async fn reply_to_post(body: impl AsRef<[u8]>) -> String {
    reply_to_post_of("application/json", body).await
}

async fn reply_to_post_of(content_type: impl AsRef<[u8]>, body: impl AsRef<[u8]>) -> String {
    let content_type = HeaderValue::from_bytes(content_type.as_ref()).unwrap();
    let body = Full::from(body.as_ref().to_vec());
    reply::to(routes(), "POST /send", [(CONTENT_TYPE, content_type)], body).await
}

fn routes() -> impl warp::Filter<Extract = (impl warp::Reply,), Error = warp::Rejection, Future: Send>
+ Clone
+ Send
+ Sync
+ 'static {
    roach::routes(Store::new(settings(closed_port()).database))
}

fn settings(port: u16) -> Settings {
    let read = Settings::read(|name| {
        let value = match name {
            "PGHOST" => "127.0.0.1".to_owned(),
            "PGPORT" => port.to_string(),
            "PGUSER" | "PGDATABASE" => "nobody".to_owned(),
            _ => return None,
        };
        Some(OsString::from(value))
    });
    read.unwrap_or_else(|error| panic!("{}", error.lines().join("\n")))
}

/// A port that was free a moment ago.
fn closed_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    listener.local_addr().unwrap().port()
}
