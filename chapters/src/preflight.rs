//! Looks before a chapter leaps: versions, disk, ports, leftovers, each with
//! what to do about it.

use std::fmt::{self, Write};
use std::fs;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use console::{Alignment, measure_text_width, pad_str};

use crate::docker::{Docker, Facts, Object};
use crate::language::Language;
use crate::pages::wrap;
use crate::platform;
use crate::process::Runner;
use crate::screen;

/// Free disk that images, build cache and layers need, in bytes.
const DISK_BYTES_MIN: u64 = 6_000_000_000;

/// Oldest engine whose default builder is BuildKit.
pub(crate) const ENGINE_MIN: u32 = 23;

/// One line of the preflight's table.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Line {
    /// What was looked at.
    pub what: String,
    /// What was found.
    pub found: String,
    /// What to do about it; `None` when all is well.
    pub advice: Option<String>,
    /// Whether the chapter cannot start as it is.
    pub stops: bool,
}

/// Who listens on a port.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Holder {
    /// A container of this name.
    Container(String),
    /// A process of this name and id.
    Process(String, u32),
    /// A program that this user may not look at.
    Unknown,
}

/// Looks at everything that a reader may have to see to; `ports` are TCP ports
/// that chapters publish, `leftovers` objects with the tutorial's names. The
/// lines are in `language`.
#[must_use]
pub fn lines(
    runner: &Runner,
    docker: &Docker,
    facts: &Facts,
    ports: &[u16],
    leftovers: &[Object],
    language: Language,
) -> Vec<Line> {
    let known = &facts.provenance;
    let mut lines = vec![
        engine(&known.engine, language),
        Line::well(language.text("preflight-client", &[]), known.client.clone()),
        plugin("buildx", &known.buildx, language),
        plugin("compose", &known.compose, language),
        Line::well(
            language.text("preflight-architecture", &[]),
            known.architecture.clone(),
        ),
        base_images(facts, language),
        curl(runner, language),
        disk(&facts.root, language),
    ];
    lines.extend(configuration(runner, language));
    lines.extend(ports.iter().map(|&port| port_line(docker, port, language)));
    lines.push(leftovers_line(leftovers, language));
    lines
}

/// The table as text: what, found, and what to do in a line of its own.
#[must_use]
pub fn table(lines: &[Line]) -> String {
    let width = lines
        .iter()
        .map(|line| measure_text_width(&line.what))
        .max()
        .unwrap_or(0);
    // Writing to a string does not fail.
    let mut text = String::new();
    for Line {
        what, found, advice, ..
    } in lines
    {
        let mark = if advice.is_some() { "!" } else { "✓" };
        let what = pad_str(what, width, Alignment::Left, None);
        let _ = writeln!(text, "{mark} {what}   {found}");
        if let Some(advice) = advice {
            let [first, others] = ["→ ", "  "].map(|arrow| format!("{:width$}     {arrow}", ""));
            let _ = writeln!(text, "{}", wrap(advice, screen::width(), &first, &others));
        }
    }
    text
}

/// Who listens on a TCP port of this machine; `None` when the port is free.
#[must_use]
pub fn port_holder(docker: &Docker, port: u16) -> Option<Holder> {
    if !is_held(port) {
        return None;
    }
    if let Some(container) = docker.container_on(port) {
        return Some(Holder::Container(container));
    }
    let process = listeners::get_process_by_port(port, listeners::Protocol::TCP);
    Some(process.map_or(Holder::Unknown, |process| {
        Holder::Process(process.name, process.pid)
    }))
}

impl Holder {
    /// Who it is, for a reader: `the container rest-server`.
    #[must_use]
    pub fn say(&self, language: Language) -> String {
        match self {
            Self::Container(name) => language.text("preflight-container", &[("name", name)]),
            Self::Process(name, id) => language.text(
                "preflight-process",
                &[("name", name), ("process", &id.to_string())],
            ),
            Self::Unknown => language.text("preflight-unknown-holder", &[]),
        }
    }
}

fn is_held(port: u16) -> bool {
    match TcpListener::bind((Ipv4Addr::UNSPECIFIED, port)) {
        Ok(_) => false,
        // Without the right to listen below 1024 the port may still be free.
        Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => {
            TcpStream::connect_timeout(&(Ipv4Addr::LOCALHOST, port).into(), Duration::from_secs(1)).is_ok()
        }
        Err(_) => true,
    }
}

fn engine(version: &str, language: Language) -> Line {
    let major = version
        .split('.')
        .next()
        .and_then(|major| major.parse::<u32>().ok());
    let line = Line::well(language.text("preflight-engine", &[]), version.to_owned());
    if major.is_none_or(|major| major >= ENGINE_MIN) {
        return line;
    }
    let oldest = ENGINE_MIN.to_string();
    Line {
        stops: true,
        ..line.with_advice(language.text("preflight-engine-old", &[("oldest", &oldest)]))
    }
}

