//! Makes two runs of a chapter read the same: what differs from run to run
//! becomes a placeholder, and equal things get equal placeholders.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::LazyLock;

use regex::{Captures, Match, Regex};

use crate::build_log::{BuildLog, Stage};
use crate::invocation::Invocation;
use crate::place::{Place, Template, column_kind, place};
use crate::size;
use crate::table::Table;

/// An id that stands alone; a digest with its algorithm is one, too.
static ID: LazyLock<Regex> = LazyLock::new(|| pattern(r"^(?:[a-z0-9]+:)?[0-9a-f]+$"));
/// What may be an id in running text: as long as Docker ever shows one.
static ID_IN_TEXT: LazyLock<Regex> = LazyLock::new(|| pattern(r"\b(sha256:)?([0-9a-f]{7,64})\b"));
/// What is an address in running text, wherever it comes from: of the blocks that nobody owns.
static ADDRESS_IN_TEXT: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b(?:10\.\d{1,3}|172\.(?:1[6-9]|2\d|3[01])|192\.168)\.\d{1,3}\.\d{1,3}\b"));
/// An address of the host with the port that is mapped to a container's.
static MAPPED_PORT: LazyLock<Regex> = LazyLock::new(|| pattern(r"(\[[0-9a-f:]+\]|[0-9.]+):(\d+)(->)"));
/// The same at the end of a line, in an answer of `docker port`.
static PORT_ANSWER: LazyLock<Regex> = LazyLock::new(|| pattern(r"(\[[0-9a-f:]+\]|[0-9.]+):(\d+)()$"));
/// Digits by which an id that is known is known again.
const SHORTEST_ID: usize = 7;

static RANDOM_NAME: LazyLock<Regex> = LazyLock::new(|| pattern(r"^[a-z]+_[a-z]+\d?$"));
static VERSION: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\bv?\d+\.\d+[0-9A-Za-z.+~-]*(?: (?:\([^)]*\)|[0-9A-Za-z.+~-]+))?"));
static REGISTRY_ANSWER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?m)(^Unable to find image '[^']+' locally\n)docker: Error response from daemon: .+$")
});

/// What a resolver says of a name that it does not know depends on the network.
static RESOLVER_ANSWER: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(failed to lookup address information: )[^;\n]+"));

/// What is the same however it came out: pattern and replacement.
static UNNUMBERED: LazyLock<[(Regex, &str); 7]> = LazyLock::new(|| {
    [
        (
            r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z| ?[+-]\d\d:?\d\d(?: [A-Z]+)?)?",
            "<time>",
        ),
        (
            r"\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT",
            "<time>",
        ),
        (
            r"\b(?:About an?|Less than a|\d+) (?:second|minute|hour|day|week|month|year)s?(?: ago)?\b",
            "<time>",
        ),
        (r"\b\d+(?:\.\d+)?(?:ns|µs|ms|s)\b", "<duration>"),
        (r"\bafter \d+ ms\b", "after <duration>"),
        (r"\bnext try in \d+\.\d s\b", "next try in <duration>"),
        (r"\(attempt \d+\)", "(attempt <n>)"),
    ]
    .map(|(text, replacement)| (pattern(text), replacement))
});

/// What a placeholder stands for.
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
    /// Size of an image, with its unit. Each occurrence has its own number:
    /// two images of the same size are no identity.
    Size,
    /// Version of a program, with what it says of its build. Each occurrence has its own number.
    Version,
    /// Processor architecture. Each occurrence has its own number.
    Architecture,
}

/// Every kind of placeholder that bears a number, with an example.
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

/// Normalises the outputs of one chapter, in the order in which they came.
#[derive(Clone, Debug, Default)]
pub struct Normaliser {
    known: Vec<Known>,
    /// Ports of the host that a command named: `--publish 80:8080`. Any other is the engine's choice.
    named_ports: BTreeSet<String>,
}

#[derive(Clone, Debug)]
struct Known {
    kind: Kind,
    placeholder: String,
    /// `None` where the output that shows it first was skipped.
    value: Option<String>,
}

/// How one command's output is to be read.
#[derive(Clone, Debug, Default)]
pub struct Reading<'a> {
    /// The command, which tells an image's id from a container's.
    pub command: &'a str,
    /// Stages of the Dockerfile that is built, in order.
    pub stages: &'a [Stage],
    /// Steps of a build whose output and `CACHED` are the lesson.
    pub kept: &'a [&'a str],
}

