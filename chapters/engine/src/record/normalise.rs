//! Makes the outputs of two runs equal: values that differ from run to run become placeholders, and
//! equal values get equal placeholders.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use indexmap::IndexMap;
use regex::{Captures, Regex};

use crate::record::build_log::{BuildLog, Stage};
use crate::record::compose_log;
use crate::record::invocation::Invocation;
use crate::record::pattern::{Pattern, compiled, pattern};
use crate::record::place::{Place, id_kind, place};
use crate::record::placeholder::{Kind, Placeholder, alone, filled, placeholders};
use crate::record::shape::{Becomes, SHAPES};
use crate::record::size;
use crate::record::table::Table;

/// An id with nothing around it, or a digest with its algorithm.
static ID: Pattern = pattern!(r"^(?:[a-z0-9]+:)?[0-9a-f]+$");
/// An address and port of the host that is mapped to a container's port; `docker port` prints it at the
/// end of a line.
static MAPPED_PORT: Pattern = pattern!(r"(\[[0-9a-f:]+\]|[0-9.]+):(\d+)(->|$)");
static RANDOM_NAME: Pattern = pattern!(r"^[a-z]+_[a-z]+\d?$");
static VERSION: Pattern =
    pattern!(r"\b[0-9a-f]{40}\b|\bv?\d+\.\d+[0-9A-Za-z.+~-]*(?: (?:\([^)]*\)|[0-9A-Za-z.+~-]+))?");

/// Number of digits that are enough to recognise a known id.
const SHORTEST_ID: usize = 7;

/// Normalises the outputs of one chapter, in the order in which they came.
#[derive(Clone, Debug, Default)]
pub struct Normaliser {
    /// By placeholder, such as `<container-1>`, in the order in which they first appeared.
    known: IndexMap<String, Numbered>,
    /// Ports of the host that the chapter or a command named: `--publish 80:8080`. The engine chose all
    /// others.
    named_ports: BTreeSet<String>,
}

/// The value of a placeholder with a number.
#[derive(Clone, Debug)]
struct Numbered {
    kind: Kind,
    /// `None` if the command with the first output that shows the value was skipped.
    value: Option<String>,
}

/// A placeholder that has no value yet.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("no earlier output shows what {0} stands for")]
pub struct Unfilled(pub String);

/// How to read one command's output.
#[derive(Clone, Debug, Default)]
pub struct Reading<'a> {
    /// The command; it tells an image's id from a container's.
    pub command: &'a str,
    /// Stages of the Dockerfile that is built, in order.
    pub stages: &'a [Stage],
    /// Build steps that keep their output and `CACHED`, because the lesson is about them.
    pub kept: &'a [&'a str],
    /// Names and ids of the objects that the engine held before. They differ on each machine, so lists
    /// of all objects omit their rows. An id has as many digits as a list shows.
    pub others: &'a [(String, String)],
}

impl Normaliser {
    /// For a chapter that publishes these ports of the host, also where no command names them.
    #[must_use]
    pub fn publishing(ports: &[u16]) -> Self {
        Self {
            named_ports: ports.iter().map(u16::to_string).collect(),
            ..Self::default()
        }
    }

    /// The output as it goes into the transcript.
    pub fn output(&mut self, output: &str, reading: &Reading<'_>) -> String {
        let invocation = &Invocation::parse(reading.command);
        let published = invocation.values(&["--publish", "-p"]);
        let named = published.filter_map(|published| published.rsplit(':').nth(1));
        self.named_ports.extend(named.map(str::to_owned));
        // Some programs colour their warnings even if NO_COLOR is set.
        let output = &*console::strip_ansi_codes(output);
        let is_build = invocation.is_build();
        if let Some(table) = Table::parse(output).filter(|_| !is_build) {
            return lines_once(&self.table(table, invocation, reading.others));
        }
        let log = BuildLog::parse(output).filter(|_| is_build);
        let built = log.map(|log| log.normal_form(reading.stages, reading.kept));
        let progress = || compose_log::normal_form(output, invocation);
        let text = built.or_else(progress);
        let text = text.unwrap_or_else(|| self.placed(output, invocation));
        lines_once(&self.text(&text, invocation))
    }

    /// How many numbered values the outputs so far have shown.
    pub(crate) fn count(&self) -> usize {
        self.known.len()
    }

    /// Reserves a placeholder that a skipped command shows first in the book, so that the next one of
    /// its kind gets the same number as in the book.
    pub fn reserve(&mut self, placeholder: &str) {
        if let Some((kind, _)) = alone(placeholder).and_then(|placeholder| placeholder.numbered) {
            let known = self.known.entry(placeholder.to_owned());
            known.or_insert(Numbered { kind, value: None });
        }
    }

