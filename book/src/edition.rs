//! The two languages that the book is written in.

use std::path::PathBuf;

use crate::words::{ENGLISH, JAPANESE, Words};

/// One language of the book.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Edition {
    /// `book/en`
    English,
    /// `book/ja`
    Japanese,
}

/// Both, in the order in which they are built.
pub const EDITIONS: [Edition; 2] = [Edition::English, Edition::Japanese];

impl Edition {
    /// As in `<html lang>`, and the name of its folder.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Japanese => "ja",
        }
    }

    /// The edition in the other language.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::English => Self::Japanese,
            Self::Japanese => Self::English,
        }
    }

    /// What mdBook takes for the root of a book, seen from the repository's root.
    #[must_use]
    pub fn folder(self) -> PathBuf {
        PathBuf::from("book").join(self.code())
    }

    /// Folder of its pages, seen from the repository's root.
    #[must_use]
    pub fn pages(self) -> PathBuf {
        self.folder().join("src")
    }

    /// What the machine says in it.
    #[must_use]
    pub fn words(self) -> &'static Words {
        match self {
            Self::English => &ENGLISH,
            Self::Japanese => &JAPANESE,
        }
    }
}
