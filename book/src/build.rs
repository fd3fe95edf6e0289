//! Builds HTML from the pages: both editions side by side, and a page above them to choose one.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use mdbook_driver::MDBook;
use mdbook_driver::config::Config;
use serde_json::json;
use tutorial_engine::language::{LANGUAGES, Language};

use crate::edition::text;
use crate::epub;
use crate::expand::{Expanded, MARK, expand};
use crate::figure::pictures;
use crate::html::escape;
use crate::interface::{Assets, edit, edit_contents, put_below_title, say_how_to_run};
use crate::page::Page;
use crate::problem::{Error, Problem, none};
use crate::search;
use crate::sources::{Shelf, Sources, files, read, write};
use crate::times;

/// The page above both editions, and the page for unknown addresses.
const ABOVE: [&str; 2] = ["index.html", "404.html"];

/// Builds both editions into `destination`; `packs` adds each as an EPUB file, `en.epub` and `ja.epub`. The
/// folder is replaced as a whole after the build is complete.
///
/// # Errors
///
/// - [`Error::Problems`], if a page refers to something missing or contains something forbidden.
/// - [`Error::Render`], [`Error::Edit`] or [`Error::Search`], if mdBook or
///   pagefind fail.
/// - [`Error::Epub`], if an edition cannot be packed.
/// - [`Error::Read`] or [`Error::Write`], if a file cannot be read or written.
pub fn build(sources: &Sources, destination: &Path, packs: bool) -> Result<(), Error> {
    let failed = |source| Error::Write {
        path: destination.to_owned(),
        source,
    };
    let parent = destination.parent().unwrap_or(destination);
    fs::create_dir_all(parent).map_err(failed)?;
    let aside = tempfile::Builder::new()
        .prefix("book-")
        .tempdir_in(parent)
        .map_err(failed)?;
    let new = aside.path().join("new");
    build_into(sources, &new)?;
    for language in LANGUAGES.into_iter().filter(|_| packs) {
        let code = language.code();
        epub::write_edition(
            sources,
            language,
            &new.join(code),
            &new.join(format!("{code}.epub")),
        )?;
    }
    if destination.exists() {
        fs::rename(destination, aside.path().join("old")).map_err(failed)?;
    }
    fs::rename(new, destination).map_err(failed)
}

/// Builds both editions into a folder that is not yet in use.
///
/// # Errors
///
/// As [`build`].
pub fn build_into(sources: &Sources, folder: &Path) -> Result<(), Error> {
    let mut problems = Vec::new();
    let mut editions = Vec::new();
    for language in LANGUAGES {
        let pages = expanded(sources, language)?;
        problems.extend(pages.iter().flat_map(|(_, expanded)| expanded.problems.clone()));
        editions.push((language, pages));
    }
    none(problems)?;
    for (language, pages) in editions {
        let folder = folder.join(language.code());
        render(sources, language, &pages, &folder)?;
        finish(sources, language, &pages, &folder)?;
    }
    for name in ABOVE {
        let page = sources.read(sources.shelf.theme.join(name))?;
        let [english, japanese] = sources.shelf.titles.map(escape);
        let page = page
            .replace("{english}", &english)
            .replace("{japanese}", &japanese);
        write(&folder.join(name), page)?;
    }
    Ok(())
}

type ExpandedPages = Vec<(Page, Expanded)>;

fn expanded(sources: &Sources, language: Language) -> Result<ExpandedPages, Error> {
    let pages = sources.pages(language)?;
    Ok(pages
        .iter()
        .map(|(name, text)| {
            let page = Page::read(&sources.shelf.pages(language).join(name), text);
            let expanded = expand(&page, sources, language);
            (page, expanded)
        })
        .collect())
}

