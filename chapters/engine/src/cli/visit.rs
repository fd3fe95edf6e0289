//! A chapter on the engine, from the first checks to the end of the cleanup.

use std::collections::BTreeSet;
use std::panic::{self, AssertUnwindSafe};
use std::time::Instant;

use time::OffsetDateTime;

use crate::author::chapter::Chapter;
use crate::cli::clean_up::not_noted;
use crate::cli::execution::Execution;
use crate::cli::note::Note;
use crate::cli::session::Session;
use crate::docker::objects::Object;
use crate::explain::cause as explain;
use crate::language::Language;
use crate::record::provenance::{Part, Provenance};
use crate::record::snapshot::{self, Snapshot};
use crate::record::transcript::Transcript;
use crate::report::compare::{Run, compare};
use crate::report::ending::Ending;
use crate::report::failure::Failure;
use crate::report::verdict::Step;
use crate::run::platform;
use crate::say::output;
use crate::say::screen::{Screen, sentence};
use crate::start::setup::NotBegun;
use crate::start::{preflight, setup};
use crate::text;

/// A chapter that has begun.
pub(crate) struct Visit<'a> {
    session: &'a Session<'a>,
    chapter: &'a Chapter,
    pub(crate) execution: Execution<'a>,
    /// The recorded snapshot; `None` if the chapter was never recorded.
    book: Option<Snapshot>,
    /// Versions and other facts of the machine that the chapter runs on.
    pub(crate) provenance: Provenance,
    note: Note,
    /// All objects that the engine held before.
    before: Vec<Object>,
    /// Sections that have run since the last cleanup.
    done: BTreeSet<&'static str>,
    /// Whether a section has stopped halfway since then.
    is_spoiled: bool,
}

impl<'a> Visit<'a> {
    /// Checks whether the chapter can start, and writes a note of what the engine holds.
    pub(crate) fn begin(
        session: &'a Session<'a>,
        chapter: &'a Chapter,
        screen: &mut Screen,
    ) -> Result<Self, NotBegun> {
        let language = screen.language();
        screen.heading(chapter.name);
        if let Some((address, site)) = chapter.address(language).zip(chapter.tutorial.site) {
            screen.note(&text!(language, "reader-page", address, command = site.command));
        }
        // The reader's own file is compared with the book's by its effects alone.
        let book = book(chapter, screen).filter(|_| !session.options.checks());
        let variant = session.options.variant.filter(|_| chapter.has_alternatives);
        let mut provenance = session.facts.provenance.clone();
        provenance.recorded_on = OffsetDateTime::now_utc().date().to_string();
        let image = variant.map(|variant| (Part::Database, variant.image.to_owned()));
        provenance.parts.extend(image);
        let recorded = book.as_ref().map(|book| &book.provenance);
        let unrecorded = unrecorded(chapter, &provenance, recorded, language);
        if let Some((before, _)) = &unrecorded {
            screen.note(before);
        }
        if let Some(variant) = variant {
            let ready = setup::image(session.root, &session.docker, variant.image, screen);
            ready.map_err(|error| match (error, unrecorded) {
                (NotBegun::Because(why), Some((_, instead))) => format!("{why}\n{instead}").into(),
                (why, _) => why,
            })?;
        }
        let before = session.docker.objects().map_err(|error| error.say(language))?;
        let note = Note::new(session, chapter.name, &before).map_err(|error| error.say(language))?;
        if chapter.tutorial.docker.is_some() {
            look(session, chapter, &before, screen)?;
        }
        note.write().map_err(|error| {
            let next = text!(language, "clean-up-next-start");
            format!("{}\n{next}", error.what(language))
        })?;
        Ok(Self {
            execution: Execution::new(session, chapter, book.as_ref(), &before, screen),
            session,
            chapter,
            book,
            provenance,
            note,
            before,
            done: BTreeSet::new(),
            is_spoiled: false,
        })
    }

    /// Runs the sections in `shown`. Prerequisites that have not run yet run before them, hidden.
    pub(crate) fn run(&mut self, shown: &BTreeSet<&str>) -> Result<(), Failure> {
        let unseen = self.chapter.prerequisites(shown);
        for section in &self.chapter.sections {
            if self.done.contains(section.id) {
                continue;
            }
            // Skipped sections reserve their numbers, so that later ones keep theirs.
            if shown.is_subset(&self.done) {
                break;
            }
            let is_shown = shown.contains(section.id);
            if is_shown || unseen.contains(section.id) {
                let checks = is_shown && self.session.options.checks();
                let ended = self.execution.section(section, is_shown, checks);
                self.is_spoiled |= ended.is_err();
                ended?;
                self.done.insert(section.id);
            } else {
                self.execution.pass(section);
            }
        }
        Ok(())
    }

