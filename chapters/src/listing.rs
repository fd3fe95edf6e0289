//! What a chapter would do, without doing it: `--list` and `--dry-run`.

use std::path::Path;

use crate::chapter::{Chapter, Outline};
use crate::database::Database;
use crate::options::Options;
use crate::plan::Plan;

/// The lines of a chapter's file, none of them run.
#[must_use]
pub(crate) fn listed(root: &Path, outline: &Outline, database: Database) -> Chapter {
    let mut chapter = Chapter::listed(root, database);
    // Nothing runs, so nothing fails.
    let _ = (outline.commands)(&mut chapter);
    chapter
}

/// Ids of a chapter's sections, in order, on any database.
#[must_use]
pub(crate) fn sections(root: &Path, outline: &Outline) -> Vec<&'static str> {
    let chapter = listed(root, outline, Database::Postgres);
    let mut sections: Vec<_> = chapter.lines().iter().map(|line| line.section).collect();
    sections.dedup();
    sections
}

/// Each section with the number of its commands.
pub(crate) fn list(root: &Path, outlines: &[Outline], options: &Options) -> String {
    let mut text = String::new();
    for outline in outlines {
        let transcript = listed(root, outline, options.database.database()).transcript();
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

/// Each command, in the form of a transcript without output.
pub(crate) fn dry_run(root: &Path, outlines: &[Outline], options: &Options) -> String {
    let texts = outlines.iter().map(|outline| {
        let mut transcript = listed(root, outline, options.database.database()).transcript();
        transcript.entries.retain(|entry| options.shows(&entry.section));
        transcript.to_string()
    });
    texts
        .filter(|text| !text.is_empty())
        .collect::<Vec<_>>()
        .join("\n")
}

/// What `--step` asks for in one chapter; `None` if the chapter has no such section.
pub(crate) fn plan(root: &Path, outline: &Outline, options: &Options) -> Option<Plan> {
    let sections = sections(root, outline);
    let plan = Plan::of_step(&sections, options.step.as_deref());
    plan.shows_any(&sections).then_some(plan)
}
