//! Shows what a chapter would do, without running it: `--list` and `--dry-run`.

use console::{Alignment, measure_text_width, pad_str};

use crate::author::line::Line;
use crate::cli::session::Meant;
use crate::language::Language;
use crate::record::transcript::Transcript;
use crate::say::pages;
use crate::text;

/// Each selected section, with its title and the number of its commands.
pub(crate) fn list(chapters: &[Meant], language: Language) -> String {
    let mut rows = Vec::new();
    for (chapter, meant) in chapters {
        let sections = chapter.sections.iter();
        for section in sections.filter(|section| meant.contains(section.id)) {
            let count = section.lines.iter().filter(|line| line.is_shown()).count();
            let commands = match count {
                0 => continue,
                1 => text!(language, "listing-command", count),
                _ => text!(language, "listing-commands", count),
            };
            let heading = pages::heading(chapter.tutorial, chapter.page, language, section.id);
            let title = heading.map_or(String::new(), |heading| heading.title);
            rows.push([chapter.name.to_owned(), section.id.to_owned(), title, commands]);
        }
    }
    let widest = |column: usize| rows.iter().map(|row| measure_text_width(&row[column])).max();
    let widths = [0, 1, 2].map(|column| widest(column).unwrap_or(0) + 3);
    let line = |row: &[String; 4]| {
        let cells = row.iter().zip(widths);
        let cells = cells.map(|(cell, width)| pad_str(cell, width, Alignment::Left, None));
        cells.collect::<String>() + &row[3] + "\n"
    };
    rows.iter().map(line).collect()
}

/// Each command, as a transcript without output.
pub(crate) fn dry_run(chapters: &[Meant]) -> String {
    let texts = chapters.iter().map(|(chapter, meant)| {
        let lines = chapter.lines().filter(|line| line.is_shown());
        let lines = lines.filter(|line| meant.contains(line.section));
        let entries = lines.map(Line::entry).collect();
        Transcript { entries }.to_string()
    });
    let texts: Vec<_> = texts.filter(|text| !text.is_empty()).collect();
    texts.join("\n")
}
