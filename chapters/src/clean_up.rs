//! Removes what a chapter made, and only that.
//!
//! A chapter that runs keeps a note of what was there before it began, so that
//! `--clean` can tell what the tutorial made from what only bears its names,
//! also after a run that was killed.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::chapter::Chapter;
use crate::docker::{Docker, Object, ObjectKind};
use crate::options::Options;
use crate::screen::{Interrupted, Screen, sentence};
use crate::setup::Engine;
use crate::summary::{FAILED, INTERRUPTED, NOT_STARTED};
use crate::tutorial::Names;

/// What a chapter leaves for `--clean` to read: `target/tutorial/chapter-3.json`.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Note {
    /// Id of the engine that it ran on.
    engine: String,
    /// All that the engine held before; `None` once the run has ended, which
    /// then knows what it left.
    before: Option<Vec<Object>>,
    /// What a run kept on purpose.
    kept: Vec<Object>,
    #[serde(skip)]
    file: PathBuf,
}

impl Note {
    /// A note that stays until [`tidy`] has done its work.
    ///
    /// # Errors
    ///
    /// A sentence that names the file, if it cannot be written.
    pub(crate) fn leave(root: &Path, name: &str, engine: &Engine, before: &[Object]) -> Result<Self, String> {
        let file = folder(root).join(format!("{name}.json"));
        let earlier = Self::all(root).into_iter().find(|note| note.file == file);
        let note = Self {
            engine: engine.facts.id.clone(),
            before: Some(before.to_owned()),
            kept: earlier
                .filter(|note| note.engine == engine.facts.id)
                .map(|note| note.kept)
                .unwrap_or_default(),
            file,
        };
        note.write()
            .map_err(|error| format!("failed to write {}: {error}", note.file.display()))?;
        Ok(note)
    }

    /// Every note that lies there; one that cannot be read is none.
    fn all(root: &Path) -> Vec<Self> {
        let files = fs::read_dir(folder(root)).into_iter().flatten().flatten();
        let read = |file: PathBuf| {
            let note: Self = serde_json::from_str(&fs::read_to_string(&file).ok()?).ok()?;
            Some(Self { file, ..note })
        };
        files.filter_map(|entry| read(entry.path())).collect()
    }

    fn write(&self) -> io::Result<()> {
        fs::create_dir_all(self.file.parent().unwrap_or(Path::new(".")))?;
        fs::write(&self.file, serde_json::to_string(self)?)
    }

    /// What of `now` is the tutorial's by this note.
    fn leftovers(&self, names: &Names, now: &[Object]) -> Vec<Object> {
        let made = |before: &Vec<Object>| names.made(before, now, &BTreeSet::new());
        let mut leftovers = self.before.as_ref().map(made).unwrap_or_default();
        leftovers.extend(self.kept.iter().filter(|kept| now.contains(kept)).cloned());
        leftovers
    }

    /// Folder in which the chapter keeps files: `target/chapter-3`.
    fn files(&self) -> Option<PathBuf> {
        let folder = self.file.parent()?.parent()?.join(self.file.file_stem()?);
        folder.is_dir().then_some(folder)
    }
}

fn folder(root: &Path) -> PathBuf {
    root.join("target/tutorial")
}

/// Removes what the chapter made, or says what stays; answers what it could not.
pub(crate) fn tidy(
    docker: &Docker,
    mut note: Note,
    chapter: &Chapter,
    options: &Options,
    screen: &Screen,
) -> Option<String> {
    // The reader's Ctrl-C ends the chapter, not its cleaning up.
    let docker = docker.uninterruptible();
    let after = match docker.objects() {
        Ok(after) => after,
        Err(error) => return Some(sentence(&error)),
    };
    let before = note.before.take().expect("a chapter that runs has its note");
    let made = docker.names().made(&before, &after, chapter.seen());
    if options.keep {
        let names: Vec<_> = made.iter().map(ToString::to_string).collect();
        screen.note(&format!(
            "Kept, until you remove it with `-- --clean`:\n  {}",
            names.join("\n  ")
        ));
        note.kept.extend(made);
    } else if let Err(error) = docker.remove(&made) {
        return Some(sentence(&error));
    }
    if note.kept.is_empty() {
        forget(&[note]);
        return None;
    }
    let written = note.write();
    written
        .err()
        .map(|error| format!("{}: {error}", note.file.display()))
}

/// Removes what earlier runs left, after a question; what only bears the
/// tutorial's names is left to whoever made it.
pub(crate) fn clean(root: &Path, engine: &Engine, docker: &Docker, options: &Options, screen: &Screen) -> u8 {
    let now = match docker.objects() {
        Ok(objects) => objects,
        Err(error) => {
            screen.note(&format!("Error: {}", sentence(&error)));
            return NOT_STARTED;
        }
    };
    let (notes, others): (Vec<_>, Vec<_>) = Note::all(root)
        .into_iter()
        .partition(|note| note.engine == engine.facts.id);
    let leftovers: BTreeSet<Object> = notes
        .iter()
        .flat_map(|note| note.leftovers(docker.names(), &now))
        .collect();
    let folders: Vec<PathBuf> = notes.iter().filter_map(Note::files).collect();
    let is_strangers = |object: &&Object| docker.names().are_borne_by(object) && !leftovers.contains(object);
    for object in now.iter().filter(is_strangers) {
        screen.note(&format!(
            "Left alone, since no run of the tutorial on this engine is known to have made it: {object}\n  \
             if you want to remove it: {}",
            object.removal()
        ));
    }
    if !others.is_empty() {
        screen.note("Runs on another engine left notes as well; `-- --clean` with that engine removes what they left.");
    }
    if leftovers.is_empty() && folders.is_empty() {
        forget(&notes);
        screen.note("Nothing of the tutorial's is left behind.");
        return 0;
    }
    let names = leftovers.iter().map(ToString::to_string);
    let names: Vec<String> = names
        .chain(
            folders
                .iter()
                .map(|folder| format!("folder {}", folder.display())),
        )
        .collect();
    screen.note(&format!(
        "To be removed, since the tutorial made it:\n  {}",
        names.join("\n  ")
    ));
    match screen.confirm("Remove it?", options.yes) {
        Ok(true) => {}
        Ok(false) => {
            screen.note("Nothing was removed.");
            return 0;
        }
        Err(Interrupted) => return INTERRUPTED,
    }
    let leftovers: Vec<Object> = leftovers.into_iter().collect();
    let removed = docker.remove(&leftovers).map_err(|error| sentence(&error));
    let removed = folders.iter().fold(removed, |removed, folder| {
        let gone = fs::remove_dir_all(folder);
        removed.and(gone.map_err(|error| format!("failed to remove {}: {error}", folder.display())))
    });
    match removed {
        Ok(()) => {
            forget(&notes);
            screen.note("Removed.");
            0
        }
        Err(error) => {
            screen.note(&format!("Error: {error}"));
            FAILED
        }
    }
}

/// A note that stays costs nothing but a look at it.
fn forget(notes: &[Note]) {
    for note in notes {
        let _ = fs::remove_file(&note.file);
    }
}

impl Object {
    /// The command that removes it.
    fn removal(&self) -> String {
        let force = if self.kind == ObjectKind::Container {
            "--force "
        } else {
            ""
        };
        format!("docker {} rm {force}{}", self.kind, self.handle())
    }
}
