//! Removes what a chapter made, and only that.
//!
//! A chapter that runs keeps a note of what was there before it began, so that
//! `--clean` can tell what the tutorial made from what only bears its names,
//! also after a run that was killed.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::chapter::Chapter;
use crate::docker::{self, Docker, Object, ObjectKind};
use crate::effects::{State, Thing, is_lasting};
use crate::language::Language;
use crate::options::Options;
use crate::output::{self, Unwritten};
use crate::screen::{Interrupted, Screen};
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
    /// What is there of the chapter's, and which commands made it so.
    #[serde(default)]
    state: State,
    /// What placeholders stand for.
    #[serde(default)]
    values: BTreeMap<String, String>,
    /// Sections that are done, in order; `None` unless a run has stopped on the way.
    #[serde(default)]
    done: Option<Vec<String>>,
    #[serde(skip)]
    file: PathBuf,
}

impl Note {
    /// A note that stays until [`tidy`] has done its work; what an `earlier` one says goes on in it.
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
        earlier: Option<Self>,
    ) -> Result<Self, Unwritten> {
        let file = folder(root).join(format!("{name}.json"));
        let note = match earlier {
            Some(earlier) => Self {
                kept: earlier.leftovers(names, before),
                before: Some(before.to_owned()),
                file,
                ..earlier
            },
            None => Self {
                engine: engine.facts.id.clone(),
                before: Some(before.to_owned()),
                kept: Vec::new(),
                state: State::default(),
                values: BTreeMap::new(),
                done: None,
                file,
            },
        };
        note.write()?;
        Ok(note)
    }

    /// What an earlier run of this chapter left, on whichever engine; `None` if there is no note.
    ///
    /// # Errors
    ///
    /// If the note cannot be read.
    pub(crate) fn earlier(root: &Path, name: &str) -> Result<Option<Self>, Unread> {
        Self::read(folder(root).join(format!("{name}.json")))
    }

    /// Whether that run was on this engine.
    pub(crate) fn is_of(&self, engine: &Engine) -> bool {
        self.engine == engine.facts.id
    }

    /// Sections that are done, in order; `None` unless the run stopped on the way.
    pub(crate) fn done(&self) -> Option<&[String]> {
        self.done.as_deref()
    }

    /// What placeholders stood for.
    pub(crate) fn values(&self) -> &BTreeMap<String, String> {
        &self.values
    }

    /// What is still there of what that run knew: the engine and the folder are asked, not the
    /// note. `ours` is what of the engine is the tutorial's, `running` the containers that run.
    pub(crate) fn state(&self, root: &Path, ours: &[Object], running: &BTreeSet<String>) -> State {
        let mut state = self.state.clone();
        state.retain(|thing| match thing {
            Thing::Container(_) | Thing::Image(_) | Thing::Network(_) | Thing::Volume(_) => {
                self.object(thing, ours).is_some()
            }
            Thing::Running(name) => self
                .object(&Thing::Container(name.clone()), ours)
                .is_some_and(|container| running.contains(&container.id)),
            // It goes with the container that holds it.
            Thing::Port(_) | Thing::Cache(_) => true,
            Thing::File(path) => root.join(path).exists(),
            Thing::Value(placeholder) => is_lasting(placeholder) && self.values.contains_key(placeholder),
        });
        state
    }

    /// What of `ours` a thing is; `None` for what is no object of the engine.
    pub(crate) fn object<'a>(&self, thing: &Thing, ours: &'a [Object]) -> Option<&'a Object> {
        let (kind, name) = match thing {
            Thing::Container(name) => (ObjectKind::Container, name),
            Thing::Image(name) => (ObjectKind::Image, name),
            Thing::Network(name) => (ObjectKind::Network, name),
            Thing::Volume(name) => (ObjectKind::Volume, name),
            Thing::Running(_) | Thing::Port(_) | Thing::File(_) | Thing::Value(_) | Thing::Cache(_) => {
                return None;
            }
        };
        let id = self.values.get(name).map(|id| id.trim_start_matches("sha256:"));
        ours.iter().filter(|object| object.kind == kind).find(|object| {
            let is_id = id.is_some_and(|id| object.id.trim_start_matches("sha256:").starts_with(id));
            object.name.as_ref() == Some(name) || is_id
        })
    }

    /// Every note that lies there, and those that cannot be read.
    fn all(root: &Path) -> (Vec<Self>, Vec<Unread>) {
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

    fn write(&self) -> Result<(), Unwritten> {
        let text = serde_json::to_string(self).expect("a note is plain data");
        let folder = self.file.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder).map_err(|reason| Unwritten::new(&self.file, reason))?;
        output::write(&self.file, &text)
    }

    /// What of `now` is the tutorial's by this note.
    pub(crate) fn leftovers(&self, names: &Names, now: &[Object]) -> Vec<Object> {
        let made = |before: &Vec<Object>| names.made(before, now, &BTreeSet::new());
        let mut leftovers = self.before.as_ref().map(made).unwrap_or_default();
        leftovers.extend(
            now.iter()
                .filter(|object| self.kept.iter().any(|kept| kept.is_same(object)))
                .cloned(),
        );
        leftovers.sort();
        leftovers.dedup();
        leftovers
    }

    /// Folder in which the chapter keeps files: `target/chapter-3`.
    fn files(&self) -> Option<PathBuf> {
        let folder = self.file.parent()?.parent()?.join(self.file.file_stem()?);
        folder.is_dir().then_some(folder)
    }
}

