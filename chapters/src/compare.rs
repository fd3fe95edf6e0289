//! What a run shows, held against what the book shows. Nothing is run or read here: a snapshot
//! and a run go in, a verdict on each step and each command comes out.

mod ipv4; // what differs where there is no IPv6

use std::collections::BTreeMap;

use serde::Serialize;
use similar::{Algorithm, ChangeTag, DiffOp, TextDiff, capture_diff_slices};

use crate::build_log;
use crate::chapter::{Listed, Ran};
use crate::invocation::Invocation;
use crate::normalise::placeholders;
use crate::provenance::{Part, Provenance, participants};
use crate::size;
use crate::snapshot::Snapshot;
use crate::transcript::{Entry, Typed};

/// Lines of a diff that are kept.
const DIFF_LINES: usize = 12;

/// Lines around a difference.
const CONTEXT: usize = 1;

/// What is compared with the book.
#[derive(Clone, Copy, Debug)]
pub struct Run<'a> {
    /// Every command that was run; those that the reader did not see are not compared.
    pub ran: &'a [Ran],
    /// Every line of the chapter's file, on the database engine of this run.
    pub lines: &'a [Listed],
    /// What every placeholder stands for here: `<container-1>` and its id.
    pub values: &'a BTreeMap<String, String>,
    /// On what it ran.
    pub provenance: &'a Provenance,
    /// File and line of the command at which the chapter stopped; `None` if it reached its end, or
    /// was interrupted.
    pub stopped_at: Option<&'static str>,
}

/// A section of the book and what became of it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Step {
    /// Such as `3-12-tag`.
    pub section: String,
    /// The worst of its commands'.
    pub verdict: Verdict,
    /// Those of the book and of the run, in order.
    pub commands: Vec<Compared>,
}

/// A command and what became of it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Compared {
    /// As the book has it.
    pub typed: Typed,
    /// How it compares.
    pub verdict: Verdict,
    /// What differs and is meant to, in order, each once.
    pub expected: Vec<Expected>,
    /// Lines that differ: those in other words, and those that are not meant to differ.
    pub diff: Diff,
    /// Why it differs, as far as that is known.
    pub reasons: Vec<Reason>,
    /// Its place in [`Run::ran`]; `None` if it was not run.
    pub ran: Option<usize>,
    /// File and line of the chapter; `None` for a command that only the book has.
    pub place: Option<&'static str>,
}

/// How something compares with the book, from good to bad.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Nothing differs at all.
    Same,
    /// What differs is what differs between any two machines or moments.
    DiffersAsExpected,
    /// The book has it, and it was left out here.
    NotRun,
    /// It was run, and the book was recorded where it is no part of the chapter.
    NotRecorded,
    /// The command shows what it has to show, and a program that is another one here than in the
    /// book says it in other words.
    InOtherWords,
    /// Something else differs.
    Differs,
    /// The command did not show what it has to show, or could not be run.
    Failed,
}

/// Something that differs and is meant to.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Expected {
    /// A placeholder with a number, and what it stands for.
    Placeholder {
        /// Such as `container-1`.
        placeholder: String,
        /// What it stands for here.
        here: String,
        /// What it stood for when the book was recorded; `None` where the book does not keep that.
        book: Option<String>,
    },
    /// A placeholder without a number, such as `time`: whatever comes is as good.
    Varies {
        /// Its name.
        placeholder: String,
    },
    /// A port that the book publishes on IPv4 and IPv6 is published on IPv4 alone.
    PublishedOnIpv4,
    /// A service that listens on IPv6 and IPv4 in the book finds no IPv6 in its container.
    ListensOnIpv4,
    /// The lines of a container's log stand in another order.
    LogOrder,
}

/// Why something differs.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Reason {
    /// The book has a command that the chapter has not.
    NotInChapter,
    /// The chapter has a command that the book has not.
    NotInBook,
    /// Something that takes part in the command is another one here, which may be why.
    RecordedElsewhere {
        /// What is another one.
        what: Part,
        /// The one of the book.
        book: String,
        /// The one of this run.
        here: String,
    },
}

/// Two normalised outputs side by side, cut to what matters.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Diff {
    /// Each starts with `-` (the book's), `+` (this run's) or a space (both).
    pub lines: Vec<String>,
    /// How many more there are.
    pub left_out: usize,
}