    /// The value of a placeholder in this chapter: `<container-1>`.
    #[must_use]
    pub fn value(&self, placeholder: &str) -> Option<&str> {
        self.known.get(placeholder)?.value.as_deref()
    }

    /// A word with every placeholder replaced by its value.
    ///
    /// # Errors
    ///
    /// [`Unfilled`] if no earlier output of the chapter has given one of them a value.
    pub fn resolve(&self, word: &str) -> Result<String, Unfilled> {
        let is_unfilled =
            |found: &Placeholder<'_>| found.numbered.is_some() && self.value(found.text).is_none();
        match placeholders(word).filter(is_unfilled).last() {
            Some(unfilled) => Err(Unfilled(unfilled.text.to_owned())),
            None => Ok(filled(word, |found| self.value(found.text).map(str::to_owned))),
        }
    }

    /// The values of placeholders that are worth showing in the book: sizes, versions, architectures.
    pub(crate) fn recorded(&self) -> BTreeMap<String, String> {
        let shown = self.known.iter().filter(|(_, known)| !known.kind.has_identity());
        let bare = |placeholder: &str| placeholder.trim_matches(['<', '>']).to_owned();
        let pairs = shown.map(|(placeholder, known)| Some((bare(placeholder), known.value.clone()?)));
        pairs.flatten().collect()
    }

    /// The value of every placeholder in this chapter: `<container-1>` and its id.
    #[must_use]
    pub fn values(&self) -> BTreeMap<String, String> {
        let pairs = self.known.iter();
        let pairs = pairs.map(|(placeholder, known)| Some((placeholder.clone(), known.value.clone()?)));
        pairs.flatten().collect()
    }

    fn table(&mut self, mut table: Table, invocation: &Invocation, others: &[(String, String)]) -> String {
        let header = table.rows[0].clone();
        if invocation.lists_all() {
            let is_own = |row: &Vec<String>| !others.contains(&named(&header, row));
            table.rows.retain(is_own);
        }
        // Docker sorts images by their creation time, which depends on the content of the build cache.
        if header[0] == "REPOSITORY" {
            table.rows[1..].sort();
        }
        for row in table.rows.iter_mut().skip(1) {
            for (cell, column) in row.iter_mut().zip(&header) {
                *cell = match column.as_str() {
                    "CONTAINER ID" => self.value_of(Kind::Container, cell),
                    "IMAGE ID" => self.value_of(Kind::Image, cell),
                    "NETWORK ID" => self.value_of(Kind::Network, cell),
                    "SIZE" => self.value_of(Kind::Size, cell),
                    "NAMES" if RANDOM_NAME.is_match(cell) => self.placeholder(Kind::Name, cell),
                    "PORTS" => self.ports(cell),
                    _ => self.text(cell, invocation),
                };
            }
        }
        table.layout()
    }

    /// The output with a placeholder for each value that is known by its position.
    fn placed(&mut self, output: &str, invocation: &Invocation) -> String {
        let Some(place) = place(invocation) else {
            return output.to_owned();
        };
        let lines = output.split('\n').map(|line| self.placed_line(line, &place));
        lines.collect::<Vec<_>>().join("\n")
    }

    fn placed_line(&mut self, line: &str, place: &Place) -> String {
        match place {
            Place::Line(kind) => self.value_of(*kind, line),
            Place::Echo if self.known(Kind::Container, line).is_some() => {
                self.value_of(Kind::Container, line)
            }
            Place::Echo => line.to_owned(),
            Place::FirstWord(kind) => {
                // Programs pad the first column to different widths.
                let line = line.trim_start();
                let gap = if *kind == Kind::Address { "   " } else { " " };
                let value = line
                    .split_once(' ')
                    .map(|(first, rest)| (self.value_of(*kind, first), rest));
                match value {
                    // Not an error message.
                    Some((value, rest)) if !line.starts_with(&value) => value + gap + rest.trim_start(),
                    _ => line.to_owned(),
                }
            }
            Place::PortAnswer => self.ports(line),
            Place::Version => self.replaced(&VERSION, Kind::Version, line),
            Place::Variables => sorted(line).unwrap_or_else(|| line.to_owned()),
            Place::Template(template, kinds) => self.filled_in(line, template, kinds),
        }
    }

    /// A line that a template produced, with a placeholder for each value of a known kind.
    fn filled_in(&mut self, line: &str, template: &Regex, kinds: &[Option<Kind>]) -> String {
        let Some(groups) = template.captures(line) else {
            return line.to_owned();
        };
        let mut text = String::new();
        let mut end = 0;
        for (group, kind) in groups.iter().skip(1).flatten().zip(kinds) {
            text += &line[end..group.start()];
            let value = group.as_str();
            text += &kind.map_or_else(|| value.to_owned(), |kind| self.value_of(kind, value));
            end = group.end();
        }
        text + &line[end..]
    }

