//! Changes mdBook's HTML. Each change names the text that it expects and fails if it is missing, so that
//! a new version of mdBook with different HTML is noticed.

use std::path::Path;
use std::sync::LazyLock;

use fluent_syntax::ast::{Entry, Expression, InlineExpression, PatternElement};
use regex::{Captures, Regex};
use serde_json::json;
use tutorial_engine::language::Language;

use crate::edition::{self, CATALOGUE, text};
use crate::html::{escape, whole_words};
use crate::problem::Error;
use crate::sources::{Sources, hash, write};
use crate::translation::{EVERYWHERE, SOMETIMES};

/// mdBook's themes with poor contrast.
const DROPPED_THEMES: [(&str, &str); 3] = [("rust", "Rust"), ("coal", "Coal"), ("ayu", "Ayu")];

/// Inline code, and what stands before it: the tag of a block (which is left alone) or an opening
/// bracket.
static CODE: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = "(<pre>|[(（「](?:<a [^>]*>)?)?<code>([^<]*)</code>";
    Regex::new(pattern).expect("the pattern is valid")
});

/// Our own style sheet and script, in an edition's folder.
#[derive(Debug)]
pub struct Assets {
    /// The book's title.
    title: &'static str,
    /// The command that serves it.
    serve: &'static str,
    style: String,
    script: String,
}

impl Assets {
    /// Copies them into the folder of an edition, under names that include a hash of their content.
    ///
    /// # Errors
    ///
    /// - [`Error::Read`], if one is missing.
    /// - [`Error::Write`], if one cannot be written.
    pub fn copy(sources: &Sources, language: Language, folder: &Path) -> Result<Self, Error> {
        let copy = |extension: &str| {
            let text = sources.read(sources.shelf.theme.join(format!("reader.{extension}")))?;
            let name = format!("reader-{}.{extension}", &hash(&text)[..8]);
            write(&folder.join(&name), text)?;
            Ok::<_, Error>(name)
        };
        Ok(Self {
            title: sources.shelf.titles[language as usize],
            serve: sources.shelf.serve,
            style: copy("css")?,
            script: copy("js")?,
        })
    }
}

/// A page of mdBook's output.
struct Edited<'a> {
    path: &'a Path,
    html: String,
}

/// Changes the page at `path`, with the HTML `html`.
///
/// # Errors
///
/// - [`Error::Edit`], if mdBook's output lacks the text to be changed.
pub fn edit(path: &Path, html: String, assets: &Assets, language: Language) -> Result<String, Error> {
    let mut page = Edited { path, html };
    page.keep_two_themes()?;
    page.mend_bar(assets, language)?;
    page.add_ours(assets, language)?;
    if language == Language::Japanese {
        page.translate()?;
    }
    page.keep_words_whole();
    Ok(page.html)
}