impl Normaliser {
    /// The output as it goes into the transcript.
    pub fn output(&mut self, output: &str, reading: &Reading<'_>) -> String {
        let invocation = &Invocation::parse(reading.command);
        self.name_ports(invocation);
        // Some programs colour their warnings although NO_COLOR asks them not to.
        let output = &*console::strip_ansi_codes(output);
        let is_build = invocation.is_build();
        let built = BuildLog::parse(output).filter(|_| is_build);
        let table = Table::parse(output).filter(|_| !is_build);
        let text = match (built, table) {
            (Some(log), _) => self.text(&log.normal_form(reading.stages, reading.kept), invocation),
            (None, Some(table)) => self.table(table, invocation),
            (None, None) => {
                let placed = self.placed(output, invocation);
                self.text(&placed, invocation)
            }
        };
        lines_once(&text)
    }

    /// How many things the outputs so far have named.
    pub(crate) fn count(&self) -> usize {
        self.known.len()
    }

    /// Takes a placeholder that a skipped command shows first in the book, so that the next one of
    /// its kind gets the book's number; `value` is what it stands for, where that is known.
    pub fn reserve(&mut self, placeholder: &str, value: Option<&str>) {
        let is_known = self.known.iter().any(|known| known.placeholder == placeholder);
        if let Some(kind) = kind_of(placeholder).filter(|_| !is_known) {
            self.known.push(Known {
                kind,
                placeholder: placeholder.to_owned(),
                value: value.map(str::to_owned),
            });
        }
    }

    /// What a placeholder of this chapter stands for: `<container-1>`.
    #[must_use]
    pub fn value(&self, placeholder: &str) -> Option<&str> {
        self.known
            .iter()
            .find(|known| known.placeholder == placeholder)
            .and_then(|known| known.value.as_deref())
    }

