//! Removes what chapters made, and only that.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use crate::cli::note::{Note, Unread};
use crate::cli::session::Session;
use crate::docker::client::Docker;
use crate::docker::objects::{Object, ObjectKind};
use crate::language::Language;
use crate::report::ending::{FAILED, INTERRUPTED, NOT_STARTED};
use crate::say::output::Unwritten;
use crate::say::screen::{Screen, confirm};
use crate::text;

/// Notes what of a chapter stays: what it made and `keeps`, and what earlier runs kept. `seen` are ids
/// that its outputs named. Answers what could not be done, in the reader's language.
pub(crate) fn note_what_stays(
    docker: &Docker,
    mut note: Note,
    seen: &BTreeSet<String>,
    keeps: bool,
    screen: &Screen,
) -> Option<String> {
    let language = screen.language();
    let after = match docker.objects() {
        Ok(objects) => objects,
        Err(error) => return Some(error.say(language)),
    };
    let before = note.before.take().unwrap_or_default();
    let mut made = docker.names().made(&before, &after, seen);
    if keeps {
        screen.say("clean-up-kept", &[]);
        for object in &made {
            screen.note(&format!("  {}", object.say(language)));
        }
        note.kept.extend(made.iter().cloned());
    }
    let is_there = |kept: &Object| after.iter().any(|object| object.is_same(kept));
    note.kept.retain(is_there);
    if note.kept.is_empty() {
        note.forget();
        return None;
    }
    let error = note.write().err()?;
    // The note that the run began with stays: by it, what bears a name is known.
    let by_name = docker.names().made(&before, &after, &BTreeSet::new());
    made.retain(|object| keeps && !by_name.contains(object));
    Some(not_noted(&error, &made, language))
}

/// The error of a note at the end, and what nobody will know without it.
fn not_noted(error: &Unwritten, unknown: &[Object], language: Language) -> String {
    let mut lines = vec![error.what(language), language.text("clean-up-not-noted", &[])];
    lines.extend(unknown.iter().map(|object| {
        let (command, object) = (object.removal(), object.say(language));
        text!(language, "clean-up-unknown", object, command)
    }));
    lines.push(language.text("clean-up-next-end", &[]));
    lines.join("\n")
}

/// Removes what earlier runs left, after a question; what only bears the tutorial's names is left to
/// whoever made it. A note that cannot be read may name more, and makes it a failure. Answers the exit
/// status.
pub(crate) fn clean(session: &Session<'_>, screen: &Screen) -> u8 {
    let (notes, unread) = Note::all(session.root());
    let code = clean_known(session, notes, &unread, screen);
    for error in &unread {
        screen.error(&error.say(screen.language()));
    }
    if code == 0 && !unread.is_empty() {
        FAILED
    } else {
        code
    }
}

fn clean_known(session: &Session<'_>, notes: Vec<Note>, unread: &[Unread], screen: &Screen) -> u8 {
    let (docker, language) = (&session.docker, screen.language());
    let now = match docker.objects() {
        Ok(objects) => objects,
        Err(error) => {
            screen.error(&error.say(language));
            return NOT_STARTED;
        }
    };
    let is_here = |note: &Note| note.engine == session.engine.facts.id;
    let (notes, others): (Vec<_>, Vec<_>) = notes.into_iter().partition(is_here);
    let leftovers = notes.iter().flat_map(|note| note.leftovers(docker.names(), &now));
    let leftovers: BTreeSet<Object> = leftovers.collect();
    let folders: Vec<PathBuf> = notes.iter().filter_map(Note::files).collect();
    let is_strangers = |object: &&Object| docker.names().are_borne_by(object) && !leftovers.contains(object);
    for object in now.iter().filter(is_strangers) {
        let (command, object) = (object.removal(), object.say(language));
        screen.note(&text!(language, "clean-up-left-alone", object, command));
    }
    if !others.is_empty() {
        screen.say("clean-up-other-engine", &[]);
    }
    if leftovers.is_empty() && folders.is_empty() {
        notes.iter().for_each(Note::forget);
        if unread.is_empty() {
            screen.say("clean-up-nothing-left", &[]);
        }
        return 0;
    }
    screen.say("clean-up-to-remove", &[]);
    let folder = |folder: &PathBuf| text!(language, "clean-up-folder", folder = folder.display());
    let objects = leftovers.iter().map(|object| object.say(language));
    for name in objects.chain(folders.iter().map(folder)) {
        screen.note(&format!("  {name}"));
    }
    match confirm(&language.text("clean-up-question", &[]), session.options.yes) {
        Some(true) => {}
        Some(false) => {
            screen.say("clean-up-declined", &[]);
            return 0;
        }
        None => return INTERRUPTED,
    }
    let leftovers: Vec<Object> = leftovers.into_iter().collect();
    let removed = docker.remove(&leftovers).map_err(|error| error.say(language));
    let mut troubles: Vec<String> = removed.err().into_iter().collect();
    for folder in folders {
        if let Err(reason) = fs::remove_dir_all(&folder) {
            let folder = folder.display();
            troubles.push(text!(language, "clean-up-failed", folder, reason));
        }
    }
    if troubles.is_empty() {
        notes.iter().for_each(Note::forget);
        screen.say("clean-up-removed", &[]);
        return 0;
    }
    for trouble in &troubles {
        screen.error(trouble);
    }
    FAILED
}

impl Object {
    /// The command that removes it.
    fn removal(&self) -> String {
        let force = match self.kind {
            ObjectKind::Container => "--force ",
            _ => "",
        };
        format!("docker {} rm {force}{}", self.kind, self.handle())
    }
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
