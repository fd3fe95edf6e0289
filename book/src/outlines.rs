//! The chapters whose commands can be listed without running them.

use chapters::COCKROACH;
use tutorial_engine::author::line::Line;
use tutorial_engine::record::transcript::Entry;

/// The commands of a chapter as they are on `CockroachDB`, which nobody
/// recorded; `None` for a chapter that runs no database.
#[must_use]
pub fn on_cockroach(chapter: &str) -> Option<Vec<Entry>> {
    let chapter = chapters::all().into_iter().find(|known| known.name == chapter)?;
    let chapter = chapter.on(Some(COCKROACH));
    let runs_it = chapter.lines().any(|line| line.literal.contains(COCKROACH.image));
    let shown = chapter.lines().filter(|line| line.is_shown());
    runs_it.then(|| shown.map(Line::entry).collect())
}
