//! How a program is run: started in a process group of its own, read line by
//! line, limited in time, interrupted in order. The only file that starts one.

use std::env;
use std::ffi::{OsStr, OsString};
use std::io::{self, BufRead, BufReader, PipeReader};
use std::mem;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use rustix::fs::{Access, access};
use rustix::process::{Pid, Signal, kill_process_group};

use crate::language::Language;
use crate::run::environment::Environment;
use crate::text;

/// Longest time between two looks at the clock, the interrupt and the child.
const TICK: Duration = Duration::from_millis(50);

/// Time between two looks at a program that is about to end.
const MOMENT: Duration = Duration::from_millis(1);

/// How long an interrupted program may take to end before it is killed.
pub(crate) const GRACE: Duration = Duration::from_secs(15);

/// How long the output of a program that has ended may stay open, held by a
/// grandchild that outlives it.
const LINGER: Duration = Duration::from_secs(1);

/// Starts programs, all in the same environment.
#[derive(Clone, Debug)]
pub struct Runner {
    environment: Environment,
    interrupted: Arc<AtomicBool>,
}

/// A program that runs.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    lines: Receiver<String>,
    /// What it has written so far.
    pub(crate) output: String,
    started: Instant,
    /// From when its outcome's time counts.
    since: Instant,
    interrupted: Arc<AtomicBool>,
    /// How long it may go on after Ctrl-C: what ends by itself in a moment leaves nothing half done.
    pub(crate) patience: Duration,
}

/// What a program did until it ended.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Outcome {
    /// stdout and stderr, in the order they were written; lines end in `\n`.
    pub output: String,
    /// Exit status, 0 to 255; `None` when a signal ended the process.
    pub status: Option<i32>,
    /// From its start; of a process in the foreground that got Ctrl-C, from then on.
    pub elapsed: Duration,
    /// Why it ended.
    pub end: End,
}

/// Why a program ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum End {
    /// By itself, or after Ctrl-C for a process in the foreground.
    Exited,
    /// Its time limit was over.
    TimedOut,
    /// The reader pressed Ctrl-C, or the chapter was asked to end.
    Interrupted,
}

/// What somebody who watches a program is told.
#[derive(Clone, Copy, Debug)]
pub enum Progress<'a> {
    /// One more line of output, with its `\n`; the last one may lack it.
    Line(&'a str),
    /// It still runs, for this long by now.
    Tick(Duration),
}

