//! What a chapter would do, without doing it: `--list` and `--dry-run`.

use std::path::Path;

use crate::chapter::{Chapter, Outline};
use crate::database::Database;
use crate::effects::{Effects, State, Thing};
use crate::language::Language;
use crate::options::Options;
use crate::plan::Course;
use crate::snapshot::Snapshot;
use crate::transcript::Transcript;

/// The lines of a chapter's file, none of them run.
#[must_use]
pub(crate) fn listed(outline: &Outline, database: Database) -> Chapter {
    let mut chapter = Chapter::listed(Path::new(outline.tutorial.root), database);
    // Nothing runs, so nothing fails.
    let _ = (outline.commands)(&mut chapter);
    chapter
}

/// Ids of a chapter's sections, in order, on any database.
#[must_use]
pub(crate) fn sections(outline: &Outline) -> Vec<&'static str> {
    let chapter = listed(outline, Database::Postgres);
    let mut sections: Vec<_> = chapter.lines().iter().map(|line| line.section).collect();
    sections.dedup();
    sections
}

/// Each section with the number of its commands.
pub(crate) fn list(outlines: &[Outline], options: &Options) -> String {
    let mut text = String::new();
    for outline in outlines {
        let transcript = listed(outline, options.database).transcript();
        for section in transcript.sections() {
            if !options.shows(section) {
                continue;
            }
            let commands = transcript
                .entries
                .iter()
                .filter(|entry| entry.section == section)
                .count();
            let plural = if commands == 1 { "" } else { "s" };
            let line = format!("{}   {section:<20} {commands} command{plural}\n", outline.name);
            text.push_str(&line);
        }
    }
    text
}

/// Each command, in the form of a transcript without output, and below it what it makes and
/// removes, on lines that start with `#`.
pub(crate) fn dry_run(outlines: &[Outline], options: &Options, language: Language) -> String {
    let texts = outlines.iter().map(|outline| {
        let chapter = listed(outline, options.database);
        let book = Snapshot::of_chapter(outline.tutorial, outline.name).ok();
        let course = Course::of(chapter.lines(), book.as_ref().map(|book| &book.transcript));
        let mut state = State::default();
        let mut text = String::new();
        let mut section = "";
        for (line, planned) in chapter.lines().iter().zip(course.lines()) {
            let effects = state.apply(&planned.step);
            let Some(entry) = line.entry().filter(|_| options.shows(line.section)) else {
                continue;
            };
            let entry = Transcript { entries: vec![entry] }.to_string();
            let (heading, command) = entry.split_once('\n').unwrap_or_default();
            if line.section != section {
                let gap = if text.is_empty() { "" } else { "\n" };
                text.extend([gap, heading, "\n"]);
                section = line.section;
            }
            text.push_str(command);
            for line in in_words(&effects, language) {
                text.extend(["# ", &line, "\n"]);
            }
        }
        text
    });
    texts
        .filter(|text| !text.is_empty())
        .collect::<Vec<_>>()
        .join("\n")
}

/// What a command makes, starts, stops and removes, a line for each; none where it does nothing of
/// that.
#[must_use]
pub(crate) fn in_words(effects: &Effects, language: Language) -> Vec<String> {
    let (makes, removes) = (&effects.makes, &effects.removes);
    let is_object = |thing: &&Thing| {
        !matches!(
            thing,
            Thing::Running(_) | Thing::Port(_) | Thing::Value(_) | Thing::Cache(_)
        )
    };
    // That a container runs goes without saying where the container itself comes or goes.
    let of_running = |thing: &Thing, things: &[Thing]| match thing {
        Thing::Running(name) => {
            let container = Thing::Container(name.clone());
            (!things.contains(&container)).then_some(container)
        }
        _ => None,
    };
    let is_port = |thing: &&Thing| matches!(thing, Thing::Port(_));
    let groups: [(&str, Vec<Thing>); 5] = [
        ("step-makes", makes.iter().filter(is_object).cloned().collect()),
        (
            "step-starts",
            makes
                .iter()
                .filter_map(|thing| of_running(thing, makes))
                .collect(),
        ),
        ("step-publishes", makes.iter().filter(is_port).cloned().collect()),
        (
            "step-stops",
            removes
                .iter()
                .filter_map(|thing| of_running(thing, removes))
                .collect(),
        ),
        (
            "step-removes",
            removes.iter().filter(is_object).cloned().collect(),
        ),
    ];
    let line = |(id, things): (&str, Vec<Thing>)| {
        let things: Vec<_> = things.iter().map(|thing| thing.in_words(language)).collect();
        (!things.is_empty()).then(|| language.text(id, &[("things", &things.join(", "))]))
    };
    groups.into_iter().filter_map(line).collect()
}

impl Thing {
    /// What people call it.
    #[must_use]
    pub(crate) fn in_words(&self, language: Language) -> String {
        let (id, name) = match self {
            Self::Container(name) => ("step-container", name.clone()),
            Self::Running(name) => ("step-running", name.clone()),
            Self::Port(port) => ("step-port", port.to_string()),
            Self::Image(name) => ("step-image", name.clone()),
            Self::Network(name) => ("step-network", name.clone()),
            Self::Volume(name) => ("step-volume", name.clone()),
            Self::File(path) => ("step-file", path.clone()),
            Self::Value(placeholder) => ("step-value", placeholder.clone()),
            Self::Cache(file) => ("step-cache", file.clone()),
        };
        if name.starts_with('@') {
            return language.text(&format!("{id}-unnamed"), &[]);
        }
        language.text(id, &[("name", &name)])
    }
}
