//! The chapters whose commands can be listed without running them.

use chapters::chapter::Chapter;
use chapters::database::Database;
use chapters::transcript::Transcript;

use crate::sources::Sources;

#[path = "../../chapters/src/bin/chapter-6.rs"]
#[expect(dead_code, reason = "the chapter is a program of its own too")]
mod chapter_6;

/// The commands of a chapter as they are on `CockroachDB`, which nobody
/// recorded; `None` for a chapter that runs no database.
#[must_use]
pub fn on_cockroach(sources: &Sources, chapter: &str) -> Option<Transcript> {
    let outline = chapter_6::CHAPTER;
    if chapter != outline.name {
        return None;
    }
    let mut listed = Chapter::listed(&sources.root, Database::Cockroach);
    // Nothing runs, so nothing fails.
    let _ = (outline.commands)(&mut listed);
    Some(listed.transcript())
}
