//! Placeholders: what stands in a transcript for a value that is another one in each run.

use std::collections::BTreeMap;

use regex::Captures;
use strum::VariantArray;

use crate::record::pattern::{Pattern, pattern};
use crate::record::table::Table;

/// What a placeholder with a number stands for; as text, its name there, such as `ipv6-port`.
#[derive(Clone, Copy, Debug, strum::Display, strum::EnumString, Eq, PartialEq, VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum Kind {
    /// Id of a container: 64 hexadecimal digits, or their first 12.
    Container,
    /// Id of an image, with or without `sha256:`.
    Image,
    /// Digest of a layer of an image, with or without `sha256:`.
    Layer,
    /// Id of a network.
    Network,
    /// Name of a volume that Docker chose.
    Volume,
    /// Name of a container that Docker chose: `happy_turing`.
    Name,
    /// IP address of a container.
    Address,
    /// TCP port that Docker chose.
    Port,
    /// The same on the host's IPv6 addresses: engine 26 was seen to choose another one there.
    Ipv6Port,
    /// Size of an image, with its unit.
    Size,
    /// Version of a program, with what it says of its build.
    Version,
    /// Processor architecture.
    Architecture,
}

/// Every kind.
pub const KINDS: &[Kind] = Kind::VARIANTS;

impl Kind {
    /// Whether a value may be shown by its first digits.
    pub(crate) fn is_id(self) -> bool {
        use Kind::{Container, Image, Layer, Network, Volume};
        matches!(self, Container | Image | Layer | Network | Volume)
    }

    /// Whether two equal values of this kind are one thing: two images of the same size are not, so
    /// each size has its own number. Of such kinds, the book shows what was recorded.
    pub(crate) fn has_identity(self) -> bool {
        !matches!(self, Self::Size | Self::Version | Self::Architecture)
    }
}

/// A placeholder in a text.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Placeholder<'a> {
    /// As it stands there: `<container-1>`.
    pub text: &'a str,
    /// Its kind and its number; `None` where whatever comes is as good.
    pub numbered: Option<(Kind, &'a str)>,
}

static PLACEHOLDER: Pattern = pattern!({
    let kinds: Vec<_> = KINDS.iter().map(Kind::to_string).collect();
    let kinds = kinds.join("|");
    format!(r"<(?:({kinds})-(\d+)|time|duration|n|registry-answer|resolver-answer)>")
});

impl<'a> Placeholder<'a> {
    fn of(found: &Captures<'a>) -> Self {
        let group = |at| found.get(at).map(|group| group.as_str());
        let kind = group(1).and_then(|name| name.parse().ok());
        Self {
            text: group(0).unwrap_or_default(),
            numbered: kind.zip(group(2)),
        }
    }

    /// Without brackets: `container-1`, as in the header of a snapshot.
    pub(crate) fn bare(self) -> &'a str {
        self.text.trim_matches(['<', '>'])
    }
}

/// Every placeholder of a text, in order.
pub fn placeholders(text: &str) -> impl Iterator<Item = Placeholder<'_>> {
    PLACEHOLDER
        .captures_iter(text)
        .map(|found| Placeholder::of(&found))
}

/// The placeholder that is all of a text.
pub(crate) fn alone(text: &str) -> Option<Placeholder<'_>> {
    placeholders(text).find(|found| found.text == text)
}

/// The text with a value for each placeholder that has one.
pub(crate) fn filled(text: &str, mut value: impl FnMut(Placeholder<'_>) -> Option<String>) -> String {
    let value_or_itself =
        |found: &Captures<'_>| value(Placeholder::of(found)).unwrap_or_else(|| found[0].to_owned());
    PLACEHOLDER.replace_all(text, value_or_itself).into_owned()
}

/// A recorded output with the values that were recorded beside it: `size-1` and what it was. A table
/// is laid out again.
#[must_use]
pub fn with_recorded(output: &str, recorded: &BTreeMap<String, String>) -> String {
    let filled = |text: &str| filled(text, |found| recorded.get(found.bare()).cloned());
    let Some(mut table) = Table::parse(output) else {
        return filled(output);
    };
    for cell in table.rows.iter_mut().flatten() {
        *cell = filled(cell);
    }
    table.layout()
}
