//! Placeholders: what stands in a transcript for a value that is another one in each run.

use std::collections::BTreeMap;

use regex::Captures;

use crate::record::pattern::{Pattern, pattern};
use crate::record::table::Table;

/// What a placeholder with a number stands for.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
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

/// Every kind with its name in a placeholder and an example of what stands behind it.
pub const KINDS: [(Kind, &str, &str); 12] = [
    (Kind::Container, "container", "4f1b7c02d9e3"),
    (Kind::Image, "image", "sha256:4f1b7c02d9e3…"),
    (Kind::Layer, "layer", "sha256:4f1b7c02d9e3…"),
    (Kind::Network, "network", "4f1b7c02d9e3"),
    (Kind::Volume, "volume", "4f1b7c02d9e3…"),
    (Kind::Name, "name", "happy_turing"),
    (Kind::Address, "address", "172.17.0.2"),
    (Kind::Port, "port", "32768"),
    (Kind::Ipv6Port, "ipv6-port", "32768"),
    (Kind::Size, "size", "1.08GB"),
    (Kind::Version, "version", "26.1.5"),
    (Kind::Architecture, "architecture", "x86_64"),
];

impl Kind {
    /// As in `<container-1>`.
    pub(crate) fn name(self) -> &'static str {
        let row = KINDS.iter().find(|(kind, ..)| *kind == self);
        row.map_or("", |(_, name, _)| name)
    }

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
    let kinds = KINDS.map(|(_, name, _)| name).join("|");
    format!(r"<(?:({kinds})-(\d+)|time|duration|n|registry-answer|resolver-answer)>")
});

impl<'a> Placeholder<'a> {
    fn of(found: &Captures<'a>) -> Self {
        let group = |at| found.get(at).map(|group| group.as_str());
        let row = KINDS.iter().find(|(_, name, _)| group(1) == Some(name));
        Self {
            text: group(0).unwrap_or_default(),
            numbered: row.map(|(kind, ..)| *kind).zip(group(2)),
        }
    }

    /// Without brackets: `container-1`, as in the header of a snapshot.
    #[must_use]
    pub fn bare(self) -> &'a str {
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

/// The text with a value for each placeholder that has a number and a value.
pub(crate) fn filled(text: &str, mut value: impl FnMut(Placeholder<'_>) -> Option<String>) -> String {
    let value_or_itself = |found: &Captures<'_>| {
        let placeholder = Some(Placeholder::of(found)).filter(|found| found.numbered.is_some());
        placeholder
            .and_then(&mut value)
            .unwrap_or_else(|| found[0].to_owned())
    };
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
