//! Commands of chapters, without running them.

use std::collections::BTreeSet;

use chapters::COCKROACH;
use tutorial_engine::author::chapter::Chapter;
use tutorial_engine::author::line::Line;
use tutorial_engine::record::transcript::Entry;

/// The commands of a chapter for `CockroachDB`, which is not recorded; `None` for a chapter without a
/// database.
#[must_use]
pub fn on_cockroach(chapter: &str) -> Option<Vec<Entry>> {
    let chapter = chapters::all().into_iter().find(|known| known.name == chapter)?;
    let chapter = chapter.on(Some(COCKROACH));
    let runs_it = chapter.lines().any(|line| line.literal.contains(COCKROACH.image));
    let shown = chapter.lines().filter(|line| line.is_shown());
    runs_it.then(|| shown.map(Line::entry).collect())
}

/// Ids of a chapter's commands with a duration that is part of the lesson.
#[must_use]
pub fn timed(chapter: &str) -> BTreeSet<String> {
    let chapter = chapters::all().into_iter().find(|known| known.name == chapter);
    let chapter = chapter.map(|chapter| chapter.on(None));
    let lines = chapter.iter().flat_map(Chapter::lines);
    let timed = lines.filter(|line| line.is_timed());
    timed.map(|line| line.id.clone()).collect()
}
