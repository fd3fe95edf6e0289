//! What gives a value away in running text: its shape. [`place`](super::place) knows more of one that
//! stands in its place.

use crate::record::pattern::{Pattern, pattern};
use crate::record::placeholder::Kind;
use crate::record::size;

use Becomes::{IfId, Same, Value};

/// What stands in the transcript for what has a shape.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Becomes {
    /// This, whatever it was; `$1` is the pattern's first group.
    Same(&'static str),
    /// A placeholder with a number.
    Value(Kind),
    /// The placeholder of an id: with an algorithm in the first group; or known already; or of a
    /// length and a mixture of letters and digits that nothing else has.
    IfId,
}

/// A rule, with an example.
#[cfg_attr(not(test), expect(dead_code, reason = "a test goes through the examples"))]
pub(crate) struct Shape {
    pub(crate) pattern: Pattern,
    pub(crate) becomes: Becomes,
    /// A text with such a value, and what becomes of it.
    pub(crate) example: (&'static str, &'static str),
    /// A text that looks nearly like it, and stays.
    pub(crate) near_miss: &'static str,
}

/// Applied one after the other. What a registry and a resolver answer comes first: values in it get
/// no number.
pub(crate) static SHAPES: [Shape; 11] = [
    // Whether an image is refused or there is no network.
    Shape {
        pattern: pattern!(
            r"(?m)(^Unable to find image '[^']+' locally\n)docker: Error response from daemon: .+$"
        ),
        becomes: Same("${1}<registry-answer>"),
        example: (
            "Unable to find image 'a:1' locally\ndocker: Error response from daemon: denied\nSee",
            "Unable to find image 'a:1' locally\n<registry-answer>\nSee",
        ),
        near_miss: "docker: Error response from daemon: denied",
    },
    // What a resolver says of a name that it does not know depends on the network.
    Shape {
        pattern: pattern!(r"(failed to lookup address information: )[^;\n]+"),
        becomes: Same("${1}<resolver-answer>"),
        example: (
            "failed to lookup address information: Try again; next",
            "failed to lookup address information: <resolver-answer>; next",
        ),
        near_miss: "failed to lookup address information",
    },
    Shape {
        pattern: pattern!(
            r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z| ?[+-]\d\d:?\d\d(?: [A-Z]+)?)?"
        ),
        becomes: Same("<time>"),
        example: ("at 2026-11-24 00:32:28.618 +0000 UTC.", "at <time>."),
        near_miss: "(f2d3ce0bd 2026-03-21)",
    },
    Shape {
        pattern: pattern!(r"\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT"),
        becomes: Same("<time>"),
        example: ("date: Tue, 24 Nov 2026 00:32:29 GMT", "date: <time>"),
        near_miss: "Tue, 24 Nov 2026",
    },
    Shape {
        pattern: pattern!(
            r"\b(?:About an?|Less than a|\d+) (?:second|minute|hour|day|week|month|year)s?(?: ago)?\b"
        ),
        becomes: Same("<time>"),
        example: ("Exited (0) 3 seconds ago", "Exited (0) <time>"),
        near_miss: "a second attempt",
    },
    Shape {
        pattern: pattern!(r"\b\d+(?:\.\d+)?(?:ns|µs|ms|s)\b"),
        becomes: Same("<duration>"),
        example: ("in 0.35s", "in <duration>"),
        near_miss: "2steps",
    },
    Shape {
        pattern: pattern!(r"\b(?:(after )\d+ ms|(next try in )\d+\.\d s)\b"),
        becomes: Same("${1}${2}<duration>"),
        example: (
            "after 12 ms, next try in 0.1 s",
            "after <duration>, next try in <duration>",
        ),
        near_miss: "12 ms",
    },
    Shape {
        pattern: pattern!(r"\(attempt \d+\)"),
        becomes: Same("(attempt <n>)"),
        example: ("not ready (attempt 2)", "not ready (attempt <n>)"),
        near_miss: "attempt 2",
    },
    // As long as Docker ever shows one.
    Shape {
        pattern: pattern!(r"\b(sha256:)?([0-9a-f]{7,64})\b"),
        becomes: IfId,
        example: ("sha256:4f1b7c0 and 4f1b7c02d9e3", "<image-1> and <image-1>"),
        near_miss: "107374182400 bytes in 4f1b7c0",
    },
    // Of the blocks that nobody owns.
    Shape {
        pattern: pattern!(r"\b(?:10\.\d{1,3}|172\.(?:1[6-9]|2\d|3[01])|192\.168)\.\d{1,3}\.\d{1,3}\b"),
        becomes: Value(Kind::Address),
        example: ("to 172.17.0.2:80", "to <address-1>:80"),
        near_miss: "172.15.0.2, 127.0.0.1, 0.0.0.0 and 8.8.8.8",
    },
    Shape {
        pattern: pattern!(size::TEXT),
        becomes: Value(Kind::Size),
        example: ("1.08GB and 1.08GB", "<size-1> and <size-2>"),
        near_miss: "0B or 12MiB",
    },
];
