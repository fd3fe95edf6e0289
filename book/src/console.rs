//! Transcripts and commands in the form that a page shows.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use tutorial_engine::language::Language;
use tutorial_engine::record::placeholder::placeholders;
use tutorial_engine::record::provenance::Part;
use tutorial_engine::record::snapshot::Snapshot;
use tutorial_engine::record::transcript::{Entry, Typed, one_line};

use crate::edition::text;
use crate::html::{block, code, escape};
use crate::outlines;
use crate::tables::meaning;

/// A command that took at least this long shows its time, in milliseconds.
const LONG: u64 = 1000;

/// A command of a section, and its duration in milliseconds if it is worth showing.
type Timed<'a> = (&'a Entry, Option<u64>);

/// Commands and output of a section, with the command that runs it below, which begins with `start`; `None`
/// if the snapshot has no such section. Build steps in `steps` were already shown on the page and are
/// marked; new ones are added.
#[must_use]
pub fn transcript(
    start: &str,
    chapter: &str,
    section: &str,
    snapshot: &Snapshot,
    steps: &mut BTreeSet<String>,
    language: Language,
) -> Option<String> {
    let again = format!("{start} {chapter} -- --step {section}");
    let shown = recorded(section, snapshot, &outlines::timed(chapter), steps, language)?;
    Some(format!(
        r#"<div class="recorded-section" data-chapter="{}" data-section="{}">{shown}<p class="provenance" data-pagefind-ignore>{}</p></div>"#,
        escape(chapter),
        escape(section),
        code(&again)
    ))
}

/// The machines that the transcripts of a page were recorded on.
#[must_use]
pub fn provenance(snapshot: &Snapshot, language: Language) -> String {
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
    format!(
        r#"<p class="provenance" data-pagefind-ignore><span>{}</span></p>"#,
        escape(&recorded)
    )
}

/// Commands of a section for `CockroachDB`; `listed` has them. With output if it was recorded.
///
/// # Errors
///
/// - The error in the section or in its recording, and what to do.
pub fn on_cockroach(
    chapter: &str,
    section: &str,
    listed: &[Entry],
    recording: Option<&Snapshot>,
    language: Language,
) -> Result<String, String> {
    let entries: Vec<_> = listed.iter().filter(|entry| entry.section == section).collect();
    if entries.is_empty() {
        return Err(format!(
            "{chapter} has no section `{section}`; `cargo run --bin {chapter} -- --list` shows which there are"
        ));
    }
    let again = format!("cargo run --bin {chapter} -- --database cockroach --step {section}");
    let Some(recording) = recording else {
        let below = format!(
            r#"<p class="provenance not-recorded" data-pagefind-ignore><span>{}</span> {}</p>"#,
            escape(&text!(language, "console-not-recorded")),
            code(&again)
        );
        let entries: Vec<_> = entries.into_iter().map(|entry| (entry, None)).collect();
        return Ok(shown(
            "commands",
            &entries,
            &BTreeMap::new(),
            &mut BTreeSet::new(),
            language,
        ) + &below);
    };
    let in_recording = recording.transcript.entries.iter();
    let typed = in_recording
        .filter(|entry| entry.section == section)
        .map(|entry| &entry.typed);
    let is_current = typed.eq(entries.iter().map(|entry| &entry.typed));
    let none = &mut BTreeSet::new();
    let shown = is_current.then(|| recorded(section, recording, &BTreeSet::new(), none, language));
    let below = || {
        provenance(recording, language)
            + &format!(
                r#"<p class="provenance" data-pagefind-ignore>{}</p>"#,
                code(&again)
            )
    };
    shown.flatten().map(|shown| shown + &below()).ok_or_else(|| {
        format!(
            "chapters/transcripts/{chapter}-cockroach.json has other commands for `{section}` than {chapter} has \
             now; take a new one, or remove it"
        )
    })
}

/// `timed` are the ids of commands that always show their time.
fn recorded(
    section: &str,
    snapshot: &Snapshot,
    timed: &BTreeSet<String>,
    steps: &mut BTreeSet<String>,
    language: Language,
) -> Option<String> {
    let all = snapshot.transcript.with_ids().zip(&snapshot.elapsed);
    let here = all.filter(|((_, entry), _)| entry.section == section);
    let took = |id: &String, elapsed: u64| (elapsed >= LONG || timed.contains(id)).then_some(elapsed);
    let entries: Vec<_> = here
        .map(|((id, entry), elapsed)| (entry, took(&id, *elapsed)))
        .collect();
    if entries.is_empty() {
        return None;
    }
    Some(shown("transcript", &entries, &snapshot.recorded, steps, language))
}

