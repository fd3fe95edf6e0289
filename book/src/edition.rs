//! The book in one language: its folder, and the messages of this program on its pages, from
//! `book/language/en/*.ftl` and `ja/*.ftl`.

use std::path::PathBuf;

use include_dir::include_dir;
use tutorial_engine::language::{Catalogue, Language};

/// This program's messages on the pages.
pub static CATALOGUE: Catalogue = Catalogue::new(&include_dir!("$CARGO_MANIFEST_DIR/language"));

/// A message of the book's own catalogue; [`tutorial_engine::text!`] is the same for the engine's.
macro_rules! text {
    ($language:expr, $($message:tt)+) => {
        tutorial_engine::text!(in $crate::edition::CATALOGUE, $language, $($message)+)
    };
}
pub(crate) use text;

/// The language of the other edition.
#[must_use]
pub fn other(language: Language) -> Language {
    match language {
        Language::English => Language::Japanese,
        Language::Japanese => Language::English,
    }
}

/// mdBook's root folder for the edition, relative to the repository's root: `book/en`.
#[must_use]
pub fn folder(language: Language) -> PathBuf {
    PathBuf::from("book").join(language.code())
}

/// Folder of the pages, relative to the repository's root.
#[must_use]
pub fn pages(language: Language) -> PathBuf {
    folder(language).join("src")
}
