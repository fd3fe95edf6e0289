//! Compares a run with the book. Nothing is run or read here: the input is a snapshot and a run, the
//! output a verdict on each step and each command.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use indexmap::{IndexMap, IndexSet};
use similar::{Algorithm, DiffOp, TextDiff, capture_diff_slices};

use crate::author::chapter::Chapter;
use crate::author::line::Line;
use crate::record::build_log;
use crate::record::invocation::Invocation;
use crate::record::placeholder::{self, Placeholder, placeholders};
use crate::record::provenance::{Part, Provenance, participants};
use crate::record::size;
use crate::record::snapshot::Snapshot;
use crate::record::transcript::Entry;
use crate::report::machine;
use crate::report::ran::Ran;
use crate::report::verdict::{Compared, Diff, Difference, Reason, Step, Verdict};

/// Largest number of lines of a diff that are kept.
const DIFF_LINES: usize = 12;

/// Number of equal lines shown around a difference.
const CONTEXT: usize = 1;

/// Ratio to the book's size within which sizes count as about equal: they vary a little between
/// machines.
const SAME_SIZE: RangeInclusive<f64> = 0.5..=2.0;

/// What is compared with the book.
#[derive(Clone, Copy, Debug)]
pub struct Run<'a> {
    /// The chapter, with the alternative of this run.
    pub chapter: &'a Chapter,
    /// Every line that was run. Lines that the reader did not see are not compared. If a line was run
    /// more than once, the last time counts.
    pub ran: &'a [Ran],
    /// The value of every placeholder in this run: `<container-1>` and its id.
    pub values: &'a BTreeMap<String, String>,
    /// The machine of this run.
    pub provenance: &'a Provenance,
    /// Id of the line at which the chapter stopped; `None` if it reached its end, or was interrupted.
    pub stopped_at: Option<&'a str>,
}

/// Compares a run with the book, section by section, in the order of the book. Without a book, every
/// line that was run gets the verdict "not recorded".
#[must_use]
pub fn compare<'a>(book: impl Into<Option<&'a Snapshot>>, run: &Run<'_>) -> Vec<Step> {
    let (book, nothing) = (book.into(), Snapshot::default());
    let is_recorded = book.is_some();
    let book = book.unwrap_or(&nothing);
    // The database engine, if it is not the book's.
    let database = elsewhere(&book.provenance, run.provenance, |part| {
        let mut both = [&book.provenance, run.provenance].into_iter();
        part == Part::Database && both.all(|on| !on.value(part).is_empty())
    });
    // Each line that was shown; if it ran more than once, the last time.
    let mut shown: Vec<&Ran> = Vec::new();
    for ran in run.ran.iter().filter(|ran| ran.is_shown) {
        shown.retain(|earlier| earlier.line.id != ran.line.id);
        shown.push(ran);
    }
    let mut commands = Vec::new();
    for (id, entry) in book.transcript.with_ids() {
        let has_it = |line: &Line| line.id == id && line.typed() == entry.typed;
        let ran = shown.iter().position(|ran| has_it(&ran.line));
        let line = run.chapter.lines().find(|line| has_it(line));
        commands.push(match (ran, line) {
            (Some(at), _) => pair(entry, shown.remove(at), book, run),
            (None, Some(line)) => Compared::of(line, None, Verdict::NotRun, Vec::new()),
            (None, None) if database.is_empty() => {
                Compared::new(id, entry, Verdict::Differs, vec![Reason::NotInChapter])
            }
            (None, None) => Compared::new(id, entry, Verdict::NotRun, database.clone()),
        });
    }
    for ran in shown {
        let (verdict, reasons) = match is_recorded {
            _ if !ran.is_met() => (Verdict::Failed, Vec::new()),
            true if database.is_empty() => (Verdict::Differs, vec![Reason::NotInBook]),
            _ => (Verdict::NotRecorded, database.clone()),
        };
        commands.push(Compared::of(&ran.line, Some(ran), verdict, reasons));
    }
    // The line at which the chapter stopped has failed, even if it has no result.
    if let Some(line) = run.chapter.lines().find(|line| Some(&*line.id) == run.stopped_at) {
        let mut known = commands.iter_mut();
        match known.find(|command| command.place == Some(line.place)) {
            Some(command) => command.verdict = Verdict::Failed,
            None if line.is_shown() => commands.push(Compared::of(line, None, Verdict::Failed, Vec::new())),
            None => {}
        }
    }
    steps(commands)
}

