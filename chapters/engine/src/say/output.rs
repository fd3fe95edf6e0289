//! Output for other programs: stdout and files. Every error is kept and reported.

#![expect(clippy::disallowed_methods, reason = "whatever is written is written here")]

use std::cell::{OnceCell, RefCell, RefMut};
use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind, Write};
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use crate::language::Language;
use crate::text;

/// An error in writing a file.
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

    /// What went wrong, the cause, and what to do next, for a reader.
    pub(crate) fn say(&self, language: Language) -> String {
        let next = match self.reason.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
                text!(language, "output-next-space")
            }
            _ => text!(language, "output-next-file"),
        };
        format!("{}\n{next}", self.what(language))
    }

    /// What went wrong and the cause.
    pub(crate) fn what(&self, language: Language) -> String {
        let (file, reason) = (self.file.display(), &self.reason);
        text!(language, "output-unwritten", file, reason)
    }
}

/// The program's stdout. After the first error nothing more is written, by any copy: otherwise an output
/// with a gap would look complete.
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

    /// The other errors in writing so far, in the reader's language; all copies share the list.
    pub(crate) fn unwritten(&self) -> RefMut<'_, Vec<String>> {
        self.unwritten.borrow_mut()
    }

    /// All errors in writing, stdout's own last. A closed pipe is not an error: programs such as `head`
    /// stop reading early.
    pub(crate) fn close(&self, language: Language) -> Vec<String> {
        // Some file systems report only now that the disk is full.
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

/// Writes a file. A regular file is replaced by a new file, so that an error leaves the old one
/// unchanged; anything else, such as `/dev/stdout` or a fifo, is written to directly.
pub(crate) fn write(file: &Path, text: &str) -> Result<(), Unwritten> {
    let written = match fs::metadata(file) {
        Ok(earlier) if earlier.is_file() && !is_descriptor(file) => {
            fs::canonicalize(file).and_then(|file| replace(&file, Some(&earlier), text))
        }
        // A broken symbolic link stays a link.
        Err(error) if error.kind() == ErrorKind::NotFound && !file.is_symlink() => replace(file, None, text),
        // Appends, because stdout may be a file that already holds the transcript.
        _ => append(file, text),
    };
    written.map_err(|reason| Unwritten::new(file, reason))
}

fn append(file: &Path, text: &str) -> io::Result<()> {
    let mut opened = File::options().append(true).create(true).open(file)?;
    opened.write_all(text.as_bytes())?;
    sync(&opened)
}

/// Whether the path refers to an open file of a process, as `/dev/stdout` does.
fn is_descriptor(file: &Path) -> bool {
    let target = file.with_file_name(fs::read_link(file).unwrap_or_default());
    let mut paths = [file, &target].into_iter();
    paths.any(|path| path.starts_with("/proc") || path.starts_with("/dev/fd"))
}

/// `earlier` is the existing file; the new one gets its permissions.
fn replace(file: &Path, earlier: Option<&Metadata>, text: &str) -> io::Result<()> {
    let folder = file.parent().filter(|folder| *folder != Path::new(""));
    // Not with tempfile's default method: only the owner could read that file, and errors would name the
    // temporary file instead of the requested one.
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
        // The file system does not support this.
        ErrorKind::InvalidInput | ErrorKind::Unsupported => Ok(()),
        _ if !is_file => Ok(()),
        _ => Err(error),
    })
}
