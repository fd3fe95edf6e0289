//! Tests of the copy button of a transcript.

use book::check::root;
use book::sources::Sources;
use serde_json::json;
use tutorial_engine::record::transcript::Typed;

use crate::driver::{Screen, browse};

#[test]
#[ignore = "needs Chromium"]
fn copied_commands_are_pasted_as_they_were_typed() {
    check_copy("chapter-6", "6-5", "6-database.html");
}

#[track_caller]
fn check_copy(chapter: &str, section: &str, name: &str) {
    let sources = Sources::open(root()).unwrap();
    let entries = &sources.snapshots[chapter].transcript.entries;
    let commands = entries.iter().filter(|entry| entry.section == section);
    let commands = commands.filter_map(|entry| match &entry.typed {
        Typed::Command(command) => Some(command.as_str()),
        Typed::Interrupt(_) => None,
    });
    let typed = commands.collect::<Vec<_>>().join("\n");
    assert!(typed.contains("\\\n"), "has one line: {typed}");
    browse(Screen::Desk, async |page| {
        page.open(&format!("en/{name}#{section}")).await;
        // Below each transcript is the command that runs its section.
        page.run(
            "const where = [...document.querySelectorAll('.provenance code')].find(code => code.textContent.endsWith(' ' + arguments[0]));
             where.closest('.provenance').previousElementSibling.querySelector('.copy').focus();",
            vec![json!(section)],
        )
        .await;
        let before = page
            .run("return document.activeElement.textContent", vec![])
            .await;
        page.keys("\u{e007}").await;
        page.wait_with(
            "return document.activeElement.textContent !== arguments[0]",
            vec![before],
        )
        .await;
        page.run(
            "const area = document.createElement('textarea'); document.querySelector('main').prepend(area); area.focus();",
            vec![],
        )
        .await;
        page.paste().await;
        page.wait("return document.activeElement.value").await;
        assert_eq!(
            page.run("return document.activeElement.value", vec![]).await,
            json!(typed)
        );
    });
}
