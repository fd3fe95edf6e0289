//! What a run shows, held against what the book shows. Nothing is run or read here: a snapshot
//! and a run go in, a verdict on each step and each command comes out.

use std::collections::BTreeMap;

use serde::Serialize;
use similar::{Algorithm, ChangeTag, DiffOp, TextDiff, capture_diff_slices};

use crate::chapter::{Listed, Ran};
use crate::docker::Provenance;
use crate::normalise::placeholders;
use crate::size;
use crate::snapshot::Snapshot;
use crate::transcript::{Entry, Typed};
use crate::versions;

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
    /// What differs and is not meant to; empty where that is not in the text.
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
    /// Something else differs.
    Differs,
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
    /// Another version of Docker says the same in other words.
    Wording,
}

/// Why something differs.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Reason {
    /// The command did not show what the chapter expects of it, or could not be run.
    Failed,
    /// The book has a command that the chapter has not.
    NotInChapter,
    /// The chapter has a command that the book has not.
    NotInBook,
    /// The book was recorded on something else, which may be why.
    RecordedElsewhere {
        /// What is another one.
        what: Part,
        /// The one of the book.
        book: String,
        /// The one of this run.
        here: String,
    },
}

/// A part of what a chapter runs on.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// Docker Engine, by version.
    Engine,
    /// Docker's client, by version.
    Client,
    /// buildx, by version.
    Buildx,
    /// System and processor, such as `linux/x86_64`.
    Architecture,
    /// Database engine, by image.
    Database,
    /// Where base images come from: `pulled` or `assembled`.
    BaseImages,
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
    let others = elsewhere(&book.provenance, run.provenance);
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
                only_in_book(entry, places[index], &others),
            );
        }
        for index in op.new_range() {
            let ran = shown[index];
            let command = Compared {
                ran: Some(at[index]),
                ..only_in_run(ran, &others)
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

/// Whether Docker may say things in other words here than in the book: only where its versions
/// are others.
#[must_use]
pub fn may_be_worded_otherwise(book: &Provenance, here: &Provenance) -> bool {
    let versions = |provenance: &Provenance| {
        [&provenance.engine, &provenance.client, &provenance.buildx].map(String::clone)
    };
    versions(book) != versions(here)
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
    let mut came = as_kept(&ran.entry.output);
    let mut known = book.output.clone();
    let mut expected = Vec::new();
    let mut is_other_size = false;
    for placeholder in placeholders(&format!("{}\n{known}", typed(&book.typed))) {
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
            && let Some((book_bytes, here_bytes)) = size::bytes(book).zip(size::bytes(here))
            && !is_about_the_same_size(book_bytes, here_bytes)
        {
            is_other_size = true;
            known = known.replace(placeholder, book);
            came = came.replace(placeholder, here);
        } else if !expected.contains(&difference) {
            expected.push(difference);
        }
    }
    let is_said_otherwise = known != came
        && !is_other_size
        && may_be_worded_otherwise(&snapshot.provenance, run.provenance)
        && versions::in_the_words_of(&marked(&known), &marked(&came)) == marked(&known);
    if is_said_otherwise {
        expected.push(Expected::Wording);
    }
    let is_other_text = known != came && !is_said_otherwise || book.status != ran.entry.status;
    let mut reasons = Vec::new();
    if !ran.is_met() {
        reasons.push(Reason::Failed);
    }
    if is_other_text {
        let others = elsewhere(&snapshot.provenance, run.provenance);
        reasons.extend(others.into_iter().filter(|reason| concerns(reason, &book.typed)));
    }
    let verdict = if is_other_text || !ran.is_met() {
        Verdict::Differs
    } else if expected.is_empty() {
        Verdict::Same
    } else {
        Verdict::DiffersAsExpected
    };
    Compared {
        typed: book.typed.clone(),
        verdict,
        expected,
        diff: if is_other_text {
            diff(&known, book.status, &came, ran.entry.status)
        } else {
            Diff::default()
        },
        reasons,
        ran: None,
        place: Some(ran.place),
    }
}

/// A command of the book that was not run here: left out, or no command of the chapter at all.
fn only_in_book(entry: &Entry, place: Option<&'static str>, others: &[Reason]) -> Compared {
    let database = others.iter().find(|reason| is_database(reason));
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
fn only_in_run(ran: &Ran, others: &[Reason]) -> Compared {
    let database = others.iter().find(|reason| is_database(reason));
    let (verdict, reason) = match database {
        _ if !ran.is_met() => (Verdict::Differs, Reason::Failed),
        Some(reason) => (Verdict::NotRecorded, reason.clone()),
        None => (Verdict::Differs, Reason::NotInBook),
    };
    Compared {
        reasons: vec![reason],
        place: Some(ran.place),
        ..Compared::of(ran.entry.typed.clone(), verdict)
    }
}

/// The command at which the chapter stopped differs, even if nothing could be kept of it.
fn mark_stop(steps: &mut Vec<Step>, place: &'static str, lines: &[Listed]) {
    let stopped = steps
        .iter_mut()
        .flat_map(|step| &mut step.commands)
        .find(|command| command.place == Some(place));
    if let Some(command) = stopped {
        command.verdict = Verdict::Differs;
        if !command.reasons.contains(&Reason::Failed) {
            command.reasons.insert(0, Reason::Failed);
        }
    } else if let Some(line) = lines.iter().find(|line| line.source.place == place)
        && let Some(entry) = line.entry()
    {
        let command = Compared {
            reasons: vec![Reason::Failed],
            place: Some(place),
            ..Compared::of(entry.typed, Verdict::Differs)
        };
        add(steps, line.section, command);
    }
}

/// What of this run is another one than when the book was recorded.
fn elsewhere(book: &Provenance, here: &Provenance) -> Vec<Reason> {
    let none = String::new();
    let database = |provenance: &Provenance| provenance.database.clone().unwrap_or_default();
    let (book_database, here_database) = (database(book), database(here));
    let has_database = book_database != none && here_database != none;
    [
        (
            Part::Database,
            &book_database,
            if has_database {
                &here_database
            } else {
                &book_database
            },
        ),
        (Part::Engine, &book.engine, &here.engine),
        (Part::Client, &book.client, &here.client),
        (Part::Buildx, &book.buildx, &here.buildx),
        (Part::Architecture, &book.architecture, &here.architecture),
        (Part::BaseImages, &book.base_images, &here.base_images),
    ]
    .into_iter()
    .filter(|(_, book, here)| book != here)
    .map(|(what, book, here)| Reason::RecordedElsewhere {
        what,
        book: book.clone(),
        here: here.clone(),
    })
    .collect()
}

fn is_database(reason: &Reason) -> bool {
    matches!(
        reason,
        Reason::RecordedElsewhere {
            what: Part::Database,
            ..
        }
    )
}

/// Whether the command can differ for that reason: only what is Docker's depends on its versions,
/// and only builds depend on buildx.
fn concerns(reason: &Reason, command: &Typed) -> bool {
    let command = typed(command);
    let is_build = command.starts_with("docker build");
    match reason {
        Reason::RecordedElsewhere {
            what: Part::Buildx, ..
        } => is_build,
        Reason::RecordedElsewhere {
            what: Part::Engine | Part::Client,
            ..
        } => command.starts_with("docker "),
        _ => true,
    }
}

/// An output as a snapshot keeps it: nothing invisible at the end of a line.
fn as_kept(output: &str) -> String {
    output.lines().flat_map(|line| [line.trim_end(), "\n"]).collect()
}

/// An output with a transcript's marks.
fn marked(output: &str) -> String {
    let lines = output.lines().map(|line| format!("| {line}"));
    lines.fold(String::new(), |text, line| text + line.trim_end() + "\n")
}

fn typed(typed: &Typed) -> &str {
    let (Typed::Command(command) | Typed::Interrupt(command)) = typed;
    command
}

fn diff(known: &str, known_status: Option<i32>, came: &str, came_status: Option<i32>) -> Diff {
    let ended = |status: Option<i32>| match status {
        _ if known_status == came_status => String::new(),
        Some(status) => format!("? {status}\n"),
        None => "? signal\n".to_owned(),
    };
    let (known, came) = (
        known.to_owned() + &ended(known_status),
        came.to_owned() + &ended(came_status),
    );
    let diff = TextDiff::from_lines(&known, &came);
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
