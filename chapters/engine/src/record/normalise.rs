//! Makes two runs of a chapter read the same: what differs from run to run
//! becomes a placeholder, and equal things get equal placeholders.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use regex::{Captures, Regex};

use crate::record::build_log::{BuildLog, Stage};
use crate::record::invocation::Invocation;
use crate::record::pattern::{Pattern, compiled, pattern};
use crate::record::place::{Place, column_kind, place};
use crate::record::placeholder::{Kind, alone, filled};
use crate::record::shape::{Becomes, SHAPES};
use crate::record::size;
use crate::record::table::Table;

/// An id that stands alone; a digest with its algorithm is one, too.
static ID: Pattern = pattern!(r"^(?:[a-z0-9]+:)?[0-9a-f]+$");
/// An address of the host with the port that is mapped to a container's.
static MAPPED_PORT: Pattern = pattern!(r"(\[[0-9a-f:]+\]|[0-9.]+):(\d+)(->)");
/// The same at the end of a line, in an answer of `docker port`.
static PORT_ANSWER: Pattern = pattern!(r"(\[[0-9a-f:]+\]|[0-9.]+):(\d+)()$");
static RANDOM_NAME: Pattern = pattern!(r"^[a-z]+_[a-z]+\d?$");
static VERSION: Pattern = pattern!(r"\bv?\d+\.\d+[0-9A-Za-z.+~-]*(?: (?:\([^)]*\)|[0-9A-Za-z.+~-]+))?");

/// Digits by which an id that is known is known again.
const SHORTEST_ID: usize = 7;

/// Normalises the outputs of one chapter, in the order in which they came.
#[derive(Clone, Debug, Default)]
pub struct Normaliser {
    known: Vec<Numbered>,
    /// Ports of the host that a command named: `--publish 80:8080`. Any other is the engine's choice.
    named_ports: BTreeSet<String>,
}

/// What a placeholder with a number stands for.
#[derive(Clone, Debug)]
struct Numbered {
    kind: Kind,
    placeholder: String,
    /// `None` where the output that shows it first was skipped.
    value: Option<String>,
}

