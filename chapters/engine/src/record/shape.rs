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

/// Applied one after the other. What a registry and a resolver answer comes first: values in it get
/// no number.
pub(crate) static SHAPES: [(Pattern, Becomes); 11] = [
    // Whether an image is refused or there is no network.
    (
        pattern!(r"(?m)(^Unable to find image '[^']+' locally\n)docker: Error response from daemon: .+$"),
        Same("${1}<registry-answer>"),
    ),
    // What a resolver says of a name that it does not know depends on the network.
    (
        pattern!(r"(failed to lookup address information: )[^;\n]+"),
        Same("${1}<resolver-answer>"),
    ),
    (
        pattern!(r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z| ?[+-]\d\d:?\d\d(?: [A-Z]+)?)?"),
        Same("<time>"),
    ),
    (
        pattern!(r"\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT"),
        Same("<time>"),
    ),
    (
        pattern!(r"\b(?:About an?|Less than a|\d+) (?:second|minute|hour|day|week|month|year)s?(?: ago)?\b"),
        Same("<time>"),
    ),
    (pattern!(r"\b\d+(?:\.\d+)?(?:ns|µs|ms|s)\b"), Same("<duration>")),
    (
        pattern!(r"\b(?:(after )\d+ ms|(next try in )\d+\.\d s)\b"),
        Same("${1}${2}<duration>"),
    ),
    (pattern!(r"\(attempt \d+\)"), Same("(attempt <n>)")),
    // As long as Docker ever shows one.
    (pattern!(r"\b(sha256:)?([0-9a-f]{7,64})\b"), IfId),
    // Of the blocks that nobody owns.
    (
        pattern!(r"\b(?:10\.\d{1,3}|172\.(?:1[6-9]|2\d|3[01])|192\.168)\.\d{1,3}\.\d{1,3}\b"),
        Value(Kind::Address),
    ),
    (pattern!(size::PATTERN.as_str()), Value(Kind::Size)),
];
