//! Simulates a machine on which every id, time, port and size differs from the book's.

use std::collections::BTreeMap;

use fastrand::Rng;
use tutorial_engine::record::build_log::Stage;
use tutorial_engine::record::normalise::{Normaliser, Reading};
use tutorial_engine::record::size;
use tutorial_engine::record::snapshot::Snapshot;
use tutorial_engine::record::table::Table;
use tutorial_engine::record::transcript::Entry;
use tutorial_engine::report::ran::Ran;

/// A machine on which everything that may differ does differ.
pub struct World<'a> {
    book: &'a Snapshot,
    /// Ports that the chapter publishes.
    ports: &'a [u16],
    random: &'a mut Rng,
    values: BTreeMap<String, String>,
}

impl<'a> World<'a> {
    pub fn new(book: &'a Snapshot, ports: &'a [u16], random: &'a mut Rng) -> Self {
        Self {
            book,
            ports,
            random,
            values: BTreeMap::new(),
        }
    }

    /// A run's normalised outputs on this machine, and the values of the placeholders.
    pub fn run(mut self, mut ran: Vec<Ran>) -> (Vec<Ran>, BTreeMap<String, String>) {
        let mut normaliser = Normaliser::publishing(self.ports);
        for ran in &mut ran {
            let raw = self.output(&ran.entry());
            let entry = ran.entry();
            let build = Build::of(&entry);
            let raw = build.as_ref().map_or(raw, |build| build.progress(self.random));
            let kept: Vec<&str> = build.iter().flat_map(Build::kept).collect();
            let reading = Reading {
                command: &ran.typed,
                stages: &build.as_ref().map_or(Vec::new(), Build::stages),
                kept: &kept,
                others: &[],
            };
            let output = normaliser.output(&raw, &reading);
            ran.normalised = output;
        }
        (ran, normaliser.values())
    }

    /// A command's output in the form of Docker.
    fn output(&mut self, entry: &Entry) -> String {
        if let Some(mut table) = Table::parse(&entry.output) {
            let header = table.rows[0].clone();
            for row in table.rows.iter_mut().skip(1) {
                for (cell, column) in row.iter_mut().zip(&header) {
                    *cell = self.filled(cell, column.ends_with(" ID"));
                }
            }
            return table.layout();
        }
        self.filled(&entry.output, false)
    }

    /// The text with a value for each placeholder; ids have 12 digits if `is_short`.
    fn filled(&mut self, text: &str, is_short: bool) -> String {
        let mut filled = String::new();
        let mut rest = text;
        while let Some((before, (placeholder, after))) = rest
            .split_once('<')
            .and_then(|(before, after)| Some((before, after.split_once('>')?)))
        {
            filled.push_str(before);
            let Some(value) = self.value(placeholder) else {
                filled.push('<');
                rest = &rest[before.len() + 1..];
                continue;
            };
            // Docker writes an image's id with its algorithm, unless it is shortened.
            if !is_short && (placeholder.starts_with("image-") || placeholder.starts_with("layer-")) {
                filled.push_str("sha256:");
            }
            let is_id = value.len() == 64;
            filled.push_str(if is_id && is_short { &value[..12] } else { &value });
            rest = after;
        }
        filled + rest
    }

