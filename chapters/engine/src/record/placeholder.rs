//! Placeholders: what a transcript shows instead of values that differ in each run.

use std::collections::BTreeMap;

use regex::Captures;
use strum::VariantArray;

use crate::record::pattern::{Pattern, pattern};
use crate::record::table::Table;

/// The kind of value behind a numbered placeholder; displayed as its name there, such as `ipv6-port`.
#[derive(Clone, Copy, Debug, strum::Display, strum::EnumString, Eq, PartialEq, VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum Kind {
    /// Id of a container: 64 hexadecimal digits, or the first 12.
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
    /// TCP port on the host's IPv6 addresses: engine 26 sometimes chooses a different one there.
    Ipv6Port,
    /// Size of an image, with its unit.
    Size,
    /// Version of a program, with its build details.
    Version,
    /// Processor architecture.
    Architecture,
}

/// Every kind.
pub const KINDS: &[Kind] = Kind::VARIANTS;

impl Kind {
    /// Whether a value may be shortened to its first digits.
    pub(crate) fn is_id(self) -> bool {
        use Kind::{Container, Image, Layer, Network, Volume};
        matches!(self, Container | Image | Layer | Network | Volume)
    }

    /// Whether two equal values of this kind are the same thing. Two images of the same size are not, so
    /// each size has its own number. For such kinds, the book shows the recorded value.
    pub(crate) fn has_identity(self) -> bool {
        !matches!(self, Self::Size | Self::Version | Self::Architecture)
    }
}

/// A placeholder in a text.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Placeholder<'a> {
    /// The placeholder as written: `<container-1>`.
    pub text: &'a str,
    /// Its kind and its number; `None` if any value is accepted.
    pub numbered: Option<(Kind, &'a str)>,
}

static PLACEHOLDER: Pattern = pattern!({
    let kinds: Vec<_> = KINDS.iter().map(Kind::to_string).collect();
    let kinds = kinds.join("|");
    format!(r"<(?:({kinds})-(\d+)|time|duration|n|ref|registry-answer|resolver-answer)>")
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

    /// The placeholder without brackets: `container-1`, as in the header of a snapshot.
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

/// The placeholder, if the text consists of nothing else.
pub(crate) fn alone(text: &str) -> Option<Placeholder<'_>> {
    placeholders(text).find(|found| found.text == text)
}

/// The text with placeholders replaced by their values; those without a value stay.
pub(crate) fn filled(text: &str, mut value: impl FnMut(Placeholder<'_>) -> Option<String>) -> String {
    let value_or_itself =
        |found: &Captures<'_>| value(Placeholder::of(found)).unwrap_or_else(|| found[0].to_owned());
    PLACEHOLDER.replace_all(text, value_or_itself).into_owned()
}

/// A recorded output with its recorded values filled in, such as `size-1`. Tables are aligned again.
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