/// The sections of these commands, in the order of their first command.
fn steps(commands: Vec<Compared>) -> Vec<Step> {
    let mut steps: IndexMap<String, Step> = IndexMap::new();
    for command in commands {
        let step = steps.entry(command.section.clone()).or_default();
        step.section.clone_from(&command.section);
        step.verdict = step.verdict.max(command.verdict);
        step.commands.push(command);
    }
    steps.into_values().collect()
}

/// A command that is both in the book and in the run.
fn pair(book: &Entry, ran: &Ran, snapshot: &Snapshot, run: &Run<'_>) -> Compared {
    let invocation = Invocation::parse(book.typed.text());
    // In a transcript whose numbers are out of order, each number has to be the run's.
    let known = if is_in_order(snapshot) { &book.output } else { "" };
    let (here, names) = renumbered(known, &ran.normalised);
    let (mut expected, sizes) = differences(book, &names, snapshot, run);
    // This explains either the whole difference or none of it: else the book's output is compared as it
    // is.
    let way = machine::way(&invocation, &book.output, &here, run.chapter.tutorial);
    let output = if way.is_some() { &here } else { &book.output };
    expected.extend(way);
    let (known, came) = (lines(output, book.status), lines(&here, ran.exit_status));
    let content = |lines| content(lines, &invocation, book.status);
    let varies_with = ran.line.varies_with;
    let is_other_content = varies_with.is_none() && content(&known) != content(&came);
    let (known, came) = (filled(known, &sizes, 1), filled(came, &sizes, 2));
    let differs = known != came;
    let parts: Vec<Part> = participants(&invocation).into_iter().chain(varies_with).collect();
    let reasons = elsewhere(&snapshot.provenance, run.provenance, |part| {
        differs && parts.contains(&part)
    });
    let verdict = match differs {
        _ if !ran.is_met() => Verdict::Failed,
        false if expected.is_empty() => Verdict::Same,
        false => Verdict::DiffersAsExpected,
        true if is_other_content || reasons.is_empty() => Verdict::Differs,
        true => Verdict::InOtherWords,
    };
    Compared {
        expected: expected.into_iter().collect(),
        diff: diff(&known, &came),
        ..Compared::of(&ran.line, Some(ran), verdict, reasons)
    }
}

/// Whether the values without identity are numbered as they come, as in every recording.
fn is_in_order(snapshot: &Snapshot) -> bool {
    let mut numbers: BTreeMap<String, usize> = BTreeMap::new();
    let outputs = snapshot.transcript.entries.iter().map(|entry| &entry.output);
    let all = outputs.flat_map(|output| placeholders(output));
    let mut numbered = all.filter_map(|found| found.numbered.filter(|(kind, _)| !kind.has_identity()));
    numbered.all(|(kind, number)| {
        let last = numbers.entry(kind.to_string()).or_default();
        *last += 1;
        number == last.to_string()
    })
}

/// The run's output without trailing whitespace, as in a snapshot, and with the book's numbers for values
/// without identity, such as versions: another engine may print more or fewer of them before. Also
/// which placeholder of the run stands for which of the book.
fn renumbered<'a>(book: &'a str, here: &'a str) -> (String, BTreeMap<&'a str, &'a str>) {
    let [known, came] = [book, here].map(|output| output.lines().map(str::trim_end).collect::<Vec<_>>());
    let blank = |found: Placeholder<'_>| {
        let (kind, _) = found.numbered.filter(|(kind, _)| !kind.has_identity())?;
        Some(format!("<{kind}>"))
    };
    let shape = |line: &&str| placeholder::filled(line, blank);
    let [of_book, of_run] = [&known, &came].map(|lines| lines.iter().map(shape).collect::<Vec<_>>());
    let mut lines = came.clone();
    let mut names = BTreeMap::new();
    for op in capture_diff_slices(Algorithm::Myers, &of_book, &of_run) {
        if let DiffOp::Equal {
            old_index,
            new_index,
            len,
        } = op
        {
            for at in 0..len {
                let (book, here) = (known[old_index + at], came[new_index + at]);
                let both = placeholders(book).zip(placeholders(here));
                names.extend(both.map(|(book, here)| (book.text, here.text)));
                lines[new_index + at] = book;
            }
        }
    }
    (lines.iter().flat_map(|line| [line, "\n"]).collect(), names)
}