    /// The placeholder for a value at its position; text that cannot be a value of this kind stays.
    fn value_of(&mut self, kind: Kind, value: &str) -> String {
        let is_value = match kind {
            _ if kind.is_id() => ID.is_match(value),
            Kind::Address => value.parse::<IpAddr>().is_ok(),
            Kind::Size => size::bytes(value).is_some(),
            _ => !value.trim().is_empty() && !value.starts_with('<'),
        };
        if !is_value {
            return value.to_owned();
        }
        let without_algorithm = value.rsplit(':').next().filter(|_| kind.is_id());
        self.placeholder(kind, without_algorithm.unwrap_or(value))
    }

    /// The text with a placeholder for each port that no command named.
    fn ports(&mut self, text: &str) -> String {
        // Engines before 28 print an IPv6 wildcard address without brackets.
        let text = text.replace(":::", "[::]:");
        let port = |found: &Captures<'_>| {
            let (host, port) = (&found[1], &found[2]);
            if self.named_ports.contains(port) {
                return found[0].to_owned();
            }
            let is_ipv6 = host.starts_with('[');
            let kind = if is_ipv6 { Kind::Ipv6Port } else { Kind::Port };
            format!("{host}:{}{}", self.placeholder(kind, port), &found[3])
        };
        MAPPED_PORT.replace_all(&text, port).into_owned()
    }

    /// The text with placeholders for values known by their shape, and for values found by their
    /// position before.
    fn text(&mut self, text: &str, invocation: &Invocation) -> String {
        let mut text = text.to_owned();
        for (pattern, becomes) in &SHAPES {
            text = match *becomes {
                Becomes::Same(placeholder) => pattern.replace_all(&text, placeholder).into_owned(),
                Becomes::Value(kind) => self.replaced(pattern, kind, &text),
                Becomes::IfId => {
                    let text = self.ids(pattern, &text, invocation);
                    self.known_values(&text)
                }
            };
        }
        text
    }

    fn replaced(&mut self, pattern: &Regex, kind: Kind, text: &str) -> String {
        let placeholder = |found: &Captures<'_>| self.placeholder(kind, &found[0]);
        pattern.replace_all(text, placeholder).into_owned()
    }

    fn ids(&mut self, pattern: &Regex, text: &str, invocation: &Invocation) -> String {
        // What an id in running text belongs to.
        let kind = match invocation.noun.as_str() {
            "buildx" | "builder" => Kind::Image,
            noun => id_kind(noun).unwrap_or(Kind::Container),
        };
        let id = |found: &Captures<'_>| {
            let (has_algorithm, id) = (found.get(1).is_some(), &found[2]);
            let kind = if has_algorithm { Kind::Image } else { kind };
            // Twelve digits without a letter count as a number, unless an id with these digits is known.
            let is_of = |class: fn(&char) -> bool| id.chars().any(|c| class(&c));
            let is_mixed = || is_of(char::is_ascii_digit) && is_of(char::is_ascii_lowercase);
            let looks_like_one = has_algorithm || id.len() == 64 || id.len() == 12 && is_mixed();
            if looks_like_one || self.known(kind, id).is_some() {
                self.placeholder(kind, id)
            } else {
                id.to_owned()
            }
        };
        pattern.replace_all(text, id).into_owned()
    }

    /// The text with placeholders for addresses and chosen ports that were found by their position.
    fn known_values(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (placeholder, known) in &self.known {
            let before = match known.kind {
                Kind::Address => r"(^|[^0-9A-Fa-f.:])",
                Kind::Port => r"([:]|port )",
                _ => continue,
            };
            if let Some(value) = known.value.as_ref().filter(|value| text.contains(*value)) {
                let value = regex::escape(value);
                let pattern = compiled(&format!(r"{before}{value}($|[^0-9A-Fa-f.]|\.(?:$|\s))"));
                let placeholder = format!("${{1}}{placeholder}${{2}}");
                text = pattern.replace_all(&text, placeholder).into_owned();
            }
        }
        text
    }

    /// The placeholder for `value`: its existing one, or a new one.
    fn placeholder(&mut self, kind: Kind, value: &str) -> String {
        if let Some((placeholder, known)) = self.known(kind, value) {
            let part = known.value.as_mut().filter(|known| known.len() < value.len());
            if let Some(part) = part {
                value.clone_into(part);
            }
            return placeholder.clone();
        }
        let number = self.known.values().filter(|known| known.kind == kind).count() + 1;
        let placeholder = format!("<{kind}-{number}>");
        let value = Some(value.to_owned());
        self.known.insert(placeholder.clone(), Numbered { kind, value });
        placeholder
    }

    fn known(&mut self, kind: Kind, value: &str) -> Option<(&String, &mut Numbered)> {
        self.known.iter_mut().find(|(_, known)| known.is(kind, value))
    }
}

