use std::collections::HashMap;

use serde::Serialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;
use warp::http::header::HeaderValue;

/// Largest value of a message, in bytes of UTF-8: PostgreSQL's index on the primary key refuses
/// values above 2,704 bytes that it cannot compress.
pub(crate) const VALUE_BYTES_MAX: usize = 2_000;

/// A message as `POST /send` stores it: `{"value":"…"}`.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Message {
    /// At most [`VALUE_BYTES_MAX`] bytes, without NUL. May be empty.
    pub(crate) value: String,
}

/// Why a post is not a valid [`Message`].
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    /// The content type is not `application/json`.
    #[error("the content type has to be application/json")]
    NotJson,
    /// The body is not UTF-8, or not JSON.
    #[error("the body is not JSON")]
    Malformed,
    /// The body is JSON, but not an object.
    #[error("the body has to be an object with a `value`")]
    NoObject,
    /// The object has no `value`.
    #[error("`value` is missing")]
    NoValue,
    /// `value` is not a string, for example null or a number.
    #[error("`value` has to be a string")]
    NoString,
    /// A string contains something that a database text cannot have: half of a surrogate pair, or
    /// NUL.
    #[error("`value` must hold neither NUL nor half of a surrogate pair")]
    NoText,
    /// The value is larger than [`VALUE_BYTES_MAX`].
    #[error("`value` has more than {VALUE_BYTES_MAX} bytes")]
    ValueTooLarge,
}

impl Message {
    /// Parses a body. Without a content type, it counts as JSON. If two members have the same name,
    /// the last one counts, as in the Go original; members with other names are ignored.
    pub(crate) fn parse(content_type: Option<&HeaderValue>, body: &[u8]) -> Result<Self, Refusal> {
        if !content_type.is_none_or(is_json) {
            return Err(Refusal::NotJson);
        }
        let text = std::str::from_utf8(body).map_err(|_| Refusal::Malformed)?;
        // Checks only the syntax, which allows half a surrogate pair, unlike a `String`.
        serde_json::from_str::<IgnoredAny>(text).map_err(|_| Refusal::Malformed)?;
        // A struct would also accept a list, member by member.
        if !text.trim_start().starts_with('{') {
            return Err(Refusal::NoObject);
        }
        let members: HashMap<String, &RawValue> = serde_json::from_str(text).map_err(|_| Refusal::NoText)?;
        let value = members.get("value").ok_or(Refusal::NoValue)?.get();
        if !value.starts_with('"') {
            return Err(Refusal::NoString);
        }
        let value: String = serde_json::from_str(value).map_err(|_| Refusal::NoText)?;
        if value.contains('\0') {
            Err(Refusal::NoText)
        } else if value.len() > VALUE_BYTES_MAX {
            Err(Refusal::ValueTooLarge)
        } else {
            Ok(Self { value })
        }
    }
}

/// Whether a content type is `application/json`, with any parameters: JSON is always UTF-8.
fn is_json(content_type: &HeaderValue) -> bool {
    let essence = content_type.as_bytes().split(|byte| *byte == b';').next();
    essence.is_some_and(|essence| essence.trim_ascii().eq_ignore_ascii_case(b"application/json"))
}
