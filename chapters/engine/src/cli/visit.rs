//! A chapter on the engine: from a look at what is there to the end of cleaning up.

use std::collections::BTreeSet;
use std::panic::{self, AssertUnwindSafe};
use std::time::{Duration, Instant};

use time::OffsetDateTime;

use crate::author::chapter::Chapter;
use crate::cli::clean_up::note_what_stays;
use crate::cli::execution::Execution;
use crate::cli::note::Note;
use crate::cli::session::{NotBegun, Session};
use crate::cli::summary::explained;
use crate::docker::client as docker;
use crate::docker::objects::Object;
use crate::record::provenance::{Part, Provenance};
use crate::record::snapshot::{self, Snapshot};
use crate::report::compare::{Run, compare};
use crate::report::ending::Ending;
use crate::report::failure::Error;
use crate::report::unrecorded::unrecorded;
use crate::report::verdict::Step;
use crate::say::output;
use crate::say::screen::{Screen, sentence};
use crate::start::{preflight, setup};
use crate::text;

/// A chapter that has begun.
pub(crate) struct Visit<'a> {
    session: &'a Session<'a>,
    chapter: &'a Chapter,
    pub(crate) execution: Execution<'a>,
    /// What the book shows of it; `None` if it was never recorded.
    book: Option<Snapshot>,
    /// On what it runs.
    pub(crate) provenance: Provenance,
    note: Option<Note>,
    /// All that the engine held before.
    before: Vec<Object>,
    /// Sections that ran since the engine was as before.
    done: BTreeSet<&'static str>,
    /// Whether a section stopped on the way since then.
    is_spoiled: bool,
    started: Instant,
    /// For how long others were waited for before it began.
    waited: Duration,
}

impl<'a> Visit<'a> {
    /// Looks whether the chapter can start, and leaves a note of what was there before.
    ///
    /// # Errors
    ///
    /// If it cannot start.
    pub(crate) fn begin(
        session: &'a Session<'a>,
        chapter: &'a Chapter,
        screen: &mut Screen,
    ) -> Result<Self, NotBegun> {
        let (started, waited) = (Instant::now(), session.engine.runner.waited());
        let (language, options) = (screen.language(), session.options);
        screen.heading(chapter.name);
        if let Some((address, site)) = chapter.address(language).zip(chapter.tutorial.site) {
            screen.note(&text!(language, "reader-page", address, command = site.command));
        }
        let book = book(chapter, screen);
        let variant = options.variant.filter(|_| chapter.has_alternatives);
        let mut provenance = session.engine.facts.provenance.clone();
        provenance.recorded_on = OffsetDateTime::now_utc().date().to_string();
        let image = variant.map(|variant| (Part::Database, variant.image.to_owned()));
        provenance.parts.extend(image);
        let recorded = book.as_ref().map(|book| &book.provenance);
        let unrecorded = recorded.and_then(|book| unrecorded(chapter, &provenance, book, language));
        if let Some((before, _)) = &unrecorded {
            screen.note(before);
        }
        if let Some(variant) = variant {
            let ready = setup::image(session.root(), &session.docker, variant.image, screen);
            ready.map_err(|error| match (NotBegun::of(&error, screen), unrecorded) {
                (NotBegun::Because(why), Some((_, instead))) => {
                    NotBegun::Because(format!("{why}\n{instead}"))
                }
                (why, _) => why,
            })?;
        }
        let silent = |error: docker::Error| NotBegun::Because(error.say(language));
        let before = session.docker.objects().map_err(silent)?;
        let earlier = Note::earlier(session.root(), chapter.name, &session.engine);
        let earlier = earlier.map_err(|error| NotBegun::Because(error.say(language)))?;
        if chapter.tutorial.docker.is_some() {
            look(session, chapter, &before, screen)?;
        }
        let (root, name, names) = (session.root(), chapter.name, session.docker.names());
        let note = Note::leave(root, name, &session.engine, &before, names, earlier.as_ref());
        let note = note.map_err(|error| {
            let next = language.text("clean-up-next-start", &[]);
            NotBegun::Because(format!("{}\n{next}", error.what(language)))
        })?;
        Ok(Self {
            execution: Execution::new(session, chapter, book.as_ref(), screen),
            session,
            chapter,
            book,
            provenance,
            note: Some(note),
            before,
            done: BTreeSet::new(),
            is_spoiled: false,
            started,
            waited,
        })
    }

