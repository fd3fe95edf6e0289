//! Finds values by their position in a command's output. A position says more than a pattern: it also
//! identifies addresses, ports and ids of any length.

use std::iter;

use regex::Regex;

use crate::record::invocation::Invocation;
use crate::record::pattern::{Pattern, compiled, pattern};
use crate::record::placeholder::Kind;

/// The values of an output, by their position.
#[derive(Clone, Debug)]
pub(crate) enum Place {
    /// A line with nothing else is a value of this kind.
    Line(Kind),
    /// A line with nothing else is an id that the chapter already knows.
    Echo,
    /// The first word of each line is a value of this kind.
    FirstWord(Kind),
    /// The host's port is at the end of each line: `8080/tcp -> 0.0.0.0:32768`.
    PortAnswer,
    /// Each line contains a version somewhere.
    Version,
    /// A container's variables as a JSON list; Compose sets them in another order each time.
    Variables,
    /// A line is a `--format` template filled in. The pattern has a group for each action; its kind is
    /// `None` if the text is the same everywhere.
    Template(Regex, Vec<Option<Kind>>),
}

static ACTION: Pattern = pattern!(r"\{\{(.*?)\}\}");

/// A path in an action, such as `.Config.Image`.
static FIELD: Pattern = pattern!(r"(?:\.[A-Za-z][A-Za-z0-9_]*)+");

/// Kind of the ids of a kind of object with the same name, such as `container`. `None` if such objects
/// have no ids.
pub(crate) fn id_kind(noun: &str) -> Option<Kind> {
    noun.parse().ok().filter(|kind: &Kind| kind.is_id())
}

/// The positions of values in a command's output; `None` if the command does not determine them.
pub(crate) fn place(invocation: &Invocation) -> Option<Place> {
    let format = invocation.values(&["--format", "-f"]).next();
    if let Some(format) = format.filter(|format| !invocation.noun.is_empty() && format.contains("{{")) {
        if format.trim() == "{{json .Config.Env}}" {
            return Some(Place::Variables);
        }
        // The header of a table names its columns.
        let is_table = format.starts_with("table");
        return of_template(format, invocation).filter(|_| !is_table);
    }
    let words = &invocation.words;
    if words.iter().any(|word| word == "version" || word == "--version") {
        return Some(Place::Version);
    }
    let mut pairs = iter::once(&invocation.program).chain(words).zip(words);
    if pairs.any(|(word, next)| word == "getent" && next.ends_with("hosts")) {
        return Some(Place::FirstWord(Kind::Address));
    }
    if invocation.program == "wc" {
        let counts_bytes = invocation.has(&["-c", "--bytes"]);
        return counts_bytes.then_some(Place::FirstWord(Kind::Size));
    }
    let is_quiet = invocation.has(&["--quiet", "-q"]);
    let noun = invocation.noun.as_str();
    Some(match (noun, invocation.verb.as_str()) {
        _ if invocation.is_build() && is_quiet => Place::Line(Kind::Image),
        ("container", "commit") | ("image", "import") => Place::Line(Kind::Image),
        ("container", "run") if invocation.has(&["--detach", "-d"]) => Place::Line(Kind::Container),
        ("container" | "network", "create") => Place::Line(id_kind(noun)?),
        ("container" | "image" | "network", "ls") if is_quiet => Place::Line(id_kind(noun)?),
        ("container", "port") => Place::PortAnswer,
        ("container", _) => Place::Echo,
        _ => return None,
    })
}

fn of_template(format: &str, invocation: &Invocation) -> Option<Place> {
    let actions = ACTION.captures_iter(format).map(|found| found.extract());
    let actions: Vec<&str> = actions.map(|(_, [action])| action.trim()).collect();
    // A loop prints one line for each element.
    if let Some(over) = actions.iter().find_map(|action| action.strip_prefix("range ")) {
        return kind_of_field(over, invocation).map(Place::Line);
    }
    let is_condition = |action: &&str| action.starts_with("if ") || action.starts_with("with ");
    if actions.iter().any(is_condition) {
        return None;
    }
    let around: Vec<String> = ACTION.split(format).map(regex::escape).collect();
    let line = compiled(&format!("^{}$", around.join("(.*?)")));
    let kinds = actions.iter().map(|action| kind_of_field(action, invocation));
    Some(Place::Template(line, kinds.collect()))
}

/// Kind of the value that a template's field prints.
fn kind_of_field(action: &str, invocation: &Invocation) -> Option<Kind> {
    // JSON of a whole list or object is treated as text.
    if action.starts_with("json ") {
        return None;
    }
    let path = FIELD.find(action)?.as_str();
    let field = path.rsplit('.').next()?;
    Some(match field {
        "Id" | "ID" => return id_kind(&invocation.noun),
        // `.Image` is the container's image id; `.Config.Image` is the name that was typed.
        "Image" if path == ".Image" && invocation.is("container", &["inspect"]) => Kind::Image,
        "IPAddress" | "GlobalIPv6Address" | "Gateway" | "IPv6Gateway" => Kind::Address,
        "Layers" => Kind::Layer,
        "Version" | "ServerVersion" => Kind::Version,
        "Architecture" => Kind::Architecture,
        "Size" => Kind::Size,
        _ => return None,
    })
}