/// Changes the table of contents at `path`, which browsers without scripts show beside the pages.
///
/// # Errors
///
/// - [`Error::Edit`], if mdBook's output lacks the text to be changed.
pub fn edit_contents(path: &Path, html: String, language: Language) -> Result<String, Error> {
    let mut page = Edited { path, html };
    let name = escape(&text!(language, "interface-contents"));
    // Without an icon in the page, a browser requests one from the root of the host.
    page.insert_before(
        "</head>",
        &format!(r#"<title>{name}</title><link rel="icon" href="data:,">"#),
    )?;
    page.insert_before(
        r#"<ol class="chapter">"#,
        &format!(r#"<nav aria-label="{name}">"#),
    )?;
    page.insert_before("</body>", "</nav>")?;
    Ok(page.html)
}

/// Puts a line below the title of a page.
///
/// # Errors
///
/// - [`Error::Edit`], if the page has no title.
pub fn put_below_title(path: &Path, html: String, line: &str) -> Result<String, Error> {
    let mut page = Edited { path, html };
    page.replace_next("<main", "</h1>", &format!("</h1>{line}"))?;
    Ok(page.html)
}

/// Says below the title of a page with recorded blocks how to run them: a published page runs nothing, and
/// the script of a served one puts buttons in place of this.
///
/// # Errors
///
/// - [`Error::Edit`], if the page has no title.
pub fn say_how_to_run(
    path: &Path,
    html: String,
    assets: &Assets,
    language: Language,
) -> Result<String, Error> {
    if path.ends_with("print.html") || !html.contains(r#"class="recorded-section""#) {
        return Ok(html);
    }
    let text = escape(&text!(language, "interface-run", serve = assets.serve));
    let text = text.replacen('`', "<code>", 1).replacen('`', "</code>", 1);
    let hint = format!(r#"<p class="run-hint" data-pagefind-ignore>{text}</p>"#);
    put_below_title(path, html, &hint)
}

impl Edited<'_> {
    fn keep_two_themes(&mut self) -> Result<(), Error> {
        for (id, label) in DROPPED_THEMES {
            let item = format!(
                r#"<li role="none"><button role="menuitem" class="theme" id="mdbook-theme-{id}">{label}</button></li>"#
            );
            self.replace(&item, "")?;
        }
        // Another mdBook book may have stored a theme for this host.
        self.replace(
            "if (theme === null || theme === undefined) { theme = default_theme; }",
            "if (theme !== 'light' && theme !== 'navy') { theme = default_theme; }",
        )
    }

    fn mend_bar(&mut self, assets: &Assets, language: Language) -> Result<(), Error> {
        let title = escape(assets.title);
        // Keyboards and screen readers do not treat a label as a button.
        self.replace(
            r#"<label id="mdbook-sidebar-toggle" class="icon-button" for="mdbook-sidebar-toggle-anchor""#,
            r#"<button id="mdbook-sidebar-toggle" class="icon-button" type="button""#,
        )?;
        self.replace_next(r#"<button id="mdbook-sidebar-toggle""#, "</label>", "</button>")?;
        self.insert_after(
            r#"id="mdbook-sidebar-toggle-anchor" class="hidden""#,
            r#" aria-hidden="true" tabindex="-1""#,
        )?;
        self.insert_after(
            r#"<iframe class="sidebar-iframe-outer""#,
            &format!(r#" title="{}""#, escape(&text!(language, "interface-contents"))),
        )?;
        self.insert_after(r#"<div id="mdbook-menu-bar""#, r#" role="banner""#)?;
        // The page has its own title; the book's must not be a second one.
        self.replace(
            &format!(r#"<h1 class="menu-title">{title}</h1>"#),
            &format!(r#"<div class="menu-title">{title}</div>"#),
        )
    }

    fn add_ours(&mut self, assets: &Assets, language: Language) -> Result<(), Error> {
        let code = edition::other(language).code();
        let name = self.path.file_name().unwrap_or_default().to_string_lossy();
        let twin = format!("../{code}/{name}");
        let (style, script) = (&assets.style, &assets.script);
        self.insert_before(
            "</head>",
            &format!(
                r#"<link rel="alternate" hreflang="{code}" href="{twin}"><link rel="stylesheet" href="{style}">"#
            ),
        )?;
        let search = format!(
            r#"<button id="reader-search" class="reader-button" type="button" aria-haspopup="dialog" aria-keyshortcuts="/ s">{}</button>"#,
            escape(&text!(language, "interface-search"))
        );
        let switch = format!(
            r#"<a id="reader-switch" class="reader-button" href="{twin}" hreflang="{code}" lang="{code}">{}</a>"#,
            escape(&text!(language, "interface-switch"))
        );
        self.insert_after(r#"<div class="right-buttons">"#, &(search + &switch))?;
        self.insert_before(
            "<p>Press <kbd>?</kbd> to show this help</p>",
            "<p>Press <kbd>/</kbd> to search the book</p>",
        )?;
        self.insert_before(
            r#"<div id="mdbook-help-container">"#,
            &format!(
                r##"<a class="reader-skip" href="#reader-text">{}</a>"##,
                escape(&text!(language, "interface-skip"))
            ),
        )?;
        self.replace(
            "<main>",
            r#"<main id="reader-text" tabindex="-1" data-pagefind-body>"#,
        )?;
        // A wide table scrolls, also with the keyboard; not every page has a table.
        self.html = self.html.replace(
            r#"<div class="table-wrapper">"#,
            r#"<div class="table-wrapper" tabindex="0">"#,
        );
        let spoken = spoken("script", language);
        self.insert_before(
            "</body>",
            &format!(
                r#"<script id="reader-words" type="application/json">{spoken}</script><script src="{script}"></script>"#
            ),
        )
    }

    fn translate(&mut self) -> Result<(), Error> {
        for (english, japanese) in EVERYWHERE {
            self.replace(english, japanese)?;
        }
        for (english, japanese) in SOMETIMES {
            self.html = self.html.replace(english, japanese);
        }
        Ok(())
    }

    fn keep_words_whole(&mut self) {
        let html = CODE.replace_all(&self.html, |found: &Captures<'_>| {
            let words = whole_words(&found[2]);
            match found.get(1).map(|before| before.as_str()) {
                Some("<pre>") => found[0].to_owned(),
                Some(bracket) => format!("{bracket}<code>{words}</code>"),
                // Allows a line break before it, even if it starts with a dot or a dash.
                None => format!("<wbr><code>{words}</code>"),
            }
        });
        self.html = html.into_owned();
    }

    fn replace(&mut self, text: &str, by: &str) -> Result<(), Error> {
        if !self.html.contains(text) {
            return Err(Error::Edit {
                path: self.path.to_owned(),
                text: text.to_owned(),
            });
        }
        self.html = self.html.replace(text, by);
        Ok(())
    }

    /// Replaces the first `text` after `start`.
    fn replace_next(&mut self, start: &str, text: &str, by: &str) -> Result<(), Error> {
        let found = self
            .html
            .find(start)
            .and_then(|start| Some(start + self.html[start..].find(text)?));
        let at = found.ok_or_else(|| Error::Edit {
            path: self.path.to_owned(),
            text: text.to_owned(),
        })?;
        self.html.replace_range(at..at + text.len(), by);
        Ok(())
    }

    fn insert_after(&mut self, text: &str, new: &str) -> Result<(), Error> {
        self.replace(text, &format!("{text}{new}"))
    }

    fn insert_before(&mut self, text: &str, new: &str) -> Result<(), Error> {
        self.replace(text, &format!("{new}{text}"))
    }
}

/// The messages of a script, in the file `script` or `run` of the catalogue, as a JSON object:
/// `copied_placeholders` is `script-copied-placeholders`, and the script replaces `{placeholders}` in it.
/// It may stand in a page: no `<` is in it.
pub(crate) fn spoken(script: &str, language: Language) -> String {
    let mut files = CATALOGUE.files(language);
    let (_, text) = files
        .find(|(name, _)| *name == script)
        .expect("the script has a file");
    let prefix = format!("{script}-");
    let parsed = fluent_syntax::parser::parse_runtime(text).expect("the catalogue is valid");
    let entries = parsed.body.into_iter();
    let fields = entries.filter_map(|entry| {
        let Entry::Message(message) = entry else {
            return None;
        };
        let name = message.id.name.trim_start_matches(&*prefix).replace('-', "_");
        let elements = message.value?.elements.into_iter();
        let text: String = elements.map(open).collect();
        Some(format!("{}:{}", json!(name), json!(text)))
    });
    let object = format!("{{{}}}", fields.collect::<Vec<_>>().join(","));
    object.replace('<', "\\u003c")
}

/// A part of a message, with its variable kept as `{name}`.
fn open(element: PatternElement<&str>) -> String {
    match element {
        PatternElement::TextElement { value } => value.to_owned(),
        PatternElement::Placeable {
            expression: Expression::Inline(InlineExpression::VariableReference { id }),
        } => format!("{{{}}}", id.name),
        PatternElement::Placeable { expression } => panic!("the script cannot choose: {expression:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_mdbook_no_longer_writes_fails_and_is_named() {
        let assets = Assets {
            title: "",
            serve: "",
            style: String::new(),
            script: String::new(),
        };
        let error = edit(
            Path::new("en/x.html"),
            "<main></main>".to_owned(),
            &assets,
            Language::English,
        )
        .unwrap_err();
        assert!(error.to_string().contains("mdbook-theme-rust"), "{error}");
    }
}
