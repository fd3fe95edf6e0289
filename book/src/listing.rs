//! Files of the repository in the form that a page shows.

use std::path::{Component, Path};

use tutorial_engine::language::Language;

use crate::edition::text;
use crate::html::{block, code, escape};
use crate::sources::Sources;

/// Instructions of a Dockerfile: <https://docs.docker.com/reference/dockerfile/>.
const INSTRUCTIONS: [&str; 18] = [
    "ADD",
    "ARG",
    "CMD",
    "COPY",
    "ENTRYPOINT",
    "ENV",
    "EXPOSE",
    "FROM",
    "HEALTHCHECK",
    "LABEL",
    "MAINTAINER",
    "ONBUILD",
    "RUN",
    "SHELL",
    "STOPSIGNAL",
    "USER",
    "VOLUME",
    "WORKDIR",
];

/// A file, or the part of it from the first line that starts with `from` to the next line that starts
/// with `to`.
///
/// # Errors
///
/// What could not be resolved, and what to do.
pub fn file(
    sources: &Sources,
    path: &str,
    from: Option<&str>,
    to: Option<&str>,
    language: Language,
) -> Result<String, String> {
    let text = text_of(sources, path)?;
    let lines: Vec<&str> = text.lines().collect();
    let find = |start: usize, text: &str| {
        let found = lines[start..].iter().position(|line| line.starts_with(text));
        found.map(|at| start + at).ok_or_else(|| {
            format!("no line of `{path}` after line {start} starts with `{text}`; name one that does")
        })
    };
    let first = from.map_or(Ok(0), |from| find(0, from))?;
    let last = match to {
        None => lines.len().saturating_sub(1),
        // The first line can only be the last one too if `from` and `to` are equal.
        Some(to) if from == Some(to) => first,
        Some(to) => find(first, to)?,
    };
    let shown = lines.get(first..=last).unwrap_or_default();
    let caption = if from.or(to).is_some() {
        text!(language, "listing-part", file = path)
    } else {
        path.to_owned()
    };
    Ok(figure(&caption, None, path, shown, |_| false, language))
}

/// The Dockerfile of a section of chapter 3; lines that the previous Dockerfile does not have are
/// marked.
///
/// # Errors
///
/// What could not be resolved, and what to do.
pub fn listing(sources: &Sources, section: &str, language: Language) -> Result<String, String> {
    let path = |section: &str| format!("chapters/listings/{section}.Dockerfile");
    let text = text_of(sources, &path(section))?;
    let before = section
        .split_once('-')
        .and_then(|(chapter, number)| Some((chapter, number.parse::<u32>().ok()?.checked_sub(1)?)))
        .map(|(chapter, number)| path(&format!("{chapter}-{number}")));
    // The first Dockerfile has no previous one.
    let known = before
        .and_then(|before| text_of(sources, &before).ok())
        .unwrap_or_default();
    let known: Vec<&str> = known.lines().collect();
    let lines: Vec<&str> = text.lines().collect();
    let is_new = |at: usize| !known.is_empty() && known.get(at) != lines.get(at);
    let note = (!known.is_empty()).then(|| text!(language, "listing-new"));
    Ok(figure(
        &path(section),
        note,
        "Dockerfile",
        &lines,
        is_new,
        language,
    ))
}

/// A code block of the page itself, in a language such as `toml`.
#[must_use]
pub fn fence(kind: &str, text: &str, language: Language) -> String {
    let inner = format!(r#"<code class="language-{kind}">{}</code>"#, escape(text));
    let copy = text!(language, "listing-copy");
    block("fence", kind, Some((text, &copy)), &inner)
}

fn text_of(sources: &Sources, path: &str) -> Result<String, String> {
    let is_inside = Path::new(path)
        .components()
        .all(|component| matches!(component, Component::Normal(_)));
    if !is_inside {
        return Err(format!(
            "`{path}` is not in the repository; name it as seen from its root"
        ));
    }
    sources
        .read(path)
        .map_err(|_| format!("there is no file `{path}` in the repository; name one that is there"))
}

fn figure(
    caption: &str,
    note: Option<String>,
    path: &str,
    lines: &[&str],
    is_new: impl Fn(usize) -> bool,
    language: Language,
) -> String {
    let is_dockerfile = path.contains("Dockerfile");
    let mut inner = String::new();
    let mut goes_on = false;
    for (line, at) in lines.iter().zip(0..) {
        let html = if is_dockerfile && !goes_on {
            instruction(line)
        } else {
            escape(line)
        };
        goes_on = line.ends_with('\\');
        if is_new(at) {
            inner.extend(["<ins>", &html, "</ins>\n"]);
        } else {
            inner.extend([&html, "\n"]);
        }
    }
    let copied = lines.join("\n") + "\n";
    // mdBook's script highlights it.
    if Path::new(path).extension().is_some_and(|found| found == "rs") {
        inner = format!(r#"<code class="language-rust">{inner}</code>"#);
    }
    let note = note.map_or_else(String::new, |note| {
        format!(r#" <span class="note">{}</span>"#, escape(&note))
    });
    let copy = text!(language, "listing-copy");
    format!(
        r#"<figure class="listing"><figcaption>{}{note}</figcaption>{}</figure>"#,
        code(caption),
        block("file", caption, Some((&copied, &copy)), &inner)
    )
}

/// A line of a Dockerfile, with its comment or instruction marked.
fn instruction(line: &str) -> String {
    if line.trim_start().starts_with('#') {
        return format!(r#"<span class="comment">{}</span>"#, escape(line));
    }
    let (word, rest) = line.split_at(line.find(' ').unwrap_or(line.len()));
    if INSTRUCTIONS.contains(&word) {
        format!("<b>{word}</b>{}", escape(rest))
    } else {
        escape(line)
    }
}
