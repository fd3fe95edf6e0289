//! What a comparison finds, and what it leaves alone.

#![expect(clippy::unwrap_used, reason = "a test may unwrap: its panic is the report")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

use chapters::build_log::Stage;
use chapters::chapter::{Action, Listed, Ran, Source};
use chapters::compare::{Expected, Part, Reason, Run, Step, Verdict, compare};
use chapters::docker::Provenance;
use chapters::expect::{self, Finding, shows_nothing};
use chapters::normalise::{Normaliser, Reading};
use chapters::snapshot::Snapshot;
use chapters::table::Table;
use chapters::transcript::{Entry, Transcript, Typed};
use chapters::tutorial::RUNNING_RUST_IN_DOCKER;
use fastrand::Rng;

/// Names of all chapters.
const CHAPTERS: &[&str] = RUNNING_RUST_IN_DOCKER.chapters;

/// How often a transcript is changed.
const CHANGES: usize = 200;

/// Any other number does as well; this one makes a failure happen again.
const SEED: u64 = 20_261_125;

#[test]
fn a_run_that_gives_the_book_is_as_in_the_book() {
    for &name in CHAPTERS {
        let book = book(name);
        let steps = compare_entries(&book, &book.transcript, &book.provenance);
        assert_eq!(differing(&steps), Vec::<String>::new(), "{name}");
    }
}

/// One character of a transcript is left out, put in or replaced by another. That is a falsification
/// where it changes what the transcript says: section, command, output, exit status, name or number
/// of a placeholder. An empty line between two sections says nothing, and neither do a second
/// headline of the section that one is in or an exit status 0, which stand for what is known without
/// them: where the changed text reads as the same transcript, another change is drawn. So is it where
/// it reads as none; a chapter says of such a file that it cannot be read.
#[test]
fn each_of_200_falsifications_of_one_character_is_found() {
    let mut random = Rng::with_seed(SEED);
    let mut missed = Vec::new();
    let mut drawn = 0;
    while drawn < CHANGES {
        let name = random.choice(CHAPTERS.iter().copied()).unwrap();
        let book = book(name);
        let (text, change) = falsified(&content(name), &mut random);
        let Ok(transcript) = text.parse::<Transcript>() else {
            continue;
        };
        if transcript == book.transcript {
            continue;
        }
        drawn += 1;
        let falsified = Snapshot {
            transcript,
            ..book.clone()
        };
        let steps = compare_entries(&falsified, &book.transcript, &book.provenance);
        if differing(&steps).is_empty() {
            missed.push(format!("{name}: {change}"));
        }
    }
    println!("falsifications: {drawn}, found: {}", drawn - missed.len());
    assert_eq!(missed, Vec::<String>::new());
}

/// Every placeholder of a transcript is replaced by something that could have stood there, the same
/// by the same, and the outputs are normalised as they are when they come from Docker.
#[test]
fn none_of_200_runs_with_other_ids_times_ports_and_sizes_is_reported() {
    let mut random = Rng::with_seed(SEED);
    let mut reported = Vec::new();
    let mut replaced = 0;
    for _ in 0..CHANGES {
        let name = random.choice(CHAPTERS.iter().copied()).unwrap();
        let book = book(name);
        let mut world = World::new(&book, &mut random);
        let mut normaliser = Normaliser::default();
        let mut ran = Vec::new();
        for entry in &book.transcript.entries {
            let raw = world.output(entry);
            let build = Build::of(entry);
            let raw = build.as_ref().map_or(raw, |build| build.progress(&mut world));
            let kept: Vec<&str> = build.iter().flat_map(Build::kept).collect();
            let reading = Reading {
                command: typed(entry),
                stages: &build.as_ref().map_or(Vec::new(), Build::stages),
                kept: &kept,
            };
            let output = normaliser.output(&raw, &reading);
            ran.push(ran_of(entry, output));
        }
        replaced += world.replaced;
        let lines = listed(&book.transcript);
        let values = normaliser.values();
        let run = Run {
            ran: &ran,
            lines: &lines,
            values: &values,
            provenance: &book.provenance,
            stopped_at: None,
        };
        let steps = compare(&book, &run);
        let commands = steps.iter().flat_map(|step| &step.commands);
        let reports = commands.filter(|command| command.verdict > Verdict::DiffersAsExpected);
        reported.extend(reports.map(|command| format!("{name}: {:?} {:?}", command.typed, command.diff)));
    }
    println!(
        "runs: {CHANGES}, values replaced: {replaced}, reported: {}",
        reported.len()
    );
    assert_eq!(reported, Vec::<String>::new());
}

#[test]
fn what_has_no_placeholder_is_the_same_and_what_has_one_differs_as_expected() {
    let verdicts = check(
        "[1]\n$ ls\n| a\n\n[2]\n$ docker run x\n| <container-1>\n",
        |entries| entries,
        &[],
    );
    assert_eq!(verdicts, ["1 Same", "2 DiffersAsExpected"]);
}

