//! What holds without an engine: listings, transcripts, options, messages.

#![expect(clippy::unwrap_used, reason = "a test may unwrap: its panic is the report")]

mod comparison;
mod programs;
mod unprivileged;
#[path = "../src/bin/walkthrough.rs"]
#[expect(dead_code, reason = "it is a program, too")]
mod walkthrough;

use std::collections::BTreeSet;
use std::fs;
use std::panic;
use std::path::{Path, PathBuf};

use chapters::chapter::{Action, Chapter, Listed, Outline};
use chapters::database::{COCKROACH_IMAGE, Database, POSTGRES_IMAGE};
use chapters::normalise::{Host, Normaliser, Reading, leaks};
use chapters::reader::Recording;
use chapters::snapshot::Snapshot;
use chapters::transcript::{Transcript, Typed};
use chapters::tutorial::RUNNING_RUST_IN_DOCKER;
use comparison::{check_machine, compare};
use programs::{CHAPTERS, dry_run, run};
use unprivileged::without_privilege;

#[test]
fn each_listing_of_chapter_3_goes_on_from_the_one_before() {
    let listings: Vec<String> = (2..=9)
        .map(|section| read(&format!("chapters/listings/3-{section}.Dockerfile")))
        .collect();
    for pair in listings.windows(2) {
        assert!(
            pair[1].starts_with(&pair[0]) && pair[1].len() > pair[0].len(),
            "{}",
            pair[1]
        );
    }
}

#[test]
fn the_last_listing_is_the_dockerfile_without_its_comments() {
    let dockerfile = read("Dockerfile");
    let is_instruction = |(number, line): &(usize, &str)| *number == 0 || !line.starts_with('#');
    let lines = dockerfile
        .lines()
        .enumerate()
        .filter(is_instruction)
        .map(|(_, line)| format!("{line}\n"));
    assert_eq!(
        lines.collect::<String>(),
        read("chapters/listings/3-9.Dockerfile")
    );
}

#[test]
fn both_dockerfiles_start_with_the_parser_directive() {
    for file in ["Dockerfile", "Dockerfile.multistage"] {
        assert!(read(file).starts_with("# syntax=docker/dockerfile:1\n"), "{file}");
    }
}

#[test]
fn every_transcript_belongs_to_a_chapter_and_every_chapter_has_one() {
    let folder = root().join("chapters/transcripts");
    let files: BTreeSet<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let mut expected = BTreeSet::from(CHAPTERS.map(|(name, _)| format!("{name}.snap")));
    // There once somebody has taken one.
    expected.extend(files.get("chapter-6-cockroach.json").cloned());
    assert_eq!(files, expected);
}

