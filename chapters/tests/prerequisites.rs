//! Each section runs after exactly the sections in its `after`, and shows what the book shows. Sections
//! that need all earlier sections are covered by the run of their whole chapter.

#![expect(clippy::unwrap_used, reason = "a test may unwrap: its panic is the report")]

mod on_engine;

use std::collections::BTreeSet;

use chapters::POSTGRES;
use on_engine::programs::program;
use on_engine::resident::{Resident, of_kind};
use on_engine::{engine, objects};
use tutorial_engine::author::chapter::Chapter;

#[test]
#[ignore = "needs a Docker Engine"]
fn sections_of_chapter_0_run_after_what_they_name() {
    check(&chapters::chapter_0::chapter());
}

#[test]
#[ignore = "needs a Docker Engine"]
fn sections_of_chapter_1_run_after_what_they_name() {
    check(&chapters::chapter_1::chapter());
}

#[test]
#[ignore = "needs a Docker Engine"]
fn sections_of_chapter_2_run_after_what_they_name() {
    check(&chapters::chapter_2::chapter());
}

#[test]
#[ignore = "needs a Docker Engine"]
fn sections_of_chapter_3_run_after_what_they_name() {
    check(&chapters::chapter_3::chapter());
}

#[test]
#[ignore = "needs a Docker Engine"]
fn sections_of_chapter_4_run_after_what_they_name() {
    check(&chapters::chapter_4::chapter());
}

#[test]
#[ignore = "needs a Docker Engine"]
fn sections_of_chapter_5_run_after_what_they_name() {
    check(&chapters::chapter_5::chapter());
}

#[test]
#[ignore = "needs a Docker Engine"]
fn sections_of_chapter_6_run_after_what_they_name() {
    check(&chapters::chapter_6::chapter().on(Some(POSTGRES)));
}

#[test]
#[ignore = "needs a Docker Engine"]
fn sections_of_chapter_7_run_after_what_they_name() {
    check(&chapters::chapter_7::chapter());
}

/// Runs each section after exactly its prerequisites. A section with prerequisites that match what has
/// just run goes next, so that a chain of sections runs only once.
#[track_caller]
fn check(chapter: &Chapter) {
    let _engine = engine();
    let before = objects();
    let ids: Vec<&str> = chapter.sections.iter().map(|section| section.id).collect();
    let all_before =
        |id: &&str| -> BTreeSet<&str> { ids.iter().copied().take_while(|is| is != id).collect() };
    let prerequisites = |id: &&str| chapter.prerequisites(&BTreeSet::from([*id]));
    let mut unproven: Vec<&str> = ids.clone();
    unproven.retain(|id| prerequisites(id) != all_before(id));
    let (mut resident, _) = Resident::start(program(chapter.name), &["--yes"]);
    let mut there: BTreeSet<String> = BTreeSet::new();
    while !unproven.is_empty() {
        let goes_on = |id: &&str| {
            let mut needed = ids.iter().filter(|is| prerequisites(id).contains(*is));
            needed.by_ref().take(there.len()).all(|is| there.contains(*is))
                && prerequisites(id).len() >= there.len()
        };
        let next = unproven.iter().position(goes_on).unwrap_or(0);
        let section = unproven.remove(next);
        let events = resident.run(section);
        if !of_kind(&events, "cleaned").is_empty() {
            there.clear();
        }
        let started = of_kind(&events, "section-started").into_iter();
        there.extend(started.map(|event| event["section"].as_str().unwrap().to_owned()));
        let mut needed: BTreeSet<_> = prerequisites(&section).into_iter().map(str::to_owned).collect();
        needed.insert(section.to_owned());
        assert_eq!(there, needed, "{section} ran after something else");
        let verdicts = of_kind(&events, "verdict");
        let is_as_in_the_book = verdicts
            .iter()
            .all(|verdict| ["same", "differs-as-expected"].contains(&verdict["verdict"].as_str().unwrap()));
        let shows_something = chapter
            .lines()
            .any(|line| line.section == section && line.is_shown());
        assert!(
            is_as_in_the_book && (!verdicts.is_empty() || !shows_something),
            "{section} alone: {verdicts:#?}"
        );
    }
    assert_eq!(resident.end(), Some(0));
    assert_eq!(objects(), before);
}
