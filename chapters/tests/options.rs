//! Tests of the options, and of the documents that describe them. No engine can be reached.

#![expect(clippy::unwrap_used, reason = "a test may unwrap: its panic is the report")]

mod programs;
mod unprivileged;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use chapters::{COCKROACH, POSTGRES, TUTORIAL};
use programs::{CHAPTER_2, WALKTHROUGH, program, run, run_with, stderr, stdout};
use regex::Regex;
use tutorial_engine::author::line::Line;
use tutorial_engine::record::transcript::Transcript;
use unprivileged::without_privilege;

/// Another name of `--answer`, which `--help` does not list.
const ALIAS: &str = "--dockerfile";

#[test]
fn help_has_the_same_options_in_both_languages_each_with_its_text() {
    let options = |language| {
        let help = stdout(CHAPTER_2, &["--help", "--lang", language]);
        let option = Regex::new(r"(?m)^ +(?:-h, )?--([a-z-]+)(?: <[^>]+>)?  +(\S)").unwrap();
        let options = option.captures_iter(&help);
        let options = options.map(|found| (found[1].to_owned(), found[2].chars().next().unwrap()));
        options.collect::<Vec<_>>()
    };
    let (english, japanese) = (options("en"), options("ja"));
    let names = |options: &[(String, char)]| -> Vec<String> {
        options.iter().map(|(name, _)| name.clone()).collect()
    };
    assert_eq!(names(&english), names(&japanese));
    assert!(english.iter().all(|(_, first)| first.is_ascii_uppercase()));
    assert_eq!(BTreeSet::from_iter(names(&english)).len(), 18);
}

#[test]
fn a_locale_chooses_the_language_as_the_option_does_and_the_option_wins() {
    let said = |option: &[&str], variables: &[(&str, &str)]| {
        stderr(&run_with(CHAPTER_2, &[&["--setp"], option].concat(), variables))
    };
    let (english, japanese) = (said(&["--lang", "en"], &[]), said(&["--lang=ja"], &[]));
    assert_ne!(english, japanese);
    assert_eq!(said(&[], &[]), english);
    assert_eq!(said(&[], &[("LANG", "ja_JP.UTF-8")]), japanese);
    assert_eq!(
        said(&[], &[("LANG", "C.UTF-8"), ("LC_ALL", "ja_JP.UTF-8")]),
        japanese
    );
    assert_eq!(said(&["--lang", "en"], &[("LANG", "ja_JP.UTF-8")]), english);
}

#[test]
fn what_is_wrong_with_an_option_is_named_in_both_languages() {
    check_misuse(
        &["--setp"],
        "there is no option --setp",
        "--setpというオプションはありません",
    );
    check_misuse(
        &["--list", "--junit=x"],
        "--list does not go with --junit\n",
        "--listは--junitと一緒に使えません",
    );
    check_misuse(
        &["--step", "2", "--from", "2"],
        "--step does not go with --from\n",
        "--stepは--fromと一緒に使えません",
    );
    check_misuse(&["--step"], "--step needs a value", "--stepには値が必要です");
    check_misuse(&["--format", "xml"], "next: take one of text, json", "text, json");
    check_misuse(
        &["--database", "mysql"],
        "next: take one of postgres, cockroach",
        "postgres, cockroach",
    );
    check_misuse(
        &["--step", "9-9"],
        "there is no section 9-9",
        "9-9という節はありません",
    );
    check_misuse(
        &["--from", "9-9"],
        "there is no section 9-9",
        "9-9という節はありません",
    );
    // An id selects its parts, such as `2-exercise-1`, but not if they start with a number.
    check_misuse(
        &["--step", "2-exercise"],
        "there is no section 2-exercise",
        "2-exerciseという節はありません",
    );
}

