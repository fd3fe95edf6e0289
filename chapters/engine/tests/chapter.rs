//! Tests of a chapter as a value: ids of lines, selection by id, prerequisites.

use std::collections::BTreeSet;

use tutorial_engine::author::chapter::Mistake;
use tutorial_engine::author::line::Line;
use tutorial_engine::author::tutorial::Variant;
use tutorial_engine::prelude::*;
use tutorial_engine::record::transcript::Typed;

const ONE: &Variant = &Variant {
    name: "one",
    title: "One",
    image: "one:1",
    ports: &[],
};

const OTHER: &Variant = &Variant {
    name: "other",
    ..*ONE
};

#[test]
fn a_line_has_its_section_and_its_place_among_those_that_are_shown_as_id() {
    let mut chapter = chapter(&["1", "2"]);
    afterwards!(chapter, "rm a");
    run!(chapter, "touch a");
    run!(chapter, "ls a");
    let chapter = chapter.on(None);
    let ids: Vec<_> = chapter.lines().map(|line| &*line.id).collect();
    assert_eq!(ids, ["1#1", "2#1", "2#afterwards", "2#2", "2#3"]);
}

#[test]
fn on_an_alternative_the_lines_of_others_go_and_the_rest_is_numbered() {
    let mut chapter = chapter(&["1"]);
    run!(chapter, "one --version").on(ONE);
    run!(chapter, "other --version").on(OTHER);
    run!(chapter, "ls");
    let on = |variant| -> Vec<_> {
        let chapter = chapter.clone().on(variant);
        let lines = chapter
            .lines()
            .map(|line| format!("{} {}", line.id, line.literal));
        lines.collect()
    };
    assert_eq!(on(Some(ONE)), ["1#1 made-up", "1#2 one --version", "1#3 ls"]);
    assert_eq!(on(Some(OTHER)), ["1#1 made-up", "1#2 other --version", "1#3 ls"]);
    assert_eq!(on(None), ["1#1 made-up", "1#2 ls"]);
}

#[test]
fn an_id_means_its_section_or_the_parts_of_one_that_is_none() {
    let chapter = chapter(&[
        "3",
        "3-1-comment",
        "3-1-heredoc",
        "3-1-2",
        "3-10",
        "3-12",
        "3-12-tag",
    ]);
    let check = |id, expected: &[&str]| assert_eq!(chapter.sections_of(id), expected, "{id}");
    check("3", &["3"]);
    check("3-12", &["3-12"]);
    check("3-12-tag", &["3-12-tag"]);
    check("3-1", &["3-1-comment", "3-1-heredoc"]);
    check("3-2", &[]);
    check("3-", &[]);
    check("", &[]);
}

#[test]
fn what_sections_come_after_is_found_through_others_and_without_themselves() {
    let mut chapter = chapter(&["1", "2"]);
    chapter.section("3").after("1");
    chapter.section("4").after("3").after("2");
    chapter.section("5").after("4");
    let check = |wanted: &[&str], expected: &[&str]| {
        let wanted: BTreeSet<_> = wanted.iter().copied().collect();
        assert!(chapter.prerequisites(&wanted).iter().eq(expected), "{wanted:?}");
    };
    check(&["1"], &[]);
    check(&["3"], &["1"]);
    check(&["5"], &["1", "2", "3", "4"]);
    check(&["3", "5"], &["1", "2", "4"]);
}

#[test]
fn ctrl_c_is_for_the_command_that_was_started_last() {
    let mut chapter = chapter(&["1"]);
    foreground!(chapter, "sleep 300");
    run!(chapter, "ls");
    interrupt!(chapter);
    let last = chapter.lines().last().map(Line::typed);
    assert_eq!(last, Some(Typed::Interrupt("sleep 300".to_owned())));
    assert_eq!(chapter.mistake(), None);
}

#[test]
fn a_literal_of_several_lines_is_typed_with_a_backslash_at_their_ends() {
    let mut chapter = chapter(&[]);
    chapter.section("1");
    run!(
        chapter,
        "docker run --detach
            --publish 80:8080 image"
    );
    let chapter = chapter.on(None);
    let typed: Vec<_> = chapter.lines().map(Line::typed).collect();
    let expected = "docker run --detach \\\n    --publish 80:8080 image";
    assert_eq!(typed, [Typed::Command(expected.to_owned())]);
    let words = chapter.lines().flat_map(|line| &line.words);
    assert!(words.eq(["docker", "run", "--detach", "--publish", "80:8080", "image"]));
}

#[test]
fn what_an_author_did_wrong_is_named_before_anything_runs() {
    check_mistake(
        |chapter| {
            chapter.section("1");
        },
        "two sections are called 1",
    );
    check_mistake(
        |chapter| {
            chapter.section("2").after("3");
        },
        "section 2 comes after 3, which does not stand before it",
    );
    check_mistake(
        |chapter| {
            chapter.section("2").after("2");
        },
        "section 2 comes after 2, which does not stand before it",
    );
    check_mistake(
        |chapter| {
            interrupt!(chapter);
        },
        "nothing runs in the foreground at ",
    );
    check_mistake(
        |chapter| {
            foreground!(chapter, "sleep 300");
            interrupt!(chapter);
            interrupt!(chapter);
        },
        "nothing runs in the foreground at ",
    );
    let mut chapter = Chapter::new(&Tutorial::PLAIN, "made-up", "made-up");
    run!(chapter, "ls");
    chapter.section("1");
    assert!(matches!(chapter.mistake(), Some(Mistake::NoSection(_))));
}

/// Checks the mistake after adding something to a chapter with a section `1`.
#[track_caller]
fn check_mistake(wrong: impl Fn(&mut Chapter), expected: &str) {
    let mut chapter = chapter(&["1"]);
    wrong(&mut chapter);
    let mistake = chapter
        .mistake()
        .map(|mistake| mistake.to_string())
        .unwrap_or_default();
    assert!(mistake.starts_with(expected), "{mistake}");
}

/// A chapter with these sections, each with one line.
fn chapter(sections: &[&'static str]) -> Chapter {
    let mut chapter = Chapter::new(&Tutorial::PLAIN, "made-up", "made-up");
    for section in sections {
        chapter.section(section);
        run!(chapter, "made-up");
    }
    chapter
}