/// Compares a run with the book, section by section, in the order of the book.
#[must_use]
pub fn compare(book: &Snapshot, run: &Run<'_>) -> Vec<Step> {
    let mut steps = Vec::new();
    let known: Vec<Key<'_>> = book.transcript.entries.iter().map(key).collect();
    let (at, shown): (Vec<usize>, Vec<&Ran>) =
        run.ran.iter().enumerate().filter(|(_, ran)| ran.is_shown).unzip();
    let came: Vec<Key<'_>> = shown.iter().map(|ran| key(&ran.entry)).collect();
    let places = places(&known, run.lines);
    let database = other_database(&book.provenance, run.provenance);
    for op in capture_diff_slices(Algorithm::Myers, &known, &came) {
        if let DiffOp::Equal {
            old_index,
            new_index,
            len,
        } = op
        {
            for offset in 0..len {
                let entry = &book.transcript.entries[old_index + offset];
                let ran = shown[new_index + offset];
                let command = Compared {
                    ran: Some(at[new_index + offset]),
                    ..pair(entry, ran, book, run)
                };
                add(&mut steps, &entry.section, command);
            }
            continue;
        }
        for index in op.old_range() {
            let entry = &book.transcript.entries[index];
            add(
                &mut steps,
                &entry.section,
                only_in_book(entry, places[index], database.as_ref()),
            );
        }
        for index in op.new_range() {
            let ran = shown[index];
            let command = Compared {
                ran: Some(at[index]),
                ..only_in_run(ran, database.as_ref())
            };
            add(&mut steps, &ran.entry.section, command);
        }
    }
    if let Some(place) = run.stopped_at {
        mark_stop(&mut steps, place, run.lines);
    }
    for step in &mut steps {
        step.verdict = worst(&step.commands);
    }
    steps
}

/// The sections of a run that the book has no recording of.
#[must_use]
pub fn not_recorded(run: &Run<'_>) -> Vec<Step> {
    let mut steps = compare(&Snapshot::default(), run);
    for step in &mut steps {
        for command in &mut step.commands {
            if command.reasons == [Reason::NotInBook] {
                command.verdict = Verdict::NotRecorded;
                command.reasons.clear();
            }
        }
        step.verdict = worst(&step.commands);
    }
    steps
}

/// Whether two sizes, in bytes, are about the same: sizes differ a little from machine to machine,
/// and one that is less than half or more than double is another size.
#[must_use]
pub fn is_about_the_same_size(book: f64, here: f64) -> bool {
    (0.5..=2.0).contains(&(here / book))
}

fn worst(commands: &[Compared]) -> Verdict {
    let verdicts = commands.iter().map(|command| command.verdict);
    verdicts.max().unwrap_or(Verdict::Same)
}

/// What tells commands of a chapter apart.
type Key<'a> = (&'a str, bool, &'a str);

fn key(entry: &Entry) -> Key<'_> {
    let (is_interrupt, typed) = match &entry.typed {
        Typed::Command(command) => (false, command),
        Typed::Interrupt(command) => (true, command),
    };
    (&entry.section, is_interrupt, typed)
}

