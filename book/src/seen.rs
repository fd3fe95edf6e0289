//! What the book was made from, each file as it was just before it was read:
//! enough to tell that the book has to be built anew.
//!
//! Whoever reads says so, hence no list of folders that could fall behind the
//! pages. Looking at all of them again takes less than a millisecond, and finds
//! a change on disks that notify of none, such as those of another machine.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;
use std::time::{Duration, SystemTime};

/// Time without a change after which one is over: editors write a file in
/// several steps.
const QUIET: Duration = Duration::from_millis(100);

/// Files and folders; clones share them.
#[derive(Clone, Debug, Default)]
pub struct Seen(Arc<Mutex<Stamps>>);

type Stamps = BTreeMap<PathBuf, Option<Stamp>>;

/// Tells two states of a file apart, or of the names in a folder.
#[derive(Clone, Debug, Eq, PartialEq)]
struct Stamp {
    file: u64,
    modified: Option<SystemTime>,
    bytes: u64,
}

impl Seen {
    /// Something is about to be read, or to be found missing.
    pub fn note(&self, path: &Path) {
        self.stamps()
            .entry(path.to_owned())
            .or_insert_with(|| stamp(path));
    }

    /// All in a folder is about to be read.
    pub fn note_below(&self, path: &Path) {
        self.note(path);
        for entry in fs::read_dir(path).into_iter().flatten().flatten() {
            self.note_below(&entry.path());
        }
    }

    /// Waits until something is not as it was noted, for as long as that takes.
    pub fn wait_for_change(&self) {
        let noted = self.stamps().clone();
        let mut last = noted.clone();
        loop {
            thread::sleep(QUIET);
            let now = noted.keys().map(|path| (path.clone(), stamp(path))).collect();
            if now == last && now != noted {
                return;
            }
            last = now;
        }
    }

    fn stamps(&self) -> MutexGuard<'_, Stamps> {
        self.0.lock().expect("no thread panics while it holds the stamps")
    }
}

/// `None` where nothing is there.
fn stamp(path: &Path) -> Option<Stamp> {
    let metadata = fs::metadata(path).ok()?;
    Some(Stamp {
        file: metadata.ino(),
        modified: metadata.modified().ok(),
        bytes: metadata.len(),
    })
}
