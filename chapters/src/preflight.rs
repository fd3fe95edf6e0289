//! Looks before a chapter leaps: versions, disk, ports, leftovers, each with
//! what to do about it.

use std::fmt::Write;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use nix::sys::statvfs::statvfs;

use crate::docker::{Docker, Facts, Object};
use crate::process::Runner;

/// Free disk that images, build cache and layers need, in bytes.
const DISK_BYTES_MIN: u64 = 6_000_000_000;

/// Oldest engine whose default builder is BuildKit.
const ENGINE_MIN: u32 = 23;

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

/// Looks at everything that a reader may have to see to; `ports` are TCP ports
/// that chapters publish, `leftovers` objects with the tutorial's names.
#[must_use]
pub fn lines(
    runner: &Runner,
    docker: &Docker,
    facts: &Facts,
    ports: &[u16],
    leftovers: &[Object],
) -> Vec<Line> {
    let known = &facts.provenance;
    let mut lines = vec![
        engine(&known.engine),
        Line::well("client", &known.client),
        plugin("buildx", &known.buildx),
        plugin("compose", &known.compose),
        Line::well("architecture", &known.architecture),
        base_images(facts),
        curl(runner),
        disk(&facts.root),
    ];
    lines.extend(ports.iter().map(|&port| port_line(docker, port)));
    lines.push(leftovers_line(leftovers));
    lines
}

/// The table as text: what, found, and what to do in a line of its own.
#[must_use]
pub fn table(lines: &[Line]) -> String {
    let width = lines.iter().map(|line| line.what.len()).max().unwrap_or(0);
    // Writing to a string does not fail.
    let mut text = String::new();
    for Line {
        what, found, advice, ..
    } in lines
    {
        let mark = if advice.is_some() { "!" } else { "✓" };
        let _ = writeln!(text, "{mark} {what:width$}   {found}");
        if let Some(advice) = advice {
            let _ = writeln!(text, "{:width$}     → {advice}", "");
        }
    }
    text
}

/// Who listens on a TCP port of this machine: a container, a process, or
/// somebody unknown. `None` when the port is free.
#[must_use]
pub fn port_holder(docker: &Docker, port: u16) -> Option<String> {
    if !is_held(port) {
        return None;
    }
    if let Some(container) = docker.container_on(port) {
        return Some(format!("the container {container}"));
    }
    let process = listeners::get_process_by_port(port, listeners::Protocol::TCP);
    Some(process.map_or_else(
        |_| "a program of another user".to_owned(),
        |process| format!("{} (process {})", process.name, process.pid),
    ))
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

fn engine(version: &str) -> Line {
    let major = version
        .split('.')
        .next()
        .and_then(|major| major.parse::<u32>().ok());
    let line = Line::well("engine", version);
    if major.is_none_or(|major| major >= ENGINE_MIN) {
        return line;
    }
    Line {
        stops: true,
        ..line.with_advice(&format!(
            "install Docker Engine {ENGINE_MIN} or later: https://docs.docker.com/engine/install/"
        ))
    }
}

fn plugin(name: &str, version: &str) -> Line {
    if version.is_empty() {
        let advice = format!("install Docker's {name} plugin: https://docs.docker.com/engine/install/");
        return Line {
            stops: name == "buildx",
            ..Line::well(name, "missing").with_advice(&advice)
        };
    }
    Line::well(name, version)
}

fn base_images(facts: &Facts) -> Line {
    if facts.missing_images.is_empty() {
        return Line::well("base images", &facts.provenance.base_images);
    }
    let found = format!("missing: {}", facts.missing_images.join(", "));
    Line::well("base images", &found).with_advice("scripts/base-images")
}

fn curl(runner: &Runner) -> Line {
    let mut command = Command::new("curl");
    command.arg("--version");
    match runner.run(command, Duration::from_secs(10), &mut |_| {}) {
        Ok(outcome) if outcome.status == Some(0) => {
            let version = outcome
                .output
                .split_whitespace()
                .nth(1)
                .unwrap_or("unknown")
                .to_owned();
            Line::well("curl", &version)
        }
        _ => Line {
            stops: true,
            ..Line::well("curl", "missing").with_advice("install curl: chapter 5 asks the service with it")
        },
    }
}

#[allow(
    clippy::useless_conversion,
    reason = "the numbers are narrower on some systems"
)]
fn disk(root: &str) -> Line {
    let Ok(disk) = statvfs(Path::new(root)) else {
        return Line::well("free disk", "unknown: the engine's data is not on this machine");
    };
    let free = u64::from(disk.blocks_available()) * u64::from(disk.fragment_size());
    let line = Line::well("free disk", &format!("{} GB in {root}", free / 1_000_000_000));
    if free >= DISK_BYTES_MIN {
        return line;
    }
    line.with_advice(&format!(
        "free {} GB, for example with `docker system prune`",
        DISK_BYTES_MIN / 1_000_000_000
    ))
}

fn port_line(docker: &Docker, port: u16) -> Line {
    let what = format!("port {port}");
    match port_holder(docker, port) {
        None => Line::well(&what, "free"),
        Some(holder) => {
            let advice = format!("stop {holder}, then start again");
            Line {
                stops: true,
                ..Line::well(&what, &format!("held by {holder}")).with_advice(&advice)
            }
        }
    }
}

fn leftovers_line(leftovers: &[Object]) -> Line {
    if leftovers.is_empty() {
        return Line::well("leftovers", "none");
    }
    let names: Vec<_> = leftovers.iter().map(ToString::to_string).collect();
    let advice = "`-- --clean` removes what an earlier run left; what is yours has to make room";
    Line {
        stops: true,
        ..Line::well("leftovers", &names.join(", ")).with_advice(advice)
    }
}

impl Line {
    fn well(what: &str, found: &str) -> Self {
        Self {
            what: what.to_owned(),
            found: found.to_owned(),
            advice: None,
            stops: false,
        }
    }

    fn with_advice(self, advice: &str) -> Self {
        Self {
            advice: Some(advice.to_owned()),
            ..self
        }
    }
}