/// A note that is there and cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("failed to read the note {}", .file.display())]
pub(crate) struct Unread {
    file: PathBuf,
    #[source]
    reason: io::Error,
}

impl Unread {
    /// What went wrong, why, and what to do next, for a reader.
    pub(crate) fn say(&self, language: Language) -> String {
        let file = self.file.display().to_string();
        let reason = self.reason.to_string();
        let removal = shlex::try_quote(&file).map_or_else(|_| file.clone(), |file| format!("rm {file}"));
        let values = [("file", &*file), ("reason", &reason), ("command", &removal)];
        language.text("clean-up-unread", &values)
    }
}

/// Whether an error says that there is nothing to read.
fn is_nothing(error: &io::Error) -> bool {
    // No note lies in a folder that is none; writing one fails, and says so.
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}

/// Why a chapter has not left everything as it should; in the reader's language.
pub(crate) enum Untidy {
    /// Something of it is still there.
    Left(String),
    /// The note could not be written.
    Unwritten(String),
}

fn folder(root: &Path) -> PathBuf {
    root.join("target/tutorial")
}

/// Removes what the chapter made, or says what stays. `done` are the sections that are done if the
/// run has stopped on the way.
///
/// # Errors
///
/// If something could not be removed, or the note not written.
pub(crate) fn tidy(
    docker: &Docker,
    mut note: Note,
    chapter: &Chapter,
    done: Option<Vec<String>>,
    options: &Options,
    screen: &Screen,
) -> Result<(), Untidy> {
    // The reader's Ctrl-C ends the chapter, not its cleaning up.
    let docker = docker.uninterruptible();
    let language = screen.language();
    let left = |error: docker::Error| Untidy::Left(error.say(language));
    let after = docker.objects().map_err(left)?;
    let before = note.before.take().expect("a chapter that runs has its note");
    let made = docker.names().made(&before, &after, chapter.seen());
    if options.keep {
        screen.say("clean-up-kept", &[]);
        for object in &made {
            screen.note(&format!("  {}", object.say(language)));
        }
        note.kept.extend(made.iter().cloned());
    } else {
        docker.remove_made(&before, chapter.seen()).map_err(left)?;
    }
    note.kept
        .retain(|kept| after.iter().any(|object| object.is_same(kept)));
    note.state = chapter.state().clone();
    note.values.extend(chapter.normaliser().values());
    note.done = done;
    if note.kept.is_empty() && note.done.is_none() {
        forget(&[note]);
        return Ok(());
    }
    note.write().map_err(|error| {
        let by_name = docker.names().made(&before, &after, &BTreeSet::new());
        let unknown = made
            .iter()
            .filter(|object| options.keep && !by_name.contains(object));
        Untidy::Unwritten(not_noted(&error, unknown, language))
    })
}

/// The error of a note at the end, and what nobody will know without it. The note that the run
/// began with stays.
fn not_noted<'a>(error: &Unwritten, unknown: impl Iterator<Item = &'a Object>, language: Language) -> String {
    let mut lines = vec![error.what(language), language.text("clean-up-not-noted", &[])];
    lines.extend(unknown.map(|object| {
        let object = [("object", &*object.say(language)), ("command", &object.removal())];
        language.text("clean-up-unknown", &object)
    }));
    lines.push(language.text("clean-up-next-end", &[]));
    lines.join("\n")
}

/// Removes what earlier runs left, after a question; what only bears the
/// tutorial's names is left to whoever made it. A note that cannot be read may name more, and makes
/// it a failure.
pub(crate) fn clean(root: &Path, engine: &Engine, docker: &Docker, options: &Options, screen: &Screen) -> u8 {
    let (notes, unread) = Note::all(root);
    let code = clean_known(notes, unread.is_empty(), engine, docker, options, screen);
    for error in &unread {
        screen.error(&error.say(screen.language()));
    }
    if code == 0 && !unread.is_empty() {
        FAILED
    } else {
        code
    }
}

/// Removes what `notes` know of; `is_all` says whether there are no others.
fn clean_known(
    notes: Vec<Note>,
    is_all: bool,
    engine: &Engine,
    docker: &Docker,
    options: &Options,
    screen: &Screen,
) -> u8 {
    let language = screen.language();
    let now = match docker.objects() {
        Ok(objects) => objects,
        Err(error) => {
            screen.error(&error.say(language));
            return NOT_STARTED;
        }
    };
    let (notes, others): (Vec<_>, Vec<_>) =
        notes.into_iter().partition(|note| note.engine == engine.facts.id);
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
        if is_all {
            screen.say("clean-up-nothing-left", &[]);
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_that_is_not_written_leaves_what_has_no_name_to_the_reader() {
        let error = Unwritten::new(Path::new("chapter-3.json"), ErrorKind::StorageFull.into());
        let image = Object {
            kind: ObjectKind::Image,
            id: "sha256:9".to_owned(),
            name: None,
            image: None,
        };
        let said = not_noted(&error, [&image].into_iter(), Language::English);
        for part in [
            "failed to write chapter-3.json: no storage space\n",
            "`--clean` will not know of: image sha256:9\n",
            "  to remove it: docker image rm sha256:9\n",
        ] {
            assert!(said.contains(part), "no {part} in\n{said}");
        }
    }
}