    fn value(&mut self, placeholder: &str) -> Option<String> {
        let random = &mut *self.random;
        let number = random.u32(1..900);
        let one_of = |random: &mut Rng, texts: &[&str]| {
            let text = texts[random.usize(..texts.len())];
            Some(text.replace('#', &number.to_string()))
        };
        match placeholder {
            "time" => {
                return one_of(
                    random,
                    &[
                        "2031-01-02T03:04:05.#Z",
                        "# minutes ago",
                        "About an hour",
                        "Less than a second ago",
                        "Tue, 02 Jan 2031 03:04:05 GMT",
                    ],
                );
            }
            "duration" => return one_of(random, &["#ms", "#µs", "1.#s"]),
            "n" => return one_of(random, &["#"]),
            "ref" => {
                // With the classic image store, the first part is a UUID.
                let mut part = |length| (0..length).map(|_| random.digit(16)).collect::<String>();
                let uuid = [8, 4, 4, 4, 12].map(&mut part).join("-");
                return Some(format!("{uuid}::{}", part(25)));
            }
            "registry-answer" => {
                return one_of(
                    random,
                    &[
                        "docker: Error response from daemon: pull access denied, take #.",
                        "docker: Error response from daemon: Get \"https://registry-1.docker.io/v2/\": dial tcp: i/o timeout.",
                    ],
                );
            }
            "resolver-answer" => {
                return one_of(
                    random,
                    &[
                        "Name or service not known",
                        "Temporary failure in name resolution",
                    ],
                );
            }
            _ => {}
        }
        if let Some(value) = self.values.get(placeholder) {
            return Some(value.clone());
        }
        let (kind, digits) = placeholder.rsplit_once('-')?;
        digits.parse::<u32>().ok()?;
        let recorded = self.book.recorded.get(placeholder);
        let value = match kind {
            "container" | "image" | "layer" | "network" | "volume" => {
                // An id has digits and letters among its first twelve characters.
                let rest: String = (0..61).map(|_| random.digit(16)).collect();
                format!("a1b{rest}")
            }
            "name" => {
                let name: String = (0..6).map(|_| random.lowercase()).collect();
                format!("{name}_turing")
            }
            // Readers may configure address pools and port ranges.
            "address" => match random.u8(..4) {
                0 => format!("172.{}.0.{}", random.u8(16..32), random.u8(2..250)),
                1 => format!("100.64.{}.{}", random.u8(..), random.u8(2..250)),
                2 => format!("203.0.113.{}", random.u8(2..250)),
                _ => format!("fd00:{:x}::{:x}", random.u16(1..), random.u16(2..)),
            },
            "port" | "ipv6-port" => match random.u8(..2) {
                0 => random.u16(1024..8000).to_string(),
                _ => random.u16(8081..).to_string(),
            },
            "size" => {
                let bytes = size::bytes(recorded?)?;
                let (unit, word) = if bytes < 1e6 { (1e3, "kB") } else { (1e6, "MB") };
                format!("{:.2}{word}", bytes / unit * (0.55 + 1.4 * random.f64()))
            }
            "version" if recorded?.contains("Debian") => {
                format!("16.{number} (Debian 16.{number}-1.pgdg12+1)")
            }
            // A version in Docker's format, with its build details.
            "version" if recorded?.contains(' ') => format!("v0.{number}.0 9872040"),
            "version" => format!("28.5.{number}"),
            "architecture" => "aarch64".to_owned(),
            _ => return None,
        };
        self.values.insert(placeholder.to_owned(), value.clone());
        Some(value)
    }
}

/// A successful build in the form of a transcript: each step with the lines below it.
struct Build<'a> {
    steps: Vec<(&'a str, Vec<&'a str>)>,
    named: Vec<&'a str>,
}

impl<'a> Build<'a> {
    fn of(entry: &'a Entry) -> Option<Self> {
        let mut build = Self {
            steps: Vec::new(),
            named: Vec::new(),
        };
        if !entry.typed.text().starts_with("docker build ") || entry.status != Some(0) {
            return None;
        }
        for line in entry.output.lines() {
            if line.starts_with("naming to ") {
                build.named.push(line);
            } else if line.starts_with('[') || build.steps.is_empty() {
                build.steps.push((line, Vec::new()));
            } else {
                build.steps.last_mut()?.1.push(line);
            }
        }
        // With `--quiet`, there is an id but no progress.
        build
            .steps
            .iter()
            .any(|(name, _)| name.starts_with('['))
            .then_some(build)
    }

    /// Steps for which the transcript has more than their name.
    fn kept(&self) -> impl Iterator<Item = &'a str> {
        let is_kept = |(name, lines): &&(&'a str, Vec<&str>)| !name.starts_with('[') || !lines.is_empty();
        self.steps.iter().filter(is_kept).map(|(name, _)| *name)
    }

    fn stages(&self) -> Vec<Stage> {
        let words = self
            .steps
            .iter()
            .filter_map(|(name, _)| name.strip_prefix('[')?.split(' ').next());
        let mut names: Vec<&str> = words.filter(|word| !word.contains('/')).collect();
        names.dedup();
        let stage = |name: &&str| Stage {
            name: (*name).to_owned(),
            base: String::new(),
        };
        names.iter().map(stage).collect()
    }

    /// Progress in the format of `BuildKit`: steps in any order, with numbers, times and digests.
    fn progress(&self, random: &mut Rng) -> String {
        let mut blocks: Vec<String> = Vec::new();
        for ((name, lines), number) in self.steps.iter().zip(20..) {
            let digest: String = (0..64).map(|_| random.digit(16)).collect();
            let digest = if name.contains("] FROM ") {
                format!("@sha256:{digest}")
            } else {
                String::new()
            };
            let mut block = format!("#{number} {name}{digest}\n");
            for line in lines {
                let line = if *line == "CACHED" {
                    format!("#{number} CACHED\n")
                } else {
                    format!("#{number} {}.{:03} {line}\n", random.u8(..90), random.u16(..1000))
                };
                block += &line;
            }
            let end = format!("#{number} DONE {}.{}s\n", random.u8(..90), random.u8(..10));
            blocks.push(block + &end);
        }
        random.shuffle(&mut blocks);
        let named = self.named.iter();
        let named = named.map(|name| format!("\n#90 {name} 0.{}s done", random.u8(..10)));
        let export = format!("#90 exporting to image{}\n", named.collect::<Vec<_>>().concat());
        let start = "#0 building with \"default\" instance using docker driver\n\n\
                     #1 [internal] load build definition from Dockerfile\n#1 DONE 0.0s\n\n";
        [start, &blocks.concat(), &export].concat()
    }
}