#[test]
fn an_option_that_would_write_nothing_is_refused() {
    for shows in ["--list", "--dry-run", "--replay", "--clean", "--events"] {
        for writes in ["--transcript=file", "--junit=file", "--format=json"] {
            assert_eq!(
                run(CHAPTER_2, &[shows, writes]).status.code(),
                Some(2),
                "{shows} {writes}"
            );
        }
    }
}

#[test]
fn what_is_one_chapters_alone_is_refused_for_several() {
    for option in [&["--keep"][..], &["--transcript", "/dev/null"], &["--events"]] {
        let output = run(WALKTHROUGH, option);
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(
            said.contains(&format!("{} goes with one chapter", option[0])),
            "{said}"
        );
    }
}

#[test]
fn a_list_has_each_section_with_its_title_on_the_page() {
    let listed = stdout(WALKTHROUGH, &["--list"]);
    for chapter in chapters::all() {
        let page = read(&TUTORIAL.page(chapter.page, tutorial_engine::language::Language::English));
        for section in &chapter.sections {
            let row = listed
                .lines()
                .find(|row| row.split_whitespace().take(2).eq([chapter.name, section.id]));
            let row = row.unwrap_or_else(|| panic!("{} is not in\n{listed}", section.id));
            let cells: Vec<_> = row
                .split("   ")
                .map(str::trim)
                .filter(|cell| !cell.is_empty())
                .collect();
            let [_, _, title, count] = cells[..] else {
                panic!("{row}")
            };
            assert!(page.contains(&format!("{title} {{#{}}}", section.id)), "{row}");
            assert!(count.ends_with("command") || count.ends_with("commands"), "{row}");
        }
    }
}

#[test]
fn a_part_is_a_section_its_parts_or_all_from_there() {
    check_sections(&["--step", "3-12-tag"], &["3-12-tag"]);
    check_sections(
        &["--step", "3-1"],
        &["3-1-directive", "3-1-comment", "3-1-heredoc"],
    );
    check_sections(&["--from", "3-exercise-2"], &["3-exercise-2", "3-exercise-3"]);
}

#[test]
fn a_dry_run_has_the_lines_of_the_alternative_that_is_chosen() {
    for (option, variant) in [
        (&[][..], POSTGRES),
        (&["--database", "postgres"], POSTGRES),
        (&["--database", "cockroach"], COCKROACH),
    ] {
        for chapter in chapters::all() {
            let chapter = chapter.on(Some(variant));
            let listed = stdout(program(chapter.name), &[&["--dry-run"], option].concat());
            let entries = chapter.lines().filter(|line| line.is_shown()).map(Line::entry);
            let entries = entries.collect();
            assert_eq!(listed.parse::<Transcript>().unwrap(), Transcript { entries });
        }
    }
}

#[test]
#[cfg_attr(
    not(target_os = "linux"),
    ignore = "needs Docker's client, and setpriv if root runs it"
)]
fn without_an_engine_a_chapter_says_so_and_what_to_do() {
    // The tutorial could set up an engine here; without root's rights, it says what to do.
    let output = without_privilege(CHAPTER_2, "unix:///nowhere");
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(3), "{said}");
    for part in [
        "No Docker Engine answers at unix:///nowhere.",
        "There is no socket /nowhere",
        "or `unset DOCKER_HOST`",
        "`--replay`",
    ] {
        assert!(said.contains(part), "no {part} in\n{said}");
    }
}

#[test]
fn the_table_of_options_in_the_readme_has_all_of_them_in_order() {
    let readme = read("README.md");
    let rows = readme.lines().filter(|line| line.starts_with("| `--"));
    let named: Vec<_> = rows
        .flat_map(|row| named_options(row.split(" | ").next().unwrap()))
        .collect();
    let mut options = options();
    options.retain(|option| option != "--help");
    let mut in_order = named.clone();
    in_order.dedup();
    assert_eq!(in_order, options);
}

