//! A chapter as a script: it is one for its shell, and does on a real engine what the chapter does.

#![expect(clippy::unwrap_used, reason = "a test may unwrap: its panic is the report")]

mod on_engine;
mod programs;

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use chapters::normalise::{Normaliser, Reading};
use chapters::transcript::{Entry, Transcript, Typed, one_line};
use chapters::tutorial::RUNNING_RUST_IN_DOCKER;
use on_engine::{docker, engine, objects, stderr};
use programs::{CHAPTERS, dry_run, run};

#[test]
fn every_script_for_sh_is_one_that_sh_reads() {
    for (name, program) in CHAPTERS {
        for more in [&[][..], &["--lang", "ja"], &["--database", "cockroach"]] {
            let file = tempfile::NamedTempFile::new().unwrap();
            fs::write(file.path(), script(program, "sh", more)).unwrap();
            let read = Command::new("sh").arg("-n").arg(file.path()).output().unwrap();
            assert!(read.status.success(), "{name} {more:?}: {}", stderr(&read));
        }
    }
}

#[test]
fn a_script_has_every_command_of_its_chapter() {
    const WORDS: [&str; 6] = [
        "run",
        "exitswith",
        "waituntil",
        "foreground",
        "natively",
        "interrupt",
    ];
    for (name, program) in CHAPTERS {
        for shell in ["sh", "powershell"] {
            let script = script(program, shell, &[])
                .replace("exits_with", "exitswith")
                .to_lowercase();
            let chapter = script.replace("wait_until", "waituntil");
            let chapter = chapter.lines().skip_while(|line| !line.starts_with("section "));
            let is_command = |line: &&str| WORDS.contains(&line.split(' ').next().unwrap());
            let typed = dry_run(program, &[]).entries.len();
            assert_eq!(chapter.filter(is_command).count(), typed, "{name} in {shell}");
        }
    }
}

#[test]
fn a_script_of_a_step_ends_with_that_step() {
    let script = script(env!("CARGO_BIN_EXE_chapter-5"), "sh", &["--step", "5-2"]);
    let sections: Vec<&str> = script
        .lines()
        .filter_map(|line| line.strip_prefix("section "))
        .collect();
    assert_eq!(sections.first(), Some(&"5"));
    assert!(
        sections.contains(&"5-2-expose") && !sections.contains(&"5-3"),
        "{sections:?}"
    );
}

#[test]
fn a_script_names_the_page_in_the_readers_language() {
    let script = script(env!("CARGO_BIN_EXE_chapter-2"), "sh", &["--lang", "ja"]);
    assert!(
        script.contains("/ja/2-dockerfile.html#2-1-file\nsection 2-1-file\n"),
        "{script}"
    );
    assert!(script.contains("『DockerでRustを動かす』"), "{script}");
}

#[test]
fn what_an_earlier_output_named_is_a_variable() {
    let script = script(env!("CARGO_BIN_EXE_chapter-5"), "sh", &[]);
    for part in [
        "\nrun docker run --detach docker-gs-ping\ncontainer_1=$(value id 1)\n",
        "\nnatively wait_until 30 0 curl --no-progress-meter \"http://${address_1}:8080/\"\n",
        "\naddress_1=$(value address 1)\n",
    ] {
        assert!(script.contains(part), "no {part} in\n{script}");
    }
}

