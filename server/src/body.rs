use std::time::Duration;

use futures_util::TryStreamExt;
use warp::{Buf, Filter, Rejection, Stream};

/// Largest body of a request, in bytes, with a declared length or in chunks.
pub const BODY_BYTES_MAX: u64 = 16 * 1024;

/// Time limit for a body to arrive after its head.
pub(crate) const BODY_TIME_MAX: Duration = Duration::from_secs(3);

/// Why a body was not read completely.
#[derive(Debug)]
pub(crate) enum BodyError {
    /// The body is larger than [`BODY_BYTES_MAX`].
    TooLarge,
    /// The body took longer than [`BODY_TIME_MAX`].
    TooSlow,
    /// The body is not valid HTTP, or the client disconnected.
    Broken,
}

impl warp::reject::Reject for BodyError {}

/// Reads the body and drops it, so that the next request of the connection can be read.
///
/// Rejects with a [`BodyError`]; a body with a declared length above the limit is not read at all.
pub(crate) fn discarded() -> impl Filter<Extract = (), Error = Rejection> + Copy {
    warp::header::optional("content-length")
        .and(warp::body::stream())
        .and_then(async |length, body| read(length, body, |_| ()).await)
        .untuple_one()
}

/// Reads the body; rejects as [`discarded`] does.
#[cfg(feature = "docker-gs-ping-roach")]
pub(crate) fn collected() -> impl Filter<Extract = (Vec<u8>,), Error = Rejection> + Copy {
    warp::header::optional("content-length")
        .and(warp::body::stream())
        .and_then(async |length, body| {
            let mut collected = Vec::new();
            read(length, body, |part| collected.extend_from_slice(part)).await?;
            Ok::<_, Rejection>(collected)
        })
}

async fn read(
    announced: Option<u64>,
    body: impl Stream<Item = Result<impl Buf, warp::Error>>,
    keep: impl FnMut(&[u8]),
) -> Result<(), Rejection> {
    if announced.is_some_and(|length| length > BODY_BYTES_MAX) {
        return Err(warp::reject::custom(BodyError::TooLarge));
    }
    let read = tokio::time::timeout(BODY_TIME_MAX, read_parts(body, keep));
    let read = read.await.unwrap_or(Err(BodyError::TooSlow));
    read.map_err(warp::reject::custom)
}

async fn read_parts(
    body: impl Stream<Item = Result<impl Buf, warp::Error>>,
    mut keep: impl FnMut(&[u8]),
) -> Result<(), BodyError> {
    let mut body = std::pin::pin!(body);
    let mut length = 0;
    while let Some(mut part) = body.try_next().await.map_err(|_| BodyError::Broken)? {
        length += part.remaining() as u64;
        if length > BODY_BYTES_MAX {
            return Err(BodyError::TooLarge);
        }
        while part.has_remaining() {
            let chunk = part.chunk();
            let read = chunk.len();
            keep(chunk);
            part.advance(read);
        }
    }
    Ok(())
}
