use serde::Serialize;
use warp::http::header::ALLOW;
use warp::http::{HeaderValue, StatusCode};
use warp::reject::MethodNotAllowed;
use warp::reply::Response;
use warp::{Rejection, Reply};

use crate::body::BodyError;
use crate::handlers::json;

/// What a client reads instead of what it asked for: a status and one sentence.
#[derive(Serialize)]
pub(crate) struct Problem {
    #[serde(skip)]
    status: StatusCode,
    message: &'static str,
}

/// The problem behind `rejection`.
///
/// # Errors
///
/// - The rejection itself, if it is none that a route gives on purpose; warp then replies.
pub(crate) async fn reply(rejection: Rejection) -> Result<Problem, Rejection> {
    let (status, message) = if rejection.is_not_found() {
        (StatusCode::NOT_FOUND, "there is nothing at this path")
    } else if let Some(error) = rejection.find::<BodyError>() {
        match error {
            BodyError::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "the body is too large"),
            BodyError::TooSlow => (StatusCode::REQUEST_TIMEOUT, "the body took too long"),
            BodyError::Broken => (StatusCode::BAD_REQUEST, "the body cannot be read"),
        }
    } else if rejection.find::<MethodNotAllowed>().is_some() {
        (StatusCode::METHOD_NOT_ALLOWED, "this path allows GET and HEAD")
    } else {
        return Err(rejection);
    };
    Ok(Problem { status, message })
}

impl Reply for Problem {
    fn into_response(self) -> Response {
        let mut response = json(&self).into_response();
        *response.status_mut() = self.status;
        if self.status == StatusCode::METHOD_NOT_ALLOWED {
            let allow = HeaderValue::from_static("GET, HEAD");
            response.headers_mut().insert(ALLOW, allow);
        }
        response
    }
}