#[test]
fn a_replay_says_that_it_is_one_and_shows_what_was_recorded() {
    let output = run(env!("CARGO_BIN_EXE_chapter-4"), &["--replay", "--step", "4-1"]);
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(0), "{said}");
    let shown = String::from_utf8(output.stdout).unwrap();
    assert!(
        shown.starts_with("$ docker build --tag docker-gs-ping .\n[1/7] FROM"),
        "{shown}"
    );
    let size = &snapshot("chapter-4").recorded["size-1"];
    assert!(
        shown.contains(&format!("docker-gs-ping   latest       {size}\n")),
        "{shown}"
    );
    let provenance = snapshot("chapter-4").provenance;
    let recorded = format!(
        "Recorded on {} with Docker Engine {}, {}; base images ",
        provenance.recorded_on, provenance.engine, provenance.architecture
    );
    let lines: Vec<&str> = said.lines().collect();
    for (at, first) in [
        (0, "This is a replay of chapter-4; nothing is run."),
        (
            lines.len() - 3,
            "That was a replay of chapter-4; nothing was run.",
        ),
    ] {
        assert_eq!(lines[at], first, "{said}");
        assert!(lines[at + 1].starts_with(&recorded), "{said}");
        assert_eq!(
            lines[at + 2],
            "To run it: cargo run --bin chapter-4 -- --step 4-1",
            "{said}"
        );
    }
}

