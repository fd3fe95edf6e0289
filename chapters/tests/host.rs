//! Commands that run on the host itself work the same on Linux, with GNU programs, and on a Mac, with
//! BSD programs.

#![expect(clippy::unwrap_used, reason = "a test may unwrap: its panic is the report")]

#[path = "../engine/examples/sorting/main.rs"]
#[expect(dead_code, reason = "the example is a program of its own too")]
mod sorting;

use chapters::{COCKROACH, POSTGRES};
use tutorial_engine::author::line::Line;

/// Programs that exist for both GNU and BSD, and their options that mean and print the same according to
/// both manuals; for `dd`, its operands. `wc` pads its numbers on a Mac; the normaliser removes this
/// only for `-c`, because those numbers are sizes.
const ALIKE: [(&str, &[&str]); 17] = [
    ("cat", &[]),
    ("chmod", &[]),
    ("cp", &["-R"]),
    // The same program on every system.
    (
        "curl",
        &["--data", "--header", "--include", "--no-progress-meter"],
    ),
    ("dd", &["bs", "count", "if", "of", "status=none"]),
    ("grep", &["--count", "--fixed-strings", "--only-matching"]),
    ("ls", &[]),
    ("mkdir", &["-p"]),
    ("rm", &["-R"]),
    // With a suffix, and without a space before it.
    ("sed", &["-i.bak"]),
    // A script of the reader's own.
    ("sh", &[]),
    ("sort", &["--output", "--unique"]),
    ("tail", &["-n"]),
    ("tar", &["--file", "--list"]),
    ("touch", &[]),
    ("uniq", &["--repeated"]),
    ("wc", &["-c"]),
];

/// Programs with the same messages and exit statuses on every system.
const FAIL_ALIKE: [&str; 2] = ["curl", "docker"];

/// Host names that every system has.
const LOOPBACK: [&str; 2] = ["localhost", "127.0.0.1"];

/// What an author can do instead.
const INSTEAD: &str = "use one that is the same, run it in a container, or let docker do it; \
                       if the manuals of GNU and macOS say the same of it, add it to ALIKE in tests/host.rs";

#[test]
fn what_chapters_start_on_the_host_is_the_same_on_gnu_and_bsd() {
    for line in lines() {
        let found = unlike(&line.words, line.status);
        assert_eq!(found, None, "{}: {INSTEAD}", line.place);
    }
}

#[test]
fn an_address_that_only_linux_reaches_is_left_out_elsewhere() {
    for line in lines() {
        let is_left_out = line.needs_engines_network;
        for host in hosts(&line.words) {
            assert!(
                LOOPBACK.contains(&host) || is_left_out,
                "{}: only Linux reaches {host}; add .in_the_engines_network(), and say so on the page",
                line.place
            );
        }
    }
}

#[test]
fn a_program_or_an_option_that_only_one_system_has_is_named() {
    check("stat --format %s file", 0, Some("the program `stat`"));
    check("wc -l file", 0, Some("`-l` of `wc`"));
    check("uniq --count file", 0, Some("`--count` of `uniq`"));
    check("rm -rf folder", 0, Some("`-rf` of `rm`"));
    check(
        "dd if=a of=b status=progress",
        0,
        Some("`status=progress` of `dd`"),
    );
}

#[test]
fn the_words_and_the_exit_status_of_a_failure_belong_to_a_system() {
    check("tar --list --file a.tar b", 2, Some("a failure of `tar`"));
    check("docker container cp a:/b c", 1, None);
    check("curl --include http://localhost/", 7, None);
}

#[test]
fn what_both_systems_have_is_accepted() {
    check("docker container ls --all", 0, None);
    check("curl --header=a:b http://localhost/", 0, None);
    check("dd if=a of=b bs=16 count=1 status=none", 0, None);
    check("tail -n 1 file", 0, None);
}

#[track_caller]
fn check(literal: &str, status: i32, expected: Option<&str>) {
    let words: Vec<String> = literal.split(' ').map(str::to_owned).collect();
    assert_eq!(unlike(&words, status).as_deref(), expected, "{literal}");
}

/// The part of a command that may differ between GNU and BSD; `None` if there is none.
fn unlike(words: &[String], status: i32) -> Option<String> {
    let (program, arguments) = words.split_first().unwrap();
    if status != 0 && !FAIL_ALIKE.contains(&program.as_str()) {
        return Some(format!("a failure of `{program}`"));
    }
    if program == "docker" {
        return None;
    }
    let Some((_, options)) = ALIKE.iter().find(|(name, _)| name == program) else {
        return Some(format!("the program `{program}`"));
    };
    let mut used = arguments
        .iter()
        .filter(|word| program == "dd" || word.starts_with('-'));
    let is_alike = |word: &str| options.contains(&word) || options.contains(&word.split('=').next().unwrap());
    let other = used.find(|word| !is_alike(word))?;
    Some(format!("`{other}` of `{program}`"))
}

/// Hosts in the URLs of a command that runs on the host.
fn hosts(words: &[String]) -> impl Iterator<Item = &str> {
    let asks = words.first().is_some_and(|program| program == "curl");
    let urls = words
        .iter()
        .filter_map(move |word| word.strip_prefix("http://").filter(|_| asks));
    urls.map(|url| url.split(['/', ':']).next().unwrap())
}

/// Every line of every chapter, with either database, and of the example.
fn lines() -> Vec<Line> {
    let chapters = [POSTGRES, COCKROACH].map(|variant| {
        let chapters = chapters::all().into_iter().chain([sorting::chapter()]);
        chapters.map(move |chapter| chapter.on(Some(variant)))
    });
    let chapters: Vec<_> = chapters.into_iter().flatten().collect();
    chapters
        .iter()
        .flat_map(|chapter| chapter.lines().cloned())
        .collect()
}
