//! The note that a chapter leaves while it runs, and after it if something of it stays: what was there
//! before. `--clean` tells by it what the tutorial made from what only bears its names, also after a
//! run that was killed.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::author::tutorial::Names;
use crate::docker::objects::Object;
use crate::language::Language;
use crate::say::output::{self, Unwritten};
use crate::start::setup::Engine;
use crate::text;

/// What `target/tutorial/sorting.json` holds.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Note {
    /// Id of the engine that the chapter ran on.
    pub(crate) engine: String,
    /// All that the engine held before; `None` once the run has ended, which then knows what it left.
    pub(crate) before: Option<Vec<Object>>,
    /// What a run kept on purpose.
    pub(crate) kept: Vec<Object>,
    #[serde(skip)]
    file: PathBuf,
}

/// A note that is there and cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("failed to read the note {}", .file.display())]
pub(crate) struct Unread {
    file: PathBuf,
    #[source]
    reason: io::Error,
}

impl Note {
    /// A note that stays until the chapter has cleaned up; what an `earlier` one knows of stays known.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub(crate) fn leave(
        root: &Path,
        name: &str,
        engine: &Engine,
        before: &[Object],
        names: &Names,
        earlier: Option<&Self>,
    ) -> Result<Self, Unwritten> {
        let note = Self {
            engine: engine.facts.id.clone(),
            before: Some(before.to_owned()),
            kept: earlier.map_or_else(Vec::new, |note| note.leftovers(names, before)),
            file: file(root, name),
        };
        note.write()?;
        Ok(note)
    }

    /// What an earlier run of this chapter left on this engine; `None` if there is no note of one.
    ///
    /// # Errors
    ///
    /// If the note cannot be read.
    pub(crate) fn earlier(root: &Path, name: &str, engine: &Engine) -> Result<Option<Self>, Unread> {
        let note = Self::read(file(root, name))?;
        Ok(note.filter(|note| note.engine == engine.facts.id))
    }

    /// Every note that lies there, and those that cannot be read.
    pub(crate) fn all(root: &Path) -> (Vec<Self>, Vec<Unread>) {
        let folder = folder(root);
        let files = match fs::read_dir(&folder).and_then(Iterator::collect::<io::Result<Vec<_>>>) {
            Ok(files) => files,
            Err(error) if is_nothing(&error) => Vec::new(),
            Err(reason) => return (Vec::new(), vec![Unread { file: folder, reason }]),
        };
        let mut files: Vec<PathBuf> = files.into_iter().map(|entry| entry.path()).collect();
        files.retain(|file| file.extension().is_some_and(|extension| extension == "json"));
        files.sort();
        let (mut notes, mut unread) = (Vec::new(), Vec::new());
        for note in files.into_iter().map(Self::read) {
            match note {
                Ok(note) => notes.extend(note),
                Err(error) => unread.push(error),
            }
        }
        (notes, unread)
    }

    fn read(file: PathBuf) -> Result<Option<Self>, Unread> {
        let text = match fs::read_to_string(&file) {
            Ok(text) => text,
            Err(error) if is_nothing(&error) => return Ok(None),
            Err(reason) => return Err(Unread { file, reason }),
        };
        match serde_json::from_str::<Self>(&text) {
            Ok(note) => Ok(Some(Self { file, ..note })),
            Err(error) => Err(Unread {
                file,
                reason: error.into(),
            }),
        }
    }

    /// Writes it as it is now.
    ///
    /// # Errors
    ///
    /// If it cannot be written; the earlier one stays then.
    pub(crate) fn write(&self) -> Result<(), Unwritten> {
        let text = serde_json::to_string(self).expect("a note is plain data");
        let folder = self.file.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder).map_err(|reason| Unwritten::new(&self.file, reason))?;
        output::write(&self.file, &text)
    }

    /// Removes it. One that stays costs nothing but a look at it.
    pub(crate) fn forget(&self) {
        let _ = fs::remove_file(&self.file);
    }

    /// What of `now` is the tutorial's by this note.
    pub(crate) fn leftovers(&self, names: &Names, now: &[Object]) -> Vec<Object> {
        let made = |before: &Vec<Object>| names.made(before, now, &BTreeSet::new());
        let mut leftovers = self.before.as_ref().map(made).unwrap_or_default();
        let is_kept = |object: &&Object| self.kept.iter().any(|kept| kept.is_same(object));
        leftovers.extend(now.iter().filter(is_kept).cloned());
        leftovers.sort();
        leftovers.dedup();
        leftovers
    }

    /// Folder in which the chapter keeps files: `target/sorting`; `None` if there is none.
    pub(crate) fn files(&self) -> Option<PathBuf> {
        let folder = self.file.parent()?.parent()?.join(self.file.file_stem()?);
        folder.is_dir().then_some(folder)
    }
}

impl Unread {
    /// What went wrong, why, and what to do next, for a reader.
    pub(crate) fn say(&self, language: Language) -> String {
        let (file, reason) = (self.file.display().to_string(), &self.reason);
        let command = shlex::try_quote(&file).map_or_else(|_| file.clone(), |file| format!("rm {file}"));
        text!(language, "clean-up-unread", file, reason, command)
    }
}

/// Whether an error says that there is nothing to read.
fn is_nothing(error: &io::Error) -> bool {
    // No note lies in a folder that is none; writing one fails, and says so.
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}

fn file(root: &Path, name: &str) -> PathBuf {
    folder(root).join(format!("{name}.json"))
}

fn folder(root: &Path) -> PathBuf {
    root.join("target/tutorial")
}
