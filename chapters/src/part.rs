//! A part of a chapter, as `--step` and `--resume` ask for it: what it builds on is looked for on
//! the engine, and what is missing is made before.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use crate::chapter::Outline;
use crate::clean_up::Note;
use crate::docker::{Docker, Object, ObjectKind};
use crate::effects::{State, Thing};
use crate::options::Options;
use crate::plan::{Course, Detour, Plan, sections_of_step};
use crate::screen::{Interrupted, Screen};

/// Why a chapter did not begin.
pub(crate) enum NotBegun {
    /// The reader pressed Ctrl-C.
    Interrupted,
    /// For people.
    Because(String),
}

impl From<String> for NotBegun {
    fn from(message: String) -> Self {
        Self::Because(message)
    }
}

impl From<Interrupted> for NotBegun {
    fn from(_: Interrupted) -> Self {
        Self::Interrupted
    }
}

/// The part of a chapter that was asked for.
pub(crate) struct Wanted<'a> {
    pub(crate) outline: &'a Outline,
    /// Its sections, in order.
    pub(crate) sections: &'a [&'static str],
    pub(crate) course: Course,
}

/// What there is to build on.
#[derive(Clone, Copy)]
struct Left<'a> {
    /// What the chapter's last run left, on this engine.
    note: Option<&'a Note>,
    /// What of that is still there, by the engine.
    ours: &'a [Object],
}

