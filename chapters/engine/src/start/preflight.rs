//! Checks before a chapter starts: versions, disk, ports, leftovers, each with advice.

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

/// Free disk space for images, build cache and layers, in gigabytes.
const DISK_GIGABYTES_MIN: u64 = 6;

/// One line of the preflight's table.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Check {
    what: String,
    found: String,
    /// What to do about it; `None` if all is well.
    pub advice: Option<String>,
    /// Whether the chapter cannot start.
    pub stops: bool,
}

/// Checks everything that may need the reader's attention; `ports` are the TCP ports that chapters
/// publish, `leftovers` are objects with the tutorial's names. The lines are in `language`.
pub(crate) fn lines(
    docker: &Docker,
    facts: &Facts,
    ports: &[u16],
    leftovers: &[Object],
    language: Language,
) -> Vec<Check> {
    let known = |part| facts.provenance.value(part);
    let architecture = text!(language, "preflight-architecture");
    let install = |plugin: &str| text!(language, "preflight-plugin-missing", plugin);
    let mut lines = vec![
        engine(known(Part::Engine), language),
        Check::new(text!(language, "preflight-client"), known(Part::Client)),
        program("buildx", known(Part::Buildx), install("buildx"), language),
        program("compose", known(Part::Compose), install("compose"), language),
        Check::new(architecture, known(Part::Architecture)),
        base_images(facts, language),
    ];
    if let Some(purpose) = docker.names().curl {
        let purpose = purpose[language as usize];
        let advice = text!(language, "preflight-curl-missing", purpose);
        lines.push(program("curl", known(Part::Curl), advice, language));
    }
    lines.extend([disk(&facts.root, language), ipv6(language)]);
    lines.extend(configuration(&docker.runner, language));
    lines.extend(ports.iter().map(|&port| self::port(docker, port, language)));
    lines.push(self::leftovers(leftovers, language));
    lines
}

/// The table as text: what, found, and advice on a line of its own.
pub(crate) fn table(lines: &[Check]) -> String {
    let widths = lines.iter().map(|line| measure_text_width(&line.what));
    let width = widths.max().unwrap_or(0);
    let mut text = String::new();
    for line in lines {
        let mark = if line.advice.is_some() { "!" } else { "✓" };
        let what = pad_str(&line.what, width, Alignment::Left, None);
        text += &format!("{mark} {what}   {}\n", line.found);
        if let Some(advice) = &line.advice {
            let [first, others] = ["→ ", "  "].map(|arrow| format!("{:width$}     {arrow}", ""));
            text += &(wrap(advice, screen::width(), &first, &others) + "\n");
        }
    }
    text
}

fn engine(version: &str, language: Language) -> Check {
    let line = Check::new(text!(language, "preflight-engine"), version);
    if major(version).is_none_or(|major| major >= ENGINE_MIN) {
        return line;
    }
    line.stop(text!(language, "preflight-engine-old", oldest = ENGINE_MIN))
}

/// A program; it is missing if it has no version.
fn program(name: &str, version: &str, advice: String, language: Language) -> Check {
    let missing = || Check::new(name, text!(language, "preflight-missing"));
    match (version, name) {
        ("", "compose") => missing().advise(advice),
        ("", _) => missing().stop(advice),
        _ => Check::new(name, version),
    }
}

fn base_images(facts: &Facts, language: Language) -> Check {
    let what = text!(language, "preflight-base-images");
    let missing = &facts.missing_images;
    if missing.is_empty() {
        let origin = facts.provenance.value(Part::BaseImages);
        return Check::new(what, text!(language, "preflight-base-images-there", origin));
    }
    let images = language.list(missing);
    Check::new(what, text!(language, "preflight-base-images-missing", images))
        .advise(format!("docker pull {}", missing.join(" && docker pull ")))
}

fn disk(folder: &str, language: Language) -> Check {
    let what = text!(language, "preflight-disk");
    let Some(free) = platform::free_bytes(folder) else {
        return Check::new(what, text!(language, "preflight-disk-unknown"));
    };
    let gigabytes = free / GIGABYTE;
    let advice = text!(language, "preflight-disk-full", gigabytes = DISK_GIGABYTES_MIN);
    Check {
        advice: (gigabytes < DISK_GIGABYTES_MIN).then_some(advice),
        ..Check::new(what, text!(language, "preflight-disk-free", gigabytes, folder))
    }
}

/// Docker publishes on IPv6 if it can listen on `[::1]`; this check does the same.
fn ipv6(language: Language) -> Check {
    let listener = TcpListener::bind((Ipv6Addr::LOCALHOST, 0));
    let found = listener.map_or("preflight-ipv6-none", |_| "preflight-ipv6-there");
    Check::new("IPv6", text!(language, found))
}

/// The settings of the client that change the tables it prints; `None` if there are none.
fn configuration(runner: &Runner, language: Language) -> Option<Check> {
    let folder = runner.variable("DOCKER_CONFIG").map(PathBuf::from);
    let folder = folder.or_else(|| Some(Path::new(runner.variable("HOME")?).join(".docker")))?;
    let file = folder.join("config.json");
    let settings: Value = serde_json::from_str(&fs::read_to_string(&file).ok()?).ok()?;
    let formats = settings
        .as_object()?
        .keys()
        .filter(|name| name.ends_with("Format"));
    let settings = language.list(&formats.collect::<Vec<_>>());
    let (is_plain, file) = (settings.is_empty(), file.display());
    let found = text!(language, "preflight-configuration-formats", settings, file);
    let check = Check::new(text!(language, "preflight-configuration"), found);
    (!is_plain).then(|| check.advise(text!(language, "preflight-configuration-advice")))
}

fn port(docker: &Docker, port: u16, language: Language) -> Check {
    let what = text!(language, "preflight-port", port);
    let Some(held) = port_holder(docker, port) else {
        return Check::new(what, text!(language, "preflight-port-free"));
    };
    let holder = held.holder.say(language);
    Check::new(what, held.say(language)).stop(text!(language, "preflight-port-advice", holder))
}

fn leftovers(objects: &[Object], language: Language) -> Check {
    let what = text!(language, "preflight-leftovers");
    if objects.is_empty() {
        return Check::new(what, text!(language, "preflight-no-leftovers"));
    }
    let names: Vec<_> = objects.iter().map(|object| object.say(language)).collect();
    Check::new(what, language.list(&names)).stop(text!(language, "preflight-leftovers-advice"))
}

impl Check {
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
