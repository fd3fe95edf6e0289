//! A chapter that stays up for another program.

#![expect(clippy::unwrap_used, reason = "a test may unwrap: its panic is the report")]

mod on_engine;

use std::fs::{self, File};
use std::path::Path;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use on_engine::programs::{CHAPTER_2, CHAPTER_5};
use on_engine::resident::{Resident, of_kind};
use on_engine::{docker, engine, files, note, objects};
use serde_json::Value;

#[test]
#[ignore = "needs a Docker Engine"]
fn what_a_section_made_lives_until_the_end_of_stdin() {
    let _engine = engine();
    let before = objects();
    let (mut resident, _) = Resident::start(CHAPTER_5, &[]);
    assert_eq!(unseen(&resident.run("5-background")), ["5"]);
    let container = docker(&["container", "ls", "--quiet", "--no-trunc"]);
    // The next section continues from there, so nothing runs before it.
    let events = resident.run("5-address");
    assert_eq!(unseen(&events), [""; 0]);
    let ended = events.last().unwrap();
    assert_eq!(
        ended["there"],
        serde_json::json!(["5", "5-background", "5-address"])
    );
    assert_eq!(ended["is_spoiled"], false);
    let typed = of_kind(&events, "command-started")[0]["typed"].as_str().unwrap();
    let id = typed.rsplit(' ').next().unwrap();
    assert!(
        container.lines().any(|line| line.starts_with(id)),
        "{typed}: {container}"
    );
    assert_eq!(resident.end(), Some(0));
    assert_eq!(objects(), before);
    assert!(!note("chapter-5").exists());
}

#[test]
#[ignore = "needs a Docker Engine"]
fn a_section_that_builds_on_something_else_begins_anew() {
    let _engine = engine();
    let (mut resident, _) = Resident::start(CHAPTER_5, &[]);
    resident.run("5-background");
    // Its container would appear in the list of 5-2.
    let events = resident.run("5-2");
    assert_eq!(of_kind(&events, "cleaned").len(), 1);
    assert_eq!(unseen(&events), ["5"]);
    assert_eq!(verdict(&events), "differs-as-expected");
    assert_eq!(resident.end(), Some(0));
}

#[test]
#[ignore = "needs a Docker Engine"]
fn stop_ends_what_runs_and_not_the_chapter() {
    let _engine = engine();
    let before = objects();
    let (mut resident, _) = Resident::start(CHAPTER_5, &[]);
    resident.run("5");
    resident.ask("run 5-exercise-2");
    resident.until("command-started");
    resident.ask("stop");
    let ended = resident.until("ended").pop().unwrap();
    assert_eq!(ended["ended"], "interrupted", "{ended}");
    assert_eq!(ended["is_spoiled"], true, "{ended}");
    // The stopped command may have made anything.
    let events = resident.run("5-exercise-2");
    assert_eq!(of_kind(&events, "cleaned").len(), 1);
    assert_eq!(verdict(&events), "differs-as-expected");
    resident.ask("clean");
    assert_eq!(resident.next().unwrap()["event"], "cleaned");
    assert_eq!(objects(), before);
    assert_eq!(resident.end(), Some(0));
}

#[test]
#[ignore = "needs a Docker Engine"]
fn what_a_chapter_has_made_is_named_in_the_language_that_was_set_last() {
    let _engine = engine();
    let before = objects();
    let (mut resident, _) = Resident::start(CHAPTER_5, &[]);
    resident.ask("list");
    assert_eq!(resident.next().unwrap()["objects"], serde_json::json!([]));
    resident.run("5");
    for (request, image) in [
        ("list", "image docker-gs-ping:multistage"),
        ("language ja\nlist", "イメージ docker-gs-ping:multistage"),
    ] {
        resident.ask(request);
        let made = resident.next().unwrap();
        let objects = made["objects"].as_array().unwrap();
        assert!(objects.contains(&image.into()), "{made}");
    }
    resident.ask("language fr");
    assert_eq!(resident.next().unwrap()["event"], "refused");
    resident.ask("clean");
    assert_eq!(resident.next().unwrap()["event"], "cleaned");
    resident.ask("list");
    assert_eq!(resident.next().unwrap()["objects"], serde_json::json!([]));
    assert_eq!(objects(), before);
    assert_eq!(resident.end(), Some(0));
}

