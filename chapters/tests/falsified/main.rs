//! The comparison finds every falsified character of a transcript, and does not report normal
//! differences between machines or runs.

#![expect(clippy::unwrap_used, reason = "a test may unwrap: its panic is the report")]

#[path = "../../engine/tests/comparison/mod.rs"]
mod comparison;
mod world;

use std::collections::BTreeMap;
use std::sync::LazyLock;
use std::time::Duration;

use chapters::{POSTGRES, TUTORIAL};
use fastrand::Rng;
use regex::Regex;
use tutorial_engine::author::chapter::Chapter;
use tutorial_engine::author::expect::{Expected, Normalised};
use tutorial_engine::language::Language;
use tutorial_engine::record::placeholder::with_recorded;
use tutorial_engine::record::provenance::Provenance;
use tutorial_engine::record::snapshot::Snapshot;
use tutorial_engine::record::table::Table;
use tutorial_engine::record::transcript::{Entry, Transcript};
use tutorial_engine::report::compare::{Run, compare};
use tutorial_engine::report::ran::Ran;
use tutorial_engine::report::verdict::Verdict;
use tutorial_engine::run::process::{End, Outcome};
use world::World;

/// Number of changes to each transcript.
const CHANGES: usize = 500;

/// Placeholders of values without identity.
static NUMBERED: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"<(size|version|architecture)-\d+>").unwrap());

/// An arbitrary number; a fixed one makes failures repeatable.
const SEED: u64 = 20_261_125;

#[test]
fn a_run_that_gives_the_book_is_as_in_the_book_where_ports_are_published_on_ipv4_alone_too() {
    for recorded in Recorded::all() {
        for ran in [recorded.ran(), recorded.ran_on_ipv4()] {
            let differing = recorded.differing(&recorded.book, &ran, &recorded.book.provenance);
            assert_eq!(differing, [""; 0]);
        }
    }
}

#[test]
fn what_was_recorded_is_what_the_chapters_claim_where_ports_are_published_on_ipv4_alone_too() {
    for recorded in Recorded::all() {
        for mut ran in [recorded.ran(), recorded.ran_on_ipv4()] {
            for (at, ran) in ran.iter_mut().enumerate() {
                recorded.judge(at, ran);
                assert!(ran.is_met(), "{}: {:?}", ran.line.id, ran.findings);
            }
        }
    }
}

/// Removes, inserts or replaces one character of a transcript. This is a falsification if it changes
/// what the transcript says: section, command, output, exit status, name or number of a placeholder. Not
/// counted are an empty line between two sections, a repeated heading of the same section, and an exit
/// status 0. If the changed text parses as the same transcript, or not at all, another change is drawn.
#[test]
fn each_falsification_of_one_character_is_found() {
    let (all, mut random) = (Recorded::all(), Rng::with_seed(SEED));
    let mut missed = Vec::new();
    let mut drawn = 0;
    while drawn < CHANGES {
        let recorded = random.choice(&all).unwrap();
        let (text, change) = falsified(&recorded.book.transcript.to_string(), &mut random);
        let Ok(transcript) = text.parse::<Transcript>() else {
            continue;
        };
        if transcript == recorded.book.transcript {
            continue;
        }
        drawn += 1;
        let book = Snapshot {
            transcript,
            ..recorded.book.clone()
        };
        for ran in [recorded.ran(), recorded.ran_on_ipv4()] {
            if recorded.differing(&book, &ran, &book.provenance).is_empty() {
                missed.push(format!("{}: {change}", recorded.chapter.name));
            }
        }
    }
    assert_eq!(missed, [""; 0]);
}

/// Falsifies one character of an output in a run with other versions of all programs. Content must be
/// found everywhere. In messages of programs, only the chapter's expectations can find it; the rest is
/// listed.
#[test]
fn no_falsification_of_content_escapes_where_all_participants_are_others() {
    let (all, mut random) = (Recorded::all(), Rng::with_seed(SEED));
    let [mut content, mut words] = [(); 2].map(|()| Tally::default());
    while content.drawn < CHANGES || words.drawn < CHANGES {
        let recorded = random.choice(&all).unwrap();
        let entries = &recorded.book.transcript.entries;
        let at = random.usize(..entries.len());
        if entries[at].output.trim().is_empty() {
            continue;
        }
        let (output, change) = falsified(&entries[at].output, &mut random);
        let known = || entries[at].output.lines().map(str::trim_end);
        if known().eq(output.lines().map(str::trim_end)) {
            continue;
        }
        // Another machine may have printed more or fewer versions before: their numbers say nothing.
        let same = |text: &str| NUMBERED.replace_all(text, "<$1>").into_owned();
        if same(&output) == same(&entries[at].output) {
            continue;
        }
        let number = known().zip(output.lines()).take_while(|(a, b)| a == b).count();
        let mut ran = recorded.ran();
        let is_declared = ran[at].line.varies_with.is_some();
        let is_words = is_declared || is_words(&entries[at], number);
        let tally = if is_words { &mut words } else { &mut content };
        if tally.drawn == CHANGES {
            continue;
        }
        tally.drawn += 1;
        ran[at].normalised = output;
        recorded.judge(at, &mut ran[at]);
        let here = all_others(&recorded.book.provenance);
        if recorded.differing(&recorded.book, &ran, &here).is_empty() {
            let line = known().nth(number).unwrap_or_default();
            // Falsified content is listed with its details.
            let change = if is_words { "" } else { &change };
            *tally
                .escaped
                .entry(format!("{}: {line} {change}", ran[at].line.id))
                .or_default() += 1;
        }
    }
    for (line, count) in &words.escaped {
        println!("{count:4} in {line}");
    }
    let escaped: usize = words.escaped.values().sum();
    println!("{escaped} of {CHANGES} falsifications of words escape");
    assert_eq!(content.escaped, BTreeMap::new());
}

