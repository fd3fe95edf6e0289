//! Runs the whole walkthrough on each tested engine: it ends with exit status 0, and only the
//! differences that are known for this engine appear.

#![expect(clippy::unwrap_used, reason = "a test may unwrap: its panic is the report")]

mod on_engine;

use std::fmt::Write;
use std::path::Path;
use std::process::Output;

use insta::Settings;
use on_engine::programs::{CHAPTER_2, WALKTHROUGH};
use on_engine::{docker, engine, objects, run, stderr};
use serde_json::Value;
use tutorial_engine::record::size;

/// The engine used for recordings; see `scripts/engine --help`.
const RECORDED: &str = "28.5.2";

#[test]
#[ignore = "needs a Docker Engine"]
fn the_walkthrough_differs_from_the_book_as_this_engine_is_known_to() {
    let _engine = engine();
    let named = std::env::var("DOCKER_BOOK_ENGINE")
        .ok()
        .filter(|name| !name.is_empty());
    let machine = named.unwrap_or_else(|| RECORDED.to_owned());
    check_version(&machine);
    let before = objects();
    let output = run(WALKTHROUGH, &["--format", "json", "--lang", "en"]);
    let document: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
    assert_eq!(output.status.code(), Some(0), "{}", evidence(&document, &output));
    assert_eq!(objects(), before, "the walkthrough left something behind");
    let said = said(&document);
    println!("{said}");
    let mut settings = Settings::clone_current();
    settings.set_snapshot_path(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/machines"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(machine, said));
}

#[test]
#[ignore = "needs a Docker Engine"]
fn a_base_image_that_is_missing_is_made_ready_by_the_chapter() {
    const IMAGE: &str = "docker/dockerfile:1";
    let _engine = engine();
    docker(&["image", "rm", IMAGE]);
    let output = run(CHAPTER_2, &["--step", "2-1-missing", "--lang", "en"]);
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(0), "{said}");
    docker(&["image", "inspect", IMAGE]);
    let pulling = "docker/dockerfile:1 is missing: pulling it from its registry.";
    assert!(said.contains(pulling), "{said}");
    // If no registry answers, the image is assembled here.
    let is_assembled =
        said.contains("The registry of docker/dockerfile:1 does not answer: building the image");
    let has_registry = std::env::var("DOCKER_BOOK_ENGINE").is_ok_and(|name| name.ends_with("-mirror"));
    assert!(is_assembled != has_registry, "{said}");
}

/// Compares with the known differences of this engine only.
#[track_caller]
fn check_version(machine: &str) {
    let version = docker(&["version", "--format", "{{.Server.Version}}"]);
    let wanted = machine.split('-').next().unwrap_or(machine);
    assert!(
        version.starts_with(wanted),
        "Docker {} answers instead of {machine}; type: scripts/engine down, then DOCKER_BOOK_ENGINE={machine} scripts/engine up",
        version.trim()
    );
}

/// What is not as in the book, and no more: the whole walkthrough would hide it. Without a document of
/// chapters, what the program said at its end.
fn evidence(document: &Value, output: &Output) -> String {
    let mut text = String::new();
    for chapter in document["chapters"].as_array().into_iter().flatten() {
        if let Some(error) = chapter["error"].as_str() {
            writeln!(text, "{}: {error}", chapter["name"].as_str().unwrap()).unwrap();
        }
        let steps = chapter["steps"].as_array().unwrap().iter();
        for command in steps.flat_map(|step| step["commands"].as_array().unwrap()) {
            if ["differs", "failed"].contains(&command["verdict"].as_str().unwrap()) {
                let printed = command["run"]["output"].as_str().unwrap_or("(not run)");
                let findings = &command["run"]["findings"];
                text = text + &words(command) + "printed:\n" + printed + &format!("\n{findings}\n");
            }
        }
    }
    let said = stderr(output);
    let end = said.lines().rev().take(20).collect::<Vec<_>>();
    let end = end.into_iter().rev().collect::<Vec<_>>().join("\n");
    text + "\n" + &end
}

/// A line with the number of sections of each chapter and of those worded differently.
fn said(document: &Value) -> String {
    let mut text = String::new();
    for chapter in document["chapters"].as_array().unwrap() {
        let steps = chapter["steps"].as_array().unwrap();
        text += if text.is_empty() { "" } else { "\n" };
        let count = |verdicts: &[&str]| {
            let verdict = |step: &&Value| verdicts.contains(&step["verdict"].as_str().unwrap());
            steps.iter().filter(verdict).count()
        };
        writeln!(
            text,
            "{}: {} sections as in the book, {} in other words, {} differ",
            chapter["name"].as_str().unwrap(),
            count(&["same", "differs-as-expected"]),
            count(&["in-other-words"]),
            count(&["differs", "failed", "not-run", "not-recorded"]),
        )
        .unwrap();
        for step in steps {
            for command in step["commands"].as_array().unwrap() {
                text += &words(command);
            }
        }
    }
    text
}

/// A command that is worded differently, with its lines and the parts that may be the reason; or one
/// with a normal difference of this machine other than a value.
fn words(command: &Value) -> String {
    let verdict = command["verdict"].as_str().unwrap();
    if ["same", "differs-as-expected"].contains(&verdict) {
        let expected = command["expected"].as_array().unwrap().iter();
        let kinds = expected.map(|expected| expected["kind"].as_str().unwrap());
        // The order of a log changes from run to run on every engine.
        let ways = kinds.filter(|kind| !["placeholder", "varies", "log-order"].contains(kind));
        let (section, typed) = (&command["section"], &command["typed"]);
        let line = |way| {
            format!(
                "\n[{}] {way}\n$ {}\n",
                section.as_str().unwrap(),
                typed.as_str().unwrap()
            )
        };
        return ways.map(line).collect();
    }
    let reasons = command["reasons"].as_array().unwrap();
    let parts: Vec<&str> = reasons
        .iter()
        .filter_map(|reason| reason["what"].as_str())
        .collect();
    let mut text = format!(
        "\n[{}] {verdict}: {}\n$ {}\n",
        command["section"].as_str().unwrap(),
        parts.join(", "),
        command["typed"].as_str().unwrap(),
    );
    for line in command["diff"]["lines"].as_array().unwrap() {
        // A size may vary; only its presence matters here.
        let line = size::PATTERN.replace_all(line.as_str().unwrap(), "<size>");
        text = text + &line + "\n";
    }
    text
}
