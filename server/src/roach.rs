//! The routes of `docker-gs-ping-roach`, and their database.

mod message; // the body of a post
mod batch; // posts that share a statement
mod store; // the SQL, and the retries
mod presence; // whether the database is available
mod keep; // waiting for the database, at the start and later
mod database; //  a pool of connections
mod hosts; // from host names to a session
mod addresses; // DNS look-ups
mod trouble; // the meaning of errors
mod tls; // encryption and certificates
mod settings; // settings from the environment

pub use keep::{keep, keep_within};
pub use settings::{DatabaseSettings, Settings};
pub use store::Store;

use std::convert::Infallible;
use warp::http::StatusCode;

use warp::http::header::{CONTENT_TYPE, HeaderValue};
use warp::{Filter, Rejection, Reply};

use crate::ping::{alive, read_only};
use crate::problem::Problem;
use crate::{body, handlers, method, problem};
use batch::Batches;
use message::{Message, Refusal};
use store::StoreError;

/// Replies to `GET` and `HEAD` of `/`, `/ready`, `/health` and `/ping`, and to `POST /send`; other
/// requests get a problem.
pub fn routes(
    store: Store,
) -> impl Filter<Extract = (impl Reply,), Error = Rejection> + Clone + Send + Sync + 'static {
    let batches = Batches::new(store.clone());
    let batches = warp::any().map(move || batches.clone());
    let store = warp::any().map(move || store.clone());

    let hello = warp::path::end().and(read_only()).and(store.clone()).then(hello);
    let ready = warp::path!("ready").and(read_only()).and(store).then(ready);
    let send = warp::path!("send")
        .and(method::post())
        .and(content_type())
        .and(body::collected())
        .and(batches)
        .then(send);
    hello.or(send).or(ready).or(alive()).recover(problem::reply)
}

/// The header `Content-Type`; `None` if the request has none.
fn content_type() -> impl Filter<Extract = (Option<HeaderValue>,), Error = Infallible> + Clone {
    let given = warp::header::value(CONTENT_TYPE.as_str()).map(Some);
    given.or(warp::any().map(|| None)).unify()
}

async fn hello(store: Store) -> Result<impl Reply, Problem> {
    let total = store.total().await?;
    Ok(warp::reply::html(format!("Hello, Docker! ({total})\n")))
}

async fn ready(store: Store) -> Result<impl Reply, Problem> {
    store.check().await?;
    Ok(handlers::alive())
}

/// Replies with the message after it has been committed.
async fn send(
    content_type: Option<HeaderValue>,
    body: Vec<u8>,
    batches: Batches,
) -> Result<impl Reply, Problem> {
    let message = Message::parse(content_type.as_ref(), &body)?;
    let reply = handlers::json(&message);
    batches.add(message.value).await?;
    Ok(reply)
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let status = match refusal {
            Refusal::NotJson => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Refusal::Malformed => StatusCode::BAD_REQUEST,
            Refusal::ValueTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Refusal::NoObject | Refusal::NoValue | Refusal::NoString | Refusal::NoText => {
                StatusCode::UNPROCESSABLE_ENTITY
            }
        };
        Self::new(status, refusal.to_string())
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Value => Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "the database does not take this value",
            ),
            StoreError::Unavailable => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "the database does not answer; try again later",
            ),
        }
    }
}
