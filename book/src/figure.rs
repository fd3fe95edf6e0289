//! Drawings: one SVG for both languages, with the colours of the page.

use std::path::PathBuf;
use std::sync::LazyLock;

use regex::{Captures, Regex};
use tutorial_engine::language::Language;

use crate::html::escape;
use crate::problem::Error;
use crate::sources::{Sources, files};

/// Folder of the pictures, relative to the root; each edition gets a copy of all.
const PICTURES: &str = "book/pictures";

/// Largest width of a drawing that a phone shows whole, in the units of its viewBox.
const NARROW: u32 = 360;

static ROOT: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?s)<svg\b[^>]*>"));
static TEXT: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"(?s)<text\b[^>]*\bclass="(en|ja)"[^>]*>.*?</text>"#));
static WIDTH: LazyLock<Regex> = LazyLock::new(|| pattern(r#"viewBox="0 0 (\d+)"#));
static COMMENT: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?s)<!--.*?-->"));
static ID: LazyLock<Regex> = LazyLock::new(|| pattern(r##"( id="|url\(#|href="#)([^")]+)"##));

/// The drawing `name` with its texts in one language.
///
/// # Errors
///
/// What could not be resolved, and what to do.
pub fn figure(
    sources: &Sources,
    name: &str,
    alternative: &str,
    language: Language,
) -> Result<String, String> {
    let file = format!("book/figures/{name}.svg");
    let text = sources
        .read(&file)
        .map_err(|_| format!("there is no figure `{file}`; draw it, or name one that is there"))?;
    let root = ROOT
        .find(&text)
        .ok_or_else(|| format!("`{file}` has no element <svg>; draw it anew"))?;
    let fault = [
        (!root.as_str().contains("viewBox="), "has no viewBox; give it one"),
        (
            root.as_str().contains(" width="),
            "has a width; remove it, the page gives it one",
        ),
        (
            text.contains("<style"),
            "has a <style>; use attributes, it would style the page",
        ),
        (text.contains("<script"), "has a <script>; remove it"),
        (
            texts(&text, Language::English) != texts(&text, Language::Japanese),
            "has texts in one language alone; write each in both, class=\"en\" and class=\"ja\"",
        ),
    ];
    if let Some((_, fault)) = fault.iter().find(|(is_so, _)| *is_so) {
        return Err(format!("`{file}` {fault}"));
    }
    let body = COMMENT.replace_all(&text[root.end()..], "");
    let body = TEXT.replace_all(&body, |found: &Captures<'_>| {
        if &found[1] == language.code() {
            found[0].to_owned()
        } else {
            String::new()
        }
    });
    // Two drawings on one page may use the same ids.
    let body = ID.replace_all(&body, format!("${{1}}{name}-${{2}}"));
    let alternative = escape(alternative);
    let root = root.as_str().replacen(
        "<svg",
        &format!(r#"<svg role="img" aria-label="{alternative}""#),
        1,
    );
    // A wide drawing scrolls on a phone, also with the keyboard; a narrow one fits.
    let width = WIDTH
        .captures(&root)
        .and_then(|found| found[1].parse::<u32>().ok());
    let class = if width.is_some_and(|width| width <= NARROW) {
        "drawing narrow"
    } else {
        "drawing"
    };
    Ok(format!(
        r#"<figure class="{class}" tabindex="0">{root}{}</figure>"#,
        body.trim_end()
    ))
}

/// The picture `name`, which a test has taken.
///
/// # Errors
///
/// That there is none, and what to do.
pub fn picture(sources: &Sources, name: &str, alternative: &str) -> Result<String, String> {
    let file = format!("{PICTURES}/{name}.png");
    if !sources.folder(PICTURES).join(format!("{name}.png")).is_file() {
        return Err(format!(
            "there is no picture `{file}`; tests/page takes it with INSTA_UPDATE=always"
        ));
    }
    let alternative = escape(alternative);
    Ok(format!(
        r#"<figure class="picture"><img src="{name}.png" alt="{alternative}"></figure>"#
    ))
}

/// The files of all pictures; a book may have none.
///
/// # Errors
///
/// [`Error::Read`] if their folder cannot be read.
pub fn pictures(sources: &Sources) -> Result<Vec<PathBuf>, Error> {
    let folder = sources.folder(PICTURES);
    if folder.is_dir() {
        files(&folder, "png")
    } else {
        Ok(Vec::new())
    }
}

fn texts(svg: &str, language: Language) -> usize {
    TEXT.captures_iter(svg)
        .filter(|found| &found[1] == language.code())
        .count()
}

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a pattern of this file is valid")
}
