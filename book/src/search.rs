//! The index for the search box. It is made by pagefind, which can split Japanese into words. Each section
//! is indexed by itself, so that a search finds the section that is about its words, not the longest page.

use std::path::Path;
use std::sync::LazyLock;

use pagefind::api::PagefindIndex;
use pagefind::options::PagefindServiceConfig;
use regex::Regex;
use scraper::{Html, Node};
use serde::Serialize;
use tutorial_engine::language::Language;

use crate::html::escape;
use crate::page::Page;
use crate::problem::Error;
use crate::sources::{read, write};

/// A heading of mdBook's: its id, and its text with a link around it.
static HEADING: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r#"(?s)<h[1-6] id="([^"]+)">(.*?)</h[1-6]>"#).expect("the pattern is valid"));

static TAG: LazyLock<Regex> = LazyLock::new(|| Regex::new("<[^>]*>").expect("the pattern is valid"));

/// Whether the search box uses this file of pagefind's; the others belong to pagefind's own search box.
fn is_used(name: &str) -> bool {
    !["-ui.", "highlight", "component", "playground"]
        .iter()
        .any(|part| name.contains(part))
}

/// Writes the index of the `pages` of an edition into its folder.
///
/// # Errors
///
/// - [`Error::Search`], if pagefind cannot index a page.
/// - [`Error::Read`], if a page cannot be read.
/// - [`Error::Write`], if the index cannot be written.
pub fn index(folder: &Path, pages: &[&Page], language: Language) -> Result<(), Error> {
    let failed = |source| Error::Search {
        edition: language.code(),
        source,
    };
    let options = PagefindServiceConfig::builder()
        .force_language(language.code().to_owned())
        .build();
    let mut index = PagefindIndex::new(Some(options)).map_err(failed)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("threads can be started");
    let mut named = Vec::new();
    // `serve` calls this inside a runtime, on a thread that may block.
    runtime.block_on(async {
        for page in pages {
            let stem = page.file.file_stem().unwrap_or_default().to_string_lossy();
            let name = format!("{stem}.html");
            let html = read(&folder.join(&name))?;
            for section in sections(&html) {
                let address = format!("{name}#{}", section.id);
                named.extend(section.named(page, &address));
                let html = section.document(page, language);
                index
                    .add_html_file(None, Some(address), html)
                    .await
                    .map_err(failed)?;
            }
        }
        for file in index.get_files().await.map_err(failed)? {
            let name = file.filename.to_string_lossy().into_owned();
            if is_used(&name) {
                write(&folder.join("pagefind").join(&file.filename), &file.contents)?;
            }
        }
        Ok(())
    })?;
    let named = serde_json::to_string(&named).expect("the sections are plain data");
    write(&folder.join("pagefind/named.json"), named)
}

/// A part of a page, from its heading to the next one.
struct Section<'a> {
    id: &'a str,
    /// Text of the heading, as HTML without tags.
    title: String,
    body: &'a str,
}

/// The sections of a finished page.
fn sections(html: &str) -> Vec<Section<'_>> {
    let start = html.find("<main").unwrap_or_default();
    let end = html.find("</main>").unwrap_or(html.len());
    let main = &html[start..end];
    let headings: Vec<_> = HEADING.captures_iter(main).collect();
    let ends = headings.iter().skip(1).map(|next| next.get_match().start());
    let of = |(found, end): (&regex::Captures<'_>, usize)| Section {
        id: main
            .get(found.get(1).map_or(0..0, |id| id.range()))
            .unwrap_or_default(),
        title: TAG.replace_all(&found[2], "").trim().to_owned(),
        body: &main[found.get_match().end()..end],
    };
    headings.iter().zip(ends.chain([main.len()])).map(of).collect()
}

/// A section that a search names as one of its phrases: such a search finds it first.
#[derive(Serialize)]
struct Named {
    /// `3-writing.html#3-4`
    url: String,
    title: String,
    /// Title of its page.
    page: String,
    phrases: Vec<String>,
    /// How its text begins, as HTML.
    excerpt: String,
}

/// Length of such a beginning, in characters.
const EXCERPT: usize = 160;

/// The text that a reader sees, without what the search does not index.
fn words_of(html: &str) -> String {
    let html = Html::parse_fragment(html);
    let is_hidden = |node: &Node| {
        let element = node.as_element();
        element.is_some_and(|element| element.attr("data-pagefind-ignore").is_some())
    };
    let texts = html.tree.nodes().filter_map(|node| {
        let text = node.value().as_text()?;
        let mut above = node.ancestors();
        (!above.any(|above| is_hidden(above.value()))).then_some(&**text)
    });
    let texts = texts.collect::<Vec<_>>().join(" ");
    texts.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl Section<'_> {
    /// `None` if the page names no phrase for this section.
    fn named(&self, page: &Page, address: &str) -> Option<Named> {
        let words = page.search_words().filter(|(id, _)| *id == self.id);
        let phrases: Vec<String> = words
            .flat_map(|(_, words)| words.split(", ").map(str::to_owned))
            .collect();
        let beginning: String = words_of(self.body).chars().take(EXCERPT).collect();
        (!phrases.is_empty()).then(|| Named {
            url: address.to_owned(),
            title: words_of(&self.title),
            page: page.title().unwrap_or_default().to_owned(),
            phrases,
            excerpt: escape(&beginning),
        })
    }

    /// The section as a document for pagefind: what the heading and the search words say counts most.
    fn document(&self, page: &Page, language: Language) -> String {
        let words = page.search_words().filter(|(id, _)| *id == self.id);
        let words = words
            .map(|(_, words)| escape(words))
            .collect::<Vec<_>>()
            .join(", ");
        let (code, title, body) = (language.code(), &self.title, self.body);
        let above = escape(page.title().unwrap_or_default());
        format!(
            r#"<!doctype html><html lang="{code}"><body><main data-pagefind-body><h1 data-pagefind-weight="10">{title}</h1>{body}<p data-pagefind-weight="10">{words}</p></main><p data-pagefind-meta="page">{above}</p></body></html>"#
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_ends_at_the_next_heading() {
        let html = r##"<h1 id="book">Book</h1><main><h1 id="3"><a class="header" href="#3">3 <code>FROM</code></a></h1><p>a</p><h2 id="3-1">3-1</h2><p>b</p></main><p>c</p>"##;
        let found = sections(html);
        let found: Vec<_> = found.iter().map(|it| (it.id, &*it.title, it.body)).collect();
        assert_eq!(found, [("3", "3 FROM", "<p>a</p>"), ("3-1", "3-1", "<p>b</p>")]);
    }
}
