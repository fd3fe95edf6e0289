//! The transcripts match the chapters, contain nothing about the machine, and falsifications are found.

#![expect(clippy::unwrap_used, reason = "a test may unwrap: its panic is the report")]

#[path = "../engine/tests/comparison/mod.rs"]
mod comparison;
#[path = "../engine/tests/leaks/mod.rs"]
mod leaks;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use chapters::{POSTGRES, TUTORIAL};
use comparison::differences;
use leaks::{Host, leaks};
use tutorial_engine::author::chapter::Chapter;
use tutorial_engine::author::line::{Action, Line};
use tutorial_engine::record::normalise::{Normaliser, Reading};
use tutorial_engine::record::provenance::Part;
use tutorial_engine::record::size;
use tutorial_engine::record::snapshot::Snapshot;

#[test]
fn every_transcript_belongs_to_a_chapter_and_every_chapter_has_one() {
    let files = fs::read_dir(folder())
        .unwrap()
        .map(|file| file.unwrap().file_name());
    let files: BTreeSet<_> = files.map(|name| name.into_string().unwrap()).collect();
    let expected = TUTORIAL.chapters.iter().map(|name| format!("{name}.snap"));
    assert_eq!(files, expected.collect());
}

#[test]
fn every_transcript_has_the_lines_of_its_chapter_with_their_ids() {
    for chapter in all() {
        let lines = chapter.lines().filter(|line| line.is_shown());
        let lines: Vec<_> = lines.map(|line| (line.id.clone(), line.typed())).collect();
        let transcript = book(chapter.name).transcript;
        let recorded = transcript.with_ids().map(|(id, entry)| (id, entry.typed.clone()));
        assert_eq!(recorded.collect::<Vec<_>>(), lines, "{}", chapter.name);
    }
}

#[test]
fn a_transcript_is_read_as_it_was_written() {
    for name in TUTORIAL.chapters {
        assert_eq!(book(name).transcript.to_string(), content(name), "{name}");
    }
}

#[test]
fn nothing_leaked_into_a_transcript() {
    for name in TUTORIAL.chapters {
        assert_eq!(leaks(&content(name), &Host::default()), [""; 0], "{name}");
    }
}

#[test]
fn a_transcript_normalised_again_stays_as_it_is() {
    for chapter in chapters::all() {
        let mut normaliser = Normaliser::publishing(&chapter.ports);
        for entry in book(chapter.name).transcript.entries {
            let command = entry.typed.text();
            let reading = Reading {
                command,
                ..Reading::default()
            };
            assert_eq!(
                normaliser.output(&entry.output, &reading),
                entry.output,
                "{command}"
            );
        }
    }
}

#[test]
fn a_recording_of_what_the_book_shows_passes() {
    for chapter in all() {
        assert_eq!(found(chapter.name, |text| text), [""; 0]);
    }
}

#[test]
fn a_falsified_transcript_is_found() {
    check("$ docker build --tag", "$ docker build -t");
    check("<size-1>", "<size-2>");
    check("| 65532:65532", "| root:root");
    check("? 127", "? 126");
    check("[4-2-entrypoint]", "[4-2-entry]");
}

#[test]
fn a_size_that_is_less_than_half_or_more_than_double_is_found() {
    let size = |times: f64| {
        found("chapter-4", |text| {
            let mut lines = text.lines().filter(|line| line.starts_with("    size-1: "));
            let line = lines.next().unwrap();
            let value = size::bytes(line.split_once(": ").unwrap().1).unwrap();
            text.replacen(line, &format!("    size-1: {}MB", value / 1e6 * times), 1)
        })
    };
    assert_eq!(size(1.9), [""; 0]);
    assert_ne!(size(2.1), [""; 0]);
    assert_ne!(size(0.4), [""; 0]);
}

#[test]
fn a_recording_on_another_machine_proves_nothing() {
    let found = found("chapter-4", |text| {
        let line = text.lines().find(|line| line.starts_with("    runc: ")).unwrap();
        text.replacen(line, "    runc: 0.9", 1)
    });
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("Runc is "), "{found:?}");
}

