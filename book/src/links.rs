//! Checks the links of the built book: each leads to an existing file and anchor, and nothing is loaded
//! from the network.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};
use std::sync::LazyLock;

use regex::Regex;
use tutorial_engine::language::LANGUAGES;

use crate::problem::{Error, Problem};
use crate::sources::{files, read};

static TAG: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"<([a-zA-Z][a-zA-Z0-9-]*)((?:\s+[^\s<>="]+(?:="[^"]*")?)*)\s*/?>"#));
static ATTRIBUTE: LazyLock<Regex> = LazyLock::new(|| pattern(r#"\s([^\s<>="]+)="([^"]*)""#));
static IN_STYLE: LazyLock<Regex> = LazyLock::new(|| pattern(r#"(?:url\(|@import)\s*["']?(?:https?:)?//"#));

/// Broken links in the book built into `folder`.
///
/// # Errors
///
/// - [`Error::Read`], if a page cannot be read.
pub fn problems(folder: &Path) -> Result<Vec<Problem>, Error> {
    let mut pages = BTreeMap::new();
    let mut paths = files(folder, "html")?;
    for language in LANGUAGES {
        paths.extend(files(&folder.join(language.code()), "html")?);
    }
    for path in paths {
        let name = path.strip_prefix(folder).unwrap_or(&path).to_owned();
        pages.insert(name, Tags::read(&read(&path)?));
    }
    let mut problems = Vec::new();
    for (name, tags) in &pages {
        for link in &tags.links {
            problems.extend(fault(folder, name, link, &pages).map(|text| Problem::of(name, text)));
        }
    }
    problems.extend(from_the_network(folder)?);
    Ok(problems)
}

/// The parts of a page's HTML that concern links.
struct Tags {
    /// Anchors that links may lead to.
    anchors: BTreeSet<String>,
    links: Vec<Link>,
}

struct Link {
    target: String,
    /// Whether the browser loads the target by itself.
    is_loaded: bool,
}

impl Tags {
    fn read(html: &str) -> Self {
        let mut tags = Self {
            anchors: BTreeSet::new(),
            links: Vec::new(),
        };
        for tag in TAG.captures_iter(html) {
            let attributes: BTreeMap<&str, &str> = ATTRIBUTE
                .captures_iter(tag.get(2).map_or("", |found| found.as_str()))
                .map(|found| found.extract())
                .map(|(_, [name, value])| (name, value))
                .collect();
            tags.anchors
                .extend(attributes.get("id").map(|id| (*id).to_owned()));
            let is_stylesheet = &tag[1] == "link" && attributes.get("rel") != Some(&"alternate");
            let targets = [
                attributes.get("href").map(|target| (target, is_stylesheet)),
                attributes.get("src").map(|target| (target, true)),
            ];
            tags.links
                .extend(targets.into_iter().flatten().map(|(target, is_loaded)| Link {
                    target: target.replace("&amp;", "&"),
                    is_loaded,
                }));
        }
        tags
    }
}

fn fault(folder: &Path, page: &Path, link: &Link, pages: &BTreeMap<PathBuf, Tags>) -> Option<String> {
    let target = &link.target;
    if target.starts_with("https://") || target.starts_with("http://") || target.starts_with("//") {
        let text = format!("loads {target} from the network; put it into the book");
        return link.is_loaded.then_some(text);
    }
    if target.starts_with("data:") {
        return None;
    }
    let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
    let path = if file.is_empty() {
        page.to_owned()
    } else {
        resolved(page, file)?
    };
    if !folder.join(&path).is_file() {
        return Some(format!(
            "links to `{target}`, and there is no file {}; link to one that is there",
            path.display()
        ));
    }
    let is_there = pages.get(&path).is_none_or(|tags| tags.anchors.contains(anchor));
    (!anchor.is_empty() && !is_there).then(|| {
        format!(
            "links to `{target}`, and {} has no heading {{#{anchor}}}; link to one that it has",
            path.display()
        )
    })
}

/// The file that a relative address leads to, relative to the book's root.
fn resolved(page: &Path, file: &str) -> Option<PathBuf> {
    let mut path = page.parent()?.to_owned();
    for component in Path::new(file).components() {
        match component {
            Component::ParentDir => {
                path.pop();
            }
            Component::CurDir => {}
            other => path.push(other),
        }
    }
    Some(path)
}

fn from_the_network(folder: &Path) -> Result<Vec<Problem>, Error> {
    let mut problems = Vec::new();
    for language in LANGUAGES {
        let folder = folder.join(language.code());
        let mut paths = files(&folder, "css")?;
        paths.extend(files(&folder.join("css"), "css")?);
        paths.extend(files(&folder.join("fonts"), "css")?);
        for path in paths {
            if IN_STYLE.is_match(&read(&path)?) {
                problems.push(Problem::of(
                    &path,
                    "loads from the network; put what it loads into the book",
                ));
            }
        }
    }
    Ok(problems)
}

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a pattern of this file is valid")
}
