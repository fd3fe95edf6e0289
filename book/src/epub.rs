//! An edition as one EPUB file: the pages of the built book, as XHTML.

use std::collections::BTreeSet;
use std::io::Cursor;
use std::path::Path;

use epub_builder::{EpubBuilder, EpubContent, EpubVersion, ReferenceType, TocElement, ZipLibrary};
use scraper::node::Element;
use scraper::{ElementRef, Html, Node, Selector};
use tutorial_engine::language::Language;

use crate::edition::text;
use crate::figure::pictures;
use crate::html::escape;
use crate::page::{Page, Part};
use crate::problem::Error;
use crate::sources::{Sources, read, write};

/// Style of the pages: a reading device has its own fonts and colours.
const STYLE: &str = include_str!("epub.css");

/// Elements that mean nothing without a script, or outside of a browser.
const DROPPED: [&str; 5] = ["button", "iframe", "input", "script", "style"];

/// Elements without a content, which have no end tag in HTML.
const VOID: [&str; 5] = ["br", "col", "hr", "img", "wbr"];

/// Colours of the drawings, which the pages of the book set by their theme.
const COLOURS: [(&str, &str); 3] = [
    ("var(--figure-fill)", "#eef2f8"),
    ("var(--figure-accent)", "#cfe0f7"),
    ("currentColor", "#222222"),
];

/// Writes the edition that was built into `folder` as the file `to`.
///
/// # Errors
///
/// - [`Error::Read`], if a page cannot be read.
/// - [`Error::Epub`], if the file cannot be put together.
/// - [`Error::Write`], if it cannot be written.
pub fn write_edition(sources: &Sources, language: Language, folder: &Path, to: &Path) -> Result<(), Error> {
    let failed = |source| Error::Epub {
        edition: language.code(),
        source,
    };
    let summary = sources.read(sources.shelf.pages(language).join("SUMMARY.md"))?;
    let pages = listed(&summary);
    let mut documents = Vec::new();
    let mut drawings = Vec::new();
    for name in &pages {
        let html = Html::parse_document(&read(&folder.join(format!("{name}.html")))?);
        let page = Page::read(
            Path::new(name),
            &sources.read(sources.shelf.pages(language).join(format!("{name}.md")))?,
        );
        documents.push((
            name,
            document(&html, &page, &pages, language, &mut drawings),
            page,
        ));
    }
    let pictures = pictures(sources)?;
    let pack = || {
        let mut book = EpubBuilder::new(ZipLibrary::new()?)?;
        book.epub_version(EpubVersion::V30)
            .metadata("lang", language.code())?
            .metadata("title", sources.shelf.titles[language as usize])?
            .metadata("description", text!(language, "book-description"))?
            .metadata("toc_name", text!(language, "interface-contents"))?
            .stylesheet(STYLE.as_bytes())?;
        for (name, svg) in &drawings {
            book.add_resource(name, svg.as_bytes(), "image/svg+xml")?;
        }
        for picture in &pictures {
            let name = picture.file_name().unwrap_or_default();
            book.add_resource(name, std::fs::File::open(picture)?, "image/png")?;
        }
        for (name, xhtml, page) in &documents {
            let file = format!("{name}.xhtml");
            let title = page.headings().next().map_or(name.as_str(), |(.., text)| text);
            let mut content = EpubContent::new(&file, xhtml.as_bytes()).title(title);
            // A reading device opens the first page as the beginning of the text.
            if pages.first() == Some(*name) {
                content = content.reftype(ReferenceType::Text);
            }
            for (_, level, id, text) in page.headings() {
                if level == 2 {
                    content = content.child(TocElement::new(format!("{file}#{id}"), text));
                }
            }
            book.add_content(content)?;
        }
        let mut packed = Cursor::new(Vec::new());
        book.generate(&mut packed)?;
        Ok(packed.into_inner())
    };
    write(to, pack().map_err(failed)?)
}

/// Names of the pages in the order of the summary: `3-writing`.
fn listed(summary: &str) -> Vec<String> {
    let page = Page::read(Path::new("SUMMARY.md"), summary);
    let links = page.parts.iter().filter_map(|placed| match &placed.part {
        Part::Link(target) => target.strip_suffix(".md"),
        _ => None,
    });
    links.map(str::to_owned).collect()
}

/// A finished page as an XHTML document. Its drawings become files of their own, because a reading device
/// wants to know which pages contain SVG.
fn document(
    html: &Html,
    page: &Page,
    pages: &[String],
    language: Language,
    drawings: &mut Vec<(String, String)>,
) -> String {
    let main = Selector::parse("main").expect("the selector is valid");
    let mut writer = Writer {
        pages,
        drawings,
        text: String::new(),
    };
    html.select(&main).for_each(|main| writer.children(main));
    let (code, title) = (language.code(), escape(page.title().unwrap_or_default()));
    let body = writer.text;
    format!(
        r#"<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" lang="{code}" xml:lang="{code}">
<head><title>{title}</title><link rel="stylesheet" type="text/css" href="stylesheet.css"/></head>
<body>{body}</body>
</html>
"#
    )
}