    /// Runs an exercise with the reader's own file, from the chapter in which that has the place of the
    /// book's. Prerequisites that have not run yet run before it, hidden. What it makes is not the book's.
    pub(crate) fn check(&mut self, answered: &'a Chapter, id: &str) -> Result<(), Failure> {
        let unseen = self.chapter.prerequisites(&BTreeSet::from([id]));
        for section in answered.sections.iter().take_while(|section| section.id != id) {
            if self.done.contains(section.id) {
                continue;
            }
            if unseen.contains(section.id) {
                self.is_spoiled = true;
                self.execution.section(section, false, false)?;
            } else {
                self.execution.pass(section);
            }
        }
        self.is_spoiled = true;
        let mut sections = answered.sections.iter();
        let section = sections.find(|section| section.id == id);
        section.map_or(Ok(()), |section| self.execution.section(section, true, true))
    }

    /// Whether `shown` can run without a cleanup before it.
    pub(crate) fn continues_with(&self, shown: &BTreeSet<&str>) -> bool {
        !self.is_spoiled && self.chapter.continues(&self.done, shown)
    }

    /// The sections that have run since the last cleanup, in order, and whether one stopped halfway.
    pub(crate) fn there(&self) -> (Vec<&'static str>, bool) {
        let ids = self.chapter.sections.iter().map(|section| section.id);
        (ids.filter(|id| self.done.contains(id)).collect(), self.is_spoiled)
    }

    /// What a cleanup would remove, for people; the error is in the reader's language, too.
    pub(crate) fn made(&self, language: Language) -> Result<Vec<String>, String> {
        let docker = &self.session.docker;
        let after = docker.objects().map_err(|error| error.say(language))?;
        let made = docker.names().made(&self.before, &after, &self.execution.seen);
        Ok(made.iter().map(|object| object.say(language)).collect())
    }

    /// Ends what still runs and removes what the chapter has made, unless `keeps` is set; then forgets
    /// that it ran. Returns what could not be removed, in the reader's language.
    pub(crate) fn clear(&mut self, keeps: bool, screen: &Screen) -> Vec<String> {
        let mut troubles = self.execution.close(keeps);
        if !keeps {
            // The reader's Ctrl-C ends the chapter, but not its cleanup.
            let docker = self.session.docker.uninterruptible();
            let removed = docker.remove_made(&self.before, &self.execution.seen);
            troubles.extend(removed.err().map(|error| error.say(screen.language())));
        }
        self.done.clear();
        self.is_spoiled = false;
        troubles
    }

    /// The likely cause of a failure as lines of a report, based on the present state of machine and
    /// engine; `None` if the failure is not a known one.
    pub(crate) fn explanation(&self, error: &Failure, language: Language) -> Option<String> {
        let Failure::Failed { ran, .. } = error else {
            return None;
        };
        let docker = &self.session.docker;
        let cause = explain::cause(ran.exit_status, &ran.output, docker.names());
        let cause = cause.filter(|cause| cause.applies(docker))?;
        Some(cause.explanation(language, docker, None))
    }

    /// The verdict on each section, given how the chapter ended.
    pub(crate) fn verdicts(&self, result: &Result<(), Failure>) -> Vec<Step> {
        let stopped_at = result.as_ref().err().and_then(Failure::line);
        let run = Run {
            chapter: self.chapter,
            ran: &self.execution.ran,
            values: &self.execution.normaliser.values(),
            provenance: &self.provenance,
            stopped_at: stopped_at.map(|line| &*line.id),
        };
        compare(self.book.as_ref(), &run)
    }

    /// Runs a chapter to its end: the sections in `shown` and their prerequisites, cleanup, comparison.
    /// Returns how it ended, if it could start.
    pub(crate) fn whole(
        session: &'a Session<'a>,
        chapter: &'a Chapter,
        shown: &BTreeSet<&str>,
        screen: &mut Screen,
    ) -> Result<Ending, NotBegun> {
        let (started, own) = (Instant::now(), platform::own_time());
        let mut visit = Self::begin(session, chapter, screen)?;
        // Cleanup must also happen after a panic.
        let result = panic::catch_unwind(AssertUnwindSafe(|| visit.run(shown)));
        // The cleanup will remove objects that explain a failure, so look first.
        let explanation = match &result {
            Ok(Err(error)) => visit.explanation(error, screen.language()),
            _ => None,
        };
        visit.end(screen);
        let result = result.unwrap_or_else(|panic| panic::resume_unwind(panic));
        let (steps, execution) = (visit.verdicts(&result), visit.execution);
        let recorded: Vec<_> = execution.ran.iter().filter(|ran| ran.is_recorded()).collect();
        let recording = Snapshot {
            provenance: visit.provenance,
            recorded: execution.normaliser.recorded(),
            elapsed: recorded.iter().map(|ran| ran.elapsed_milliseconds).collect(),
            transcript: Transcript {
                entries: recorded.iter().map(|ran| ran.entry()).collect(),
            },
        };
        if matches!(result, Ok(()) | Err(Failure::Left))
            && let Some(file) = &session.options.transcript
        {
            let text = serde_json::to_string_pretty(&recording).expect("a recording is plain data");
            let failed = output::write(file, &(text + "\n")).err();
            screen
                .stdout
                .unwritten()
                .extend(failed.map(|error| error.say(screen.language())));
        }
        let elapsed = started.elapsed();
        Ok(Ending {
            chapter: chapter.clone(),
            values: execution.normaliser.values(),
            ran: execution.ran,
            recording,
            book: visit.book.map(|book| book.provenance),
            steps,
            own: platform::own_time().saturating_sub(own),
            elapsed,
            skipped: execution.skipped,
            result,
            explanation,
        })
    }

