//! A file that records what the engine held before a chapter. It exists while the chapter runs, and
//! stays if objects are left over. With it, `--clean` tells the tutorial's objects from others with the
//! same names, even after the run was killed.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::author::tutorial::Names;
use crate::cli::session::Session;
use crate::docker::objects::Object;
use crate::language::Language;
use crate::say::output::{self, Unwritten};
use crate::text;

/// Content of `target/tutorial/sorting.json`.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Note {
    /// Id of the engine that the chapter ran on.
    pub(crate) engine: String,
    /// All that the engine held before; `None` after the run, when `kept` has the leftovers.
    pub(crate) before: Option<Vec<Object>>,
    /// Objects that a run kept on purpose.
    pub(crate) kept: Vec<Object>,
    #[serde(skip)]
    file: PathBuf,
}

/// A note, or the folder of notes, that cannot be read.
#[derive(Debug)]
pub(crate) struct Unreadable {
    file: PathBuf,
    reason: io::Error,
}

impl Note {
    /// The note for a chapter that begins, not yet written; it includes what an earlier note recorded.
    /// The error is an earlier note that cannot be read.
    pub(crate) fn new(session: &Session<'_>, chapter: &str, before: &[Object]) -> Result<Self, Unreadable> {
        let (engine, names) = (&session.facts.id, session.docker.names());
        let file = folder(session.root).join(format!("{chapter}.json"));
        let earlier = Self::read(file.clone())?;
        let earlier = earlier.filter(|note| note.engine == *engine).into_iter();
        Ok(Self {
            engine: engine.clone(),
            before: Some(before.to_owned()),
            kept: earlier.flat_map(|note| note.leftovers(names, before)).collect(),
            file,
        })
    }

    /// Every note in the folder, and those that cannot be read.
    pub(crate) fn all(root: &Path) -> (Vec<Self>, Vec<Unreadable>) {
        let folder = folder(root);
        let entries = fs::read_dir(&folder).and_then(Iterator::collect::<io::Result<Vec<_>>>);
        let entries = match entries {
            Ok(entries) => entries,
            Err(error) if is_nothing(&error) => Vec::new(),
            Err(reason) => return (Vec::new(), vec![Unreadable { file: folder, reason }]),
        };
        let mut files: Vec<PathBuf> = entries.into_iter().map(|entry| entry.path()).collect();
        files.retain(|file| file.extension().is_some_and(|extension| extension == "json"));
        files.sort();
        let (mut notes, mut troubles) = (Vec::new(), Vec::new());
        for file in files {
            match Self::read(file) {
                Ok(note) => notes.extend(note),
                Err(trouble) => troubles.push(trouble),
            }
        }
        (notes, troubles)
    }

    /// `None` if there is no note.
    fn read(file: PathBuf) -> Result<Option<Self>, Unreadable> {
        let text = fs::read_to_string(&file);
        match text.and_then(|text| Ok(serde_json::from_str::<Self>(&text)?)) {
            Ok(note) => Ok(Some(Self { file, ..note })),
            Err(error) if is_nothing(&error) => Ok(None),
            Err(reason) => Err(Unreadable { file, reason }),
        }
    }

    /// Writes the note in its current state; after an error, the earlier version stays.
    pub(crate) fn write(&self) -> Result<(), Unwritten> {
        let text = serde_json::to_string(self).expect("a note is plain data");
        let folder = self.file.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder).map_err(|reason| Unwritten::new(&self.file, reason))?;
        output::write(&self.file, &text)
    }

    /// Removes the note. If this fails, the only cost is that the note is read again later.
    pub(crate) fn forget(&self) {
        let _ = fs::remove_file(&self.file);
    }

    /// The objects in `now` that, according to this note, the tutorial made.
    pub(crate) fn leftovers(&self, names: &Names, now: &[Object]) -> BTreeSet<Object> {
        let made = |before: &Vec<Object>| names.made(before, now, &BTreeSet::new());
        let made = self.before.as_ref().map(made).unwrap_or_default();
        let is_kept = |object: &&Object| self.kept.iter().any(|kept| kept.is_same(object));
        let kept = now.iter().filter(is_kept).cloned();
        made.into_iter().chain(kept).collect()
    }

    /// Folders in which the chapter keeps files: `target/sorting` and `target/sorting-words`.
    pub(crate) fn files(&self) -> Vec<PathBuf> {
        let target = self
            .file
            .parent()
            .and_then(Path::parent)
            .unwrap_or(Path::new("."));
        let chapter = self.file.file_stem().unwrap_or_default().to_string_lossy();
        let is_its = |folder: &PathBuf| {
            let name = folder.file_name().unwrap_or_default().to_string_lossy();
            let rest = name.strip_prefix(&*chapter);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-')) && folder.is_dir()
        };
        let entries = fs::read_dir(target).into_iter().flatten().flatten();
        let mut folders: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(is_its).collect();
        folders.sort();
        folders
    }
}

impl Unreadable {
    /// What went wrong, the cause, and what to do next, for a reader.
    pub(crate) fn say(&self, language: Language) -> String {
        let (file, reason) = (self.file.display().to_string(), &self.reason);
        let command = shlex::try_quote(&file).map_or_else(|_| file.clone(), |file| format!("rm {file}"));
        text!(language, "clean-up-unread", file, reason, command)
    }
}

/// Whether the error means that there is no note.
fn is_nothing(error: &io::Error) -> bool {
    // If the "folder" is not a folder, it has no notes; writing one then fails with a message.
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}

fn folder(root: &Path) -> PathBuf {
    root.join("target/tutorial")
}