#[test]
fn a_replay_says_so_in_japanese_too() {
    let output = run(env!("CARGO_BIN_EXE_chapter-6"), &["--replay", "--lang", "ja"]);
    assert!(
        stderr(&output).starts_with("chapter-6の記録を再生します。"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn a_replay_where_nobody_watches_takes_no_time() {
    let started = std::time::Instant::now();
    run(env!("CARGO_BIN_EXE_walkthrough"), &["--replay"]);
    assert!(
        started.elapsed() < std::time::Duration::from_secs(5),
        "{:?}",
        started.elapsed()
    );
}

#[test]
fn the_walkthroughs_replay_has_every_chapter() {
    let output = run(env!("CARGO_BIN_EXE_walkthrough"), &["--replay"]);
    for (name, _) in CHAPTERS {
        assert!(
            stderr(&output).contains(&format!("That was a replay of {name};")),
            "{name}"
        );
    }
}

#[test]
fn what_runs_nothing_excludes_the_rest_that_runs_nothing() {
    let ways: [&[&str]; 5] = [
        &["--replay"],
        &["--script", "sh"],
        &["--list"],
        &["--dry-run"],
        &["--clean"],
    ];
    for (at, one) in ways.iter().enumerate() {
        for other in &ways[at + 1..] {
            let output = run(env!("CARGO_BIN_EXE_chapter-2"), &[*one, *other].concat());
            assert_eq!(output.status.code(), Some(2), "{one:?} with {other:?}");
        }
    }
}

#[test]
fn a_script_is_one_chapters() {
    let output = run(env!("CARGO_BIN_EXE_walkthrough"), &["--script", "sh"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        stderr(&output).contains("--script goes with one chapter"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn a_script_does_not_start_outside_the_repository() {
    let folder = tempfile::tempdir().unwrap();
    let output = run_script(&script(env!("CARGO_BIN_EXE_chapter-2"), "sh", &[]), folder.path());
    assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
    assert_eq!(
        stderr(&output),
        "Run this script in the folder of the repository.\n"
    );
}

#[test]
#[ignore = "needs a Docker Engine"]
fn the_script_of_chapter_2_does_what_the_chapter_does() {
    check(env!("CARGO_BIN_EXE_chapter-2"), "chapter-2");
}

#[test]
#[ignore = "needs a Docker Engine"]
fn the_script_of_chapter_4_does_what_the_chapter_does() {
    check(env!("CARGO_BIN_EXE_chapter-4"), "chapter-4");
}

#[test]
#[ignore = "needs a Docker Engine"]
fn the_script_of_chapter_5_does_what_the_chapter_does() {
    check(env!("CARGO_BIN_EXE_chapter-5"), "chapter-5");
}

#[test]
#[ignore = "needs a Docker Engine"]
fn the_script_of_chapter_6_does_what_the_chapter_does() {
    check(env!("CARGO_BIN_EXE_chapter-6"), "chapter-6");
}

#[test]
#[ignore = "needs a Docker Engine"]
fn a_script_does_not_start_where_its_names_are_taken() {
    let _engine = engine();
    docker(&["volume", "create", "roach"]);
    let output = run_script(&script(env!("CARGO_BIN_EXE_chapter-2"), "sh", &[]), root());
    let left = docker(&["volume", "ls", "--quiet", "--filter", "name=roach"]);
    docker(&["volume", "rm", "roach"]);
    assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
    assert_eq!(stderr(&output), "This name is taken already: volume roach\n");
    assert_eq!(left, "roach\n");
}

#[test]
#[ignore = "needs a Docker Engine"]
fn another_exit_status_ends_a_script_which_removes_what_it_made() {
    let _engine = engine();
    let before = objects();
    let script = script(env!("CARGO_BIN_EXE_chapter-2"), "sh", &[]);
    let falsified = script.replacen(
        "exits_with 1 docker build server",
        "exits_with 3 docker build server",
        1,
    );
    assert_ne!(falsified, script);
    let output = run_script(&falsified, root());
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert!(
        stderr(&output)
            .ends_with("2-1-missing: Another exit status than expected: 1, 3: docker build server\n"),
        "{}",
        stderr(&output)
    );
    assert_eq!(objects(), before);
}

/// Runs the script of a chapter, and compares what it prints with the chapter's transcript.
#[track_caller]
fn check(program: &str, name: &str) {
    let _engine = engine();
    let before = objects();
    let output = run_script(&script(program, "sh", &["--database", "postgres"]), root());
    let shown = String::from_utf8(output.stdout.clone()).unwrap();
    assert_eq!(output.status.code(), Some(0), "{shown}\n{}", stderr(&output));
    assert_eq!(objects(), before, "the script of {name} left something behind");
    assert!(
        !root().join("target").join(name).exists(),
        "the script of {name} left files behind"
    );
    let recorded = snapshot(name).transcript;
    let came = normalised(&shown, &recorded).to_string();
    let recorded = without_builds(&recorded).to_string();
    assert_eq!(came, recorded);
}

/// What a script printed, cut at its commands, as the transcript would have it.
///
/// Of a build's output nothing is compared: what is kept of it depends on the chapter's expectation.
#[track_caller]
fn normalised(shown: &str, recorded: &Transcript) -> Transcript {
    let mut normaliser = Normaliser::default();
    let mut entries = Vec::new();
    let mut blocks: Vec<String> = Vec::new();
    for line in shown.lines() {
        if line.starts_with("$ ") || line.starts_with("^C ") {
            blocks.push(String::new());
        } else {
            let block = blocks.last_mut().expect("the script shows a command first");
            block.push_str(line);
            block.push('\n');
        }
    }
    assert_eq!(blocks.len(), recorded.entries.len(), "{shown}");
    for (block, entry) in blocks.iter().zip(&recorded.entries) {
        let (Typed::Command(command) | Typed::Interrupt(command)) = &entry.typed;
        let command = one_line(command);
        let reading = Reading {
            command: &command,
            ..Reading::default()
        };
        entries.push(Entry {
            output: normaliser.output(block, &reading),
            ..entry.clone()
        });
    }
    without_builds(&Transcript { entries })
}

fn without_builds(transcript: &Transcript) -> Transcript {
    let mut transcript = transcript.clone();
    for entry in &mut transcript.entries {
        let is_build =
            matches!(&entry.typed, Typed::Command(command) if command.starts_with("docker build "));
        // A build that fails says why, and `--quiet` prints the id alone.
        if is_build && entry.output.lines().count() > 1 {
            entry.output.clear();
        }
    }
    transcript
}

fn script(program: &str, shell: &str, more: &[&str]) -> String {
    let output = run(program, &[&["--script", shell], more].concat());
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    String::from_utf8(output.stdout).unwrap()
}

fn run_script(script: &str, folder: &Path) -> Output {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), script).unwrap();
    Command::new("sh")
        .arg(file.path())
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

fn snapshot(name: &str) -> chapters::snapshot::Snapshot {
    chapters::snapshot::Snapshot::of_chapter(&RUNNING_RUST_IN_DOCKER, name).unwrap()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}
