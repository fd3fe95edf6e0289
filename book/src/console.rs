//! Transcripts and commands, as a page shows them.

use std::collections::BTreeMap;

use tutorial_engine::language::Language;
use tutorial_engine::record::placeholder::placeholders;
use tutorial_engine::record::provenance::Part;
use tutorial_engine::record::snapshot::Snapshot;
use tutorial_engine::record::transcript::{Entry, Typed, one_line};

use crate::edition::text;
use crate::html::{block, code, escape};
use crate::tables::meaning;

/// Commands and output of a section, with where they were recorded below;
/// `None` where the snapshot has no such section.
#[must_use]
pub fn transcript(chapter: &str, section: &str, snapshot: &Snapshot, language: Language) -> Option<String> {
    let again = format!("cargo run --bin {chapter} -- --step {section}");
    recorded(section, snapshot, &again, language)
}

/// Commands of a section as they are on `CockroachDB`, which are `listed`: with their output if it
/// was recorded.
///
/// # Errors
///
/// - What is wrong with the section, or with its recording, and what to do.
pub fn on_cockroach(
    chapter: &str,
    section: &str,
    listed: &[Entry],
    recording: Option<&Snapshot>,
    language: Language,
) -> Result<String, String> {
    let entries = entries_of(listed, section).ok_or_else(|| {
        format!("{chapter} has no section `{section}`; `cargo run --bin {chapter} -- --list` shows which there are")
    })?;
    let again = format!("cargo run --bin {chapter} -- --database cockroach --step {section}");
    let Some(recording) = recording else {
        let below = format!(
            r#"<p class="provenance not-recorded" data-pagefind-ignore><span>{}</span> {}</p>"#,
            escape(&text!(language, "console-not-recorded")),
            code(&again)
        );
        return Ok(shown("commands", &entries, &BTreeMap::new(), language) + &below);
    };
    let typed = |entries: &[&Entry]| {
        entries
            .iter()
            .map(|entry| entry.typed.clone())
            .collect::<Vec<_>>()
    };
    let is_current = entries_of(&recording.transcript.entries, section)
        .is_some_and(|recorded| typed(&recorded) == typed(&entries));
    let shown = is_current.then(|| recorded(section, recording, &again, language));
    shown.flatten().ok_or_else(|| {
        format!(
            "chapters/transcripts/{chapter}-cockroach.json has other commands for `{section}` than {chapter} has \
             now; take a new one, or remove it"
        )
    })
}

/// `again` is the command that runs the section.
fn recorded(section: &str, snapshot: &Snapshot, again: &str, language: Language) -> Option<String> {
    let entries = entries_of(&snapshot.transcript.entries, section)?;
    let provenance = &snapshot.provenance;
    let database = provenance.parts.get(&Part::Database);
    let recorded = text!(
        language,
        "console-recorded",
        date = provenance.recorded_on,
        engine = provenance.value(Part::Engine),
        architecture = provenance.value(Part::Architecture),
        origin = text!(
            language,
            "tables-origin",
            origin = provenance.value(Part::BaseImages)
        ),
        database = database.map_or("none", String::as_str),
    );
    let below = format!(
        r#"<p class="provenance" data-pagefind-ignore><span>{}</span> {}</p>"#,
        escape(&recorded),
        code(again)
    );
    Some(shown("transcript", &entries, &snapshot.recorded, language) + &below)
}

fn entries_of<'a>(entries: &'a [Entry], section: &str) -> Option<Vec<&'a Entry>> {
    let entries: Vec<_> = entries.iter().filter(|entry| entry.section == section).collect();
    (!entries.is_empty()).then_some(entries)
}

fn shown(class: &str, entries: &[&Entry], recorded: &BTreeMap<String, String>, language: Language) -> String {
    let lines: Vec<String> = entries
        .iter()
        .map(|entry| lines(entry, recorded, language))
        .collect();
    let typed = copied(entries);
    let copy = text!(language, "console-copy");
    let copied = (!typed.is_empty()).then_some((typed.as_str(), copy.as_str()));
    block(class, &text!(language, "console-label"), copied, &lines.concat())
}

/// What the button copies: every command as typed, and nothing else.
fn copied(entries: &[&Entry]) -> String {
    let commands = entries.iter().filter_map(|entry| match &entry.typed {
        Typed::Command(command) => Some(command.as_str()),
        Typed::Interrupt(_) => None,
    });
    commands.collect::<Vec<_>>().join("\n")
}

