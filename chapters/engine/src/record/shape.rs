//! Finds values in running text by their pattern. [`place`](super::place) finds values by their
//! position, which says more.

use crate::record::pattern::{Pattern, pattern};
use crate::record::placeholder::Kind;
use crate::record::size;

use Becomes::{IfId, Same, Value};

/// What replaces a value with a known shape.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Becomes {
    /// This fixed text; `$1` is the pattern's first group.
    Same(&'static str),
    /// A numbered placeholder.
    Value(Kind),
    /// An id's placeholder, if the match is an id: it has an algorithm in the first group, or is already
    /// known, or has a length and a mixture of letters and digits that only ids have.
    IfId,
}

/// Applied in this order. Answers of registries and resolvers come first, so that values in them get no
/// number.
pub(crate) static SHAPES: [(Pattern, Becomes); 12] = [
    // BuildKit's reference to the build context of one build.
    (
        pattern!(r"\bref [a-z0-9-]{25,36}::[a-z0-9]{25}\b"),
        Same("ref <ref>"),
    ),
    // Registries refuse an image in different ways, and there may be no network.
    (
        pattern!(r"(?m)(^Unable to find image '[^']+' locally\n)docker: Error response from daemon: .+$"),
        Same("${1}<registry-answer>"),
    ),
    // A resolver's answer for an unknown name depends on the network.
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
    // As long as Docker ever prints one.
    (pattern!(r"\b(sha256:)?([0-9a-f]{7,64})\b"), IfId),
    // From the private address blocks.
    (
        pattern!(r"\b(?:10\.\d{1,3}|172\.(?:1[6-9]|2\d|3[01])|192\.168)\.\d{1,3}\.\d{1,3}\b"),
        Value(Kind::Address),
    ),
    (pattern!(size::PATTERN.as_str()), Value(Kind::Size)),
];