    /// Runs the sections that are `shown`, and before them, unseen, those that they come after and
    /// that have not run.
    ///
    /// # Errors
    ///
    /// As for [`Execution::section`].
    pub(crate) fn run(&mut self, shown: &BTreeSet<&str>) -> Result<(), Error> {
        let unseen = self.chapter.prerequisites(shown);
        for section in self.chapter.sections() {
            if self.done.contains(section.id) {
                continue;
            }
            // What comes later keeps its numbers.
            if shown.iter().all(|id| self.done.contains(id)) {
                break;
            }
            let is_shown = shown.contains(section.id);
            if is_shown || unseen.contains(section.id) {
                let ended = self.execution.section(section, is_shown);
                self.is_spoiled |= ended.is_err();
                ended?;
                self.done.insert(section.id);
            } else {
                self.execution.pass(section);
            }
        }
        Ok(())
    }

    /// Whether `shown` can go on from what has run: the first of what it comes after, or all that stands
    /// before it. Tests prove that both give what the book shows.
    pub(crate) fn is_ready_for(&self, shown: &BTreeSet<&str>) -> bool {
        let unseen = self.chapter.prerequisites(shown);
        let ids = || self.chapter.sections().iter().map(|section| section.id);
        let before: BTreeSet<_> = ids().take_while(|id| !shown.contains(id)).collect();
        let first = ids().filter(|id| unseen.contains(id)).take(self.done.len());
        !self.is_spoiled && (self.done == before || self.done == first.collect())
    }

    /// Ends what still runs and removes what the chapter has made, unless all is to stay, and forgets
    /// that it ran; answers what stays and should not, in the reader's language.
    pub(crate) fn clear(&mut self, keeps: bool, screen: &Screen) -> Vec<String> {
        let mut troubles = self.execution.close(keeps);
        if !keeps {
            // The reader's Ctrl-C ends the chapter, not its cleaning up.
            let docker = self.session.docker.uninterruptible();
            let removed = docker.remove_made(&self.before, &self.execution.seen);
            troubles.extend(removed.err().map(|error| error.say(screen.language())));
        }
        self.done.clear();
        self.is_spoiled = false;
        troubles
    }

    /// The likely cause of a failure, from what the machine and the engine are like now; `None` if it
    /// is not a known one.
    pub(crate) fn explanation(&self, error: &Error, screen: &Screen) -> Option<String> {
        explained(error, &self.session.docker, screen.language())
    }

    /// What became of each section; `stopped_at` is the id of the line at which it stopped, if it did.
    pub(crate) fn verdicts(&self, stopped_at: Option<&str>) -> Vec<Step> {
        let run = Run {
            chapter: self.chapter,
            ran: &self.execution.ran,
            values: &self.execution.normaliser.values(),
            provenance: &self.provenance,
            stopped_at,
        };
        compare(self.book.as_ref(), &run)
    }

    /// Runs a chapter to its end: the sections that are `shown` and what they need, cleaning up,
    /// comparing.
    ///
    /// # Errors
    ///
    /// If it cannot start; how it ended otherwise is in the answer.
    pub(crate) fn whole(
        session: &'a Session<'a>,
        chapter: &'a Chapter,
        shown: &BTreeSet<&str>,
        screen: &mut Screen,
    ) -> Result<Ending, NotBegun> {
        let mut visit = Self::begin(session, chapter, screen)?;
        // Whatever happens, what it made is removed.
        let result = panic::catch_unwind(AssertUnwindSafe(|| visit.run(shown)));
        // Part of what explains a failure is removed in a moment.
        let explanation = match &result {
            Ok(Err(error)) => visit.explanation(error, screen),
            _ => None,
        };
        let mut unwritten = Vec::new();
        unwritten.extend(visit.end(screen));
        let result = result.unwrap_or_else(|panic| panic::resume_unwind(panic));
        Ok(visit.ending(result, explanation, unwritten, screen))
    }