/// The prompt is the style sheet's: it is in no text that somebody selects.
fn lines(entry: &Entry, recorded: &BTreeMap<String, String>, language: Language) -> String {
    let mut html = String::new();
    match &entry.typed {
        Typed::Command(command) => {
            for (line, number) in command.lines().zip(0..) {
                let class = if number == 0 { "typed" } else { "typed more" };
                let line = with_placeholders(line, recorded, language);
                html.extend(["<kbd class=\"", class, "\">", &line, "</kbd>\n"]);
            }
        }
        Typed::Interrupt(command) => {
            let pressed = text!(language, "console-interrupt", command = one_line(command));
            html.extend(["<span class=\"interrupt\">", &escape(&pressed), "</span>\n"]);
        }
    }
    if !entry.output.is_empty() {
        let output = with_placeholders(&entry.output, recorded, language);
        html.extend(["<samp>", &output, "</samp>"]);
    }
    let status = match entry.status {
        Some(0) => return html,
        Some(status) => text!(language, "console-status", status),
        None => text!(language, "console-signal"),
    };
    html + &format!("<span class=\"status\">{}</span>\n", escape(&status))
}

/// The text, escaped. A placeholder whose value was recorded is that value;
/// any other is marked as one.
fn with_placeholders(text: &str, recorded: &BTreeMap<String, String>, language: Language) -> String {
    let mut html = String::new();
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        html += &escape(&rest[..start]);
        rest = &rest[start..];
        let Some(end) = rest.find('>').filter(|end| is_placeholder(&rest[..=*end])) else {
            html += "&lt;";
            rest = &rest[1..];
            continue;
        };
        let placeholder = &rest[..=end];
        rest = &rest[end + 1..];
        if let Some(value) = recorded.get(placeholder.trim_matches(['<', '>'])) {
            html += &marked("recorded", &text!(language, "console-recorded-value"), value);
            rest = realigned(&mut html, rest, placeholder.len(), value.chars().count());
        } else {
            html += &marked("placeholder", &meaning(placeholder, language), placeholder);
        }
    }
    html + &escape(rest)
}

fn marked(class: &str, title: &str, text: &str) -> String {
    let (title, text) = (escape(title), escape(text));
    format!(r#"<span class="{class}" title="{title}">{text}</span>"#)
}

/// A column after a value that is wider or narrower than its placeholder
/// starts where it started.
fn realigned<'a>(html: &mut String, rest: &'a str, was: usize, is: usize) -> &'a str {
    let gap = rest.len() - rest.trim_start_matches(' ').len();
    let is_column = gap >= 2 && !rest[gap..].is_empty() && !rest[gap..].starts_with('\n');
    if !is_column {
        return rest;
    }
    let wanted = (gap + was).saturating_sub(is).max(1);
    *html += &" ".repeat(wanted);
    &rest[gap..]
}

fn is_placeholder(text: &str) -> bool {
    placeholders(text).any(|found| found.text == text)
}

#[cfg(test)]
mod tests {
    use tutorial_engine::language::Language::English;

    use super::*;

    fn snapshot() -> Snapshot {
        let mut snapshot = Snapshot {
            transcript:
                "[6-5]\n$ docker run \\\n$     --publish 8080:8080 \\\n$     roach\n| <container-1> <html>\n\
                         $ docker image ls\n| SIZE      NAME\n| <size-1>  roach\n? 125\n^C docker run roach\n"
                    .parse()
                    .unwrap(),
            ..Snapshot::default()
        };
        snapshot.recorded.insert("size-1".to_owned(), "6.1MB".to_owned());
        snapshot
    }

    fn page() -> String {
        transcript("chapter-6", "6-5", &snapshot(), English).unwrap()
    }

    #[test]
    fn what_is_copied_is_the_commands_without_prompts_and_output() {
        let copied = "data-copy=\"docker run \\\n    --publish 8080:8080 \\\n    roach\ndocker image ls\"";
        assert!(page().contains(copied), "{}", page());
    }

    #[test]
    fn placeholder_with_a_recorded_value_shows_it_and_keeps_its_column() {
        assert!(page().contains(">6.1MB</span>     roach"), "{}", page());
    }

    #[test]
    fn placeholder_without_a_value_stays_visible_and_other_output_is_escaped() {
        assert!(
            page().contains("&lt;container-1&gt;</span> &lt;html&gt;"),
            "{}",
            page()
        );
    }

    #[test]
    fn exit_status_and_ctrl_c_are_said() {
        assert!(page().contains("125"), "{}", page());
        assert!(page().contains("Ctrl-C"), "{}", page());
    }

    #[test]
    fn section_that_never_ran_shows_nothing() {
        assert_eq!(transcript("chapter-6", "6-99", &snapshot(), English), None);
    }
}