#[test]
fn a_size_is_about_the_books_up_to_half_and_double_of_it() {
    for (here, expected) in [
        ("101MB", "1 DiffersAsExpected"),
        ("199MB", "1 DiffersAsExpected"),
        ("49MB", "1 Differs"),
        ("201MB", "1 Differs"),
    ] {
        let verdicts = check(
            "[1]\n$ docker image ls\n| <size-1>\n",
            |entries| entries,
            &[("size-1", "100MB", here)],
        );
        assert_eq!(verdicts, [expected], "{here}");
    }
}

#[test]
fn a_size_that_is_the_books_does_not_differ() {
    let verdicts = check(
        "[1]\n$ docker image ls\n| <size-1>\n",
        |entries| entries,
        &[("size-1", "100MB", "100MB")],
    );
    assert_eq!(verdicts, ["1 Same"]);
}

#[test]
fn another_exit_status_differs() {
    let verdicts = check(
        "[1]\n$ ls\n? 1\n",
        |mut entries| {
            entries[0].status = Some(2);
            entries
        },
        &[],
    );
    assert_eq!(verdicts, ["1 Differs"]);
}

#[test]
fn a_command_that_was_left_out_does_not_shift_the_rest() {
    let verdicts = check(
        "[1]\n$ ls\n| a\n\n[2]\n$ ls\n| b\n$ ls\n| c\n\n[3]\n$ ls\n| d\n",
        |mut entries| {
            entries.remove(0);
            entries
        },
        &[],
    );
    assert_eq!(verdicts, ["1 NotRun", "2 Same", "3 Same"]);
}

#[test]
fn a_command_that_the_book_lacks_differs() {
    let verdicts = check(
        "[1]\n$ ls\n",
        |mut entries| {
            entries.push(Entry {
                typed: Typed::Command("pwd".to_owned()),
                ..entries[0].clone()
            });
            entries
        },
        &[],
    );
    assert_eq!(verdicts, ["1 Differs"]);
}

#[test]
fn a_command_that_failed_differs_even_where_its_text_is_the_same() {
    let book = book("chapter-2");
    let mut ran: Vec<Ran> = book
        .transcript
        .entries
        .iter()
        .map(|entry| ran_of(entry, entry.output.clone()))
        .collect();
    ran[0].findings = vec![Finding {
        expected: expect::Expected::Within(Duration::from_secs(1)),
        is_met: false,
    }];
    let lines = listed(&book.transcript);
    let values = BTreeMap::new();
    let run = Run {
        ran: &ran,
        lines: &lines,
        values: &values,
        provenance: &book.provenance,
        stopped_at: Some(ran[0].place),
    };
    let steps = compare(&book, &run);
    assert_eq!(steps[0].verdict, Verdict::Differs);
    assert_eq!(steps[0].commands[0].reasons, [Reason::Failed]);
}

#[test]
fn a_command_that_could_not_be_run_differs_and_those_after_it_were_not_run() {
    let book = book("chapter-2");
    let lines = listed(&book.transcript);
    let values = BTreeMap::new();
    let run = Run {
        ran: &[],
        lines: &lines,
        values: &values,
        provenance: &book.provenance,
        stopped_at: Some(lines[0].source.place),
    };
    let steps = compare(&book, &run);
    let verdicts: Vec<Verdict> = steps.iter().map(|step| step.verdict).collect();
    assert_eq!(verdicts[..2], [Verdict::Differs, Verdict::NotRun]);
}

const SEE: &str = "[1]\n$ docker run x\n| See 'docker run --help'.\n? 125\n";
const RUN: &str = "\nRun 'docker run --help' for more information\n";

#[test]
fn other_words_are_expected_of_another_version_of_docker() {
    let steps = reworded(|here| here.engine = "28.5.2".to_owned());
    assert_eq!(steps[0].verdict, Verdict::DiffersAsExpected);
    assert_eq!(steps[0].commands[0].expected, [Expected::Wording]);
}

#[test]
fn every_word_counts_on_the_same_versions() {
    let steps = reworded(|_| {});
    assert_eq!(steps[0].verdict, Verdict::Differs);
    assert_eq!(
        steps[0].commands[0].diff.lines,
        [
            "- See 'docker run --help'.",
            "+",
            "+ Run 'docker run --help' for more information"
        ]
    );
}

#[test]
fn what_is_another_one_than_in_the_book_is_named_as_a_reason() {
    let steps = reworded(|here| here.architecture = "linux/aarch64".to_owned());
    let reason = Reason::RecordedElsewhere {
        what: Part::Architecture,
        book: "linux/x86_64".to_owned(),
        here: "linux/aarch64".to_owned(),
    };
    assert_eq!(steps[0].commands[0].reasons, [reason]);
}

