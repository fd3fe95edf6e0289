//! What a chapter writes for others to read: stdout and files. An error of it is never dropped.

#![expect(clippy::disallowed_methods, reason = "whatever is written is written here")]

use std::cell::{OnceCell, RefCell, RefMut};
use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind, Write};
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use crate::language::Language;
use crate::text;

/// A file could not be written.
#[derive(Debug)]
pub(crate) struct Unwritten {
    file: PathBuf,
    reason: io::Error,
}

impl Unwritten {
    pub(crate) fn new(file: &Path, reason: io::Error) -> Self {
        let file = file.to_owned();
        Self { file, reason }
    }

    /// What went wrong, why, and what to do next, for a reader.
    pub(crate) fn say(&self, language: Language) -> String {
        let next = match self.reason.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
                text!(language, "output-next-space")
            }
            _ => text!(language, "output-next-file"),
        };
        format!("{}\n{next}", self.what(language))
    }

    /// What went wrong and why.
    pub(crate) fn what(&self, language: Language) -> String {
        let (file, reason) = (self.file.display(), &self.reason);
        text!(language, "output-unwritten", file, reason)
    }
}

/// The program's stdout. Its first error ends it, for all copies: with a gap, what was written would
/// look whole.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stdout {
    end: Rc<OnceCell<io::Error>>,
    unwritten: Rc<RefCell<Vec<String>>>,
}

impl Stdout {
    /// Writes the text at once.
    pub(crate) fn write(&self, text: &str) {
        self.attempt(|| {
            let mut stdout = io::stdout();
            stdout.write_all(text.as_bytes())?;
            stdout.flush()
        });
    }

    /// What else could not be written so far, in the reader's language; all copies have the same.
    pub(crate) fn unwritten(&self) -> RefMut<'_, Vec<String>> {
        self.unwritten.borrow_mut()
    }

    /// All that could not be written, its own error last. A reader who has seen enough, as `head` has,
    /// is no error.
    pub(crate) fn close(&self, language: Language) -> Vec<String> {
        // Some file systems say only now that a file has no place.
        self.attempt(|| sync(&File::from(io::stdout().as_fd().try_clone_to_owned()?)));
        let end = self
            .end
            .get()
            .filter(|reason| reason.kind() != ErrorKind::BrokenPipe);
        let end = end.map(|reason| {
            let next = text!(language, "output-next-space");
            format!("{}\n{next}", text!(language, "output-unwritten-stdout", reason))
        });
        self.unwritten().iter().cloned().chain(end).collect()
    }

    fn attempt(&self, write: impl FnOnce() -> io::Result<()>) {
        if self.end.get().is_none()
            && let Err(reason) = write()
        {
            let _ = self.end.set(reason);
        }
    }
}

/// Writes a file. A regular file is written beside it and takes its place, so that an error leaves
/// the earlier one; anything else, such as `/dev/stdout` or a fifo, is written to.
pub(crate) fn write(file: &Path, text: &str) -> Result<(), Unwritten> {
    let written = match fs::metadata(file) {
        Ok(earlier) if earlier.is_file() && !is_descriptor(file) => {
            fs::canonicalize(file).and_then(|file| replace(&file, Some(&earlier), text))
        }
        // A link that leads nowhere stays a link.
        Err(error) if error.kind() == ErrorKind::NotFound && !file.is_symlink() => replace(file, None, text),
        // Behind what is there: stdout may be a file that holds the transcript.
        _ => append(file, text),
    };
    written.map_err(|reason| Unwritten::new(file, reason))
}

fn append(file: &Path, text: &str) -> io::Result<()> {
    let mut opened = File::options().append(true).create(true).open(file)?;
    opened.write_all(text.as_bytes())?;
    sync(&opened)
}

/// Whether the path stands for a file that a process has open, as `/dev/stdout` does.
fn is_descriptor(file: &Path) -> bool {
    let target = file.with_file_name(fs::read_link(file).unwrap_or_default());
    let mut paths = [file, &target].into_iter();
    paths.any(|path| path.starts_with("/proc") || path.starts_with("/dev/fd"))
}

/// `earlier` is what lies there; it passes its rights on.
fn replace(file: &Path, earlier: Option<&Metadata>, text: &str) -> io::Result<()> {
    let folder = file.parent().filter(|folder| *folder != Path::new(""));
    // Not tempfile's own way to make one: that file is its maker's alone, and its errors name it
    // instead of the one that was asked for.
    let create = |path: &Path| File::options().write(true).create_new(true).open(path);
    let mut new = tempfile::Builder::new().make_in(folder.unwrap_or(Path::new(".")), create)?;
    if let Some(earlier) = earlier {
        new.as_file().set_permissions(earlier.permissions())?;
    }
    new.as_file_mut().write_all(text.as_bytes())?;
    sync(new.as_file())?;
    new.persist(file).map_err(|error| error.error)?;
    Ok(())
}

/// Waits until a regular file is on the disk.
fn sync(file: &File) -> io::Result<()> {
    let is_file = file.metadata()?.is_file();
    file.sync_all().or_else(|error| match error.kind() {
        // A file system that has no such wait.
        ErrorKind::InvalidInput | ErrorKind::Unsupported => Ok(()),
        _ if !is_file => Ok(()),
        _ => Err(error),
    })
}