/// Somebody who watches a program.
pub type Watch<'a> = &'a mut dyn FnMut(Progress<'_>);

/// Why a program could not be run.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It could not be started: its name, without arguments, and what the system said.
    #[error("failed to start `{0}`")]
    Start(String, #[source] io::Error),
    /// The system lost sight of it: its id, and what the system said.
    #[error("failed to wait for process {0}")]
    Wait(u32, #[source] io::Error),
}

impl Error {
    /// What went wrong and why, for a reader.
    pub(crate) fn say(&self, language: Language) -> String {
        match self {
            Self::Start(program, reason) => text!(language, "process-start", program, reason),
            Self::Wait(process, reason) => text!(language, "process-wait", process, reason),
        }
    }
}

impl Runner {
    /// Programs see `environment` and nothing else; `interrupted` ends the
    /// one that is waited for.
    #[must_use]
    pub fn new(environment: impl Into<Environment>, interrupted: Arc<AtomicBool>) -> Self {
        Self {
            environment: environment.into(),
            interrupted,
        }
    }

    /// The same, deaf to Ctrl-C: for cleaning up after one.
    pub(crate) fn uninterruptible(&self) -> Self {
        Self {
            interrupted: Arc::default(),
            ..self.clone()
        }
    }

    /// The same, with variables that every program sees.
    pub(crate) fn with<T: Into<OsString>>(&self, variables: impl IntoIterator<Item = (T, T)>) -> Self {
        let mut runner = self.clone();
        let variables = variables.into_iter();
        let variables = variables.map(|(name, value)| (name.into(), value.into()));
        runner.environment.everywhere.extend(variables);
        runner
    }

    /// The value of a variable that every program sees; `None` if it is not there, or empty.
    pub(crate) fn variable(&self, name: &str) -> Option<&OsStr> {
        let value = self.environment.everywhere.get(OsStr::new(name))?;
        (!value.is_empty()).then_some(value)
    }

    /// Whether Ctrl-C was pressed.
    pub(crate) fn is_interrupted(&self) -> bool {
        self.interrupted.load(Ordering::Relaxed)
    }

    /// Starts `command` with an empty stdin, stdout and stderr in one pipe.
    pub(crate) fn start(&self, command: Command) -> Result<Process, Error> {
        let program = command.get_program().to_owned();
        // The parent's copies of the pipe's writing end live in the command: reading ends only once they
        // are gone.
        #[expect(clippy::disallowed_methods, reason = "every program starts here")]
        let spawn = |named: Command| -> io::Result<(Child, PipeReader)> {
            let (reader, writer) = io::pipe()?;
            let child = Command::new(self.place_of(&program))
                .arg0(&program)
                .args(named.get_args())
                .current_dir(named.get_current_dir().unwrap_or(Path::new(".")))
                .env_clear()
                .envs(self.environment.of(&program))
                .stdin(Stdio::null())
                .stdout(writer.try_clone()?)
                .stderr(writer)
                // A Ctrl-C in the terminal reaches the chapter alone, which
                // passes it on: once, and in order.
                .process_group(0)
                .spawn()?;
            Ok((child, reader))
        };
        let started = Instant::now();
        let failed = |reason| Error::Start(program.to_string_lossy().into_owned(), reason);
        let (child, reader) = spawn(command).map_err(failed)?;
        Ok(Process {
            child,
            lines: read_lines(reader),
            output: String::new(),
            started,
            since: started,
            interrupted: Arc::clone(&self.interrupted),
            patience: Duration::ZERO,
        })
    }

    /// Where a program is. A program that is started by its place needs no copy of this one's memory,
    /// as one that is looked for in another `PATH` does.
    fn place_of(&self, program: &OsStr) -> PathBuf {
        let folders = env::split_paths(self.variable("PATH").unwrap_or_default());
        let mut places = folders.map(|folder| folder.join(program));
        let place = places.find(|place| place.is_file() && access(place, Access::EXEC_OK).is_ok());
        place.unwrap_or_else(|| program.into())
    }

    /// Runs `command` to its end, at most for `limit`.
    ///
    /// # Errors
    ///
    /// [`Error::Start`] if the program is missing or may not be executed;
    /// [`Error::Wait`] if the system lost sight of it.
    pub fn run(&self, command: Command, limit: Duration, watch: Watch<'_>) -> Result<Outcome, Error> {
        self.start(command)?.wait(limit, watch)
    }
}

impl Process {
    /// Waits until it ends, at most for `limit`; a program that takes longer
    /// is interrupted and, after [`GRACE`], killed.
    pub(crate) fn wait(mut self, limit: Duration, watch: Watch<'_>) -> Result<Outcome, Error> {
        let outcome = self.wait_for(&|_| false, limit, watch)?;
        Ok(outcome.expect("no output is enough"))
    }

    /// Presses Ctrl-C for it and waits until it ends, at most for `limit`.
    pub(crate) fn interrupt(mut self, limit: Duration, watch: Watch<'_>) -> Result<Outcome, Error> {
        self.since = Instant::now();
        self.signal(Signal::INT);
        self.wait(limit, watch)
    }

    /// Waits until its output is what `enough` wants, at most for `limit`.
    /// Answers its outcome if it has ended; `None` if it goes on.
    pub(crate) fn wait_for(
        &mut self,
        enough: &dyn Fn(&str) -> bool,
        limit: Duration,
        watch: Watch<'_>,
    ) -> Result<Option<Outcome>, Error> {
        // When it has to end, and why then.
        let (mut deadline, mut reason) = (self.since + limit, End::TimedOut);
        let mut signals = [Signal::INT, Signal::KILL].into_iter();
        let mut end = End::Exited;
        loop {
            if let Some(status) = self.read(watch)? {
                return Ok(Some(Outcome {
                    output: mem::take(&mut self.output),
                    status: status.code(),
                    elapsed: self.since.elapsed(),
                    end,
                }));
            }
            if end == End::Exited && enough(&self.output) {
                return Ok(None);
            }
            let now = Instant::now();
            // Once it is being ended, another Ctrl-C ends it no sooner.
            let is_interrupted = end == End::Exited && self.interrupted.load(Ordering::Relaxed);
            if is_interrupted && now + self.patience < deadline {
                (deadline, reason) = (now + self.patience, End::Interrupted);
            }
            if now >= deadline {
                let survived = || io::Error::new(io::ErrorKind::TimedOut, "it survived SIGKILL");
                self.signal(signals.next().ok_or_else(|| self.lost(survived()))?);
                (deadline, end) = (now + GRACE, reason);
            }
        }
    }

    /// Takes a line if there is one by the next tick; answers the status if it has ended instead.
    fn read(&mut self, watch: Watch<'_>) -> Result<Option<ExitStatus>, Error> {
        match self.lines.recv_timeout(TICK) {
            Ok(line) => {
                self.take(&line, watch);
                return Ok(None);
            }
            Err(RecvTimeoutError::Timeout) => watch(Progress::Tick(self.started.elapsed())),
            // Its output is closed and it has a little left to do.
            Err(RecvTimeoutError::Disconnected) => pause(MOMENT),
        }
        let status = self.child.try_wait().map_err(|source| self.lost(source))?;
        if status.is_some() {
            let deadline = Instant::now() + LINGER;
            let left = || deadline.saturating_duration_since(Instant::now());
            while let Ok(line) = self.lines.recv_timeout(left()) {
                self.take(&line, watch);
            }
        }
        Ok(status)
    }

    fn take(&mut self, line: &str, watch: Watch<'_>) {
        watch(Progress::Line(line));
        self.output.push_str(line);
    }

    fn lost(&self, source: io::Error) -> Error {
        Error::Wait(self.child.id(), source)
    }

    fn signal(&self, signal: Signal) {
        // It may have ended a moment ago, which is as good.
        let _ = kill_process_group(Pid::from_child(&self.child), signal);
    }
}

/// Nothing that a chapter started outlives it, however the chapter ends.
impl Drop for Process {
    fn drop(&mut self) {
        let deadline = Instant::now() + GRACE;
        while matches!(self.child.try_wait(), Ok(None)) && Instant::now() < deadline {
            self.signal(Signal::KILL);
            pause(MOMENT);
        }
    }
}

/// A thread that reads lines; bytes that are no UTF-8 become U+FFFD.
fn read_lines(pipe: PipeReader) -> Receiver<String> {
    let (sender, lines) = mpsc::channel();
    thread::spawn(move || {
        let mut pipe = BufReader::new(pipe);
        let mut line = Vec::new();
        while pipe.read_until(b'\n', &mut line).is_ok_and(|length| length > 0) {
            if sender.send(String::from_utf8_lossy(&line).into_owned()).is_err() {
                return;
            }
            line.clear();
        }
    });
    lines
}

/// Lets `interval` pass between two attempts at something that has a limit.
#[expect(clippy::disallowed_methods, reason = "every pause of the engine is this one")]
pub(crate) fn pause(interval: Duration) {
    thread::sleep(interval);
}

#[cfg(test)]
mod tests;
