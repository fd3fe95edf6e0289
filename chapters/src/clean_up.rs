//! Removes what a chapter made, and only that.

use std::collections::BTreeSet;

use crate::chapter::Chapter;
use crate::docker::{self, Docker, Object};
use crate::options::Options;
use crate::screen::{Interrupted, Screen, sentence};
use crate::summary::{FAILED, INTERRUPTED, NOT_STARTED};

/// Removes what the chapter made, or says what stays; answers what it could not.
pub(crate) fn tidy(
    docker: &Docker,
    before: &[Object],
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
    let made = docker::made(before, &after, chapter.seen());
    if options.keep {
        let names: Vec<_> = made.iter().map(ToString::to_string).collect();
        screen.note(&format!(
            "Kept: {}.\nRemove it with `-- --clean`.",
            names.join(", ")
        ));
        return None;
    }
    docker.remove(&made).err().map(|error| sentence(&error))
}

/// Removes objects with the tutorial's names, after a question.
pub(crate) fn clean(docker: &Docker, options: &Options, screen: &Screen) -> u8 {
    let objects = match docker.objects() {
        Ok(objects) => objects,
        Err(error) => {
            screen.note(&format!("Error: {}", sentence(&error)));
            return NOT_STARTED;
        }
    };
    let ids: Vec<String> = objects
        .iter()
        .map(|object| object.id.trim_start_matches("sha256:").to_owned())
        .collect();
    let with_our_name: BTreeSet<String> = objects
        .iter()
        .zip(ids)
        .filter(|(object, _)| docker::bears_our_name(object))
        .map(|(_, id)| id)
        .collect();
    let leftovers = docker::made(&[], &objects, &with_our_name);
    if leftovers.is_empty() {
        screen.note("Nothing is left behind.");
        return 0;
    }
    let names: Vec<_> = leftovers.iter().map(ToString::to_string).collect();
    screen.note(&format!(
        "To be removed, since it has the tutorial's names:\n  {}",
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
    match docker.remove(&leftovers) {
        Ok(()) => {
            screen.note("Removed.");
            0
        }
        Err(error) => {
            screen.note(&format!("Error: {}", sentence(&error)));
            FAILED
        }
    }
}