    /// A word with every placeholder in it replaced by what it stands for; a
    /// placeholder that stands for nothing yet is the error.
    ///
    /// # Errors
    ///
    /// The placeholder, if no earlier output of the chapter has filled it.
    pub fn resolve(&self, word: &str) -> Result<String, String> {
        let mut unknown = None;
        let resolved = PLACEHOLDER.replace_all(word, |found: &Captures<'_>| {
            let value = self.value(&found[0]).map(str::to_owned);
            value.unwrap_or_else(|| unknown.insert(found[0].to_owned()).clone())
        });
        match &unknown {
            Some(placeholder) => Err(placeholder.clone()),
            None => Ok(resolved.into_owned()),
        }
    }

    /// What was recorded for the placeholders whose value is worth showing:
    /// sizes, versions, architectures.
    #[must_use]
    pub fn recorded(&self) -> BTreeMap<String, String> {
        let is_shown = |known: &&Known| !has_identity(known.kind);
        self.known
            .iter()
            .filter(is_shown)
            .filter_map(|known| {
                let placeholder = known.placeholder.trim_matches(['<', '>']);
                Some((placeholder.to_owned(), known.value.clone()?))
            })
            .collect()
    }

    /// What every placeholder of this chapter stands for: `<container-1>` and its id.
    #[must_use]
    pub fn values(&self) -> BTreeMap<String, String> {
        let pair = |known: &Known| Some((known.placeholder.clone(), known.value.clone()?));
        self.known.iter().filter_map(pair).collect()
    }

    fn name_ports(&mut self, invocation: &Invocation) {
        for published in invocation.values(&["--publish", "-p"]) {
            if let [.., host, _container] = published.split(':').collect::<Vec<_>>()[..] {
                self.named_ports.insert(host.to_owned());
            }
        }
    }

    fn table(&mut self, mut table: Table, invocation: &Invocation) -> String {
        let header = table.header().to_vec();
        // Images are listed by the time of their creation, which depends on
        // what the build cache held.
        if header.first().is_some_and(|column| column == "REPOSITORY") {
            table.rows[1..].sort();
        }
        for row in table.rows.iter_mut().skip(1) {
            for (cell, column) in row.iter_mut().zip(&header) {
                *cell = match (column_kind(column), column.as_str()) {
                    (Some(kind), _) => self.value_of(kind, cell),
                    (None, "NAMES") if RANDOM_NAME.is_match(cell) => self.placeholder(Kind::Name, cell),
                    (None, "PORTS") => self.ports(&MAPPED_PORT, &with_brackets(cell)),
                    _ => self.text(cell, invocation),
                };
            }
        }
        table.layout()
    }

    /// The output with a placeholder for each value that its place gives away.
    fn placed(&mut self, output: &str, invocation: &Invocation) -> String {
        let Some(place) = place(invocation) else {
            return output.to_owned();
        };
        let lines = output.split_inclusive('\n').map(|line| {
            let text = line.trim_end_matches('\n');
            let end = &line[text.len()..];
            self.placed_line(text, &place) + end
        });
        lines.collect()
    }

    fn placed_line(&mut self, line: &str, place: &Place) -> String {
        match place {
            Place::Line(kind) => self.value_of(*kind, line),
            Place::Echo => match self.known_id(line) {
                Some(at) if ID.is_match(line) => self.placeholder(self.known[at].kind, line),
                _ => line.to_owned(),
            },
            Place::FirstWord(kind) => {
                // Programs pad the first column to a width of their own.
                let line = line.trim_start();
                match line.split_once(' ') {
                    Some((first, rest)) => {
                        let gap = if *kind == Kind::Address { "   " } else { " " };
                        self.value_of(*kind, first) + gap + rest.trim_start()
                    }
                    None => line.to_owned(),
                }
            }
            Place::PortAnswer => self.ports(&PORT_ANSWER, &with_brackets(line)),
            Place::Version => {
                let version = |found: &Captures<'_>| self.placeholder(Kind::Version, &found[0]);
                VERSION.replace_all(line, version).into_owned()
            }
            Place::Template(template) => self.filled_in(line, template),
        }
    }

    /// A line that a template gave, with a placeholder for each value of a kind.
    fn filled_in(&mut self, line: &str, template: &Template) -> String {
        let Some(groups) = template.line.captures(line) else {
            return line.to_owned();
        };
        let mut text = String::new();
        let mut end = 0;
        for (group, kind) in groups.iter().skip(1).flatten().zip(&template.kinds) {
            text += &line[end..group.start()];
            text += &match kind {
                Some(kind) => self.value_of(*kind, group.as_str()),
                None => group.as_str().to_owned(),
            };
            end = group.end();
        }
        text + &line[end..]
    }

    /// The placeholder of a value in its place; what cannot be a value of this kind stays.
    fn value_of(&mut self, kind: Kind, value: &str) -> String {
        let is_value = match kind {
            _ if is_id(kind) => ID.is_match(value),
            Kind::Address => value.parse::<std::net::IpAddr>().is_ok(),
            Kind::Size => size::bytes(value).is_some(),
            _ => !value.trim().is_empty() && !value.starts_with('<'),
        };
        if is_value {
            let id = value.rsplit(':').next().unwrap_or(value);
            self.placeholder(kind, if is_id(kind) { id } else { value })
        } else {
            value.to_owned()
        }
    }

    /// The text with a placeholder for each port that no command named.
    fn ports(&mut self, pattern: &Regex, text: &str) -> String {
        let port = |found: &Captures<'_>| {
            let (host, port) = (&found[1], &found[2]);
            if self.named_ports.contains(port) {
                return found[0].to_owned();
            }
            let kind = if host.starts_with('[') {
                Kind::Ipv6Port
            } else {
                Kind::Port
            };
            format!("{host}:{}{}", self.placeholder(kind, port), &found[3])
        };
        pattern.replace_all(text, port).into_owned()
    }

    /// What a shape gives away in running text; and what its place gave away before, wherever it
    /// comes again.
    fn text(&mut self, text: &str, invocation: &Invocation) -> String {
        let text = REGISTRY_ANSWER.replace_all(text, "${1}<registry-answer>");
        let text = RESOLVER_ANSWER.replace_all(&text, "${1}<resolver-answer>");
        let mut text = text.into_owned();
        for (pattern, replacement) in &*UNNUMBERED {
            text = pattern.replace_all(&text, *replacement).into_owned();
        }
        let kind = kind_of_ids(invocation);
        text = ID_IN_TEXT
            .replace_all(&text, |found: &Captures<'_>| {
                let id = &found[2];
                let has_algorithm = found.get(1).is_some();
                // Twelve digits alone are a number, unless they were seen as an id.
                let looks_like_one = id.len() == 64
                    || id.len() == 12
                        && id.contains(|c: char| c.is_ascii_digit())
                        && id.contains(|c: char| c.is_ascii_lowercase());
                if has_algorithm || looks_like_one || self.known_id(id).is_some() {
                    self.placeholder(if has_algorithm { Kind::Image } else { kind }, id)
                } else {
                    id.to_owned()
                }
            })
            .into_owned();
        text = self.known_values(&text);
        text = self.replace(&ADDRESS_IN_TEXT, Kind::Address, &text);
        self.replace(&size::PATTERN, Kind::Size, &text)
    }

    /// The text with the placeholders of addresses and chosen ports that its places gave away.
    fn known_values(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for known in &self.known {
            let Some(value) = &known.value else { continue };
            let before = match known.kind {
                Kind::Address => r"(^|[^0-9A-Fa-f.:])",
                Kind::Port => r"([:]|port )",
                _ => continue,
            };
            if text.contains(value.as_str()) {
                let pattern = pattern(&format!(
                    r"{before}{}($|[^0-9A-Fa-f.]|\.(?:$|\s))",
                    regex::escape(value)
                ));
                let placeholder = &known.placeholder;
                text = pattern
                    .replace_all(&text, |found: &Captures<'_>| {
                        format!("{}{placeholder}{}", &found[1], &found[2])
                    })
                    .into_owned();
            }
        }
        text
    }

    fn replace(&mut self, pattern: &Regex, kind: Kind, text: &str) -> String {
        pattern
            .replace_all(text, |found: &Captures<'_>| self.placeholder(kind, &found[0]))
            .into_owned()
    }

    /// The placeholder of `value`: the one that it already has, or a new one.
    fn placeholder(&mut self, kind: Kind, value: &str) -> String {
        let same = if is_id(kind) {
            self.known_id(value)
        } else {
            self.known_value(kind, value)
        };
        if let Some(at) = same {
            let known = &mut self.known[at];
            if known.value.as_ref().is_none_or(|known| known.len() < value.len()) {
                known.value = Some(value.to_owned());
            }
            return known.placeholder.clone();
        }
        let number = self.known.iter().filter(|known| known.kind == kind).count() + 1;
        let placeholder = format!("<{}-{number}>", name(kind));
        self.known.push(Known {
            kind,
            placeholder: placeholder.clone(),
            value: Some(value.to_owned()),
        });
        placeholder
    }

    /// An id may be shown in full or by its first digits.
    fn known_id(&self, value: &str) -> Option<usize> {
        let same = |known: &Known| {
            let same = |known: &String| {
                let is_part = known.starts_with(value) || value.starts_with(known.as_str());
                known == value || is_part && known.len().min(value.len()) >= SHORTEST_ID
            };
            is_id(known.kind) && known.value.as_ref().is_some_and(same)
        };
        self.known.iter().position(same)
    }

    fn known_value(&self, kind: Kind, value: &str) -> Option<usize> {
        let same = |known: &Known| known.kind == kind && known.value.as_deref() == Some(value);
        self.known.iter().position(same).filter(|_| has_identity(kind))
    }
}