#[test]
fn every_option_that_a_document_names_behind_a_chapter_is_one_and_every_section_is_there() {
    let options = options();
    let command = Regex::new(r"(walkthrough|chapter-[0-9]|sorting) -- ([^`|)\n]*)").unwrap();
    let mut found = 0;
    for document in documents() {
        for typed in command.captures_iter(&read(&document)) {
            found += 1;
            for option in named_options(&typed[2]) {
                assert!(
                    options.contains(&option) || option == ALIAS,
                    "{document}: {}",
                    &typed[0]
                );
            }
            let mut words = typed[2].split_whitespace();
            if words.any(|word| word == "--step" || word == "--from") {
                let section = words.next().unwrap();
                let listed = stdout(program(&typed[1]), &["--list", "--step", section]);
                assert_ne!(listed, "", "{document}: {}", &typed[0]);
            }
        }
    }
    assert!(
        found > 20,
        "{found} commands are found: the test does not see them"
    );
}

#[test]
fn every_option_that_the_preface_and_the_engines_readme_name_is_one() {
    let options = options();
    for document in [
        "book/en/src/preface.md",
        "book/ja/src/preface.md",
        "book/en/src/write-your-own.md",
        "book/ja/src/write-your-own.md",
        "chapters/engine/README.md",
    ] {
        // Other options belong to Docker and cargo.
        let others = [
            "--format",
            "--publish",
            "--epub",
            "--bin",
            "--package",
            "--example",
            "--open",
        ];
        for option in named_options(&read(document)) {
            let is_known = options.contains(&option) || option == ALIAS || others.contains(&&*option);
            assert!(is_known, "{document}: {option}");
        }
    }
}

/// Checks a wrong use of options: exit status 2, and the messages in English and in Japanese.
#[track_caller]
fn check_misuse(arguments: &[&str], english: &str, japanese: &str) {
    for (language, expected) in [("en", english), ("ja", japanese)] {
        let output = run(CHAPTER_2, &[arguments, &["--lang", language]].concat());
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains(expected), "no {expected} in\n{said}");
        assert_eq!(said.lines().count(), 2, "{said}");
    }
}

/// Checks the sections of chapter 3 that options select.
#[track_caller]
fn check_sections(arguments: &[&str], expected: &[&str]) {
    let listed = stdout(program("chapter-3"), &[arguments, &["--dry-run"]].concat());
    assert_eq!(listed.parse::<Transcript>().unwrap().sections(), expected);
}

/// Every option, in the order of `--help`.
fn options() -> Vec<String> {
    let help = stdout(CHAPTER_2, &["--help"]);
    let rows = help.lines().filter(|line| line.trim_start().starts_with('-'));
    rows.flat_map(|row| named_options(row).into_iter().take(1))
        .collect()
}

/// Options with two hyphens in a text, in order.
fn named_options(text: &str) -> Vec<String> {
    let option = Regex::new(r"(?:^|[\s`(])(--[a-z]+(?:-[a-z]+)*)").unwrap();
    option
        .captures_iter(text)
        .map(|found| found[1].to_owned())
        .collect()
}

/// Documents that show commands for the reader.
fn documents() -> Vec<String> {
    let mut documents = [
        "README.md",
        "ARCHITECTURE.md",
        "CONTRIBUTING.md",
        "chapters/engine/README.md",
        ".github/workflows/ci.yml",
    ]
    .map(str::to_owned)
    .to_vec();
    for edition in ["en", "ja"] {
        let folder = format!("book/{edition}/src");
        for file in fs::read_dir(root().join(&folder)).unwrap() {
            let name = file.unwrap().file_name().into_string().unwrap();
            let is_page = Path::new(&name)
                .extension()
                .is_some_and(|extension| extension == "md");
            documents.extend(is_page.then(|| format!("{folder}/{name}")));
        }
    }
    documents
}

fn read(file: &str) -> String {
    let file: PathBuf = root().join(file);
    fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

fn root() -> &'static Path {
    Path::new(TUTORIAL.root)
}
