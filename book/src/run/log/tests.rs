//! Tests of what pages can see.

use serde_json::json;

use super::*;

fn log() -> Log {
    let mut log = Log::default();
    log.start("chapter-5");
    log.take(&json!({"event": "ready"}));
    log
}

/// The first command of a section prints `text` and ends.
fn run(log: &mut Log, section: &str, text: &str, verdict: &str) {
    let id = format!("{section}#1");
    for event in [
        json!({"event": "section-started", "section": section, "is_shown": true}),
        json!({"event": "command-started", "id": id, "is_shown": true, "typed": "ls", "is_interrupt": false}),
        json!({"event": "output", "id": id, "text": text}),
        json!({"event": "command-ended", "id": id, "output": text, "exit_status": 0, "elapsed_milliseconds": 5}),
        json!({"event": "verdict", "section": section, "verdict": verdict,
            "commands": [{"id": id, "verdict": verdict, "diff": {"lines": ["- a", "+ b"], "left_out": 0}}]}),
        json!({"event": "ended", "run": section, "ended": "passed", "there": [section], "is_spoiled": false}),
    ] {
        log.take(&event);
    }
}

#[test]
fn a_page_gets_what_has_changed_since_it_asked_and_nothing_else() {
    let mut log = log();
    run(&mut log, "5", "one\n", "same");
    let first = log.since(0);
    assert_eq!(first["session"]["there"], json!(["5"]));
    assert_eq!(first["sections"][0]["state"], "same");
    assert_eq!(first["commands"][0]["head"], "one\n");
    run(&mut log, "5-1", "two\n", "differs");
    let next = log.since(first["now"].as_u64().unwrap());
    assert_eq!(next["commands"].as_array().unwrap().len(), 1);
    assert_eq!(next["commands"][0]["diff"]["lines"], json!(["- a", "+ b"]));
    assert_eq!(next["sections"][0]["state"], "differs");
    let nothing = log.since(log.now);
    assert_eq!(nothing["session"], Value::Null);
    assert_eq!(nothing["commands"], json!([]));
}

#[test]
fn a_section_that_runs_again_loses_its_old_commands() {
    let mut log = log();
    run(&mut log, "5", "one\n", "same");
    log.take(&json!({"event": "section-started", "section": "5", "is_shown": true}));
    let shown = log.since(0);
    assert_eq!(shown["commands"], json!([]));
    assert_eq!(shown["ids"], json!([]));
    assert_eq!(shown["sections"][0]["state"], "running");
}

#[test]
fn a_long_output_is_shown_by_its_beginning_and_end_and_kept_to_a_limit() {
    let mut log = log();
    let numbers: Vec<String> = (0..1_000_000).map(|number| number.to_string()).collect();
    let text = numbers.join("\n");
    run(&mut log, "5", &text, "same");
    let command = &log.since(0)["commands"][0];
    let (head, tail) = (
        command["head"].as_str().unwrap(),
        command["tail"].as_str().unwrap(),
    );
    assert!(head.starts_with("0\n1\n") && head.ends_with('\n'));
    assert!(head.len() + tail.len() <= SHOWN_MAX.0 + SHOWN_MAX.1);
    let left_out = usize::try_from(command["left_out"].as_u64().unwrap()).unwrap();
    let kept = log.output("chapter-5", "5#1").unwrap();
    assert_eq!(kept.len(), KEPT_MAX);
    assert_eq!(command["lost"], json!(text.len() - KEPT_MAX));
    let shown = head.lines().count() + tail.lines().count();
    assert_eq!(shown + left_out, kept.lines().count());
}

#[test]
fn what_was_stopped_and_what_failed_is_said() {
    let mut log = log();
    log.take(&json!({"event": "section-started", "section": "5", "is_shown": true}));
    log.take(&json!({"event": "ended", "run": "5", "ended": "interrupted", "there": [], "is_spoiled": true}));
    assert_eq!(log.since(0)["sections"][0]["state"], "stopped");
    log.take(&json!({"event": "section-started", "section": "5", "is_shown": true}));
    log.take(&json!({"event": "cause", "section": "5", "error": "it failed", "explanation": "a port"}));
    log.take(&json!({"event": "verdict", "section": "5", "verdict": "failed", "commands": []}));
    let section = &log.since(0)["sections"][0];
    assert_eq!(
        (&section["state"], &section["explanation"]),
        (&json!("failed"), &json!("a port"))
    );
}

#[test]
fn a_chapter_that_cannot_start_says_why() {
    let mut log = Log::default();
    log.start("chapter-5");
    log.end("no engine\n");
    let session = &log.since(0)["session"];
    assert_eq!(
        (&session["phase"], &session["trouble"]),
        (&json!("refused"), &json!("no engine"))
    );
}