/// For each command of the book, where the chapter's file has it.
fn places(known: &[Key<'_>], lines: &[Listed]) -> Vec<Option<&'static str>> {
    let listed: Vec<(Entry, &'static str)> = lines
        .iter()
        .filter_map(|line| Some((line.entry()?, line.source.place)))
        .collect();
    let keys: Vec<Key<'_>> = listed.iter().map(|(entry, _)| key(entry)).collect();
    let mut places = vec![None; known.len()];
    for op in capture_diff_slices(Algorithm::Myers, known, &keys) {
        if let DiffOp::Equal {
            old_index,
            new_index,
            len,
        } = op
        {
            for offset in 0..len {
                places[old_index + offset] = Some(listed[new_index + offset].1);
            }
        }
    }
    places
}

fn add(steps: &mut Vec<Step>, section: &str, command: Compared) {
    let known = steps.iter().position(|step| step.section == section);
    let at = known.unwrap_or_else(|| {
        steps.push(Step {
            section: section.to_owned(),
            verdict: Verdict::Same,
            commands: Vec::new(),
        });
        steps.len() - 1
    });
    steps[at].commands.push(command);
}

/// A command that both have.
fn pair(book: &Entry, ran: &Ran, snapshot: &Snapshot, run: &Run<'_>) -> Compared {
    let invocation = Invocation::parse(typed(&book.typed));
    let mut expected = expected(book, snapshot, run);
    let here = as_kept(&ran.entry.output);
    // All of it or nothing: what differs besides is held against the book as it is.
    let other = ipv4::on_ipv4(&invocation, &book.output).filter(|(_, output)| *output == here);
    let other = other.or_else(|| {
        let is_reordered = is_in_other_order(typed(&book.typed), &book.output, &here);
        is_reordered.then(|| (Expected::LogOrder, here.clone()))
    });
    let output = other.as_ref().map_or(&book.output, |(_, output)| output);
    let known = text(output, book.status, &expected.other_sizes, Side::Book);
    let came = text(&here, ran.entry.status, &expected.other_sizes, Side::Here);
    expected
        .differences
        .extend(other.map(|(difference, _)| difference));
    let declared = ran.varies_with;
    let is_other_content = declared.is_none()
        && known.content(&invocation, book.status) != came.content(&invocation, book.status);
    let is_other_text = known.shown != came.shown;
    let mut reasons = Vec::new();
    if is_other_text {
        let parts: Vec<Part> = participants(&invocation).into_iter().chain(declared).collect();
        reasons = elsewhere(&snapshot.provenance, run.provenance, &parts);
    }
    let verdict = if !ran.is_met() {
        Verdict::Failed
    } else if is_other_text && (is_other_content || reasons.is_empty()) {
        Verdict::Differs
    } else if is_other_text {
        Verdict::InOtherWords
    } else if expected.differences.is_empty() {
        Verdict::Same
    } else {
        Verdict::DiffersAsExpected
    };
    Compared {
        typed: book.typed.clone(),
        verdict,
        expected: expected.differences,
        diff: if is_other_text {
            diff(&known.shown, &came.shown)
        } else {
            Diff::default()
        },
        reasons,
        ran: None,
        place: Some(ran.place),
    }
}

/// Whether two logs of a container have the same lines in another order. The engine reads stdout and
/// stderr by two streams: lines that were written to both in one moment come as they come.
#[must_use]
pub fn is_in_other_order(command: &str, book: &str, here: &str) -> bool {
    let sorted = |output: &str| {
        let mut lines: Vec<String> = output.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    Invocation::parse(command).is("container", &["logs"]) && book != here && sorted(book) == sorted(here)
}

/// What of the placeholders of a command differs.
struct Differences {
    /// What is meant to, in order.
    differences: Vec<Expected>,
    /// Sizes that are less than half or more than double: placeholder, the book's, this run's.
    other_sizes: Vec<(String, String, String)>,
}

fn expected(book: &Entry, snapshot: &Snapshot, run: &Run<'_>) -> Differences {
    let mut found = Differences {
        differences: Vec::new(),
        other_sizes: Vec::new(),
    };
    for placeholder in placeholders(&format!("{}\n{}", typed(&book.typed), book.output)) {
        let name = placeholder.trim_matches(['<', '>']);
        let recorded = snapshot.recorded.get(name);
        let difference = match run.values.get(placeholder) {
            // With a number, and not among this run's: then its text differs, too.
            None if name.ends_with(|c: char| c.is_ascii_digit()) => continue,
            None => Expected::Varies {
                placeholder: name.to_owned(),
            },
            // What is the same as when the book was recorded does not differ.
            Some(here) if recorded == Some(here) => continue,
            Some(here) => Expected::Placeholder {
                placeholder: name.to_owned(),
                here: here.clone(),
                book: recorded.cloned(),
            },
        };
        if let Expected::Placeholder {
            here,
            book: Some(book),
            ..
        } = &difference
            && name.starts_with("size-")
            && let Some((book_bytes, here_bytes)) = size::bytes(book).zip(size::bytes(here))
            && !is_about_the_same_size(book_bytes, here_bytes)
        {
            found
                .other_sizes
                .push((placeholder.to_owned(), book.clone(), here.clone()));
        } else if !found.differences.contains(&difference) {
            found.differences.push(difference);
        }
    }
    found
}

/// Whose text it is.
#[derive(Clone, Copy)]
enum Side {
    Book,
    Here,
}

/// An output and exit status in lines.
struct Text {
    /// As they are shown: a size out of its range is filled in. The last line is the exit status, as
    /// a transcript has it.
    shown: Vec<String>,
    /// The same with every placeholder.
    normalised: Vec<String>,
}

fn text(output: &str, status: Option<i32>, other_sizes: &[(String, String, String)], side: Side) -> Text {
    let status = match status {
        Some(status) => format!("? {status}"),
        None => "? signal".to_owned(),
    };
    let mut shown = output.to_owned();
    for (placeholder, book, here) in other_sizes {
        let value = match side {
            Side::Book => book,
            Side::Here => here,
        };
        shown = shown.replace(placeholder, value);
    }
    let lines = |text: &str| text.lines().map(str::to_owned).chain([status.clone()]).collect();
    Text {
        shown: lines(&shown),
        normalised: lines(output),
    }
}

impl Text {
    /// The lines that are the same everywhere; the others are words, which a program other than ours
    /// says in its own way. `status` is the recorded exit status.
    fn content(&self, invocation: &Invocation, status: Option<i32>) -> Vec<&str> {
        let is_error = status != Some(0) && !is_of_a_container(invocation, status);
        let last = self.normalised.len() - 1;
        let mut is_in_error = false;
        let lines = self.normalised.iter().enumerate();
        let content = lines.filter(|(at, line)| {
            is_in_error |= build_log::begins_error(line);
            let is_words = match invocation.program.as_str() {
                // What curl was answered is not curl's.
                "curl" => line.starts_with("curl:"),
                // Steps of a build are content, also if it fails.
                _ if invocation.is_build() => is_error && is_in_error,
                _ => is_error,
            };
            *at == last || !is_words
        });
        content.map(|(_, line)| line.as_str()).collect()
    }
}

/// Whether it was the program in a container that ended with this exit status, and not `docker`,
/// which keeps 125 to 127 for itself.
fn is_of_a_container(invocation: &Invocation, status: Option<i32>) -> bool {
    let runs = invocation.is("container", &["run", "exec"]);
    runs && status.is_some_and(|status| !(125..=127).contains(&status))
}

/// A command of the book that was not run here: left out, or no command of the chapter at all.
fn only_in_book(entry: &Entry, place: Option<&'static str>, database: Option<&Reason>) -> Compared {
    let (verdict, reasons) = match (place, database) {
        (Some(_), _) => (Verdict::NotRun, Vec::new()),
        (None, Some(reason)) => (Verdict::NotRun, vec![reason.clone()]),
        (None, None) => (Verdict::Differs, vec![Reason::NotInChapter]),
    };
    Compared {
        reasons,
        place,
        ..Compared::of(entry.typed.clone(), verdict)
    }
}

/// A command that was run and that the book has not.
fn only_in_run(ran: &Ran, database: Option<&Reason>) -> Compared {
    let (verdict, reasons) = match database {
        _ if !ran.is_met() => (Verdict::Failed, Vec::new()),
        Some(reason) => (Verdict::NotRecorded, vec![reason.clone()]),
        None => (Verdict::Differs, vec![Reason::NotInBook]),
    };
    Compared {
        reasons,
        place: Some(ran.place),
        ..Compared::of(ran.entry.typed.clone(), verdict)
    }
}

/// The command at which the chapter stopped has failed, even if nothing could be kept of it.
fn mark_stop(steps: &mut Vec<Step>, place: &'static str, lines: &[Listed]) {
    let stopped = steps
        .iter_mut()
        .flat_map(|step| &mut step.commands)
        .find(|command| command.place == Some(place));
    if let Some(command) = stopped {
        command.verdict = Verdict::Failed;
    } else if let Some(line) = lines.iter().find(|line| line.source.place == place)
        && let Some(entry) = line.entry()
    {
        let command = Compared {
            place: Some(place),
            ..Compared::of(entry.typed, Verdict::Failed)
        };
        add(steps, line.section, command);
    }
}

/// What of these parts is another one than when the book was recorded.
fn elsewhere(book: &Provenance, here: &Provenance, parts: &[Part]) -> Vec<Reason> {
    let others = book.others(here).into_iter();
    let reason = |what| Reason::RecordedElsewhere {
        what,
        book: book.value(what).to_owned(),
        here: here.value(what).to_owned(),
    };
    others.filter(|part| parts.contains(part)).map(reason).collect()
}

/// The database engine, where it is another one than the book's.
fn other_database(book: &Provenance, here: &Provenance) -> Option<Reason> {
    let has_both = book.database.is_some() && here.database.is_some();
    let reasons = elsewhere(book, here, &[Part::Database]);
    reasons.into_iter().next().filter(|_| has_both)
}

/// An output as a snapshot keeps it: nothing invisible at the end of a line.
fn as_kept(output: &str) -> String {
    output.lines().flat_map(|line| [line.trim_end(), "\n"]).collect()
}

fn typed(typed: &Typed) -> &str {
    let (Typed::Command(command) | Typed::Interrupt(command)) = typed;
    command
}

fn diff(known: &[String], came: &[String]) -> Diff {
    // An exit status that is the same is not worth a line.
    let (known, came) = match (known.split_last(), came.split_last()) {
        (Some((status, known)), Some((other, came))) if status == other => (known, came),
        _ => (known, came),
    };
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    let came: Vec<&str> = came.iter().map(String::as_str).collect();
    let diff = TextDiff::from_slices(&known, &came);
    let groups = diff.grouped_ops(CONTEXT);
    let changes = groups.iter().flatten().flat_map(|op| diff.iter_changes(op));
    let mut lines: Vec<String> = changes
        .map(|change| {
            let mark = match change.tag() {
                ChangeTag::Delete => '-',
                ChangeTag::Insert => '+',
                ChangeTag::Equal => ' ',
            };
            format!("{mark} {}", change.value().trim_end())
                .trim_end()
                .to_owned()
        })
        .collect();
    let left_out = lines.len().saturating_sub(DIFF_LINES);
    lines.truncate(DIFF_LINES);
    Diff { lines, left_out }
}

impl Compared {
    fn of(typed: Typed, verdict: Verdict) -> Self {
        Self {
            typed,
            verdict,
            expected: Vec::new(),
            diff: Diff::default(),
            reasons: Vec::new(),
            ran: None,
            place: None,
        }
    }
}