fn plugin(name: &str, version: &str, language: Language) -> Line {
    if version.is_empty() {
        let missing = Line::well(name.to_owned(), language.text("preflight-missing", &[]));
        return Line {
            stops: name == "buildx",
            ..missing.with_advice(language.text("preflight-plugin-missing", &[("plugin", name)]))
        };
    }
    Line::well(name.to_owned(), version.to_owned())
}

fn base_images(facts: &Facts, language: Language) -> Line {
    let what = language.text("preflight-base-images", &[]);
    if facts.missing_images.is_empty() {
        let origin = [("origin", facts.provenance.base_images.as_str())];
        return Line::well(what, language.text("preflight-base-images-there", &origin));
    }
    let missing = language.list(&facts.missing_images);
    Line::well(
        what,
        language.text("preflight-base-images-missing", &[("images", &missing)]),
    )
    .with_advice(format!(
        "docker pull {}",
        facts.missing_images.join(" && docker pull ")
    ))
}

fn curl(runner: &Runner, language: Language) -> Line {
    let what = "curl".to_owned();
    let mut command = Command::new("curl");
    command.arg("--version");
    match runner.run(command, Duration::from_secs(10), &mut |_| {}) {
        Ok(outcome) if outcome.status == Some(0) => {
            let version = outcome.output.split_whitespace().nth(1);
            let unknown = || language.text("preflight-unknown", &[]);
            Line::well(what, version.map_or_else(unknown, str::to_owned))
        }
        _ => Line {
            stops: true,
            ..Line::well(what, language.text("preflight-missing", &[]))
                .with_advice(language.text("preflight-curl-missing", &[]))
        },
    }
}

/// What of the client's configuration changes the tables that it prints; no line where nothing does.
fn configuration(runner: &Runner, language: Language) -> Option<Line> {
    let folder = runner.variable("DOCKER_CONFIG").map(PathBuf::from);
    let folder = folder.or_else(|| Some(Path::new(runner.variable("HOME")?).join(".docker")))?;
    let file = folder.join("config.json");
    let text = fs::read_to_string(&file).ok()?;
    let settings: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&text).ok()?;
    let mut formats: Vec<_> = settings.keys().filter(|name| name.ends_with("Format")).collect();
    formats.sort();
    if formats.is_empty() {
        return None;
    }
    let file = file.display().to_string();
    let what = language.text("preflight-configuration", &[]);
    let found = language.text(
        "preflight-configuration-formats",
        &[("settings", &language.list(&formats)), ("file", &file)],
    );
    Some(Line::well(what, found).with_advice(language.text("preflight-configuration-advice", &[])))
}

fn disk(root: &str, language: Language) -> Line {
    let what = language.text("preflight-disk", &[]);
    let Some(free) = platform::free_bytes(root) else {
        return Line::well(what, language.text("preflight-disk-unknown", &[]));
    };
    let gigabytes = (free / 1_000_000_000).to_string();
    let found = language.text(
        "preflight-disk-free",
        &[("gigabytes", &gigabytes), ("folder", root)],
    );
    let line = Line::well(what, found);
    if free >= DISK_BYTES_MIN {
        return line;
    }
    let needed = (DISK_BYTES_MIN / 1_000_000_000).to_string();
    line.with_advice(language.text("preflight-disk-full", &[("gigabytes", &needed)]))
}

fn port_line(docker: &Docker, port: u16, language: Language) -> Line {
    let what = language.text("preflight-port", &[("port", &port.to_string())]);
    match port_holder(docker, port) {
        None => Line::well(what, language.text("preflight-port-free", &[])),
        Some(holder) => {
            let holder = holder.say(language);
            let held = language.text("preflight-port-held", &[("holder", &holder)]);
            Line {
                stops: true,
                ..Line::well(what, held)
                    .with_advice(language.text("preflight-port-advice", &[("holder", &holder)]))
            }
        }
    }
}

fn leftovers_line(leftovers: &[Object], language: Language) -> Line {
    let what = language.text("preflight-leftovers", &[]);
    if leftovers.is_empty() {
        return Line::well(what, language.text("preflight-no-leftovers", &[]));
    }
    let names: Vec<_> = leftovers.iter().map(|object| object.say(language)).collect();
    Line {
        stops: true,
        ..Line::well(what, language.list(&names))
            .with_advice(language.text("preflight-leftovers-advice", &[]))
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Container(name) => write!(f, "the container {name}"),
            Self::Process(name, id) => write!(f, "{name} (process {id})"),
            Self::Unknown => f.write_str("a program of another user"),
        }
    }
}

impl Line {
    fn well(what: String, found: String) -> Self {
        Self {
            what,
            found,
            advice: None,
            stops: false,
        }
    }

    fn with_advice(self, advice: String) -> Self {
        Self {
            advice: Some(advice),
            ..self
        }
    }
}
