//! Runs a program: in a process group of its own, reading its output by line, with a time limit and
//! Ctrl-C. No other file starts programs.

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

/// Longest time between two checks of the clock, the interrupt and the child.
const TICK: Duration = Duration::from_millis(50);

/// Time between two checks of a program that is about to end.
const MOMENT: Duration = Duration::from_millis(1);

/// How long an interrupted program may take to end before it is killed.
pub(crate) const GRACE: Duration = Duration::from_secs(15);

/// How long the output of a program that has ended may stay open, for example because one of its
/// children still runs.
const LINGER: Duration = Duration::from_secs(1);

/// Starts programs, all in the same environment.
#[derive(Clone, Debug)]
pub struct Runner {
    environment: Environment,
    interrupted: Arc<AtomicBool>,
}

/// A running program.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    lines: Receiver<String>,
    /// The output so far.
    pub(crate) output: String,
    started: Instant,
    /// Start of the elapsed time in the outcome.
    since: Instant,
    interrupted: Arc<AtomicBool>,
    /// How long it may continue after Ctrl-C, so that a short operation is not stopped halfway.
    pub(crate) patience: Duration,
}

/// The result of a program.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Outcome {
    /// stdout and stderr, in the order they were written; lines end in `\n`.
    pub output: String,
    /// Exit status, 0 to 255; `None` if a signal ended the process.
    pub status: Option<i32>,
    /// Time since its start; for a process in the foreground that got Ctrl-C, time since then.
    pub elapsed: Duration,
    /// Why it ended.
    pub end: End,
}

/// Why a program ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum End {
    /// By itself, or after Ctrl-C for a process in the foreground.
    Exited,
    /// Its time limit had passed.
    TimedOut,
    /// The reader pressed Ctrl-C, or the chapter was asked to end.
    Interrupted,
}

/// Progress of a running program.
#[derive(Clone, Copy, Debug)]
pub enum Progress<'a> {
    /// One more line of output, with its `\n`; the last one may lack it.
    Line(&'a str),
    /// The program still runs; it has run for this long.
    Tick(Duration),
}

/// A callback for the progress of a program.
pub type Watch<'a> = &'a mut dyn FnMut(Progress<'_>);

/// Why a program could not be run.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The program could not be started: its name, without arguments, and the system's error.
    #[error("failed to start `{0}`")]
    Start(String, #[source] io::Error),
    /// The system could not wait for the process: its id, and the system's error.
    #[error("failed to wait for process {0}")]
    Wait(u32, #[source] io::Error),
}

impl Error {
    /// What went wrong and the cause, for a reader.
    pub(crate) fn say(&self, language: Language) -> String {
        match self {
            Self::Start(program, reason) => text!(language, "process-start", program, reason),
            Self::Wait(process, reason) => text!(language, "process-wait", process, reason),
        }
    }
}

impl Runner {
    /// Creates a runner. Programs get only the variables in `environment`; `interrupted` ends the
    /// program that is waited for.
    #[must_use]
    pub fn new(environment: impl Into<Environment>, interrupted: Arc<AtomicBool>) -> Self {
        Self {
            environment: environment.into(),
            interrupted,
        }
    }

    /// The same runner, but it ignores Ctrl-C: for the cleanup.
    pub(crate) fn uninterruptible(&self) -> Self {
        Self {
            interrupted: Arc::default(),
            ..self.clone()
        }
    }

    /// The same runner, with more variables for every program.
    pub(crate) fn with<T: Into<OsString>>(&self, variables: impl IntoIterator<Item = (T, T)>) -> Self {
        let mut runner = self.clone();
        let variables = variables.into_iter();
        let variables = variables.map(|(name, value)| (name.into(), value.into()));
        runner.environment.everywhere.extend(variables);
        runner
    }

    /// A variable that every program gets; `None` if it is unset or empty.
    pub(crate) fn variable(&self, name: &str) -> Option<&OsStr> {
        let value = self.environment.everywhere.get(OsStr::new(name))?;
        (!value.is_empty()).then_some(value)
    }

    /// Whether Ctrl-C was pressed.
    pub(crate) fn is_interrupted(&self) -> bool {
        self.interrupted.load(Ordering::Relaxed)
    }

    /// Starts `command` with an empty stdin; stdout and stderr share one pipe.
    pub(crate) fn start(&self, command: Command) -> Result<Process, Error> {
        let program = command.get_program().to_owned();
        // `command` holds the parent's copies of the pipe's writing end: reading only ends after they
        // are dropped.
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
                // Ctrl-C in the terminal then reaches only the chapter, which passes it on once, at the
                // right time.
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

    /// The path of a program. Starting a program by its path avoids a copy of this process's memory,
    /// which a search in a different `PATH` would need.
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
    /// [`Error::Start`] if the program is missing or may not be executed; [`Error::Wait`] if the system
    /// cannot wait for it.
    pub fn run(&self, command: Command, limit: Duration, watch: Watch<'_>) -> Result<Outcome, Error> {
        self.start(command)?.wait(limit, watch)
    }
}

impl Process {
    /// Waits until the program ends, at most for `limit`; after that it is interrupted and, after
    /// [`GRACE`], killed.
    pub(crate) fn wait(mut self, limit: Duration, watch: Watch<'_>) -> Result<Outcome, Error> {
        let outcome = self.wait_for(&|_| false, limit, watch)?;
        Ok(outcome.expect("no output is enough"))
    }

    /// Interrupts the program as Ctrl-C does and waits until it ends, at most for `limit`.
    pub(crate) fn interrupt(mut self, limit: Duration, watch: Watch<'_>) -> Result<Outcome, Error> {
        self.since = Instant::now();
        self.signal(Signal::INT);
        self.wait(limit, watch)
    }

    /// Waits until `enough` accepts the output, at most for `limit`. Returns the outcome if the program
    /// has ended, `None` if it still runs.
    pub(crate) fn wait_for(
        &mut self,
        enough: &dyn Fn(&str) -> bool,
        limit: Duration,
        watch: Watch<'_>,
    ) -> Result<Option<Outcome>, Error> {
        // When the program must end, and the reason.
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
            // If it is already being stopped, another Ctrl-C does not make it faster.
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

    /// Reads a line if there is one by the next tick; returns the status if the program has ended
    /// instead.
    fn read(&mut self, watch: Watch<'_>) -> Result<Option<ExitStatus>, Error> {
        match self.lines.recv_timeout(TICK) {
            Ok(line) => {
                self.take(&line, watch);
                return Ok(None);
            }
            Err(RecvTimeoutError::Timeout) => watch(Progress::Tick(self.started.elapsed())),
            // It has closed its output but is still running for a moment.
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
        // An error means that it has just ended, which is fine.
        let _ = kill_process_group(Pid::from_child(&self.child), signal);
    }
}

/// No program outlives the chapter that started it, however the chapter ends.
impl Drop for Process {
    fn drop(&mut self) {
        let deadline = Instant::now() + GRACE;
        while matches!(self.child.try_wait(), Ok(None)) && Instant::now() < deadline {
            self.signal(Signal::KILL);
            pause(MOMENT);
        }
    }
}

/// Reads lines in a thread; bytes that are not UTF-8 become U+FFFD.
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

/// Pauses for `interval` between two attempts at something that has a limit.
#[expect(clippy::disallowed_methods, reason = "every pause of the engine is this one")]
pub(crate) fn pause(interval: Duration) {
    thread::sleep(interval);
}

#[cfg(test)]
mod tests;