struct Writer<'a> {
    pages: &'a [String],
    drawings: &'a mut Vec<(String, String)>,
    text: String,
}

impl Writer<'_> {
    fn children(&mut self, of: ElementRef<'_>) {
        for child in of.children() {
            match (child.value(), ElementRef::wrap(child)) {
                (Node::Text(text), _) => self.text.push_str(&escape(text)),
                (_, Some(element)) => self.element(element),
                _ => {}
            }
        }
    }

    fn element(&mut self, node: ElementRef<'_>) {
        let element = node.value();
        let name = element.name();
        // A heading's link to itself, and what only a browser shows.
        if name == "a" && element.attr("class") == Some("header") {
            return self.children(node);
        }
        if DROPPED.contains(&name) || element.attr("class") == Some("run-hint") {
            return;
        }
        if name == "svg" {
            // Others are ornaments.
            if element.attr("aria-label").is_some() {
                self.drawing(node);
            }
            return;
        }
        // What a page folds, a book shows.
        let name = match name {
            "details" => "div",
            "summary" => "p",
            name => name,
        };
        self.open(name, element);
        if VOID.contains(&name) {
            self.text.push_str("/>");
            return;
        }
        self.text.push('>');
        self.children(node);
        self.text.extend(["</", name, ">"]);
    }

    fn open(&mut self, name: &str, element: &Element) {
        self.text.extend(["<", name]);
        let mut written = BTreeSet::new();
        for (attribute, value) in element.attrs() {
            let kept = [
                "class", "id", "href", "src", "alt", "colspan", "rowspan", "scope", "start", "lang",
            ];
            if !kept.contains(&attribute) || !written.insert(attribute) {
                continue;
            }
            let value = if attribute == "href" {
                self.target(value)
            } else {
                value.to_owned()
            };
            self.text.extend([" ", attribute, "=\"", &escape(&value), "\""]);
        }
    }

    /// The target of a link: another page of the book has another name here.
    fn target(&self, href: &str) -> String {
        let (file, id) = href
            .split_once('#')
            .map_or((href, None), |(file, id)| (file, Some(id)));
        let page = file
            .strip_suffix(".html")
            .filter(|page| self.pages.iter().any(|known| known == page));
        match (page, id) {
            (Some(page), Some(id)) => format!("{page}.xhtml#{id}"),
            (Some(page), None) => format!("{page}.xhtml"),
            (None, _) => href.to_owned(),
        }
    }

    fn drawing(&mut self, svg: ElementRef<'_>) {
        let name = format!("drawing-{}.svg", self.drawings.len() + 1);
        let alternative = svg.attr("aria-label").unwrap_or_default();
        let svg = svg.html();
        let svg = COLOURS
            .iter()
            .fold(svg, |svg, (variable, colour)| svg.replace(variable, colour));
        let svg = svg.replace(r#"font-family="inherit""#, r#"font-family="sans-serif""#);
        let svg = svg.replacen(" role=\"img\"", "", 1);
        let namespace = r#"<svg xmlns="http://www.w3.org/2000/svg""#;
        let svg = if svg.contains("xmlns=") {
            svg
        } else {
            svg.replacen("<svg", namespace, 1)
        };
        self.text
            .extend(["<img src=\"", &name, "\" alt=\"", &escape(alternative), "\"/>"]);
        self.drawings.push((name, svg));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(html: &str, expected: &str) {
        let html = Html::parse_document(&format!("<main>{html}</main>"));
        let pages = ["3-writing".to_owned()];
        let mut drawings = Vec::new();
        let page = Page::read(Path::new("a.md"), "");
        let document = document(&html, &page, &pages, Language::English, &mut drawings);
        let body = document.split_once("<body>").unwrap().1;
        assert_eq!(body.split_once("</body>").unwrap().0, expected);
    }

    #[test]
    fn a_page_becomes_xhtml() {
        check(
            "<p>a &amp; b<br>c<img src=a.png></p>",
            r#"<p>a &amp; b<br/>c<img src="a.png"/></p>"#,
        );
        check(
            "<button>Copy</button><p data-a=1 class=b>c",
            r#"<p class="b">c</p>"#,
        );
    }

    #[test]
    fn links_lead_to_the_pages_of_the_file() {
        check(
            r##"<h2 id="3"><a class="header" href="#3">3</a></h2><a href="3-writing.html#3-4">a</a> <a href="https://a.example/b.html">b</a>"##,
            r#"<h2 id="3">3</h2><a href="3-writing.xhtml#3-4">a</a> <a href="https://a.example/b.html">b</a>"#,
        );
    }

    #[test]
    fn a_folded_answer_is_open() {
        check(
            "<details><summary>Answer</summary>a</details>",
            "<div><p>Answer</p>a</div>",
        );
    }
}