fn render(sources: &Sources, language: Language, pages: &ExpandedPages, folder: &Path) -> Result<(), Error> {
    let failed = |source| Error::Render {
        edition: language.code(),
        source,
    };
    // mdBook also looks for a theme next to the pages.
    let root = sources.folder(sources.shelf.edition(language));
    let config = config(&sources.shelf, language, folder).map_err(failed)?;
    let mut book = MDBook::load_with_config(root, config).map_err(failed)?;
    let mut missing: Vec<&Page> = pages.iter().map(|(page, _)| page).collect();
    book.book.for_each_chapter_mut(|chapter| {
        let path = chapter.source_path.clone().unwrap_or_default();
        missing.retain(|page| page.file != sources.shelf.pages(language).join(&path));
        let page = pages
            .iter()
            .find(|(page, _)| page.file == sources.shelf.pages(language).join(&path));
        if let Some((page, expanded)) = page {
            chapter.content.clone_from(&expanded.markdown);
            page.title()
                .unwrap_or(&chapter.name)
                .to_owned()
                .clone_into(&mut chapter.name);
        }
    });
    let summary = sources.shelf.pages(language).join("SUMMARY.md");
    none(
        missing
            .iter()
            .map(|page| {
                Problem::of(
                    &page.file,
                    format!("is not in {}; list it there", summary.display()),
                )
            })
            .collect(),
    )?;
    book.build().map_err(failed)
}

fn config(shelf: &Shelf, language: Language, folder: &Path) -> Result<Config, mdbook_driver::errors::Error> {
    let mut config = Config::default();
    config.book.title = Some(shelf.titles[language as usize].to_owned());
    config.book.description = Some(text!(language, "book-description"));
    config.book.language = Some(language.code().to_owned());
    folder.clone_into(&mut config.build.build_dir);
    config.build.create_missing = false;
    config.build.use_default_preprocessors = false;
    config.set(
        "output.html",
        json!({
            "smart-punctuation": false,
            "definition-lists": false,
            "default-theme": "light",
            "preferred-dark-theme": "navy",
            // It would contact a server on the network.
            "playground": { "runnable": false, "copyable": false },
            // It cannot search Japanese: https://github.com/rust-lang/mdBook/issues/1081
            "search": { "enable": false },
            // It would assume that the book is at the root of its host.
            "input-404": "",
        }),
    )?;
    Ok(config)
}

/// Changes mdBook's interface, inserts the output of the directives, and indexes the pages.
fn finish(sources: &Sources, language: Language, pages: &ExpandedPages, folder: &Path) -> Result<(), Error> {
    let assets = Assets::copy(sources, language, folder)?;
    for picture in pictures(sources)? {
        let content = fs::read(&picture).map_err(|source| Error::Read {
            path: picture.clone(),
            source,
        })?;
        write(&folder.join(picture.file_name().unwrap_or_default()), content)?;
    }
    let pieces = pages.iter().flat_map(|(_, expanded)| &expanded.pieces);
    let pieces = pieces.map(|(mark, piece)| (&**mark, &**piece)).collect();
    for path in files(folder, "html")? {
        if path.ends_with("toc.html") {
            write(&path, edit_contents(&path, read(&path)?, language)?)?;
            continue;
        }
        // The output of directives is inserted last, so that only mdBook's own text is changed.
        let html = edit(&path, read(&path)?, &assets, language)?;
        let html = with_pieces(&html, &pieces);
        let html = say_how_to_run(&path, html, &assets, language)?;
        let mut of_pages = pages.iter().map(|(page, _)| page);
        let html = match of_pages.find(|page| page.file.file_stem() == path.file_stem()) {
            Some(page) => put_below_title(
                &path,
                html,
                &times::line(page, sources.snapshot_of(page), language),
            )?,
            None => html,
        };
        write(&path, html)?;
    }
    let pages: Vec<&Page> = pages.iter().map(|(page, _)| page).collect();
    search::index(folder, &pages, language)
}

/// The page with each mark replaced by its piece, in one pass: searching for two hundred marks one by
/// one took a third of the build time.
fn with_pieces(html: &str, pieces: &BTreeMap<&str, &str>) -> String {
    let mut text = String::with_capacity(2 * html.len());
    let mut rest = html;
    while let Some(at) = rest.find(MARK.0) {
        let (before, from_mark) = rest.split_at(at);
        let end = from_mark
            .find(MARK.1)
            .map_or(from_mark.len(), |end| end + MARK.1.len());
        let (mark, after) = from_mark.split_at(end);
        text.push_str(before);
        text.push_str(pieces.get(mark).unwrap_or(&mark));
        rest = after;
    }
    text + rest
}
