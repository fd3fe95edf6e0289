//! Every message on the pages exists in both languages.

use std::collections::BTreeSet;
use std::path::Path;

use book::edition::CATALOGUE;
use regex::Regex;
use tutorial_engine::language::Language;
use tutorial_engine::record::provenance::Provenance;

use catalogue::{Checked, messages};

#[path = "../../../chapters/engine/tests/catalogue/mod.rs"]
mod catalogue; // checks for every catalogue

fn checked() -> Checked {
    Checked {
        catalogue: &CATALOGUE,
        package: Path::new(env!("CARGO_MANIFEST_DIR")),
    }
}

#[test]
fn every_file_of_the_catalogue_is_read() {
    checked().every_file_is_read();
}

#[test]
fn both_languages_have_the_same_messages_with_the_same_variables() {
    checked().both_languages_have_the_same_messages_with_the_same_variables();
}

#[test]
fn a_message_is_called_after_its_file() {
    checked().a_message_is_called_after_its_file();
}

#[test]
fn what_the_sources_say_is_in_the_catalogue_with_the_same_variables() {
    checked().what_the_sources_say_is_in_the_catalogue_with_the_same_variables();
}

#[test]
fn every_message_of_the_catalogue_is_said_somewhere() {
    // Other tests compare the kinds with the placeholders, the scripts' messages with the scripts, and the
    // list of commands with its messages.
    checked().every_message_is_said_somewhere(&[], &["tables-kind-", "script-", "run-", "commands-"]);
}

#[test]
fn what_the_script_says_is_in_the_catalogue_with_the_same_variables() {
    let said = include_str!("../../theme/reader.js");
    let names = |pattern: &str| -> BTreeSet<String> {
        let found = Regex::new(pattern).unwrap();
        let found = found.captures_iter(said).map(|found| found[1].to_owned());
        found.collect()
    };
    let messages: Vec<_> = messages(&CATALOGUE, Language::English)
        .filter(|message| message.file == "script")
        .collect();
    let ids = messages
        .iter()
        .map(|message| message.id.replacen("script-", "", 1).replace('-', "_"));
    assert_eq!(names(r"\bwords\.(\w+)"), ids.collect());
    let variables = messages.iter().flat_map(|message| &message.variables);
    let variables = variables.map(|name| (*name).to_owned());
    assert_eq!(names(r"'\{(\w+)\}'"), variables.collect());
}

#[test]
fn what_the_script_that_runs_sections_says_is_in_the_catalogue() {
    let said = include_str!("../../src/run/run.js");
    let found = Regex::new(r"\bwords\.(\w+)").unwrap();
    let used: BTreeSet<String> = found
        .captures_iter(said)
        .map(|found| found[1].to_owned())
        .collect();
    let messages: Vec<_> = messages(&CATALOGUE, Language::English)
        .filter(|message| message.file == "run")
        .collect();
    let name = |id: &str| id.replacen("run-", "", 1).replace('-', "_");
    let names: BTreeSet<String> = messages.iter().map(|message| name(message.id)).collect();
    // Verdicts and parts of a machine are looked up by what an event says.
    let looked_up = |name: &String| name.starts_with("state_") || name.starts_with("part_");
    let unused: Vec<_> = names.difference(&used).filter(|name| !looked_up(name)).collect();
    assert_eq!(unused, [""; 0]);
    let missing: Vec<_> = used.difference(&names).collect();
    assert_eq!(missing, [""; 0]);
    for part in Provenance::default().parts.keys() {
        let name = format!("part_{}", part.to_string().replace('-', "_"));
        assert!(names.contains(&name), "{name}");
    }
    for variable in messages.iter().flat_map(|message| &message.variables) {
        let filled = Regex::new(&format!(r"[{{,\n ]{variable}\b(?:[:,]| \}})")).unwrap();
        assert!(filled.is_match(said), "{variable}");
    }
}
