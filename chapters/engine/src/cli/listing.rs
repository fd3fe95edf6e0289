//! What a chapter would do, without doing it: `--list` and `--dry-run`.

use console::{Alignment, measure_text_width, pad_str};

use crate::author::line::Line;
use crate::cli::session::Meant;
use crate::language::Language;
use crate::record::transcript::Transcript;
use crate::say::pages;
use crate::text;

/// Each section that is meant, with its title and the number of its commands.
pub(crate) fn list(chapters: &[Meant], language: Language) -> String {
    let mut rows = Vec::new();
    for (chapter, meant) in chapters {
        for section in chapter
            .sections()
            .iter()
            .filter(|section| meant.contains(section.id))
        {
            let commands = section.lines().iter().filter(|line| line.is_shown()).count();
            if commands > 0 {
                let heading = pages::heading(chapter.tutorial, chapter.page, language, section.id);
                let title = heading.map(|heading| heading.title);
                let id = if commands == 1 {
                    "listing-command"
                } else {
                    "listing-commands"
                };
                let commands = text!(language, id, count = commands);
                rows.push(
                    [chapter.name, section.id, &title.unwrap_or_default(), &commands].map(str::to_owned),
                );
            }
        }
    }
    let mut text = String::new();
    let widths = [0, 1, 2].map(|column| {
        let cells = rows
            .iter()
            .map(|row: &[String; 4]| measure_text_width(&row[column]));
        cells.max().unwrap_or(0)
    });
    for row in &rows {
        for (cell, width) in row.iter().zip(widths) {
            text += &pad_str(cell, width + 3, Alignment::Left, None);
        }
        text.extend([&row[3], "\n"]);
    }
    text
}

/// Each command, in the form of a transcript without output.
pub(crate) fn dry_run(chapters: &[Meant]) -> String {
    let texts = chapters.iter().map(|(chapter, meant)| {
        let lines = chapter
            .lines()
            .filter(|line| line.is_shown() && meant.contains(line.section));
        let entries = lines.map(Line::entry).collect();
        Transcript { entries }.to_string()
    });
    let texts: Vec<_> = texts.filter(|text| !text.is_empty()).collect();
    texts.join("\n")
}