#[test]
fn every_program_of_a_chapter_is_one_of_those_that_are_tested() {
    let programs: BTreeSet<String> = fs::read_dir(root().join("chapters/src/bin"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with("chapter-"))
        .collect();
    let tested = CHAPTERS.map(|(name, _)| format!("{name}.rs"));
    assert_eq!(programs, BTreeSet::from(tested));
    assert_eq!(RUNNING_RUST_IN_DOCKER.chapters, CHAPTERS.map(|(name, _)| name));
}

#[test]
fn rust_has_one_version_wherever_it_is_named() {
    let pinned = read("rust-toolchain.toml");
    let version = pinned.split("channel = \"").nth(1).unwrap();
    let (version, _) = version.rsplit_once('.').unwrap().0.split_at(4);
    for (file, text) in [
        ("Cargo.toml", format!("rust-version = \"{version}\"")),
        ("Dockerfile", format!("FROM rust:{version}-slim-bookworm\n")),
        (
            "Dockerfile.multistage",
            format!("FROM rust:{version}-slim-bookworm AS"),
        ),
        (
            "chapters/src/tutorial.rs",
            format!("\"rust:{version}-slim-bookworm\""),
        ),
        (
            "scripts/private-engine/assembled-images.bash",
            format!("rust_version={version} "),
        ),
    ] {
        assert!(read(file).contains(&text), "{file} lacks {text}");
    }
}

#[test]
fn every_base_image_of_the_chapters_is_one_that_the_scripts_provide() {
    let script = read("scripts/base-images").replace("$rust_version", "1.95");
    let names = RUNNING_RUST_IN_DOCKER.docker.unwrap();
    for image in names.base_images.iter().chain(&[COCKROACH_IMAGE, POSTGRES_IMAGE]) {
        assert!(script.contains(&format!("[{image}]=")), "{image}");
    }
}

#[test]
fn cockroachdb_has_one_version_wherever_it_is_named() {
    let (repository, tag) = COCKROACH_IMAGE.split_once(':').unwrap();
    for file in ["chapters/src/bin/chapter-6.rs", "scripts/base-images"] {
        let text = read(file);
        let prefix = format!("{repository}:");
        let mut named = text.split(&prefix).skip(1).peekable();
        assert!(named.peek().is_some(), "{file}");
        for rest in named {
            assert!(rest.starts_with(tag), "{file}: {rest:.40}");
        }
    }
    for file in ["book/en/src/6-database.md", "book/ja/src/6-database.md"] {
        assert!(read(file).contains(&format!("| CockroachDB {tag} |")), "{file}");
    }
}

#[test]
fn every_transcript_has_the_commands_of_its_chapter() {
    for (name, program) in CHAPTERS {
        let dry = dry_run(program, &[]);
        let commands = |transcript: &Transcript| -> Vec<(String, String)> {
            let typed = transcript.entries.iter().map(|entry| match &entry.typed {
                Typed::Command(command) => (entry.section.clone(), command.clone()),
                Typed::Interrupt(command) => (entry.section.clone(), format!("^C {command}")),
            });
            typed.collect()
        };
        assert_eq!(commands(&transcript(name)), commands(&dry), "{name}");
    }
}

#[test]
fn a_chapter_names_a_page_that_both_editions_have() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (name, _) in CHAPTERS {
        let source = fs::read_to_string(root.join(format!("src/bin/{name}.rs"))).unwrap();
        let page = source
            .split_once("page: \"")
            .and_then(|(_, rest)| rest.split_once('"'));
        let (page, _) = page.unwrap_or_else(|| panic!("{name} names no page"));
        for edition in ["en", "ja"] {
            let file = root.join(format!("../book/{edition}/src/{page}.md"));
            assert!(file.is_file(), "{}", file.display());
        }
    }
}

#[test]
fn a_transcript_is_read_as_it_was_written() {
    for (name, _) in CHAPTERS {
        assert_eq!(transcript(name).to_string(), content(name), "{name}");
    }
}

#[test]
fn nothing_leaked_into_a_transcript() {
    for (name, _) in CHAPTERS {
        assert_eq!(
            leaks(&content(name), &Host::default()),
            Vec::<String>::new(),
            "{name}"
        );
    }
}