/// Replaces every placeholder of a transcript by a possible value, the same placeholder always by the
/// same value, and normalises the outputs as if they came from Docker.
#[test]
fn no_run_with_other_ids_times_ports_and_sizes_is_reported() {
    let (all, mut random) = (Recorded::all(), Rng::with_seed(SEED));
    for _ in 0..CHANGES {
        let recorded = random.choice(&all).unwrap();
        let (ran, values) =
            World::new(&recorded.book, &recorded.chapter.ports, &mut random).run(recorded.ran());
        let differing = recorded.compare(&recorded.book, &ran, &values, &recorded.book.provenance);
        assert_eq!(differing, [""; 0]);
    }
}

/// A chapter and its recording.
struct Recorded {
    chapter: Chapter,
    book: Snapshot,
}

/// The results of falsifications.
#[derive(Default)]
struct Tally {
    drawn: usize,
    /// Number of falsifications that were not found, by line.
    escaped: BTreeMap<String, usize>,
}

impl Recorded {
    fn all() -> Vec<Self> {
        let recorded = chapters::all().into_iter().map(|chapter| Self {
            book: TUTORIAL.snapshot(chapter.name).unwrap(),
            chapter: chapter.on(Some(POSTGRES)),
        });
        recorded.collect()
    }

    /// A run with the same results as the book.
    fn ran(&self) -> Vec<Ran> {
        comparison::ran(&self.book.transcript, &self.chapter)
    }

    /// The same, on a machine that publishes ports only on IPv4.
    fn ran_on_ipv4(&self) -> Vec<Ran> {
        let mut ran = self.ran();
        for ran in &mut ran {
            let output = &mut ran.normalised;
            if ran.typed.starts_with("docker container port ") {
                let lines = output.lines().filter(|line| !line.contains("[::]:"));
                *output = lines.flat_map(|line| [line, "\n"]).collect();
            } else if let Some(mut table) = Table::parse(output).filter(|_| output.contains("[::]:")) {
                for cell in table.rows.iter_mut().flatten() {
                    *cell = cell.replace(", [::]:8080->8080/tcp", "");
                }
                *output = table.layout();
            }
        }
        ran
    }

    /// Checks an output against its line's expectations, as far as the output alone allows.
    fn judge(&self, at: usize, ran: &mut Ran) {
        let text = &ran.normalised;
        let outcome = Outcome {
            output: with_recorded(text, &self.book.recorded),
            status: self.book.transcript.entries[at].status,
            elapsed: Duration::ZERO,
            end: End::Exited,
        };
        let names_new = false;
        let normalised = Normalised {
            text,
            names_new,
            compared_with: None,
        };
        let mut findings = ran.line.check(&outcome, normalised, Language::English);
        // Steps are read from a build's progress, and a transcript keeps only a part of that, and no times of
        // commands that are compared.
        findings.retain(|finding| {
            use Expected::{Cached, HalfOf, Rebuilt, Step};
            !matches!(finding.claim, Step(_) | Cached(_) | Rebuilt(_) | HalfOf(_))
        });
        ran.findings = findings;
    }

    /// Commands that are reported as differing from `book`.
    fn differing(&self, book: &Snapshot, ran: &[Ran], here: &Provenance) -> Vec<String> {
        let values = self.book.recorded.iter();
        let values = values.map(|(name, value)| (format!("<{name}>"), value.clone()));
        self.compare(book, ran, &values.collect(), here)
    }

    fn compare(
        &self,
        book: &Snapshot,
        ran: &[Ran],
        values: &BTreeMap<String, String>,
        here: &Provenance,
    ) -> Vec<String> {
        let run = Run {
            chapter: &self.chapter,
            ran,
            values,
            provenance: here,
            stopped_at: None,
        };
        let steps = compare(book, &run).into_iter();
        let commands = steps.flat_map(|step| step.commands);
        let differing = commands.filter(|command| command.verdict >= Verdict::Differs);
        differing
            .map(|command| format!("{}: {:?}", command.id, command.diff))
            .collect()
    }
}

/// Whether a line of a recorded output is a message of a program. This repeats the comparison's rule
/// independently.
fn is_words(entry: &Entry, number: usize) -> bool {
    let typed = entry.typed.text();
    let line = entry.output.lines().nth(number).unwrap_or_default();
    let ended_badly = entry.status != Some(0);
    if typed.starts_with("curl ") {
        return line.starts_with("curl:");
    }
    if typed.starts_with("docker build ") {
        let mut before = entry.output.lines().take(number + 1);
        return ended_badly && before.any(|line| line == "------" || line.starts_with("ERROR: "));
    }
    // The output of a program in a container is the same everywhere; 125 to 127 are docker's own
    // statuses.
    let is_of_a_container = (typed.starts_with("docker run") || typed.starts_with("docker container exec"))
        && !matches!(entry.status, Some(125..=127));
    ended_badly && !is_of_a_container
}

/// A machine on which everything differs except the database, because that changes the commands.
fn all_others(provenance: &Provenance) -> Provenance {
    let mut parts: BTreeMap<String, Option<String>> =
        serde_json::from_value(serde_json::to_value(provenance).unwrap()).unwrap();
    for (name, value) in &mut parts {
        if name != "database" {
            *value = Some("another".to_owned());
        }
    }
    serde_json::from_value(serde_json::to_value(parts).unwrap()).unwrap()
}

/// The text with one character removed, inserted or replaced, and a description of the change.
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