impl Wanted<'_> {
    fn root(&self) -> &Path {
        Path::new(self.outline.tutorial.root)
    }

    /// The plan, after a question where more has to run than was asked for. What is in the way
    /// of it is gone then. `note` is what the chapter's last run left on this engine, `ours` what of
    /// that is still there.
    ///
    /// # Errors
    ///
    /// If the reader did not want that, or the engine did not answer.
    pub(crate) fn plan(
        self,
        note: Option<&Note>,
        ours: &[Object],
        options: &Options,
        docker: &Docker,
        screen: &Screen,
    ) -> Result<Plan, NotBegun> {
        let left = Left { note, ours };
        let all = || {
            self.sections
                .iter()
                .map(|section| (*section).to_owned())
                .collect()
        };
        let shown: BTreeSet<String> = match &options.step {
            Some(step) => sections_of_step(self.sections, step),
            None if options.resume => self.unfinished(note, screen).unwrap_or_else(all),
            None => all(),
        };
        let values = note.map(|note| note.values().clone()).unwrap_or_default();
        if options.step.is_none() && !options.resume {
            return Ok(self
                .course
                .plan(self.sections, &shown, Detour::default(), BTreeMap::new()));
        }
        let start = match note {
            Some(note) => {
                let running = docker.running().map_err(|error| error.say(screen.language()))?;
                note.state(self.root(), ours, &running)
            }
            None => State::default(),
        };
        let detour = self.course.detour(&shown, start);
        self.ask(&shown, &detour, options, screen)?;
        self.make_room(&detour, left, docker, screen)?;
        Ok(self.course.plan(self.sections, &shown, detour, values))
    }

    /// Sections from the first that the last run did not finish; `None` where there was none that
    /// stopped on the way.
    fn unfinished(&self, note: Option<&Note>, screen: &Screen) -> Option<BTreeSet<String>> {
        let chapter = self.outline.name;
        let done = note.and_then(Note::done);
        let first = done.and_then(|done| {
            let is_done = |section: &&'static str| done.iter().any(|done| done == section);
            self.sections.iter().position(|section| !is_done(section))
        });
        let Some(first) = first else {
            let is_elsewhere = note.is_none() && matches!(Note::earlier(self.root(), chapter), Ok(Some(_)));
            let id = if is_elsewhere {
                "step-resume-other-engine"
            } else {
                "step-resume-none"
            };
            screen.say(id, &[("chapter", chapter)]);
            return None;
        };
        let section = self.sections[first];
        screen.say("step-resume-from", &[("chapter", chapter), ("section", section)]);
        Some(
            self.sections[first..]
                .iter()
                .map(|section| (*section).to_owned())
                .collect(),
        )
    }

    /// Says what is missing and asks whether to make it.
    fn ask(
        &self,
        shown: &BTreeSet<String>,
        detour: &Detour,
        options: &Options,
        screen: &Screen,
    ) -> Result<(), NotBegun> {
        let first = self.sections.iter().find(|section| shown.contains(**section));
        let section = options.step.as_deref().or(first.copied()).unwrap_or_default();
        if detour.sections.is_empty() {
            if !detour
                .start
                .things()
                .any(|thing| !matches!(thing, Thing::Cache(_) | Thing::Value(_)))
            {
                return Ok(());
            }
            screen.say("step-alone", &[("section", section)]);
            return Ok(());
        }
        screen.say("step-missing", &[("section", section)]);
        let language = screen.language();
        // What a thing was made of is missing with it; one line for each thing is enough.
        let mut missing: BTreeMap<&Thing, BTreeSet<&str>> = BTreeMap::new();
        for (thing, sections) in &detour.missing {
            missing
                .entry(thing)
                .or_default()
                .extend(sections.iter().map(String::as_str));
        }
        for (thing, sections) in missing {
            let sections: Vec<&str> = self.in_order(|section| sections.contains(section));
            let thing = thing.in_words(language);
            let line = [("thing", thing.as_str()), ("sections", &sections.join(", "))];
            screen.note(&format!("  {}", language.text("step-missing-thing", &line)));
        }
        let sections = self
            .in_order(|section| detour.sections.contains(section))
            .join(", ");
        let question = language.text("step-run-missing", &[("sections", &sections)]);
        if screen.confirm(&question, options.yes)? {
            return Ok(());
        }
        Err(NotBegun::Because(language.text("step-refused", &[])))
    }

    /// Removes what of the tutorial's is in the way.
    fn make_room(
        &self,
        detour: &Detour,
        left: Left<'_>,
        docker: &Docker,
        screen: &Screen,
    ) -> Result<(), NotBegun> {
        let Some(note) = left.note else { return Ok(()) };
        let mut objects: Vec<Object> = detour
            .in_the_way
            .iter()
            .filter_map(|thing| note.object(thing, left.ours).cloned())
            .collect();
        // What the note cannot place has been left by a run that was killed, or that failed on it.
        let things = detour.start.things();
        let stays: BTreeSet<&Object> = things.filter_map(|thing| note.object(thing, left.ours)).collect();
        let is_unknown = |object: &&Object| {
            let is_noticed = object.kind == ObjectKind::Container || docker.names().are_borne_by(object);
            is_noticed && !stays.contains(object)
        };
        objects.extend(left.ours.iter().filter(is_unknown).cloned());
        objects.sort();
        objects.dedup();
        let files: Vec<&str> = detour
            .in_the_way
            .iter()
            .filter_map(|thing| match thing {
                Thing::File(path) => Some(path.as_str()),
                _ => None,
            })
            .collect();
        if objects.is_empty() && files.is_empty() {
            return Ok(());
        }
        screen.say("step-in-the-way", &[]);
        let names = objects.iter().map(|object| object.say(screen.language()));
        let names: Vec<String> = names.chain(files.iter().map(|file| (*file).to_owned())).collect();
        screen.note(&format!("  {}", names.join("\n  ")));
        docker
            .remove(&objects)
            .map_err(|error| error.say(screen.language()))?;
        for file in files {
            let path = self.root().join(file);
            let removed = if path.is_dir() {
                fs::remove_dir_all(&path)
            } else {
                fs::remove_file(&path)
            };
            if path.exists() {
                removed.map_err(|error| format!("failed to remove {}: {error}", path.display()))?;
            }
        }
        Ok(())
    }

    fn in_order(&self, is_wanted: impl Fn(&str) -> bool) -> Vec<&'static str> {
        self.sections
            .iter()
            .copied()
            .filter(|section| is_wanted(section))
            .collect()
    }
}
