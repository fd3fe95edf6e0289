//! The state of every file that the book was made from, noted just before it was read. It shows whether
//! the book has to be rebuilt.
//!
//! Code that reads a file notes it here, so there is no separate list of folders to keep up to date.
//! Checking all files again takes less than a millisecond, and also works on disks without change
//! notifications, such as network disks.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;
use std::time::{Duration, SystemTime};

/// A change counts as complete after this time without another change: editors write a file in several
/// steps.
const QUIET: Duration = Duration::from_millis(100);

/// Files and folders; clones share them.
#[derive(Clone, Debug, Default)]
pub struct Seen(Arc<Mutex<Stamps>>);

type Stamps = BTreeMap<PathBuf, Option<Stamp>>;

/// Distinguishes two states of a file, or of the names in a folder.
#[derive(Clone, Debug, Eq, PartialEq)]
struct Stamp {
    file: u64,
    modified: Option<SystemTime>,
    bytes: u64,
}

impl Seen {
    /// Notes a file that is about to be read, or to be found missing.
    pub fn note(&self, path: &Path) {
        self.stamps()
            .entry(path.to_owned())
            .or_insert_with(|| stamp(path));
    }

    /// Notes everything in a folder that is about to be read.
    pub fn note_below(&self, path: &Path) {
        self.note(path);
        for entry in fs::read_dir(path).into_iter().flatten().flatten() {
            self.note_below(&entry.path());
        }
    }

    /// Waits, without a time limit, until something differs from its noted state.
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

/// `None` if nothing is there.
fn stamp(path: &Path) -> Option<Stamp> {
    let metadata = fs::metadata(path).ok()?;
    Some(Stamp {
        file: metadata.ino(),
        modified: metadata.modified().ok(),
        bytes: metadata.len(),
    })
}