    /// Cleans up at the end of the program.
    pub(crate) fn end(&mut self, screen: &Screen) {
        let keeps = self.session.options.keeps;
        for trouble in self.clear(keeps, screen) {
            screen.note(&text!(screen.language(), "reader-not-cleaned-up", trouble));
        }
        let noted = self.note_what_stays(screen);
        screen.stdout.unwritten().extend(noted);
    }

    /// Writes down which objects this run and earlier runs keep; returns what could not be done, in the
    /// reader's language.
    fn note_what_stays(&mut self, screen: &Screen) -> Option<String> {
        let (language, keeps) = (screen.language(), self.session.options.keeps);
        let docker = self.session.docker.uninterruptible();
        let after = match docker.objects() {
            Ok(after) => after,
            Err(error) => return Some(error.say(language)),
        };
        let (names, note) = (docker.names(), &mut self.note);
        let mut made = names.made(&self.before, &after, &self.execution.seen);
        note.before = None;
        if keeps {
            screen.say("clean-up-kept", &[]);
            for object in &made {
                screen.note(&format!("  {}", object.say(language)));
            }
            note.kept.extend(made.iter().cloned());
        }
        note.kept
            .retain(|kept| after.iter().any(|object| object.is_same(kept)));
        if note.kept.is_empty() {
            note.forget();
            return None;
        }
        let error = note.write().err()?;
        // The note from the start of the run stays: it identifies the chapter's objects.
        let by_name = names.made(&self.before, &after, &BTreeSet::new());
        made.retain(|object| keeps && !by_name.contains(object));
        Some(not_noted(&error, &made, language))
    }
}

/// The recorded snapshot of a chapter; `None` if it was never recorded. A snapshot that cannot be read
/// counts as empty, so everything that was run differs from it.
fn book(chapter: &Chapter, screen: &Screen) -> Option<Snapshot> {
    match chapter.tutorial.snapshot(chapter.name) {
        Ok(book) => Some(book),
        Err(snapshot::SnapshotError::Read { .. }) => None,
        Err(error) => {
            let (language, cause) = (screen.language(), sentence(&error));
            let chapter = chapter.name;
            screen.note(&text!(language, "report-not-compared", chapter, cause));
            Some(Snapshot::default())
        }
    }
}

/// Message before the chapter runs, and the line in a failure's report, saying with which alternative
/// the chapter was recorded; `None` if `recorded` and `here` have the same one, or one of them has none.
pub(crate) fn unrecorded(
    chapter: &Chapter,
    here: &Provenance,
    recorded: Option<&Provenance>,
    language: Language,
) -> Option<(String, String)> {
    let alternatives = chapter.tutorial.alternatives?;
    let title = |on: &Provenance| Some(alternatives.of_image(on.value(Part::Database))?.title);
    let (chapter, start) = (chapter.name, chapter.tutorial.start);
    let (database, recorded) = (title(here)?, title(recorded?)?);
    let before = text!(language, "reader-unrecorded", chapter, database, recorded);
    let command = format!("{start} {chapter}");
    let instead = text!(language, "reader-recorded", command, database = recorded);
    (database != recorded).then(|| (before, explain::line(language, "or", &instead)))
}

/// The preflight: shown in full if the chapter is about it, otherwise only the checks that need
/// attention. Stops the chapter if a check requires it.
fn look(
    session: &Session<'_>,
    chapter: &Chapter,
    before: &[Object],
    screen: &Screen,
) -> Result<(), NotBegun> {
    let (docker, facts) = (&session.docker, &session.facts);
    let is_leftover = |object: &&Object| docker.names().are_borne_by(object);
    let leftovers: Vec<Object> = before.iter().filter(is_leftover).cloned().collect();
    let variant = session.options.variant.filter(|_| chapter.has_alternatives);
    let ports = [&*chapter.ports, variant.map_or(&[], |variant| variant.ports)].concat();
    let mut lines = preflight::lines(docker, facts, &ports, &leftovers, screen.language());
    let stops = lines.iter().any(|line| line.stops);
    lines.retain(|line| chapter.shows_preflight || line.advice.is_some());
    let table = preflight::table(&lines).trim_end().to_owned();
    if stops && !chapter.shows_preflight {
        return Err(table.into());
    }
    if !lines.is_empty() {
        screen.note(&table);
    }
    if stops {
        // Later chapters stop at this check; this chapter only shows it.
        screen.say("reader-later-chapters", &[]);
    }
    Ok(())
}
