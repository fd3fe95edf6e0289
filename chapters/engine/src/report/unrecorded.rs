//! A run on another of the tutorial's alternatives than the one that was recorded.

use crate::author::chapter::Chapter;
use crate::explain::cause as explain;
use crate::language::Language;
use crate::record::provenance::{Part, Provenance};
use crate::text;

/// What a reader is told before the chapter runs, and the line of a failure's report that names the
/// chapter as it was recorded; `None` if `recorded` says the same alternative as `here`, or one of them
/// says none.
pub(crate) fn unrecorded(
    chapter: &Chapter,
    here: &Provenance,
    recorded: &Provenance,
    language: Language,
) -> Option<(String, String)> {
    let alternatives = chapter.tutorial.alternatives?;
    let title = |on: &Provenance| Some(alternatives.of_image(on.value(Part::Database))?.title);
    let (name, here, recorded) = (chapter.name, title(here)?, title(recorded)?);
    let before = text!(
        language,
        "reader-unrecorded",
        chapter = name,
        database = here,
        recorded
    );
    let command = format!("{} {name}", chapter.tutorial.start);
    let instead = text!(language, "reader-recorded", command, database = recorded);
    (here != recorded).then(|| (before, explain::line(language, "or", &instead)))
}