/// Expected differences in the placeholders of a command, and unexpected sizes: placeholder, the book's
/// value, this run's value.
/// `names` says which placeholder of the run stands for one of the book, if it is not the same.
fn differences(
    book: &Entry,
    names: &BTreeMap<&str, &str>,
    snapshot: &Snapshot,
    run: &Run<'_>,
) -> (IndexSet<Difference>, Vec<[String; 3]>) {
    let (mut differences, mut other_sizes) = (IndexSet::new(), Vec::new());
    for placeholder in placeholders(&format!("{}\n{}", book.typed.text(), book.output)) {
        let name = placeholder.bare().to_owned();
        let book = snapshot.recorded.get(&name);
        let here = names.get(placeholder.text).unwrap_or(&placeholder.text);
        differences.insert(match (book, run.values.get(*here)) {
            // It does not occur in this run, so the text differs, too.
            (_, None) if placeholder.numbered.is_some() => continue,
            (_, None) => Difference::Varies { placeholder: name },
            // The value is the same as in the recording.
            (Some(book), Some(here)) if book == here => continue,
            (Some(book), Some(here)) if name.starts_with("size-") && is_other_size(book, here) => {
                other_sizes.push([placeholder.text.to_owned(), book.clone(), here.clone()]);
                continue;
            }
            (book, Some(here)) => Difference::Placeholder {
                placeholder: name,
                here: here.clone(),
                book: book.cloned(),
            },
        });
    }
    (differences, other_sizes)
}

fn is_other_size(book: &str, here: &str) -> bool {
    let bytes = size::bytes(book).zip(size::bytes(here));
    bytes.is_some_and(|(book, here)| !SAME_SIZE.contains(&(here / book)))
}

/// An output and an exit status as lines. The last line is the exit status, as in a transcript.
fn lines(output: &str, status: Option<i32>) -> Vec<String> {
    let status = status.map_or("? signal".to_owned(), |status| format!("? {status}"));
    output.lines().map(str::to_owned).chain([status]).collect()
}

/// The lines with sizes filled in: the second element of each is the book's, the third is this run's.
fn filled(lines: Vec<String>, sizes: &[[String; 3]], which: usize) -> Vec<String> {
    let fill = |line: String, size: &[String; 3]| line.replace(&size[0], &size[which]);
    let lines = lines.into_iter();
    lines.map(|line| sizes.iter().fold(line, fill)).collect()
}

/// The lines that must be the same everywhere. The other lines are messages, which other versions of a
/// program may word differently. `status` is the recorded exit status.
fn content<'a>(lines: &'a [String], invocation: &Invocation, status: Option<i32>) -> Vec<&'a str> {
    // `docker` itself uses 125 to 127; other statuses are those of the program in the container.
    let runs = invocation.is("container", &["run", "exec"]);
    let is_error = status != Some(0) && !(runs && status.is_some_and(|it| !(125..=127).contains(&it)));
    let mut is_in_error = false;
    let content = lines.iter().enumerate().filter(|(at, line)| {
        is_in_error |= build_log::begins_error(line);
        let is_words = match invocation.program.as_str() {
            // What the server answers is not a message of curl.
            "curl" => line.starts_with("curl:"),
            // Build steps must be the same even if the build fails.
            _ if invocation.is_build() => is_error && is_in_error,
            _ => is_error,
        };
        at + 1 == lines.len() || !is_words
    });
    content.map(|(_, line)| line.as_str()).collect()
}

/// The parts that differ from the book's recording, among the parts that matter.
fn elsewhere(book: &Provenance, here: &Provenance, matters: impl Fn(Part) -> bool) -> Vec<Reason> {
    let others = book.others(here).into_iter().filter(|part| matters(*part));
    let reason = |what| Reason::RecordedElsewhere {
        what,
        book: book.value(what).to_owned(),
        here: here.value(what).to_owned(),
    };
    others.map(reason).collect()
}

fn diff(known: &[String], came: &[String]) -> Diff {
    // An equal exit status does not need a line.
    let (known, came) = match (known.split_last(), came.split_last()) {
        (Some((status, known)), Some((other, came))) if status == other => (known, came),
        _ => (known, came),
    };
    let [known, came] = [known, came].map(|lines| lines.iter().map(String::as_str).collect::<Vec<_>>());
    let diff = TextDiff::from_slices(&known, &came);
    let groups = diff.grouped_ops(CONTEXT);
    let changes = groups.iter().flatten().flat_map(|op| diff.iter_changes(op));
    let marked = changes.map(|change| format!("{} {}", change.tag(), change.value()));
    let mut lines: Vec<String> = marked.map(|line| line.trim_end().to_owned()).collect();
    let left_out = lines.len().saturating_sub(DIFF_LINES);
    lines.truncate(DIFF_LINES);
    Diff { lines, left_out }
}
