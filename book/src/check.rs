//! Checks the book: it builds, both editions agree, it shows all transcripts, its links work, and no
//! Japanese page is older than its English one.

use std::path::Path;

use tutorial_engine::language::{LANGUAGES, Language};

use crate::agreement::{self, Pages};
use crate::build::build_into;
use crate::edition;
use crate::leftovers;
use crate::links;
use crate::lock;
use crate::page::Page;
use crate::problem::{Error, none};
use crate::sections;
use crate::sources::Sources;
use crate::words;

/// Numbers of checked items.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Summary {
    /// Pages of each edition.
    pub pages: usize,
    /// Sections of all transcripts.
    pub sections: usize,
}

/// Checks the book by building it into a temporary folder. With `accepts_translations`, the Japanese
/// pages are recorded as up to date.
///
/// # Errors
///
/// - [`Error::Problems`], if a check fails.
/// - As [`crate::build::build`], if the book cannot be built.
pub fn check(sources: &Sources, accepts_translations: bool) -> Result<Summary, Error> {
    let [english, japanese] = LANGUAGES.map(|language| pages(sources, language));
    let (english, japanese) = (english?, japanese?);
    let mut problems = agreement::differences(&english, &japanese);
    let [ours, theirs] = LANGUAGES.map(|language| sources.read(edition::pages(language).join("SUMMARY.md")));
    problems.extend(agreement::difference_of_summaries(&[ours?, theirs?]));
    problems.extend(sections::problems(sources, Language::English, &english));
    problems.extend(sections::problems(sources, Language::Japanese, &japanese));
    for language in LANGUAGES {
        problems.extend(words::problems(sources, language)?);
    }

    let folder = tempfile::tempdir().map_err(|source| Error::Write {
        path: std::env::temp_dir(),
        source,
    })?;
    match build_into(sources, folder.path()) {
        Ok(()) => {
            problems.extend(links::problems(folder.path())?);
            problems.extend(leftovers::problems(folder.path())?);
        }
        // These include the problems of single pages.
        Err(Error::Problems(more)) => problems.extend(more),
        Err(error) => return Err(error),
    }

    let texts = sources.pages(Language::English)?;
    if accepts_translations && problems.is_empty() {
        lock::accept(sources, &texts)?;
    }
    problems.extend(lock::problems(sources, &texts)?);
    problems.sort();
    none(problems)?;
    Ok(Summary {
        pages: english.len(),
        sections: sources
            .snapshots
            .values()
            .map(|snapshot| snapshot.transcript.sections().len())
            .sum(),
    })
}

fn pages(sources: &Sources, language: Language) -> Result<Pages, Error> {
    let pages = sources.pages(language)?;
    Ok(pages
        .into_iter()
        .map(|(name, text)| {
            let page = Page::read(&edition::pages(language).join(&name), &text);
            (name, page)
        })
        .collect())
}

/// The root of the working copy that this program was built from.
///
/// # Panics
///
/// Never: the package's folder is inside the working copy.
#[must_use]
pub fn root() -> &'static Path {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package
        .parent()
        .expect("the package's folder lies in the repository")
}
