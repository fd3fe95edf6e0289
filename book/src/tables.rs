//! Generates tables: placeholders, and the machines of the recordings.

use tutorial_engine::language::Language;
use tutorial_engine::record::placeholder::{KINDS, Kind};
use tutorial_engine::record::provenance::{Part, Provenance};

use crate::edition::text;
use crate::html::{code, escape};
use crate::sources::Sources;

/// Every placeholder without a number, with an example.
pub const UNNUMBERED: [(&str, &str); 6] = [
    ("<time>", "2026-01-31T12:00:00Z"),
    ("<duration>", "0.2s"),
    ("<n>", "3"),
    ("<ref>", "icdmvozpu8a5…::gqk1pq23krmv…"),
    ("<registry-answer>", "pull access denied for …"),
    ("<resolver-answer>", "Name or service not known"),
];

/// Describes what a placeholder stands for.
#[must_use]
pub fn meaning(placeholder: &str, language: Language) -> String {
    let name = placeholder.trim_matches(['<', '>']);
    let kind = name.trim_end_matches(|c: char| c == '-' || c.is_ascii_digit());
    text!(language, &format!("tables-kind-{kind}"))
}

/// An example value of a numbered placeholder.
fn example(kind: Kind) -> &'static str {
    match kind {
        Kind::Container | Kind::Network => "4f1b7c02d9e3",
        Kind::Image | Kind::Layer => "sha256:4f1b7c02d9e3…",
        Kind::Volume => "4f1b7c02d9e3…",
        Kind::Name => "happy_turing",
        Kind::Address => "172.17.0.2",
        Kind::Port | Kind::Ipv6Port => "32768",
        Kind::Size => "1.08GB",
        Kind::Version => "26.1.5",
        Kind::Architecture => "x86_64",
    }
}

/// The table of all placeholders that recorded output may show.
#[must_use]
pub fn placeholders(language: Language) -> String {
    let numbered = KINDS.iter().map(|kind| (format!("<{kind}-1>"), example(*kind)));
    let unnumbered = UNNUMBERED.map(|(placeholder, example)| (placeholder.to_owned(), example));
    let rows = numbered.chain(unnumbered).map(|(placeholder, example)| {
        let meaning = meaning(&placeholder, language);
        [code(&placeholder), escape(&meaning), code(example)]
    });
    let columns = ["tables-placeholder", "tables-meaning", "tables-example"];
    table(language, "tables-placeholders", columns, rows)
}

/// The table of engines and versions of all transcripts.
#[must_use]
pub fn provenance(sources: &Sources, language: Language) -> String {
    let parts = [
        ("tables-engine", Part::Engine),
        ("tables-client", Part::Client),
        ("tables-buildx", Part::Buildx),
        ("tables-compose", Part::Compose),
        ("tables-runc", Part::Runc),
        ("tables-containerd", Part::Containerd),
        ("tables-image-store", Part::ImageStore),
        ("tables-frontend", Part::Frontend),
        ("tables-curl", Part::Curl),
        ("tables-operating-system", Part::OperatingSystem),
        ("tables-architecture", Part::Architecture),
        ("tables-base-images", Part::BaseImages),
        ("tables-database", Part::Database),
    ];
    let day = values(sources, |it| Some(it.recorded_on.clone()), language);
    let parts = parts.map(|(id, part)| (id, values(sources, |it| it.parts.get(&part).cloned(), language)));
    let rows = [("tables-date", day)].into_iter().chain(parts);
    let rows = rows.map(|(id, values)| [escape(&text!(language, id)), values]);
    let columns = ["tables-what", "tables-recorded-on"];
    table(language, "tables-provenance", columns, rows)
}

/// Each existing value, with the chapters that have it unless all do.
fn values(sources: &Sources, value: impl Fn(&Provenance) -> Option<String>, language: Language) -> String {
    let mut values: Vec<(String, Vec<&str>)> = Vec::new();
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
        let value = match value.as_str() {
            "" => text!(language, "tables-missing"),
            "assembled" | "pulled" => escape(&text!(language, "tables-origin", origin = value)),
            value => code(value),
        };
        if chapters.len() == sources.snapshots.len() {
            return value;
        }
        let chapters = chapters.join(", ");
        text!(language, "tables-of-chapters", value, chapters)
    });
    texts.collect::<Vec<_>>().join("<br>")
}

/// Caption and columns are message ids, `rows` are HTML.
fn table<const COLUMNS: usize>(
    language: Language,
    caption: &str,
    columns: [&str; COLUMNS],
    rows: impl IntoIterator<Item = [String; COLUMNS]>,
) -> String {
    let heads = columns.map(|column| format!(r#"<th scope="col">{}</th>"#, escape(&text!(language, column))));
    let rows = rows.into_iter().map(|row| {
        let cells: Vec<_> = row.iter().map(|cell| format!("<td>{cell}</td>")).collect();
        format!("<tr>{}</tr>", cells.concat())
    });
    format!(
        r#"<div class="table-wrapper" tabindex="0"><table><caption>{}</caption><thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>"#,
        escape(&text!(language, caption)),
        heads.concat(),
        rows.collect::<String>()
    )
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::edition::CATALOGUE;

    #[test]
    fn every_placeholder_has_a_meaning_and_no_other_has_one() {
        let mut files = CATALOGUE.files(Language::English);
        let (_, english) = files.find(|(name, _)| *name == "tables").unwrap();
        let ids = english.lines().filter_map(|line| line.split_once(" = "));
        let named: BTreeSet<_> = ids
            .filter_map(|(id, _)| id.strip_prefix("tables-kind-"))
            .collect();
        let unnumbered = UNNUMBERED.map(|(placeholder, _)| placeholder.trim_matches(['<', '>']).to_owned());
        let known: BTreeSet<_> = KINDS.iter().map(Kind::to_string).chain(unnumbered).collect();
        assert!(known.iter().eq(named), "{known:?}");
    }
}
