//! Removes what chapters made, and nothing else.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use crate::cli::note::Note;
use crate::cli::session::Session;
use crate::docker::client::NoAnswer;
use crate::docker::objects::{Object, ObjectKind};
use crate::language::Language;
use crate::report::ending::{INTERRUPTED, NOT_STARTED, or_failed};
use crate::say::output::Unwritten;
use crate::say::screen::{Screen, confirm};
use crate::text;

/// Message that the note could not be updated at the end, and which objects are therefore not recorded.
pub(crate) fn not_noted(error: &Unwritten, unknown: &[Object], language: Language) -> String {
    let mut lines = vec![error.what(language), text!(language, "clean-up-not-noted")];
    lines.extend(unknown.iter().map(|object| {
        let (command, object) = (removal(object), object.say(language));
        text!(language, "clean-up-unknown", object, command)
    }));
    lines.push(text!(language, "clean-up-next-end"));
    lines.join("\n")
}

/// Removes the leftovers of earlier runs, after a question. Objects that only have the tutorial's names
/// are kept. If a note cannot be read, it may list more objects, so the result is a failure. Returns the
/// exit status.
pub(crate) fn clean(session: &Session<'_>, screen: &Screen) -> u8 {
    let language = screen.language();
    let (notes, unread) = Note::all(session.root);
    let code = clean_known(session, notes, unread.is_empty(), screen).unwrap_or_else(|error| {
        screen.error(&error.say(language));
        NOT_STARTED
    });
    for note in &unread {
        screen.error(&note.say(language));
    }
    or_failed(code, &unread)
}

/// `are_all` says whether all notes could be read.
fn clean_known(
    session: &Session<'_>,
    notes: Vec<Note>,
    are_all: bool,
    screen: &Screen,
) -> Result<u8, NoAnswer> {
    let (docker, language) = (&session.docker, screen.language());
    let now = docker.objects()?;
    let is_here = |note: &Note| note.engine == session.facts.id;
    let (notes, others): (Vec<_>, Vec<_>) = notes.into_iter().partition(is_here);
    let leftovers = notes.iter().flat_map(|note| note.leftovers(docker.names(), &now));
    let leftovers = Vec::from_iter(leftovers.collect::<BTreeSet<Object>>());
    let folders: Vec<PathBuf> = notes.iter().flat_map(Note::files).collect();
    let is_strangers = |object: &&Object| docker.names().are_borne_by(object) && !leftovers.contains(object);
    for object in now.iter().filter(is_strangers) {
        let (command, object) = (removal(object), object.say(language));
        screen.note(&text!(language, "clean-up-left-alone", object, command));
    }
    if !others.is_empty() {
        screen.say("clean-up-other-engine", &[]);
    }
    if leftovers.is_empty() && folders.is_empty() {
        notes.iter().for_each(Note::forget);
        if are_all {
            screen.say("clean-up-nothing-left", &[]);
        }
        return Ok(0);
    }
    screen.say("clean-up-to-remove", &[]);
    let folder = |folder: &PathBuf| text!(language, "clean-up-folder", folder = folder.display());
    let objects = leftovers.iter().map(|object| object.say(language));
    for name in objects.chain(folders.iter().map(folder)) {
        screen.note(&format!("  {name}"));
    }
    match confirm(&text!(language, "clean-up-question"), session.options.yes) {
        Some(true) => {}
        Some(false) => {
            screen.say("clean-up-declined", &[]);
            return Ok(0);
        }
        None => return Ok(INTERRUPTED),
    }
    let removed = docker.remove(&leftovers).err();
    let mut troubles = Vec::from_iter(removed.map(|error| error.say(language)));
    for folder in folders {
        if let Err(reason) = fs::remove_dir_all(&folder) {
            let folder = folder.display();
            troubles.push(text!(language, "clean-up-failed", folder, reason));
        }
    }
    if troubles.is_empty() {
        notes.iter().for_each(Note::forget);
        screen.say("clean-up-removed", &[]);
    }
    for trouble in &troubles {
        screen.error(trouble);
    }
    Ok(or_failed(0, &troubles))
}

/// The command that removes an object.
fn removal(object: &Object) -> String {
    let is_container = object.kind == ObjectKind::Container;
    let (option, handle) = (if is_container { "--force " } else { "" }, object.handle());
    format!("docker {} rm {option}{handle}", object.kind)
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind;
    use std::path::Path;

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
        let said = not_noted(&error, &[image], Language::English);
        for part in [
            "failed to write chapter-3.json: no storage space\n",
            "`--clean` will not know of: image sha256:9\n",
            "  to remove it: docker image rm sha256:9\n",
        ] {
            assert!(said.contains(part), "no {part} in\n{said}");
        }
    }
}
