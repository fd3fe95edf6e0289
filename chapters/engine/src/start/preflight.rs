//! Looks before a chapter leaps: versions, disk, ports, leftovers, each with
//! what to do about it.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::net::{Ipv6Addr, TcpListener};
use std::path::{Path, PathBuf};

use console::{Alignment, measure_text_width, pad_str};
use serde_json::Value;

use crate::docker::client::Docker;
use crate::docker::info::{ENGINE_MIN, Facts, major};
use crate::docker::objects::Object;
use crate::docker::ports::port_holder;
use crate::language::Language;
use crate::record::provenance::Part;
use crate::run::platform;
use crate::run::process::Runner;
use crate::say::screen;
use crate::say::wrap::wrap;
use crate::text;

const GIGABYTE: u64 = 1_000_000_000;

/// Free disk that images, build cache and layers need, in gigabytes.
const DISK_GIGABYTES_MIN: u64 = 6;

/// One line of the preflight's table.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Line {
    /// What was looked at.
    what: String,
    /// What was found.
    found: String,
    /// What to do about it; `None` when all is well.
    pub advice: Option<String>,
    /// Whether the chapter cannot start as it is.
    pub stops: bool,
}

/// Looks at everything that a reader may have to see to; `ports` are TCP ports
/// that chapters publish, `leftovers` objects with the tutorial's names. The
/// lines are in `language`.
pub(crate) fn lines(
    docker: &Docker,
    facts: &Facts,
    ports: &[u16],
    leftovers: &[Object],
    language: Language,
) -> Vec<Line> {
    let known = |part| facts.provenance.value(part);
    let architecture = text!(language, "preflight-architecture");
    let install = |plugin: &str| text!(language, "preflight-plugin-missing", plugin);
    let mut lines = vec![
        engine(known(Part::Engine), language),
        Line::new(text!(language, "preflight-client"), known(Part::Client)),
        program("buildx", known(Part::Buildx), install("buildx"), language),
        program("compose", known(Part::Compose), install("compose"), language),
        Line::new(architecture, known(Part::Architecture)),
        base_images(facts, language),
    ];
    if let Some(purpose) = docker.names().curl {
        let advice = text!(
            language,
            "preflight-curl-missing",
            purpose = purpose[language as usize]
        );
        lines.push(program("curl", known(Part::Curl), advice, language));
    }
    lines.extend([disk(&facts.root, language), ipv6(language)]);
    lines.extend(configuration(docker.runner(), language));
    lines.extend(ports.iter().map(|&port| self::port(docker, port, language)));
    lines.push(self::leftovers(leftovers, language));
    lines
}

/// The table as text: what, found, and what to do in a line of its own.
pub(crate) fn table(lines: &[Line]) -> String {
    let widths = lines.iter().map(|line| measure_text_width(&line.what));
    let width = widths.max().unwrap_or(0);
    // Writing to a string does not fail.
    let mut text = String::new();
    for line in lines {
        let mark = if line.advice.is_some() { "!" } else { "✓" };
        let what = pad_str(&line.what, width, Alignment::Left, None);
        let _ = writeln!(text, "{mark} {what}   {}", line.found);
        if let Some(advice) = &line.advice {
            let [first, others] = ["→ ", "  "].map(|arrow| format!("{:width$}     {arrow}", ""));
            let _ = writeln!(text, "{}", wrap(advice, screen::width(), &first, &others));
        }
    }
    text
}

fn engine(version: &str, language: Language) -> Line {
    let line = Line::new(text!(language, "preflight-engine"), version);
    match major(version) {
        Some(major) if major < ENGINE_MIN => {
            line.stop(text!(language, "preflight-engine-old", oldest = ENGINE_MIN))
        }
        _ => line,
    }
}

/// A program that is missing if it has no version.
fn program(name: &str, version: &str, advice: String, language: Language) -> Line {
    let missing = || Line::new(name, text!(language, "preflight-missing"));
    match (version, name) {
        ("", "compose") => missing().advise(advice),
        ("", _) => missing().stop(advice),
        _ => Line::new(name, version),
    }
}

fn base_images(facts: &Facts, language: Language) -> Line {
    let what = text!(language, "preflight-base-images");
    let missing = &facts.missing_images;
    if missing.is_empty() {
        let origin = facts.provenance.value(Part::BaseImages);
        return Line::new(what, text!(language, "preflight-base-images-there", origin));
    }
    let images = language.list(missing);
    Line::new(what, text!(language, "preflight-base-images-missing", images))
        .advise(format!("docker pull {}", missing.join(" && docker pull ")))
}

fn disk(folder: &str, language: Language) -> Line {
    let what = text!(language, "preflight-disk");
    let Some(free) = platform::free_bytes(folder) else {
        return Line::new(what, text!(language, "preflight-disk-unknown"));
    };
    let gigabytes = free / GIGABYTE;
    let line = Line::new(what, text!(language, "preflight-disk-free", gigabytes, folder));
    if gigabytes >= DISK_GIGABYTES_MIN {
        return line;
    }
    let gigabytes = DISK_GIGABYTES_MIN;
    line.advise(text!(language, "preflight-disk-full", gigabytes))
}

/// Docker publishes on IPv6 where it can listen on `[::1]`, and asks the machine the same way.
fn ipv6(language: Language) -> Line {
    let listener = TcpListener::bind((Ipv6Addr::LOCALHOST, 0));
    let found = listener.map_or("preflight-ipv6-none", |_| "preflight-ipv6-there");
    Line::new("IPv6", text!(language, found))
}

/// What of the client's configuration changes the tables that it prints; no line where nothing does.
fn configuration(runner: &Runner, language: Language) -> Option<Line> {
    let folder = runner.variable("DOCKER_CONFIG").map(PathBuf::from);
    let folder = folder.or_else(|| Some(Path::new(runner.variable("HOME")?).join(".docker")))?;
    let file = folder.join("config.json");
    let text = fs::read_to_string(&file).ok()?;
    let settings: BTreeMap<String, Value> = serde_json::from_str(&text).ok()?;
    let formats: Vec<_> = settings.keys().filter(|name| name.ends_with("Format")).collect();
    if formats.is_empty() {
        return None;
    }
    let (settings, file) = (language.list(&formats), file.display());
    let found = text!(language, "preflight-configuration-formats", settings, file);
    let line = Line::new(text!(language, "preflight-configuration"), found);
    Some(line.advise(text!(language, "preflight-configuration-advice")))
}

fn port(docker: &Docker, port: u16, language: Language) -> Line {
    let what = text!(language, "preflight-port", port);
    let Some(held) = port_holder(docker, port) else {
        return Line::new(what, text!(language, "preflight-port-free"));
    };
    let holder = held.holder.say(language);
    Line::new(what, held.say(language)).stop(text!(language, "preflight-port-advice", holder))
}

fn leftovers(objects: &[Object], language: Language) -> Line {
    let what = text!(language, "preflight-leftovers");
    if objects.is_empty() {
        return Line::new(what, text!(language, "preflight-no-leftovers"));
    }
    let names: Vec<_> = objects.iter().map(|object| object.say(language)).collect();
    Line::new(what, language.list(&names)).stop(text!(language, "preflight-leftovers-advice"))
}

impl Line {
    fn new(what: impl Into<String>, found: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            found: found.into(),
            advice: None,
            stops: false,
        }
    }

    fn advise(mut self, advice: String) -> Self {
        self.advice = Some(advice);
        self
    }

    fn stop(mut self, advice: String) -> Self {
        self.stops = true;
        self.advise(advice)
    }
}