#[test]
fn commands_of_another_database_are_not_recorded_and_those_of_the_book_not_run() {
    let book = book("chapter-6");
    let mut here = book.provenance.clone();
    here.database = Some("cockroachdb/cockroach:latest".to_owned());
    let entry = Entry {
        section: "6-1".to_owned(),
        typed: Typed::Command("cockroach version".to_owned()),
        output: String::new(),
        status: Some(0),
    };
    let transcript = Transcript { entries: vec![entry] };
    let steps = compare_entries(&book, &transcript, &here);
    let first: Vec<Verdict> = steps[0].commands.iter().map(|command| command.verdict).collect();
    assert_eq!(first, [Verdict::NotRun, Verdict::NotRun, Verdict::NotRecorded]);
    assert_eq!(differing(&steps), Vec::<String>::new());
}

#[test]
fn a_long_diff_is_cut() {
    let lines = (0..40).fold(String::new(), |lines, number| lines + &format!("| {number}\n"));
    let book = snapshot(&format!("[1]\n$ seq\n{lines}"));
    let other = snapshot("[1]\n$ seq\n| none\n").transcript;
    let steps = compare_entries(&book, &other, &book.provenance);
    let diff = &steps[0].commands[0].diff;
    assert_eq!((diff.lines.len(), diff.left_out), (12, 29));
}

/// Verdicts where a run gives what `changed` makes of the book's entries; `sizes` are placeholder,
/// value in the book, value here. A container is always there.
#[track_caller]
fn check(
    text: &str,
    changed: impl FnOnce(Vec<Entry>) -> Vec<Entry>,
    sizes: &[(&str, &str, &str)],
) -> Vec<String> {
    let mut book = snapshot(text);
    let mut values = BTreeMap::from([("<container-1>".to_owned(), "4f1b7c02d9e3".to_owned())]);
    for (placeholder, book_value, here) in sizes {
        book.recorded
            .insert((*placeholder).to_owned(), (*book_value).to_owned());
        values.insert(format!("<{placeholder}>"), (*here).to_owned());
    }
    let lines = listed(&book.transcript);
    let entries = changed(book.transcript.entries.clone());
    let ran: Vec<Ran> = entries
        .iter()
        .map(|entry| ran_of(entry, entry.output.clone()))
        .collect();
    let run = Run {
        ran: &ran,
        lines: &lines,
        values: &values,
        provenance: &book.provenance,
        stopped_at: None,
    };
    let steps = compare(&book, &run);
    steps
        .iter()
        .map(|step| format!("{} {:?}", step.section, step.verdict))
        .collect()
}

/// A run that says [`RUN`] where the book says [`SEE`], on what `changed` makes of the book's.
fn reworded(changed: impl FnOnce(&mut Provenance)) -> Vec<Step> {
    let mut book = snapshot(SEE);
    "linux/x86_64".clone_into(&mut book.provenance.architecture);
    let mut here = book.provenance.clone();
    changed(&mut here);
    let mut transcript = book.transcript.clone();
    RUN.clone_into(&mut transcript.entries[0].output);
    compare_entries(&book, &transcript, &here)
}

/// Compares a run that gives this transcript, of a chapter that has these commands.
fn compare_entries(book: &Snapshot, transcript: &Transcript, here: &Provenance) -> Vec<Step> {
    let ran: Vec<Ran> = transcript
        .entries
        .iter()
        .map(|entry| ran_of(entry, entry.output.clone()))
        .collect();
    let lines = listed(transcript);
    let values: BTreeMap<String, String> = book
        .recorded
        .iter()
        .map(|(placeholder, value)| (format!("<{placeholder}>"), value.clone()))
        .collect();
    let run = Run {
        ran: &ran,
        lines: &lines,
        values: &values,
        provenance: here,
        stopped_at: None,
    };
    compare(book, &run)
}

fn differing(steps: &[Step]) -> Vec<String> {
    let differ = steps.iter().filter(|step| step.verdict == Verdict::Differs);
    differ.map(|step| step.section.clone()).collect()
}

fn ran_of(entry: &Entry, output: String) -> Ran {
    Ran {
        entry: Entry {
            output,
            ..entry.clone()
        },
        typed: typed(entry).to_owned(),
        output: entry.output.clone(),
        elapsed: Duration::ZERO,
        findings: Vec::new(),
        place: place(entry),
        is_shown: true,
    }
}

fn listed(transcript: &Transcript) -> Vec<Listed> {
    let line = |entry: &Entry| Listed {
        section: entry.section.clone().leak(),
        action: match entry.typed {
            Typed::Command(_) => Action::Run,
            Typed::Interrupt(_) => Action::Interrupt,
        },
        source: Source {
            literal: typed(entry).replace("\\\n", "\n").leak(),
            place: place(entry),
        },
        words: Vec::new(),
        expected: shows_nothing(),
        limit: Duration::from_secs(1),
    };
    transcript.entries.iter().map(line).collect()
}