#[test]
fn a_transcript_normalised_again_stays_as_it_is() {
    for (name, _) in CHAPTERS {
        let mut normaliser = Normaliser::default();
        for entry in transcript(name).entries {
            let (Typed::Command(command) | Typed::Interrupt(command)) = &entry.typed;
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
fn a_transcript_that_is_what_came_passes() {
    assert!(is_accepted("chapter-4", |text| text));
}

#[test]
fn a_falsified_transcript_is_found() {
    for (is, falsified) in [
        ("$ docker build --tag", "$ docker build -t"),
        ("<size-1>", "<size-2>"),
        ("| nonroot:nonroot", "| root:root"),
        ("? 127", "? 126"),
        ("[4-2-entrypoint]", "[4-2-entry]"),
    ] {
        let falsify = |text: String| {
            assert!(text.contains(is), "the transcript has no {is}");
            text.replacen(is, falsified, 1)
        };
        assert!(!is_accepted("chapter-4", falsify), "{is} as {falsified}");
    }
}

#[test]
fn a_size_that_is_another_one_is_found() {
    let size = |text: String, times: &str| {
        let line = text
            .lines()
            .find(|line| line.trim().starts_with("size-1: "))
            .unwrap();
        let value = chapters::size::bytes(line.split_once(": ").unwrap().1).unwrap();
        let other = format!("    size-1: {}MB", value / 1e6 * times.parse::<f64>().unwrap());
        text.replacen(line, &other, 1)
    };
    assert!(is_accepted("chapter-4", |text| size(text, "1.9")));
    assert!(!is_accepted("chapter-4", |text| size(text, "2.1")));
    assert!(!is_accepted("chapter-4", |text| size(text, "0.4")));
}

#[test]
fn a_run_on_another_machine_proves_nothing_of_the_words() {
    let other = |text: String| {
        let line = text.lines().find(|line| line.starts_with("    runc: ")).unwrap();
        text.replacen(line, "    runc: 0.9", 1)
    };
    assert!(!is_accepted("chapter-4", other));
}

#[test]
fn a_list_of_containers_is_waited_for() {
    // It reads a view that the engine updates after it has written a container's state to the disk.
    for outline in walkthrough::CHAPTERS {
        for line in lines(&outline) {
            let lists = ["docker container ls", "docker container list", "docker ps"];
            if lists.iter().any(|list| line.source.literal.starts_with(list)) {
                assert_eq!(line.action, Action::WaitUntil, "{}", line.source.place);
            }
        }
    }
}

#[test]
fn a_list_selects_by_the_whole_name() {
    for outline in walkthrough::CHAPTERS {
        for line in lines(&outline) {
            let filters = line.words.iter().filter_map(|word| word.strip_prefix("name="));
            for name in filters {
                let is_whole = name.starts_with('^') && name.ends_with('$');
                assert!(is_whole, "{name} in {}", line.source.place);
            }
        }
    }
}

#[test]
#[cfg_attr(
    not(target_os = "linux"),
    ignore = "needs Docker's client, and setpriv if root runs it"
)]
fn without_an_engine_a_chapter_says_so_and_what_to_do() {
    // Where the tutorial could set one up, it would: as somebody who is not
    // root it says what to do.
    let output = without_privilege(env!("CARGO_BIN_EXE_chapter-2"), "unix:///nowhere");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(
        said.contains("No Docker Engine answers at unix:///nowhere."),
        "{said}"
    );
    assert!(said.contains("There is no socket /nowhere"), "{said}");
    assert!(said.contains("or `unset DOCKER_HOST`"), "{said}");
    assert!(said.contains("`--replay`"), "{said}");
}

#[test]
fn a_listed_chapter_names_its_sections() {
    let listed = stdout(env!("CARGO_BIN_EXE_chapter-3"), &["--list"]);
    assert!(
        listed
            .lines()
            .any(|line| line.starts_with("chapter-3   3-12-tag ")),
        "{listed}"
    );
}

#[test]
fn each_database_has_its_commands_and_none_of_the_others() {
    for (database, image, other) in [
        ("cockroach", COCKROACH_IMAGE, POSTGRES_IMAGE),
        ("postgres", POSTGRES_IMAGE, COCKROACH_IMAGE),
    ] {
        let listed = stdout(
            env!("CARGO_BIN_EXE_chapter-6"),
            &["--dry-run", "--database", database],
        );
        assert!(listed.contains(image), "{database}: {listed}");
        assert!(!listed.contains(other), "{database}: {listed}");
    }
}

#[test]
fn both_databases_run_through_the_same_sections() {
    let sections = |database: &str| {
        let transcript = dry_run(env!("CARGO_BIN_EXE_chapter-6"), &["--database", database]);
        transcript
            .sections()
            .into_iter()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    // The one section that is about PostgreSQL alone.
    let mut postgres = sections("postgres");
    postgres.retain(|section| section != "6-6-owner");
    assert_eq!(postgres, sections("cockroach"));
}

#[test]
fn the_walkthrough_has_every_chapter() {
    let listed = stdout(env!("CARGO_BIN_EXE_walkthrough"), &["--list"]);
    for (name, _) in CHAPTERS {
        assert!(listed.contains(name), "{listed}");
    }
}

#[test]
fn an_unknown_section_is_named() {
    let output = run(env!("CARGO_BIN_EXE_chapter-2"), &["--step", "9-9"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("no section 9-9"));
}

#[test]
fn what_is_one_chapters_alone_is_refused_for_several() {
    for option in [&["--keep"][..], &["--transcript", "/dev/null"]] {
        let output = run(env!("CARGO_BIN_EXE_walkthrough"), option);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(
            said.contains(&format!("{} goes with one chapter", option[0])),
            "{said}"
        );
    }
}

#[test]
fn an_option_that_would_write_nothing_is_refused() {
    for shows in ["--list", "--dry-run", "--replay", "--script=sh", "--clean"] {
        for writes in ["--transcript=file", "--junit=file", "--format=json"] {
            let output = run(env!("CARGO_BIN_EXE_chapter-2"), &[shows, writes]);
            assert_eq!(output.status.code(), Some(2), "{shows} {writes}");
        }
    }
}

#[test]
fn an_unknown_option_is_a_usage_error() {
    assert_eq!(
        run(env!("CARGO_BIN_EXE_chapter-2"), &["--setp"]).status.code(),
        Some(2)
    );
}

#[test]
fn programs_are_spawned_in_one_file_every_wait_has_a_limit_and_the_environment_is_read_in_main() {
    let folders = ["", "/explain", "/report", "/script"];
    let folders = folders.map(|folder| fs::read_dir(root().join(format!("chapters/src{folder}"))));
    for file in folders
        .into_iter()
        .flat_map(Result::unwrap)
        .map(|entry| entry.unwrap().path())
    {
        let Ok(text) = fs::read_to_string(&file) else {
            continue;
        };
        // What a reader of the documentation would write, and tests, are not meant.
        let text = text.split("#[cfg(test)]").next().unwrap();
        let lines = text.lines().filter(|line| !line.starts_with("//!"));
        let text: String = lines.flat_map(|line| [line, "\n"]).collect();
        let is_process = file.ends_with("process.rs");
        assert_eq!(text.contains(".spawn()"), is_process, "{}", file.display());
        // The other two ways to start one, which have no limit in time.
        assert!(
            !text.contains(".output()") && !text.contains(".status()"),
            "{}",
            file.display()
        );
        // Locks, children and threads are waited for with a limit.
        assert!(
            !text.contains(".lock()") && !text.contains(".wait()"),
            "{}",
            file.display()
        );
        assert!(!text.contains("env::var"), "{}", file.display());
        assert!(
            !text.contains("thread::sleep") || is_process,
            "{}",
            file.display()
        );
    }
}

#[test]
fn what_differs_between_linux_and_macos_is_decided_in_one_file() {
    let files = ["chapters/src", "book/src"].map(|folder| files_below(&root().join(folder)));
    let is_rust = |file: &PathBuf| file.extension().is_some_and(|extension| extension == "rs");
    for file in files.into_iter().flatten().filter(is_rust) {
        let text = fs::read_to_string(&file).unwrap();
        // A test may be for one system alone.
        let text = text.split("#[cfg(test)]").next().unwrap();
        let platform = ["target_os", "consts::OS", " nix::", "\"/proc/", "/etc/os-release"];
        let found: Vec<_> = platform.into_iter().filter(|word| text.contains(word)).collect();
        if file.ends_with("chapters/src/platform.rs") {
            assert_ne!(found, [""; 0], "the words are no longer what to look for");
        } else {
            assert_eq!(found, [""; 0], "{}", file.display());
        }
    }
}

/// Lines of a chapter, with PostgreSQL where it has a database.
fn lines(outline: &Outline) -> Vec<Listed> {
    let mut chapter = Chapter::listed(Path::new(outline.tutorial.root), Database::Postgres);
    (outline.commands)(&mut chapter).unwrap();
    chapter.lines().to_vec()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files = paths.map(|path| {
        if path.is_dir() {
            files_below(&path)
        } else {
            vec![path]
        }
    });
    files.flatten().collect()
}

fn read(file: &str) -> String {
    fs::read_to_string(root().join(file)).unwrap()
}

fn transcript(name: &str) -> Transcript {
    content(name).parse().unwrap()
}

/// What a snapshot holds below its header.
fn content(name: &str) -> String {
    let text = read(&format!("chapters/transcripts/{name}.snap"));
    text.splitn(3, "---\n").nth(2).unwrap().to_owned()
}

/// Whether a run that gives the transcript of the book, on what it was recorded on, is accepted if
/// the book's snapshot has been `changed`.
fn is_accepted(name: &str, changed: impl FnOnce(String) -> String) -> bool {
    let text = read(&format!("chapters/transcripts/{name}.snap"));
    let book: Snapshot = text.parse().unwrap();
    let recording = Recording {
        provenance: book.provenance,
        recorded: book.recorded,
        elapsed: Vec::new(),
        transcript: content(name),
    };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(format!("{name}.snap"));
    fs::write(path, changed(text)).unwrap();
    let compared = panic::catch_unwind(|| {
        check_machine(&recording, folder.path(), name);
        compare(&recording, folder.path(), name);
    });
    compared.is_ok()
}

#[track_caller]
fn stdout(program: &str, arguments: &[&str]) -> String {
    let output = run(program, arguments);
    assert_eq!(output.status.code(), Some(0));
    String::from_utf8(output.stdout).unwrap()
}
