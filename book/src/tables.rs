//! Tables that the machine writes: placeholders, and where was recorded.

use chapters::normalise::KINDS;
use chapters::provenance::Provenance;

use crate::html::{code, escape};
use crate::sources::Sources;
use crate::words::{UNNUMBERED, Words};

/// Every placeholder that recorded output may show.
#[must_use]
pub fn placeholders(words: &Words) -> String {
    let numbered = KINDS.map(|(kind, name, example)| {
        [
            code(&format!("<{name}-1>")),
            escape((words.kind)(kind)),
            code(example),
        ]
    });
    let unnumbered = UNNUMBERED.map(|unnumbered| {
        let (placeholder, .., example) = unnumbered;
        [
            code(placeholder),
            escape((words.unnumbered)(&unnumbered)),
            code(example),
        ]
    });
    let rows: Vec<_> = numbered.into_iter().chain(unnumbered).collect();
    table(words.placeholders, words.placeholder_columns, &rows)
}

/// Engines and versions of all transcripts.
#[must_use]
pub fn provenance(sources: &Sources, words: &Words) -> String {
    type Value = fn(&Provenance) -> Option<&str>;
    let rows: [(&str, Value); 14] = [
        (words.date, |it| Some(&it.recorded_on)),
        ("Docker Engine", |it| Some(&it.engine)),
        (words.client, |it| Some(&it.client)),
        ("buildx", |it| Some(&it.buildx)),
        ("Docker Compose", |it| Some(&it.compose)),
        ("runc", |it| Some(&it.runc)),
        ("containerd", |it| Some(&it.containerd)),
        (words.image_store, |it| Some(&it.image_store)),
        (words.frontend, |it| Some(&it.frontend)),
        ("curl", |it| Some(&it.curl)),
        (words.operating_system, |it| Some(&it.operating_system)),
        (words.architecture, |it| Some(&it.architecture)),
        (words.base_images, |it| Some(&it.base_images)),
        (words.database, |it| it.database.as_deref()),
    ];
    let rows: Vec<_> = rows
        .iter()
        .map(|(name, value)| [escape(name), values(sources, *value, words)])
        .collect();
    table(words.provenance, words.provenance_columns, &rows)
}

/// Each value that there is, with the chapters that have it unless all do.
fn values(sources: &Sources, value: fn(&Provenance) -> Option<&str>, words: &Words) -> String {
    let mut values: Vec<(&str, Vec<&str>)> = Vec::new();
    for (chapter, snapshot) in &sources.snapshots {
        let Some(value) = value(&snapshot.provenance) else {
            continue;
        };
        let number = chapter.trim_start_matches("chapter-");
        match values.iter_mut().find(|(known, _)| *known == value) {
            Some((_, chapters)) => chapters.push(number),
            None => values.push((value, vec![number])),
        }
    }
    let texts = values.iter().map(|(value, chapters)| {
        let value = match *value {
            "" => words.missing.to_owned(),
            "assembled" => escape(words.assembled),
            "pulled" => escape(words.pulled),
            value => code(value),
        };
        if chapters.len() == sources.snapshots.len() {
            return value;
        }
        words
            .of_chapters
            .replace("{value}", &value)
            .replace("{chapters}", &chapters.join(", "))
    });
    texts.collect::<Vec<_>>().join("<br>")
}

/// `rows` are HTML already, `caption` and `columns` are not.
fn table<const COLUMNS: usize>(
    caption: &str,
    columns: [&str; COLUMNS],
    rows: &[[String; COLUMNS]],
) -> String {
    let heads = columns.map(|column| format!(r#"<th scope="col">{}</th>"#, escape(column)));
    let rows = rows.iter().map(|row| {
        let cells: Vec<_> = row.iter().map(|cell| format!("<td>{cell}</td>")).collect();
        format!("<tr>{}</tr>", cells.concat())
    });
    format!(
        r#"<div class="table-wrapper" tabindex="0"><table><caption>{}</caption><thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>"#,
        escape(caption),
        heads.concat(),
        rows.collect::<String>()
    )
}
