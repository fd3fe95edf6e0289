//! What a chapter writes for others to read: stdout and files. An error of it is never dropped.

use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind, Write};
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use crate::language::Language;

/// stdout or a file could not be written.
#[derive(Debug, thiserror::Error)]
#[error("failed to write {}", .file.as_deref().unwrap_or(Path::new("stdout")).display())]
pub(crate) struct Unwritten {
    /// `None` for stdout.
    file: Option<PathBuf>,
    /// What the system said.
    #[source]
    reason: io::Error,
}

impl Unwritten {
    pub(crate) fn new(file: &Path, reason: io::Error) -> Self {
        Self {
            file: Some(file.to_owned()),
            reason,
        }
    }

    /// What went wrong, why, and what to do next, for a reader.
    #[must_use]
    pub(crate) fn say(&self, language: Language) -> String {
        format!("{}\n{}", self.what(language), self.next(language))
    }

    /// What went wrong and why.
    #[must_use]
    pub(crate) fn what(&self, language: Language) -> String {
        let reason = self.reason.to_string();
        match &self.file {
            Some(file) => {
                let file = file.display().to_string();
                language.text("output-unwritten", &[("file", &file), ("reason", &reason)])
            }
            None => language.text("output-unwritten-stdout", &[("reason", &reason)]),
        }
    }

    /// What to do next.
    fn next(&self, language: Language) -> String {
        let is_full = matches!(
            self.reason.kind(),
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge
        );
        let id = if is_full || self.file.is_none() {
            "output-next-space"
        } else {
            "output-next-file"
        };
        language.text(id, &[])
    }
}

/// The program's stdout. Its first error ends it, for all copies.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stdout {
    end: Arc<OnceLock<io::Error>>,
}

impl Stdout {
    /// Writes the text at once. What comes after an error is dropped: a file with a gap would look
    /// whole.
    pub(crate) fn write(&self, text: &str) {
        if self.end.get().is_none() {
            self.note(io::stdout().write_all(text.as_bytes()));
        }
    }

    /// Notes how another has written to it.
    pub(crate) fn note(&self, written: io::Result<()>) {
        if let Err(error) = written.and_then(|()| io::stdout().flush()) {
            // The first error stays.
            let _ = self.end.set(error);
        }
    }

    /// What could not be written. A reader who has seen enough, as `head` has, is no error.
    pub(crate) fn close(self) -> Option<Unwritten> {
        if self.end.get().is_none() {
            // Some file systems say only now that a file has no place.
            let file = io::stdout().as_fd().try_clone_to_owned().map(File::from);
            self.note(file.and_then(|file| sync(&file)));
        }
        let error = self
            .end
            .get()
            .filter(|error| error.kind() != ErrorKind::BrokenPipe)?;
        let reason = error
            .raw_os_error()
            .map_or_else(|| error.kind().into(), io::Error::from_raw_os_error);
        Some(Unwritten { file: None, reason })
    }
}

/// Writes a file. A regular file is written beside it and takes its place, so that an error leaves
/// the earlier one; anything else, such as `/dev/stdout` or a fifo, is written to.
///
/// # Errors
///
/// If it cannot be written to the disk as a whole.
pub(crate) fn write(file: &Path, text: &str) -> Result<(), Unwritten> {
    let written = match fs::metadata(file) {
        Ok(metadata) if metadata.is_file() && !is_descriptor(file) => {
            fs::canonicalize(file).and_then(|file| replace(&file, Some(&metadata), text))
        }
        // A link that leads nowhere stays a link.
        Err(error) if error.kind() == ErrorKind::NotFound && !file.is_symlink() => replace(file, None, text),
        _ => write_to(file, text),
    };
    written.map_err(|reason| Unwritten::new(file, reason))
}

/// Writes behind what a file holds; an error leaves it as it was.
///
/// # Errors
///
/// If not all of it can be written to the disk.
pub(crate) fn append(file: &Path, text: &str) -> Result<(), Unwritten> {
    let appended = || {
        let mut opened = File::options().append(true).create(true).open(file)?;
        let earlier = opened.metadata()?;
        let written = opened.write_all(text.as_bytes()).and_then(|()| sync(&opened));
        if written.is_err() && earlier.is_file() {
            // The error that is said is the first.
            let _ = opened.set_len(earlier.len());
        }
        written
    };
    appended().map_err(|reason| Unwritten::new(file, reason))
}

/// Whether the path stands for a file that a process has open, as `/dev/stdout` does.
fn is_descriptor(file: &Path) -> bool {
    let folder = file.parent().unwrap_or(file);
    let target = fs::read_link(file).map_or_else(|_| file.to_owned(), |target| folder.join(target));
    [file, &target]
        .iter()
        .any(|path| path.starts_with("/proc") || path.starts_with("/dev/fd"))
}

fn write_to(file: &Path, text: &str) -> io::Result<()> {
    // Behind what is there: stdout may be a file that holds the transcript.
    let mut file = File::options().append(true).create(true).open(file)?;
    file.write_all(text.as_bytes())?;
    sync(&file)
}

/// `earlier` is what lies there; it passes its rights on.
fn replace(file: &Path, earlier: Option<&Metadata>, text: &str) -> io::Result<()> {
    let folder = match file.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    // Not tempfile's own way to make one: that file is its maker's alone, and its errors name it
    // instead of the one that was asked for.
    let create = |path: &Path| File::options().write(true).create_new(true).open(path);
    let mut new = tempfile::Builder::new().make_in(folder, create)?;
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
    if !file.metadata()?.is_file() {
        return Ok(());
    }
    match file.sync_all() {
        // A file system that has no such wait.
        Err(error) if matches!(error.kind(), ErrorKind::InvalidInput | ErrorKind::Unsupported) => Ok(()),
        synced => synced,
    }
}
