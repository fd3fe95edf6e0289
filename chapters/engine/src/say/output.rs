//! What a chapter writes for others to read: stdout and files. An error of it is never dropped.

#![expect(clippy::disallowed_methods, reason = "whatever is written is written here")]

use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind, Write};
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use crate::language::Language;
use crate::text;

/// stdout or a file could not be written.
#[derive(Clone, Debug)]
pub(crate) struct Unwritten {
    /// `None` for stdout.
    file: Option<PathBuf>,
    /// What the system said.
    reason: Arc<io::Error>,
}

impl Unwritten {
    pub(crate) fn new(file: &Path, reason: io::Error) -> Self {
        Self {
            file: Some(file.to_owned()),
            reason: Arc::new(reason),
        }
    }

    /// What went wrong, why, and what to do next, for a reader.
    pub(crate) fn say(&self, language: Language) -> String {
        let is_full = matches!(
            self.reason.kind(),
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge
        );
        let next = if is_full || self.file.is_none() {
            text!(language, "output-next-space")
        } else {
            text!(language, "output-next-file")
        };
        format!("{}\n{next}", self.what(language))
    }

    /// What went wrong and why.
    pub(crate) fn what(&self, language: Language) -> String {
        let reason = &self.reason;
        match &self.file {
            Some(file) => text!(language, "output-unwritten", file = file.display(), reason),
            None => text!(language, "output-unwritten-stdout", reason),
        }
    }
}

/// The program's stdout. Its first error ends it, for all copies: with a gap, what was written would
/// look whole.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stdout {
    end: Arc<OnceLock<Unwritten>>,
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

    /// What could not be written. A reader who has seen enough, as `head` has, is no error.
    pub(crate) fn close(self) -> Option<Unwritten> {
        // Some file systems say only now that a file has no place.
        self.attempt(|| sync(&File::from(io::stdout().as_fd().try_clone_to_owned()?)));
        let end = self.end.get()?;
        (end.reason.kind() != ErrorKind::BrokenPipe).then(|| end.clone())
    }

    fn attempt(&self, write: impl FnOnce() -> io::Result<()>) {
        if self.end.get().is_none()
            && let Err(reason) = write()
        {
            let (file, reason) = (None, Arc::new(reason));
            // Another thread's error may have come first; one is enough.
            let _ = self.end.set(Unwritten { file, reason });
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
        _ => return append(file, text),
    };
    written.map_err(|reason| Unwritten::new(file, reason))
}

/// Writes behind what a file holds; an error leaves it as it was.
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
    match file.sync_all() {
        // A pipe, or a file system that has no such wait.
        Err(error)
            if !is_file || matches!(error.kind(), ErrorKind::InvalidInput | ErrorKind::Unsupported) =>
        {
            Ok(())
        }
        synced => synced,
    }
}
