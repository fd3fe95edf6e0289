use std::time::Duration;

use futures_util::TryStreamExt;
use warp::{Buf, Filter, Rejection, Stream};

/// Largest body of a request, in bytes, whether it announces its length or comes in chunks.
pub const BODY_BYTES_MAX: u64 = 16 * 1024;

/// Longest time for a body to arrive, once its head has.
pub(crate) const BODY_TIME_MAX: Duration = Duration::from_secs(3);

/// Why a body was not read to its end.
#[derive(Debug)]
pub(crate) enum BodyError {
    /// It is larger than [`BODY_BYTES_MAX`].
    TooLarge,
    /// It took longer than [`BODY_TIME_MAX`].
    TooSlow,
    /// It is no HTTP body, or the client went away.
    Broken,
}

impl warp::reject::Reject for BodyError {}

/// Reads the body and drops it, so that the connection stands at its next request.
///
/// Rejects with a [`BodyError`]; a length announced beyond the limit is rejected unread.
pub(crate) fn discarded() -> impl Filter<Extract = (), Error = Rejection> + Copy {
    warp::header::optional("content-length")
        .and(warp::body::stream())
        .and_then(async |length: Option<u64>, body| {
            if length.is_some_and(|length| length > BODY_BYTES_MAX) {
                return Err(warp::reject::custom(BodyError::TooLarge));
            }
            let read = tokio::time::timeout(BODY_TIME_MAX, discard(body));
            let read = read.await.unwrap_or(Err(BodyError::TooSlow));
            read.map_err(warp::reject::custom)
        })
        .untuple_one()
}

async fn discard(body: impl Stream<Item = Result<impl Buf, warp::Error>>) -> Result<(), BodyError> {
    let mut body = std::pin::pin!(body);
    let mut length = 0;
    while let Some(part) = body.try_next().await.map_err(|_| BodyError::Broken)? {
        length += part.remaining() as u64;
        if length > BODY_BYTES_MAX {
            return Err(BodyError::TooLarge);
        }
    }
    Ok(())
}
