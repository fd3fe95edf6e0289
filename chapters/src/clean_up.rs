//! Removes what a chapter made, and only that.
//!
//! A chapter that runs keeps a note of what was there before it began, so that
//! `--clean` can tell what the tutorial made from what only bears its names,
//! also after a run that was killed.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::chapter::Chapter;
use crate::docker::{Docker, Object, ObjectKind};
use crate::options::Options;
use crate::screen::{Interrupted, Screen, Unwritten};
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
    /// If it cannot be written.
    pub(crate) fn leave(
        root: &Path,
        name: &str,
        engine: &Engine,
        before: &[Object],
    ) -> Result<Self, Unwritten> {
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
        note.write()?;
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

    fn write(&self) -> Result<(), Unwritten> {
        let written = fs::create_dir_all(self.file.parent().unwrap_or(Path::new(".")))
            .and_then(|()| fs::write(&self.file, serde_json::to_string(self)?));
        written.map_err(|reason| Unwritten {
            file: self.file.clone(),
            reason,
        })
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

/// Removes what the chapter made, or says what stays; answers what it could not, in the reader's language.
pub(crate) fn tidy(
    docker: &Docker,
    mut note: Note,
    chapter: &Chapter,
    options: &Options,
    screen: &Screen,
) -> Option<String> {
    // The reader's Ctrl-C ends the chapter, not its cleaning up.
    let docker = docker.uninterruptible();
    let language = screen.language();
    let after = match docker.objects() {
        Ok(after) => after,
        Err(error) => return Some(error.say(language)),
    };
    let before = note.before.take().expect("a chapter that runs has its note");
    let made = docker.names().made(&before, &after, chapter.seen());
    if options.keep {
        screen.say("clean-up-kept", &[]);
        for object in &made {
            screen.note(&format!("  {}", object.say(language)));
        }
        note.kept.extend(made);
    } else if let Err(error) = docker.remove(&made) {
        return Some(error.say(language));
    }
    if note.kept.is_empty() {
        forget(&[note]);
        return None;
    }
    note.write().err().map(|error| error.say(language))
}

/// Removes what earlier runs left, after a question; what only bears the
/// tutorial's names is left to whoever made it.
pub(crate) fn clean(root: &Path, engine: &Engine, docker: &Docker, options: &Options, screen: &Screen) -> u8 {
    let language = screen.language();
    let now = match docker.objects() {
        Ok(objects) => objects,
        Err(error) => {
            screen.error(&error.say(language));
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
        let strangers = [("object", &*object.say(language)), ("command", &object.removal())];
        screen.say("clean-up-left-alone", &strangers);
    }
    if !others.is_empty() {
        screen.say("clean-up-other-engine", &[]);
    }
    if leftovers.is_empty() && folders.is_empty() {
        forget(&notes);
        screen.say("clean-up-nothing-left", &[]);
        return 0;
    }
    screen.say("clean-up-to-remove", &[]);
    let folder = |folder: &PathBuf| {
        let folder = folder.display().to_string();
        language.text("clean-up-folder", &[("folder", &folder)])
    };
    let objects = leftovers.iter().map(|object| object.say(language));
    for name in objects.chain(folders.iter().map(folder)) {
        screen.note(&format!("  {name}"));
    }
    match screen.confirm(&language.text("clean-up-question", &[]), options.yes) {
        Ok(true) => {}
        Ok(false) => {
            screen.say("clean-up-declined", &[]);
            return 0;
        }
        Err(Interrupted) => return INTERRUPTED,
    }
    let leftovers: Vec<Object> = leftovers.into_iter().collect();
    let removed = docker.remove(&leftovers).map_err(|error| error.say(language));
    let removed = folders.iter().fold(removed, |removed, folder| {
        let gone = fs::remove_dir_all(folder);
        removed.and(gone.map_err(|reason| {
            let folder = folder.display().to_string();
            let reason = reason.to_string();
            language.text("clean-up-failed", &[("folder", &folder), ("reason", &reason)])
        }))
    });
    match removed {
        Ok(()) => {
            forget(&notes);
            screen.say("clean-up-removed", &[]);
            0
        }
        Err(error) => {
            screen.error(&error);
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
