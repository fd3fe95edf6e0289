use std::borrow::Cow;

use serde::Serialize;
use warp::http::header::ALLOW;
use warp::http::{HeaderValue, StatusCode};
use warp::reply::Response;
use warp::{Rejection, Reply};

use crate::body::{BODY_BYTES_MAX, BodyError};
use crate::handlers::json;
use crate::method::NotAllowed;

/// An error reply to a client: a status and one sentence.
#[derive(Serialize)]
pub(crate) struct Problem {
    #[serde(skip)]
    status: StatusCode,
    /// The header `Allow`; `None` if the method is not the problem.
    #[serde(skip)]
    allow: Option<&'static str>,
    message: Cow<'static, str>,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            status,
            allow: None,
            message: message.into(),
        }
    }
}

/// The problem for `rejection`.
///
/// # Errors
///
/// - The rejection itself, if no route of ours caused it; warp then replies.
pub(crate) async fn reply(rejection: Rejection) -> Result<Problem, Rejection> {
    if rejection.is_not_found() {
        Ok(Problem::new(
            StatusCode::NOT_FOUND,
            "there is nothing at this path",
        ))
    } else if let Some(error) = rejection.find::<BodyError>() {
        Ok(Problem::from(error))
    } else if let Some(error) = rejection.find::<NotAllowed>() {
        Ok(Problem::from(error))
    } else {
        Err(rejection)
    }
}

impl From<&BodyError> for Problem {
    fn from(error: &BodyError) -> Self {
        match error {
            BodyError::TooLarge => Self::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                format!("the body has more than {BODY_BYTES_MAX} bytes"),
            ),
            BodyError::TooSlow => Self::new(StatusCode::REQUEST_TIMEOUT, "the body took too long"),
            BodyError::Broken => Self::new(StatusCode::BAD_REQUEST, "the body cannot be read"),
        }
    }
}

impl From<&NotAllowed> for Problem {
    fn from(error: &NotAllowed) -> Self {
        let methods = error.allowed.replace(", ", " and ");
        Self {
            allow: Some(error.allowed),
            ..Self::new(
                StatusCode::METHOD_NOT_ALLOWED,
                format!("this path allows {methods}"),
            )
        }
    }
}

impl Reply for Problem {
    fn into_response(self) -> Response {
        let mut response = json(&self).into_response();
        *response.status_mut() = self.status;
        if let Some(allow) = self.allow {
            let allow = HeaderValue::from_static(allow);
            response.headers_mut().insert(ALLOW, allow);
        }
        response
    }
}
