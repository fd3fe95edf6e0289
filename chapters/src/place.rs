//! Where in a command's output a value stands, and of what kind it is there: a place says more than
//! a shape. Any address, any port and an id of any length can stand in its place.

use std::sync::LazyLock;

use regex::Regex;

use crate::invocation::Invocation;
use crate::normalise::Kind;

/// An output's values, by where they stand.
#[derive(Clone, Debug)]
pub(crate) enum Place {
    /// A line that is nothing else is a value of this kind.
    Line(Kind),
    /// A line that is nothing else is an id that the chapter knows already.
    Echo,
    /// The first word of each line is a value of this kind.
    FirstWord(Kind),
    /// The host's port stands at the end of each line: `8080/tcp -> 0.0.0.0:32768`.
    PortAnswer,
    /// Somewhere in each line stands a version.
    Version,
    /// A line is a template filled in; each action's value has a kind, or is any text.
    Template(Template),
}

/// A `--format` template of one line.
#[derive(Clone, Debug)]
pub(crate) struct Template {
    /// Matches a line; one group for each action.
    pub(crate) line: Regex,
    /// Kind of each action's value; `None` for text that is the same everywhere.
    pub(crate) kinds: Vec<Option<Kind>>,
}

static ACTION: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\{\{(.*?)\}\}").expect("a pattern of this file is valid"));

/// A path in an action, such as `.Config.Image`.
static FIELD: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?:\.[A-Za-z][A-Za-z0-9_]*)+").expect("a pattern of this file is valid"));

/// Kind of a column's values, by its header; `None` for text.
pub(crate) fn column_kind(header: &str) -> Option<Kind> {
    Some(match header {
        "CONTAINER ID" => Kind::Container,
        "IMAGE ID" => Kind::Image,
        "NETWORK ID" => Kind::Network,
        "SIZE" => Kind::Size,
        _ => return None,
    })
}

/// What stands where in the output of a command; `None` where its words do not tell.
pub(crate) fn place(invocation: &Invocation) -> Option<Place> {
    if let Some(format) = invocation.values(&["--format", "-f"]).next()
        && invocation.docker.is_some()
        && format.contains("{{")
    {
        // The header of a table says what its columns are.
        return (!format.starts_with("table"))
            .then(|| of_template(format, invocation))
            .flatten();
    }
    let words = &invocation.words;
    if words.iter().any(|word| word == "version" || word == "--version") {
        return Some(Place::Version);
    }
    let getent = std::iter::once(&invocation.program).chain(words);
    if getent
        .zip(words)
        .any(|(one, next)| one == "getent" && next.ends_with("hosts"))
    {
        return Some(Place::FirstWord(Kind::Address));
    }
    if invocation.program == "wc" {
        let counts_bytes = invocation.has(&["-c", "--bytes"]);
        return counts_bytes.then_some(Place::FirstWord(Kind::Size));
    }
    let is_quiet = invocation.has(&["--quiet", "-q"]);
    let is_detached = invocation.has(&["--detach", "-d"]);
    if invocation.is_build() && is_quiet {
        return Some(Place::Line(Kind::Image));
    }
    let docker = invocation.docker.as_ref()?;
    match (docker.noun.as_str(), docker.verb.as_str()) {
        ("container", "create") => Some(Place::Line(Kind::Container)),
        ("container", "run") if is_detached => Some(Place::Line(Kind::Container)),
        ("container", "ls") if is_quiet => Some(Place::Line(Kind::Container)),
        ("container", "port") => Some(Place::PortAnswer),
        ("container", "commit") | ("image", "import") => Some(Place::Line(Kind::Image)),
        ("image", "ls") if is_quiet => Some(Place::Line(Kind::Image)),
        ("network", "create") => Some(Place::Line(Kind::Network)),
        ("network", "ls") if is_quiet => Some(Place::Line(Kind::Network)),
        ("container", _) => Some(Place::Echo),
        _ => None,
    }
}

fn of_template(format: &str, invocation: &Invocation) -> Option<Place> {
    let actions: Vec<&str> = ACTION
        .captures_iter(format)
        .map(|found| found.extract::<1>().1[0].trim())
        .collect();
    // A loop prints a line for each of what it goes through.
    if let Some(over) = actions.iter().find_map(|action| action.strip_prefix("range ")) {
        return kind_of_field(over, invocation).map(Place::Line);
    }
    if actions
        .iter()
        .any(|action| action.starts_with("if ") || action.starts_with("with "))
    {
        return None;
    }
    let mut line = String::from("^");
    let mut end = 0;
    for found in ACTION.find_iter(format) {
        line += &regex::escape(&format[end..found.start()]);
        line += "(.*?)";
        end = found.end();
    }
    line += &regex::escape(&format[end..]);
    line += "$";
    Some(Place::Template(Template {
        line: Regex::new(&line).expect("escaped text and groups are a valid pattern"),
        kinds: actions
            .iter()
            .map(|action| kind_of_field(action, invocation))
            .collect(),
    }))
}

/// Kind of the value that a field of a template stands for.
fn kind_of_field(action: &str, invocation: &Invocation) -> Option<Kind> {
    // JSON of a whole list or object is text.
    if action.starts_with("json ") {
        return None;
    }
    let path = FIELD.find(action)?.as_str();
    let field = path.rsplit('.').next()?;
    Some(match field {
        "Id" | "ID" => match invocation.docker.as_ref()?.noun.as_str() {
            "container" => Kind::Container,
            "image" => Kind::Image,
            "network" => Kind::Network,
            _ => return None,
        },
        // A container's own field; `.Config.Image` is the name that was typed.
        "Image" if path == ".Image" && invocation.is("container", &["inspect"]) => Kind::Image,
        "IPAddress" | "GlobalIPv6Address" | "Gateway" | "IPv6Gateway" => Kind::Address,
        "Layers" => Kind::Layer,
        "Version" | "ServerVersion" => Kind::Version,
        "Architecture" => Kind::Architecture,
        "Size" => Kind::Size,
        _ => return None,
    })
}