static PLACEHOLDER: LazyLock<Regex> = LazyLock::new(|| {
    let names: Vec<_> = KINDS.iter().map(|(_, name, _)| *name).collect();
    pattern(&format!(r"<(?:{})-\d+>", names.join("|")))
});

/// Placeholders without a number: whatever stands there, it is as good.
const WITHOUT_NUMBER: [&str; 5] = ["time", "duration", "n", "registry-answer", "resolver-answer"];

static ANY_PLACEHOLDER: LazyLock<Regex> = LazyLock::new(|| {
    let numbered: Vec<_> = KINDS.iter().map(|(_, name, _)| *name).collect();
    let (numbered, others) = (numbered.join("|"), WITHOUT_NUMBER.join("|"));
    pattern(&format!(r"<(?:(?:{numbered})-\d+|{others})>"))
});

/// Every placeholder of a normalised text, in order: `<container-1>`, `<time>`.
pub(crate) fn placeholders(text: &str) -> impl Iterator<Item = &str> {
    ANY_PLACEHOLDER.find_iter(text).map(|found| found.as_str())
}

/// The text with a line feed at the end of each line. Attempts that differ in
/// nothing but their number and time are one: how many there were is chance.
fn lines_once(text: &str) -> String {
    let mut lines: Vec<&str> = text.lines().collect();
    lines.dedup_by(|next, line| next == line && line.contains("(attempt <n>)"));
    lines.into_iter().flat_map(|line| [line, "\n"]).collect()
}

/// The placeholders with a number in a text, in order: what each stands for, and where it is.
pub(crate) fn numbered_placeholders(text: &str) -> Vec<(Kind, Range<usize>)> {
    let placeholder = |found: Match<'_>| Some((kind_of(found.as_str())?, found.range()));
    PLACEHOLDER.find_iter(text).filter_map(placeholder).collect()
}

/// Numbered placeholders in a text, each once, in order.
#[must_use]
pub(crate) fn distinct_placeholders(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for (_, place) in numbered_placeholders(text) {
        if !found.iter().any(|earlier| *earlier == text[place.clone()]) {
            found.push(text[place].to_owned());
        }
    }
    found
}