/// A placeholder that nothing has filled yet.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("no earlier output shows what {0} stands for")]
pub struct Unfilled(pub String);

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
    /// its kind gets the book's number.
    pub fn reserve(&mut self, placeholder: &str) {
        let is_known = self.known.iter().any(|known| known.placeholder == placeholder);
        let numbered = alone(placeholder).and_then(|placeholder| placeholder.numbered);
        if let Some((kind, _)) = numbered.filter(|_| !is_known) {
            self.known.push(Numbered {
                kind,
                placeholder: placeholder.to_owned(),
                value: None,
            });
        }
    }

    /// What a placeholder of this chapter stands for: `<container-1>`.
    #[must_use]
    pub fn value(&self, placeholder: &str) -> Option<&str> {
        let known = self.known.iter().find(|known| known.placeholder == placeholder);
        known?.value.as_deref()
    }

    /// A word with every placeholder in it replaced by what it stands for.
    ///
    /// # Errors
    ///
    /// [`Unfilled`] if no earlier output of the chapter has filled one.
    pub fn resolve(&self, word: &str) -> Result<String, Unfilled> {
        let mut unfilled = None;
        let resolved = filled(word, |placeholder| {
            let value = self.value(placeholder.text).map(str::to_owned);
            if value.is_none() {
                unfilled = Some(Unfilled(placeholder.text.to_owned()));
            }
            value
        });
        unfilled.map_or(Ok(resolved), Err)
    }

    /// What was recorded for the placeholders whose value is worth showing:
    /// sizes, versions, architectures.
    #[must_use]
    pub fn recorded(&self) -> BTreeMap<String, String> {
        let shown = self.known.iter().filter(|known| !known.kind.has_identity());
        let pair = |known: &Numbered| {
            let bare = known.placeholder.trim_matches(['<', '>']);
            Some((bare.to_owned(), known.value.clone()?))
        };
        shown.filter_map(pair).collect()
    }

    /// What every placeholder of this chapter stands for: `<container-1>` and its id.
    #[must_use]
    pub fn values(&self) -> BTreeMap<String, String> {
        let pair = |known: &Numbered| Some((known.placeholder.clone(), known.value.clone()?));
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
                    (None, "PORTS") => self.ports(&MAPPED_PORT, cell),
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
        let lines = output.split('\n').map(|line| self.placed_line(line, &place));
        lines.collect::<Vec<_>>().join("\n")
    }

    fn placed_line(&mut self, line: &str, place: &Place) -> String {
        match place {
            Place::Line(kind) => self.value_of(*kind, line),
            Place::Echo if ID.is_match(line) && self.known(Kind::Container, line).is_some() => {
                self.placeholder(Kind::Container, line)
            }
            Place::Echo => line.to_owned(),
            Place::FirstWord(kind) => {
                // Programs pad the first column to a width of their own.
                let line = line.trim_start();
                let gap = if *kind == Kind::Address { "   " } else { " " };
                match line.split_once(' ') {
                    Some((first, rest)) => self.value_of(*kind, first) + gap + rest.trim_start(),
                    None => line.to_owned(),
                }
            }
            Place::PortAnswer => self.ports(&PORT_ANSWER, line),
            Place::Version => self.replaced(&VERSION, Kind::Version, line),
            Place::Template(template, kinds) => self.filled_in(line, template, kinds),
        }
    }

    /// A line that a template gave, with a placeholder for each value of a kind.
    fn filled_in(&mut self, line: &str, template: &Regex, kinds: &[Option<Kind>]) -> String {
        let Some(groups) = template.captures(line) else {
            return line.to_owned();
        };
        let mut text = String::new();
        let mut end = 0;
        for (group, kind) in groups.iter().skip(1).flatten().zip(kinds) {
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
    fn ports(&mut self, pattern: &Regex, text: &str) -> String {
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
        pattern.replace_all(&text, port).into_owned()
    }

    /// What a shape gives away, and what its place gave away before, wherever it comes again.
    fn text(&mut self, text: &str, invocation: &Invocation) -> String {
        let mut text = text.to_owned();
        for shape in &SHAPES {
            text = match shape.becomes {
                Becomes::Same(placeholder) => shape.pattern.replace_all(&text, placeholder).into_owned(),
                Becomes::Value(kind) => self.replaced(&shape.pattern, kind, &text),
                Becomes::IfId => {
                    let text = self.ids(&shape.pattern, &text, invocation);
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
        let kind = kind_of_ids(invocation);
        let id = |found: &Captures<'_>| {
            let (has_algorithm, id) = (found.get(1).is_some(), &found[2]);
            // Twelve digits alone are a number, unless they were seen as an id.
            let is_mixed =
                || id.contains(|c: char| c.is_ascii_digit()) && id.contains(|c: char| c.is_ascii_lowercase());
            let looks_like_one = id.len() == 64 || id.len() == 12 && is_mixed();
            if has_algorithm {
                self.placeholder(Kind::Image, id)
            } else if looks_like_one || self.known(kind, id).is_some() {
                self.placeholder(kind, id)
            } else {
                id.to_owned()
            }
        };
        pattern.replace_all(text, id).into_owned()
    }

    /// The text with the placeholders of addresses and chosen ports that its places gave away.
    fn known_values(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for known in &self.known {
            let before = match known.kind {
                Kind::Address => r"(^|[^0-9A-Fa-f.:])",
                Kind::Port => r"([:]|port )",
                _ => continue,
            };
            if let Some(value) = known.value.as_ref().filter(|value| text.contains(*value)) {
                let value = regex::escape(value);
                let pattern = compiled(&format!(r"{before}{value}($|[^0-9A-Fa-f.]|\.(?:$|\s))"));
                let placeholder = format!("${{1}}{}${{2}}", known.placeholder);
                text = pattern.replace_all(&text, placeholder).into_owned();
            }
        }
        text
    }

    /// The placeholder of `value`: the one that it already has, or a new one.
    fn placeholder(&mut self, kind: Kind, value: &str) -> String {
        if let Some(known) = self.known(kind, value) {
            if known
                .value
                .as_ref()
                .is_some_and(|known| known.len() < value.len())
            {
                known.value = Some(value.to_owned());
            }
            return known.placeholder.clone();
        }
        let number = self.known.iter().filter(|known| known.kind == kind).count() + 1;
        let placeholder = format!("<{}-{number}>", kind.name());
        self.known.push(Numbered {
            kind,
            placeholder: placeholder.clone(),
            value: Some(value.to_owned()),
        });
        placeholder
    }

    fn known(&mut self, kind: Kind, value: &str) -> Option<&mut Numbered> {
        self.known.iter_mut().find(|known| known.is(kind, value))
    }
}

impl Numbered {
    /// An id may be shown in full or by its first digits, and as one of another kind.
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

/// The text with a line feed at the end of each line. Attempts that differ in
/// nothing but their number and time are one: how many there were is chance.
fn lines_once(text: &str) -> String {
    let mut lines: Vec<&str> = text.lines().collect();
    lines.dedup_by(|next, line| next == line && line.contains("(attempt <n>)"));
    lines.into_iter().flat_map(|line| [line, "\n"]).collect()
}

/// What a bare id in running text is the id of.
fn kind_of_ids(invocation: &Invocation) -> Kind {
    match invocation.noun.as_str() {
        "network" => Kind::Network,
        "volume" => Kind::Volume,
        "image" | "buildx" | "builder" => Kind::Image,
        _ => Kind::Container,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::shape::Shape;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let output = Normaliser::default().output(text, &Reading::default());
        assert_eq!(output, format!("{expected}\n"));
    }

    #[test]
    fn what_has_a_shape_becomes_a_placeholder_and_what_nearly_has_it_stays() {
        for Shape {
            example, near_miss, ..
        } in &SHAPES
        {
            check(example.0, example.1);
            check(near_miss, near_miss);
        }
    }
}