    /// Cleans up for good; answers what could not be noted of what stays, in the reader's language.
    pub(crate) fn end(&mut self, screen: &Screen) -> Option<String> {
        let keeps = self.session.options.keeps;
        for trouble in self.clear(keeps, screen) {
            screen.note(&text!(screen.language(), "reader-not-cleaned-up", trouble));
        }
        let docker = self.session.docker.uninterruptible();
        note_what_stays(&docker, self.note.take()?, &self.execution.seen, keeps, screen)
    }

    fn ending(
        self,
        result: Result<(), Error>,
        explanation: Option<String>,
        mut unwritten: Vec<String>,
        screen: &Screen,
    ) -> Ending {
        let stopped_at = result.as_ref().err().and_then(Error::line);
        let steps = self.verdicts(stopped_at.map(|line| &*line.id));
        let execution = &self.execution;
        let recorded = execution.ran.iter().filter(|ran| ran.is_recorded());
        let recording = Snapshot {
            provenance: self.provenance,
            recorded: execution.normaliser.recorded(),
            elapsed: recorded.map(|ran| ran.elapsed_milliseconds).collect(),
            transcript: execution.transcript(),
        };
        if matches!(result, Ok(()) | Err(Error::Left))
            && let Some(file) = &self.session.options.transcript
        {
            let text = serde_json::to_string_pretty(&recording).expect("a recording is plain data");
            let written = output::write(file, &(text + "\n"));
            unwritten.extend(written.err().map(|error| error.say(screen.language())));
        }
        let elapsed = self.started.elapsed();
        Ending {
            chapter: self.chapter.clone(),
            ran: execution.ran.clone(),
            values: execution.normaliser.values(),
            recording,
            book: self.book.map(|book| book.provenance),
            steps,
            own: (elapsed + self.waited).saturating_sub(self.session.engine.runner.waited()),
            elapsed,
            skipped: execution.skipped,
            result,
            explanation,
            unwritten,
        }
    }
}

/// What the book shows of a chapter; `None` if it was never recorded. A snapshot that cannot be read is
/// as one that says nothing: all that was run differs from it.
fn book(chapter: &Chapter, screen: &Screen) -> Option<Snapshot> {
    match chapter.tutorial.snapshot(chapter.name) {
        Ok(book) => Some(book),
        Err(snapshot::Error::Read { .. }) => None,
        Err(error) => {
            let (language, cause) = (screen.language(), sentence(&error));
            screen.note(&text!(
                language,
                "report-not-compared",
                chapter = chapter.name,
                cause
            ));
            Some(Snapshot::default())
        }
    }
}

/// The preflight: shown in full where the chapter is about it, else only what needs seeing to; stops
/// the chapter where something does.
fn look(
    session: &Session<'_>,
    chapter: &Chapter,
    before: &[Object],
    screen: &Screen,
) -> Result<(), NotBegun> {
    let docker = &session.docker;
    let is_leftover = |object: &&Object| docker.names().are_borne_by(object);
    let leftovers: Vec<Object> = before.iter().filter(is_leftover).cloned().collect();
    let variant = session.options.variant.filter(|_| chapter.has_alternatives);
    let ports = [&*chapter.ports, variant.map_or(&[], |variant| variant.ports)].concat();
    let mut lines = preflight::lines(
        docker,
        &session.engine.facts,
        &ports,
        &leftovers,
        screen.language(),
    );
    let stops = lines.iter().any(|line| line.stops);
    if chapter.shows_preflight {
        screen.note(preflight::table(&lines).trim_end());
        // The chapters that come to it stop at it; this one shows it.
        if stops {
            screen.say("reader-later-chapters", &[]);
        }
        return Ok(());
    }
    lines.retain(|line| line.advice.is_some());
    let table = preflight::table(&lines);
    if stops {
        return Err(NotBegun::Because(table.trim_end().to_owned()));
    }
    if !lines.is_empty() {
        screen.note(table.trim_end());
    }
    Ok(())
}
