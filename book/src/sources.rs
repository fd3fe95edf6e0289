//! The files that the book is made from.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use tutorial_engine::author::chapter::Chapter;
use tutorial_engine::author::tutorial::Tutorial;
use tutorial_engine::language::Language;
use tutorial_engine::record::snapshot::Snapshot;

use crate::page::Page;
use crate::problem::Error;
use crate::seen::Seen;

/// A tutorial and the book about it.
#[derive(Clone, Debug)]
pub struct Shelf {
    /// Root of a working copy; all paths in the book are relative to it.
    pub root: PathBuf,
    /// Which folders below the root have the pages and the transcripts.
    pub tutorial: &'static Tutorial,
    /// Its chapters, in order.
    pub chapters: fn() -> Vec<Chapter>,
    /// What a reader types to open it in a browser, where its sections can be run.
    pub serve: &'static str,
    /// The book's title, in English and in Japanese.
    pub titles: [&'static str; 2],
    /// Folder of the style sheet and the script.
    pub theme: PathBuf,
}

impl Shelf {
    /// *Running Rust in Docker* in a working copy with this root.
    #[must_use]
    pub fn ours(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
            tutorial: &chapters::TUTORIAL,
            chapters: chapters::all,
            serve: "cargo run --bin book -- serve",
            titles: ["Running Rust in Docker", "DockerでRustを動かす"],
            theme: root.join("book/theme"),
        }
    }

    /// mdBook's root folder for the edition, relative to the root: `book/en`.
    #[must_use]
    pub fn edition(&self, language: Language) -> PathBuf {
        Path::new(self.tutorial.book).join(language.code())
    }

    /// Folder of the pages, relative to the root.
    #[must_use]
    pub fn pages(&self, language: Language) -> PathBuf {
        self.edition(language).join("src")
    }
}

/// A working copy of the repository.
#[derive(Clone, Debug)]
pub struct Sources {
    /// Which book it is.
    pub shelf: Shelf,
    /// Transcripts of the chapters, by name: `chapter-3`.
    pub snapshots: BTreeMap<String, Snapshot>,
    /// Transcripts on `CockroachDB`, by name; empty if none was recorded.
    pub on_cockroach: BTreeMap<String, Snapshot>,
    seen: Seen,
}

impl Sources {
    /// Opens the sources of *Running Rust in Docker* in `root`.
    ///
    /// # Errors
    ///
    /// - [`Error::Read`], if a transcript cannot be read.
    /// - [`Error::Snapshot`] or [`Error::Recording`], if it cannot be parsed.
    pub fn open(root: &Path) -> Result<Self, Error> {
        Self::open_and_note(&Shelf::ours(root), &Seen::default())
    }

    /// Opens the sources of a book. Notes in `seen` every file that is read, now and later during a build, even
    /// if reading fails.
    ///
    /// # Errors
    ///
    /// As [`Sources::open`].
    pub fn open_and_note(shelf: &Shelf, seen: &Seen) -> Result<Self, Error> {
        let transcripts = shelf.tutorial.transcripts;
        let mut sources = Self {
            shelf: shelf.clone(),
            snapshots: BTreeMap::new(),
            on_cockroach: BTreeMap::new(),
            seen: seen.clone(),
        };
        for path in sources.files(transcripts, "snap")? {
            let snapshot = sources.read(&path)?.parse().map_err(|source| Error::Snapshot {
                path: path.clone(),
                source,
            })?;
            sources.snapshots.insert(stem(&path), snapshot);
        }
        for path in sources.files(transcripts, "json")? {
            let text = sources.read(&path)?;
            let snapshot = serde_json::from_str(&text).map_err(|source| Error::Recording {
                path: path.clone(),
                source,
            })?;
            let chapter = stem(&path).replace("-cockroach", "");
            sources.on_cockroach.insert(chapter, snapshot);
        }
        Ok(sources)
    }

    /// The text of a file, by its path relative to the root.
    ///
    /// # Errors
    ///
    /// - [`Error::Read`], if it cannot be read as UTF-8.
    pub fn read(&self, path: impl AsRef<Path>) -> Result<String, Error> {
        let path = self.shelf.root.join(path);
        self.seen.note(&path);
        read(&path)
    }

    /// Path of a folder, relative to the root, that another program will read completely.
    #[must_use]
    pub fn folder(&self, path: impl AsRef<Path>) -> PathBuf {
        let path = self.shelf.root.join(path);
        self.seen.note_below(&path);
        path
    }

    /// The Markdown pages of an edition: file name and text, sorted by name; without `SUMMARY.md`.
    ///
    /// # Errors
    ///
    /// - [`Error::Read`], if a page cannot be read.
    pub fn pages(&self, language: Language) -> Result<BTreeMap<String, String>, Error> {
        let mut pages = BTreeMap::new();
        for path in self.files(self.shelf.pages(language), "md")? {
            let name = format!("{}.md", stem(&path));
            if name != "SUMMARY.md" {
                pages.insert(name, self.read(&path)?);
            }
        }
        Ok(pages)
    }

    fn files(&self, folder: impl AsRef<Path>, extension: &str) -> Result<Vec<PathBuf>, Error> {
        let folder = self.shelf.root.join(folder);
        self.seen.note(&folder);
        files(&folder, extension)
    }

    /// The snapshot of the chapter that a page is about; `None` if there is none.
    #[must_use]
    pub fn snapshot_of(&self, page: &Page) -> Option<&Snapshot> {
        let name = page.file.file_name()?.to_string_lossy();
        self.snapshots.get(&Self::chapter_of(&name)?)
    }

    /// The chapter of a page: `chapter-3` for `3-writing.md`; `None` for a page without a chapter.
    #[must_use]
    pub fn chapter_of(page: &str) -> Option<String> {
        let (number, _) = page.split_once('-')?;
        number
            .parse::<u32>()
            .ok()
            .map(|number| format!("chapter-{number}"))
    }
}

/// The text of a file.
///
/// # Errors
///
/// - [`Error::Read`], if it cannot be read as UTF-8.
pub fn read(path: &Path) -> Result<String, Error> {
    fs::read_to_string(path).map_err(|source| Error::Read {
        path: path.to_owned(),
        source,
    })
}

/// Writes a file and creates its folders if necessary.
///
/// # Errors
///
/// - [`Error::Write`], if it cannot be written.
pub fn write(path: &Path, content: impl AsRef<[u8]>) -> Result<(), Error> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(path, content))
        .map_err(|source| Error::Write {
            path: path.to_owned(),
            source,
        })
}

/// The files in a folder with names that end in `.extension`, sorted.
///
/// # Errors
///
/// - [`Error::Read`], if the folder cannot be listed.
pub fn files(folder: &Path, extension: &str) -> Result<Vec<PathBuf>, Error> {
    let failed = |source| Error::Read {
        path: folder.to_owned(),
        source,
    };
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.extension().is_some_and(|found| found == extension) {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

/// The SHA-256 of a text, in hexadecimal digits.
#[must_use]
pub fn hash(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    digest
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect::<Vec<_>>()
        .concat()
}

fn stem(path: &Path) -> String {
    path.file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}