fn shown(
    class: &str,
    entries: &[Timed<'_>],
    recorded: &BTreeMap<String, String>,
    steps: &mut BTreeSet<String>,
    language: Language,
) -> String {
    let lines = entries
        .iter()
        .map(|entry| lines(entry, recorded, steps, language));
    let lines: Vec<String> = lines.collect();
    let typed = copied(entries);
    let copy = text!(language, "console-copy");
    let copied = (!typed.is_empty()).then_some((typed.as_str(), copy.as_str()));
    block(class, &text!(language, "console-label"), copied, &lines.concat())
}

/// The text that the button copies: every command as typed, and nothing else.
fn copied(entries: &[Timed<'_>]) -> String {
    let commands = entries.iter().filter_map(|(entry, _)| match &entry.typed {
        Typed::Command(command) => Some(command.as_str()),
        Typed::Interrupt(_) => None,
    });
    commands.collect::<Vec<_>>().join("\n")
}

/// The style sheet adds the prompt, so that it is not part of selected text.
fn lines(
    (entry, took): &Timed<'_>,
    recorded: &BTreeMap<String, String>,
    steps: &mut BTreeSet<String>,
    language: Language,
) -> String {
    let took = took.map(|milliseconds| {
        let seconds = Duration::from_millis(milliseconds).as_secs_f64();
        let seconds = text!(language, "console-took", seconds = format_args!("{seconds:.1}"));
        format!(
            "<span class=\"took\" data-pagefind-ignore>{}</span>",
            escape(&seconds)
        )
    });
    let took = took.unwrap_or_default();
    let mut html = String::new();
    match &entry.typed {
        Typed::Command(command) => {
            let last = command.lines().count().saturating_sub(1);
            for (number, line) in command.lines().enumerate() {
                let class = if number == 0 { "typed" } else { "typed more" };
                let line = with_placeholders(line, recorded, language);
                let took = if number == last { took.as_str() } else { "" };
                html.extend(["<kbd class=\"", class, "\">", &line, "</kbd>", took, "\n"]);
            }
        }
        Typed::Interrupt(command) => {
            let pressed = text!(language, "console-interrupt", command = one_line(command));
            html.extend([
                "<span class=\"interrupt\">",
                &escape(&pressed),
                "</span>",
                &took,
                "\n",
            ]);
        }
    }
    if !entry.output.is_empty() {
        html += "<samp>";
        for (is_known, lines) in runs(&entry.output, steps) {
            let lines = with_placeholders(&lines, recorded, language);
            if is_known {
                html.extend(["<span class=\"known\">", &lines, "</span>"]);
            } else {
                html += &lines;
            }
        }
        html += "</samp>";
    }
    let status = match entry.status {
        Some(0) => return html,
        Some(status) => text!(language, "console-status", status),
        None => text!(language, "console-signal"),
    };
    html + &format!("<span class=\"status\">{}</span>\n", escape(&status))
}

/// Splits the output where already shown build steps begin and end, and says whether each piece consists
/// of such steps (two or more). New steps are added.
fn runs(output: &str, steps: &mut BTreeSet<String>) -> Vec<(bool, String)> {
    // `[2/5]` in one Dockerfile may be `[2/7]` in the next.
    let step = |line: &str| Some(line.strip_prefix('[')?.split_once("] ")?.1.to_owned());
    // A line below a step is about this step, which is then no longer among those as above.
    let next = output.lines().skip(1).map(|line| line == "CACHED").chain([false]);
    let known: Vec<bool> = output
        .lines()
        .zip(next)
        .map(|(line, is_told)| !is_told && step(line).is_some_and(|step| steps.contains(&step)))
        .collect();
    steps.extend(output.lines().filter_map(step));
    let lines: Vec<(&str, bool)> = output.lines().zip(known).collect();
    let runs = lines.chunk_by(|one, next| one.1 == next.1);
    let run = |run: &[(&str, bool)]| {
        let text = run.iter().flat_map(|(line, _)| [line, "\n"]).collect();
        (run[0].1 && run.len() > 1, text)
    };
    runs.map(run).collect()
}

/// The text, escaped. A placeholder with a recorded value is replaced by the value; other placeholders
/// are marked.
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

/// Keeps the next column in its position if a value is wider or narrower than its placeholder.
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
        snapshot.elapsed = vec![20, 20, 20];
        snapshot
    }

    fn page() -> String {
        transcript(
            "cargo run --bin",
            "chapter-6",
            "6-5",
            &snapshot(),
            &mut BTreeSet::new(),
            English,
        )
        .unwrap()
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
    fn a_command_that_took_long_shows_its_time_and_nobody_copies_it() {
        let mut snapshot = snapshot();
        snapshot.elapsed = vec![1234, 20, 20];
        let page = transcript(
            "cargo run --bin",
            "chapter-6",
            "6-5",
            &snapshot,
            &mut BTreeSet::new(),
            English,
        )
        .unwrap();
        assert_eq!(page.matches("class=\"took\"").count(), 1, "{page}");
        assert!(page.contains(">took 1.2 s</span>"), "{page}");
        assert!(
            !page
                .split("data-copy=")
                .nth(1)
                .unwrap()
                .split('"')
                .nth(1)
                .unwrap()
                .contains("took")
        );
    }

    #[test]
    fn section_that_never_ran_shows_nothing() {
        let shown = transcript(
            "cargo run --bin",
            "chapter-6",
            "6-99",
            &snapshot(),
            &mut BTreeSet::new(),
            English,
        );
        assert_eq!(shown, None);
    }

    #[test]
    fn steps_of_a_build_that_the_page_has_shown_are_marked() {
        let mut steps = BTreeSet::new();
        let first = "[1/2] FROM a\n[2/2] RUN b\nnaming to c\n";
        assert_eq!(runs(first, &mut steps), [(false, first.to_owned())]);
        let next = runs("[1/3] FROM a\n[2/3] RUN b\n[3/3] RUN d\n", &mut steps);
        let known = "[1/3] FROM a\n[2/3] RUN b\n".to_owned();
        assert_eq!(next, [(true, known), (false, "[3/3] RUN d\n".to_owned())]);
        let cached = runs("[1/3] FROM a\n[2/3] RUN b\n[3/3] RUN d\nCACHED\n", &mut steps);
        let known = "[1/3] FROM a\n[2/3] RUN b\n".to_owned();
        assert_eq!(
            cached,
            [(true, known), (false, "[3/3] RUN d\nCACHED\n".to_owned())]
        );
    }
}