#[test]
#[ignore = "needs a Docker Engine"]
fn a_whole_chapter_runs_and_the_end_of_stdin_stops_it() {
    let _engine = engine();
    let before = objects();
    let (mut resident, ready) = Resident::start(CHAPTER_2, &[]);
    resident.ask("run");
    let events = resident.until("ended");
    let shown = of_kind(&events, "section-started").into_iter();
    let shown: Vec<&Value> = shown.map(|event| &event["section"]).collect();
    assert_eq!(shown, Vec::from_iter(ready["sections"].as_array().unwrap()));
    resident.ask("clean");
    resident.until("cleaned");
    resident.ask("run");
    resident.until("command-started");
    assert_eq!(resident.end(), Some(0));
    assert_eq!(objects(), before);
}

#[test]
#[ignore = "needs a Docker Engine"]
fn ctrl_c_ends_the_chapter_and_leaves_nothing() {
    let _engine = engine();
    let before = objects();
    let (mut resident, _) = Resident::start(CHAPTER_5, &[]);
    resident.run("5-background");
    kill(Pid::from_raw(resident.child.id().cast_signed()), Signal::SIGINT).unwrap();
    while resident.next().is_some() {}
    assert_eq!(resident.child.wait().unwrap().code(), Some(130));
    assert_eq!(objects(), before);
    assert_eq!(files(), Vec::<std::path::PathBuf>::new());
}

#[test]
#[ignore = "needs a Docker Engine"]
fn a_failure_comes_with_its_cause_and_what_cannot_be_done_is_refused() {
    let _engine = engine();
    let (mut resident, _) = Resident::start(CHAPTER_5, &[]);
    let listener = std::net::TcpListener::bind("0.0.0.0:8080").unwrap();
    let events = resident.run("5-3");
    drop(listener);
    assert_eq!(events.last().unwrap()["ended"], "failed");
    let cause = of_kind(&events, "cause")[0];
    let explanation = cause["explanation"].as_str().unwrap();
    assert!(explanation.contains("8080"), "{cause}");
    assert_eq!(verdict(&events), "failed");
    for request in ["run 9-9", "walk 5"] {
        resident.ask(request);
        let refused = resident.next().unwrap();
        assert_eq!(
            (&refused["event"], &refused["input"]),
            (&"refused".into(), &request.into())
        );
    }
    assert_eq!(resident.end(), Some(0));
}

#[test]
#[ignore = "needs a Docker Engine"]
fn every_event_is_as_the_schema_says() {
    let _engine = engine();
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("engine/schema/events-1.json");
    let schema: Value = serde_json::from_reader(File::open(schema).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let (mut resident, ready) = Resident::start(CHAPTER_2, &[]);
    let mut events = vec![ready];
    events.extend(resident.run("2"));
    events.extend(resident.run("2-1-missing"));
    for request in ["nothing", "list", "clean"] {
        resident.ask(request);
        events.extend(resident.next());
    }
    assert_eq!(resident.end(), Some(0));
    for event in &events {
        let errors: Vec<String> = validator
            .iter_errors(event)
            .map(|error| error.to_string())
            .collect();
        assert_eq!(errors, Vec::<String>::new(), "{event}");
    }
    // Output is sent line by line, as it comes.
    let output = of_kind(&events, "output");
    let book =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("listings/2/Dockerfile")).unwrap();
    let first: Vec<&str> = output
        .iter()
        .filter(|event| event["id"] == "2#1")
        .map(|event| event["text"].as_str().unwrap())
        .collect();
    assert_eq!(first.concat(), book);
}

/// Sections that ran before the requested one.
fn unseen(events: &[Value]) -> Vec<&str> {
    let started = of_kind(events, "section-started").into_iter();
    let unseen = started.filter(|event| event["is_shown"] == false);
    unseen.map(|event| event["section"].as_str().unwrap()).collect()
}

/// The verdict on the requested section.
#[track_caller]
fn verdict(events: &[Value]) -> &str {
    let verdicts = of_kind(events, "verdict");
    assert_eq!(verdicts.len(), 1, "{events:#?}");
    verdicts[0]["verdict"].as_str().unwrap()
}