impl Numbered {
    /// An id may be shown in full or shortened, and as the id of another kind of object.
    fn is(&self, kind: Kind, value: &str) -> bool {
        let Some(known) = &self.value else {
            return false;
        };
        if kind.is_id() {
            let is_part = known.starts_with(value) || value.starts_with(known.as_str());
            let is_same = known == value || is_part && known.len().min(value.len()) >= SHORTEST_ID;
            self.kind.is_id() && is_same
        } else {
            kind.has_identity() && self.kind == kind && known == value
        }
    }
}

/// Name and id of the object in a list's row; empty if the list has no such column.
fn named(header: &[String], row: &[String]) -> (String, String) {
    let cell = |column: &str| {
        let at = header.iter().position(|name| name == column)?;
        row.get(at).cloned()
    };
    let container = cell("NAMES").zip(cell("CONTAINER ID"));
    let image = || Some((cell("REPOSITORY")? + ":" + &cell("TAG")?, cell("IMAGE ID")?));
    container.or_else(image).unwrap_or_default()
}

/// A JSON list of strings in order; `None` if the line is something else.
fn sorted(line: &str) -> Option<String> {
    let mut list: Vec<String> = serde_json::from_str(line).ok()?;
    list.sort_unstable();
    serde_json::to_string(&list).ok()
}

/// The text with a line feed at the end of each line. Lines about repeated attempts that differ only in
/// number and time become one line, the first, because the number of attempts varies; a line of the other
/// stream may come between them.
fn lines_once(text: &str) -> String {
    let mut attempts = BTreeSet::new();
    let mut lines: Vec<&str> = text.lines().collect();
    lines.retain(|line| !line.contains("(attempt <n>)") || attempts.insert(*line));
    lines.into_iter().flat_map(|line| [line, "\n"]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// For each shape: a text with such a value, the result, and a similar text that must stay
    /// unchanged.
    const EXAMPLES: [(&str, &str, &str); 12] = [
        (
            "checksum of ref icdmvozpu8a5u3ejaxpkvgrn4::gqk1pq23krmv6tdnqlqkxg7eh: \"/a\"",
            "checksum of ref <ref>: \"/a\"",
            "ref main::next",
        ),
        (
            "Unable to find image 'a:1' locally\ndocker: Error response from daemon: denied\nSee",
            "Unable to find image 'a:1' locally\n<registry-answer>\nSee",
            "docker: Error response from daemon: denied",
        ),
        (
            "failed to lookup address information: Try again; next",
            "failed to lookup address information: <resolver-answer>; next",
            "failed to lookup address information",
        ),
        (
            "at 2026-11-24 00:32:28.618 +0000 UTC.",
            "at <time>.",
            "(f2d3ce0bd 2026-03-21)",
        ),
        (
            "date: Tue, 24 Nov 2026 00:32:29 GMT",
            "date: <time>",
            "Tue, 24 Nov 2026",
        ),
        (
            "Exited (0) 3 seconds ago",
            "Exited (0) <time>",
            "a second attempt",
        ),
        ("in 0.35s", "in <duration>", "2steps"),
        (
            "after 12 ms, next try in 0.1 s",
            "after <duration>, next try in <duration>",
            "12 ms",
        ),
        ("not ready (attempt 2)", "not ready (attempt <n>)", "attempt 2"),
        (
            "sha256:4f1b7c0 and 4f1b7c02d9e3",
            "<image-1> and <image-1>",
            "107374182400 bytes in 4f1b7c0",
        ),
        (
            "to 172.17.0.2:80",
            "to <address-1>:80",
            "172.15.0.2, 127.0.0.1, 0.0.0.0 and 8.8.8.8",
        ),
        ("1.08GB and 1.08GB", "<size-1> and <size-2>", "0B or 12MiB"),
    ];

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let output = Normaliser::default().output(text, &Reading::default());
        assert_eq!(output, format!("{expected}\n"));
    }

    #[test]
    fn what_has_a_shape_becomes_a_placeholder_and_what_nearly_has_it_stays() {
        assert_eq!(SHAPES.len(), EXAMPLES.len());
        for ((pattern, _), (example, expected, near_miss)) in SHAPES.iter().zip(EXAMPLES) {
            assert!(pattern.is_match(example), "{example}");
            check(example, expected);
            check(near_miss, near_miss);
        }
    }
}