fn place(entry: &Entry) -> &'static str {
    format!("{} {}", entry.section, typed(entry)).leak()
}

fn typed(entry: &Entry) -> &str {
    let (Typed::Command(typed) | Typed::Interrupt(typed)) = &entry.typed;
    typed
}

fn snapshot(transcript: &str) -> Snapshot {
    Snapshot {
        transcript: transcript.parse().unwrap(),
        ..Snapshot::default()
    }
}

fn book(name: &str) -> Snapshot {
    file(name).parse().unwrap()
}

/// What a snapshot holds below its header.
fn content(name: &str) -> String {
    file(name).splitn(3, "---\n").nth(2).unwrap().to_owned()
}

fn file(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("transcripts");
    fs::read_to_string(folder.join(format!("{name}.snap"))).unwrap()
}

/// The text with one character left out, put in or replaced, and what was done.
fn falsified(text: &str, random: &mut Rng) -> (String, String) {
    const OTHERS: &[u8] = b"abcxyz0123456789-./<>[]|$?' ";
    let characters: Vec<char> = text.chars().collect();
    let at = random.usize(..characters.len());
    let (is, other) = (characters[at], char::from(*random.choice(OTHERS).unwrap()));
    let (kept, new, change) = match random.u8(..3) {
        0 => (at + 1, String::new(), format!("{is:?} left out")),
        1 => (at, other.to_string(), format!("{other:?} put in before {is:?}")),
        _ => (at + 1, other.to_string(), format!("{is:?} replaced by {other:?}")),
    };
    let before: String = characters[..at].iter().collect();
    let after: String = characters[kept..].iter().collect();
    let line = before.lines().count();
    (format!("{before}{new}{after}"), format!("line {line}: {change}"))
}

/// A build that succeeded, as a transcript has it: each step with the lines below it.
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
        if !typed(entry).starts_with("docker build ") || entry.status != Some(0) {
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
        // With `--quiet` there is an id and no progress.
        build
            .steps
            .iter()
            .any(|(name, _)| name.starts_with('['))
            .then_some(build)
    }

    /// Steps of which the transcript has more than their name.
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

    /// As `BuildKit` prints it: steps in any order, with numbers, times and digests.
    fn progress(&self, world: &mut World<'_>) -> String {
        let mut blocks: Vec<String> = Vec::new();
        let random = &mut *world.random;
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
            world.replaced += 1;
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

/// A machine on which everything that may be another value is one.
struct World<'a> {
    book: &'a Snapshot,
    random: &'a mut Rng,
    values: BTreeMap<String, String>,
    /// How many values were put in.
    replaced: usize,
}

impl<'a> World<'a> {
    fn new(book: &'a Snapshot, random: &'a mut Rng) -> Self {
        Self {
            book,
            random,
            values: BTreeMap::new(),
            replaced: 0,
        }
    }

    /// A command's output as it comes from Docker.
    fn output(&mut self, entry: &Entry) -> String {
        if let Some(mut table) = Table::parse(&entry.output) {
            let header = table.header().to_vec();
            for row in table.rows.iter_mut().skip(1) {
                for (cell, column) in row.iter_mut().zip(&header) {
                    *cell = self.filled(cell, column.ends_with(" ID"));
                }
            }
            return table.layout();
        }
        self.filled(&entry.output, false)
    }

    /// The text with a value for each placeholder; of ids 12 digits where `is_short`.
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
            self.replaced += 1;
            // Docker writes an image's id with its algorithm, except where it is short.
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
                // An id has digits and letters among its first twelve.
                let rest: String = (0..61).map(|_| random.digit(16)).collect();
                format!("a1b{rest}")
            }
            "name" => {
                let name: String = (0..6).map(|_| random.lowercase()).collect();
                format!("{name}_turing")
            }
            "address" => format!("172.{}.0.{}", random.u8(16..32), random.u8(2..250)),
            "port" | "ipv6-port" => random.u16(32768..61000).to_string(),
            "size" => {
                let bytes = chapters::size::bytes(recorded?)?;
                format!("{:.2}MB", bytes / 1e6 * (0.55 + 1.4 * random.f64()))
            }
            "version" if recorded?.contains("Debian") => {
                format!("16.{number} (Debian 16.{number}-1.pgdg12+1)")
            }
            // What Docker calls a version, and what it adds to it.
            "version" if recorded?.contains(' ') => format!("v0.{number}.0 9872040"),
            "version" => format!("28.5.{number}"),
            "architecture" => "aarch64".to_owned(),
            _ => return None,
        };
        self.values.insert(placeholder.to_owned(), value.clone());
        Some(value)
    }
}