/// The kind of a numbered placeholder; `None` for any other text.
#[must_use]
pub(crate) fn kind_of(text: &str) -> Option<Kind> {
    let (name, _) = placeholder(text)?;
    let (kind, ..) = KINDS.into_iter().find(|(_, known, _)| *known == name)?;
    Some(kind)
}

/// Kind and number of a placeholder that stands alone: `container` and `1` for
/// `<container-1>`; `None` for any other text.
#[must_use]
pub fn placeholder(text: &str) -> Option<(&str, &str)> {
    let found = PLACEHOLDER.find(text).filter(|found| found.as_str() == text)?;
    found.as_str().trim_matches(['<', '>']).rsplit_once('-')
}

/// A recorded output with the values that were recorded beside it: `size-1` and what it was. A table
/// is laid out again.
#[must_use]
pub fn with_recorded(output: &str, recorded: &BTreeMap<String, String>) -> String {
    let filled = |text: &str| {
        let value = |found: &Captures<'_>| {
            let value = recorded.get(found[0].trim_matches(['<', '>']));
            value.cloned().unwrap_or_else(|| found[0].to_owned())
        };
        PLACEHOLDER.replace_all(text, value).into_owned()
    };
    let Some(mut table) = Table::parse(output) else {
        return filled(output);
    };
    for cell in table.rows.iter_mut().flatten() {
        *cell = filled(cell);
    }
    table.layout()
}

fn name(kind: Kind) -> &'static str {
    KINDS
        .iter()
        .find(|(known, _, _)| *known == kind)
        .map_or("", |(_, name, _)| name)
}

fn is_id(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Container | Kind::Image | Kind::Layer | Kind::Network | Kind::Volume
    )
}

/// Whether two equal values of this kind are one thing.
#[must_use]
pub(crate) fn has_identity(kind: Kind) -> bool {
    !matches!(kind, Kind::Size | Kind::Version | Kind::Architecture)
}

/// What a bare id in running text is the id of.
fn kind_of_ids(invocation: &Invocation) -> Kind {
    match invocation.docker.as_ref().map(|docker| docker.noun.as_str()) {
        Some("network") => Kind::Network,
        Some("volume") => Kind::Volume,
        Some("image" | "buildx" | "builder") => Kind::Image,
        _ => Kind::Container,
    }
}

/// Engines before 28 print an IPv6 wildcard address without brackets.
fn with_brackets(text: &str) -> String {
    text.replace(":::", "[::]:")
}

/// What of the machine must not stand in a transcript.
#[derive(Clone, Debug, Default)]
pub struct Host {
    /// Home folder of the user.
    pub home: String,
    /// Name of the machine.
    pub name: String,
    /// Name of the user.
    pub user: String,
}

/// Finds what normalising should have replaced: raw ids, dates, durations,
/// addresses, home folders, host and user names. Empty when nothing leaked.
#[must_use]
pub fn leaks(text: &str, host: &Host) -> Vec<String> {
    let ids = [
        r"[0-9a-f]{40,64}",
        r"[0-9a-f]*(?:[0-9][a-f]|[a-f][0-9])[0-9a-f]{8,}",
    ];
    // Where home folders lie on Linux and macOS.
    let home = r"/(?:home|Users|root)/\S+";
    let patterns = ids
        .map(|id| format!(r"\b{id}\b"))
        .into_iter()
        .chain([home.to_owned()]);
    let mut leaks: Vec<String> = patterns
        .flat_map(|text_of| matches(&pattern(&text_of), text))
        .collect();
    leaks.extend(UNNUMBERED.iter().flat_map(|(pattern, _)| matches(pattern, text)));
    leaks.extend(matches(&ADDRESS_IN_TEXT, text));
    // A short or everyday name says nothing about the machine.
    let names = [&host.home, &host.name, &host.user];
    let is_telling = |name: &&String| name.len() > 4 && !name.starts_with("local");
    for name in names.into_iter().filter(is_telling) {
        let before = if name.starts_with('/') { "" } else { r"\b" };
        leaks.extend(matches(
            &pattern(&format!(r"{before}{}\b", regex::escape(name))),
            text,
        ));
    }
    leaks
}

fn matches(pattern: &Regex, text: &str) -> Vec<String> {
    pattern
        .find_iter(text)
        .map(|found| found.as_str().to_owned())
        .collect()
}

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a pattern of this file is valid")
}
