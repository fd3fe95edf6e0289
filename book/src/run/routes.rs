//! Requests of pages: each is a POST with a JSON object, and so is each answer.

use serde::Deserialize;
use serde_json::{Value, json};
use tutorial_engine::language::Language;
use warp::http::{HeaderMap, StatusCode, header};

use crate::run::guard::{Guard, Refused, TOKEN_HEADER};
use crate::run::{Declined, Runs, Wanted};

/// Start of the paths of these requests.
const PREFIX: &str = "/run/";

/// Longest body of a request, in bytes.
pub const BODY_MAX: u64 = 4 << 10;

/// The fields that requests have, each some of them.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Body {
    /// Number of the last change that the page knows.
    since: u64,
    chapter: String,
    section: String,
    /// Id of a command.
    id: String,
    language: String,
    checks: bool,
    replaces: bool,
}

/// Answers a POST for a path such as `/run/poll`: a status, and a JSON object.
pub async fn answer(
    runs: &Runs,
    guard: &Guard,
    path: &str,
    headers: &HeaderMap,
    body: &[u8],
) -> (StatusCode, Value) {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let (host, origin) = (header(header::HOST.as_str()), header(header::ORIGIN.as_str()));
    if let Err(refused) = guard.check(host, origin, header(TOKEN_HEADER)) {
        let why = match refused {
            Refused::Host => "host",
            Refused::Origin => "origin",
            Refused::Token => "token",
        };
        return fault(StatusCode::FORBIDDEN, why);
    }
    let Ok(body) = serde_json::from_slice::<Body>(body) else {
        return fault(StatusCode::BAD_REQUEST, "body");
    };
    let language = Language::of_code(&body.language).unwrap_or_default();
    let done = match path.strip_prefix(PREFIX).unwrap_or_default() {
        "poll" => Ok(runs.since(body.since)),
        "trouble" => Ok(json!({ "trouble": runs.trouble(language).await })),
        "plan" => runs.plan(&body.chapter, &body.section).map(|plan| json!(plan)),
        "start" => {
            let wanted = Wanted {
                chapter: body.chapter,
                section: body.section,
                language,
                checks: body.checks,
                replaces: body.replaces,
            };
            runs.run(wanted).map(|()| json!({}))
        }
        "stop" => {
            runs.stop();
            Ok(json!({}))
        }
        "made" => runs.made(language).await.map(|made| json!({ "objects": made })),
        "clean" => runs.clean().map(|()| json!({})),
        "output" => {
            let output = runs.output(&body.chapter, &body.id);
            output
                .map(|output| json!({ "output": output }))
                .ok_or(Declined::Unknown)
        }
        _ => Err(Declined::Unknown),
    };
    match done {
        Ok(answer) => (StatusCode::OK, answer),
        Err(Declined::Unknown) => fault(StatusCode::NOT_FOUND, "unknown"),
        Err(Declined::Busy) => fault(StatusCode::CONFLICT, "busy"),
        Err(Declined::Other(chapter)) => (
            StatusCode::CONFLICT,
            json!({ "error": "other", "chapter": chapter }),
        ),
    }
}

fn fault(status: StatusCode, error: &str) -> (StatusCode, Value) {
    (status, json!({ "error": error }))
}