#[test]
fn every_chapter_can_run_on_either_alternative_and_its_lines_have_ids_of_their_own() {
    for variant in TUTORIAL.alternatives.unwrap().variants {
        for chapter in chapters::all() {
            assert_eq!(chapter.mistake(), None, "{}", chapter.name);
            let chapter = chapter.on(Some(variant));
            let lines: Vec<_> = chapter.lines().filter(|line| line.is_shown()).collect();
            let ids: BTreeSet<_> = lines.iter().map(|line| &line.id).collect();
            assert_eq!(ids.len(), lines.len(), "{}", chapter.name);
        }
    }
}

#[test]
fn what_a_reader_gets_who_chooses_nothing_is_what_was_recorded() {
    let chosen = &TUTORIAL.alternatives.unwrap().variants[0];
    for chapter in chapters::all() {
        let [chosen, other] = [Some(chosen), None].map(|variant| chapter.clone().on(variant));
        let has_choice = chosen.lines().count() > other.lines().count();
        let database = if has_choice { POSTGRES.image } else { "" };
        assert_eq!(
            book(chapter.name).provenance.value(Part::Database),
            database,
            "{}",
            chapter.name
        );
    }
}

#[test]
fn either_alternative_has_the_same_sections() {
    let sections = |variant| {
        let chapters = chapters::all()
            .into_iter()
            .map(|chapter| chapter.on(Some(variant)));
        let lines: Vec<_> = chapters
            .flat_map(|chapter| chapter.lines().cloned().collect::<Vec<_>>())
            .collect();
        let sections = lines.iter().map(|line: &Line| line.section);
        // The only section that is about PostgreSQL alone.
        sections
            .filter(|section| *section != "6-6-owner")
            .collect::<BTreeSet<_>>()
    };
    assert_eq!(sections(POSTGRES), sections(chapters::COCKROACH));
}

#[test]
fn a_chapter_names_a_page_that_both_editions_have() {
    for chapter in chapters::all() {
        for edition in ["en", "ja"] {
            let page = root().join(format!("book/{edition}/src/{}.md", chapter.page));
            assert!(page.is_file(), "{}", page.display());
        }
    }
}

#[test]
fn a_list_of_containers_is_waited_for() {
    // The engine writes a container's state to the disk first, and updates the view behind these lists
    // later.
    for line in all().iter().flat_map(Chapter::lines) {
        let is_list = match words(line)[..] {
            ["docker", "container", "ls" | "list", ..] | ["docker", "ps", ..] => true,
            ["docker", "compose", ref rest @ ..] => rest.contains(&"ps"),
            _ => false,
        };
        if is_list {
            assert_eq!(line.action, Action::WaitUntil, "{}", line.place);
        }
    }
}

#[test]
fn a_list_selects_by_the_whole_name() {
    for line in all().iter().flat_map(Chapter::lines) {
        for name in words(line).iter().filter_map(|word| word.strip_prefix("name=")) {
            assert!(name.starts_with('^') && name.ends_with('$'), "{}", line.place);
        }
    }
}

/// Each chapter as it was recorded.
fn all() -> Vec<Chapter> {
    let chapters = chapters::all().into_iter();
    chapters.map(|chapter| chapter.on(Some(POSTGRES))).collect()
}

fn words(line: &Line) -> Vec<&str> {
    line.words.iter().map(String::as_str).collect()
}

/// Checks that chapter 4's transcript with this text replaced is detected.
#[track_caller]
fn check(is: &str, falsified: &str) {
    let found = found("chapter-4", |text| {
        assert!(text.contains(is), "the transcript has no {is}");
        text.replacen(is, falsified, 1)
    });
    assert_ne!(found, [""; 0]);
}

/// The result of the recording test if the recording is the book's, but the book has been `changed`.
fn found(name: &str, changed: impl FnOnce(String) -> String) -> Vec<String> {
    let recording = book(name);
    let chapter = all().into_iter().find(|chapter| chapter.name == name).unwrap();
    differences(&changed(file(name)).parse().unwrap(), &recording, &chapter)
}

fn book(name: &str) -> Snapshot {
    file(name).parse().unwrap()
}

/// A snapshot's content below its header.
fn content(name: &str) -> String {
    file(name).splitn(3, "---\n").nth(2).unwrap().to_owned()
}

fn file(name: &str) -> String {
    fs::read_to_string(folder().join(format!("{name}.snap"))).unwrap()
}

fn folder() -> PathBuf {
    root().join(TUTORIAL.transcripts)
}

fn root() -> &'static Path {
    Path::new(TUTORIAL.root)
}
