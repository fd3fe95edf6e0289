//! How a program is run: started in a process group of its own, read line by
//! line, limited in time, interrupted in order. The only file that starts one.

use std::ffi::{OsStr, OsString};
use std::io::{self, BufRead, BufReader, PipeReader};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};

use crate::language::Language;
use crate::run::environment::Environment;
use crate::run::waits::{Waiting, Waits};
use crate::text;

/// Longest time between two looks at the clock, the interrupt and the child.
const TICK: Duration = Duration::from_millis(50);

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
    waits: Waits,
}

/// A program that runs.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    lines: Receiver<String>,
    output: String,
    started: Instant,
    interrupted: Arc<AtomicBool>,
    /// How long it may go on after Ctrl-C.
    patience: Duration,
    _waiting: Waiting,
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
pub enum Event<'a> {
    /// One more line of output, with its `\n`; the last one may lack it.
    Line(&'a str),
    /// It still runs, for this long by now.
    Tick(Duration),
}

/// Somebody who watches a program.
pub type Watch<'a> = &'a mut dyn FnMut(Event<'_>);

/// Why a program could not be run.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It could not be started.
    #[error("failed to start `{program}`")]
    Start {
        /// Its name, without arguments.
        program: String,
        /// What the system said.
        source: io::Error,
    },
    /// The system lost sight of it.
    #[error("failed to wait for process {process}")]
    Wait {
        /// Its id.
        process: u32,
        /// What the system said.
        source: io::Error,
    },
}

impl Error {
    /// What went wrong and why, for a reader.
    pub(crate) fn say(&self, language: Language) -> String {
        match self {
            Self::Start { program, source } => text!(language, "process-start", program, reason = source),
            Self::Wait { process, source } => text!(language, "process-wait", process, reason = source),
        }
    }
}

/// Why nobody looks at a running program any more.
enum Look {
    Ended(ExitStatus),
    /// It has shown enough.
    Enough,
    /// It has to end, for this reason.
    Over(End),
}

impl Runner {
    /// Programs see `environment` and nothing else; `interrupted` ends the
    /// one that is waited for.
    #[must_use]
    pub fn new(environment: impl Into<Environment>, interrupted: Arc<AtomicBool>) -> Self {
        Self {
            environment: environment.into(),
            interrupted,
            waits: Waits::default(),
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
        runner.environment.extend(variables);
        runner
    }

    /// The value of a variable that every program sees; `None` if it is not there, or empty.
    pub(crate) fn variable(&self, name: &str) -> Option<&OsStr> {
        self.environment.value(name)
    }

    /// Whether Ctrl-C was pressed.
    pub(crate) fn is_interrupted(&self) -> bool {
        self.interrupted.load(Ordering::Relaxed)
    }

    /// For how long at least one program of this runner and its clones was running, or an attempt was
    /// waited for.
    #[must_use]
    pub fn waited(&self) -> Duration {
        self.waits.total()
    }

    /// Lets `interval` pass between two attempts at something that has a limit.
    pub(crate) fn pause(&self, interval: Duration) {
        let _waiting = self.waiting();
        pause(interval);
    }

    /// Something else than a program is waited for, until the answer is dropped.
    pub(crate) fn waiting(&self) -> Waiting {
        self.waits.start()
    }

    /// Starts `command` with an empty stdin, stdout and stderr in one pipe.
    pub(crate) fn start(&self, mut command: Command) -> Result<Process, Error> {
        let program = command.get_program().to_owned();
        #[expect(
            clippy::disallowed_methods,
            reason = "every program of the engine starts here"
        )]
        let spawn = |command: &mut Command| -> io::Result<(Child, PipeReader)> {
            let (reader, writer) = io::pipe()?;
            let child = command
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
        let (started, waiting) = (Instant::now(), self.waits.start());
        let (child, reader) = spawn(&mut command).map_err(|source| Error::Start {
            program: program.to_string_lossy().into_owned(),
            source,
        })?;
        // The parent's copies of the writing end live in `command`: reading
        // ends only once they are gone.
        drop(command);
        Ok(Process {
            child,
            lines: read_lines(reader),
            output: String::new(),
            started,
            interrupted: Arc::clone(&self.interrupted),
            patience: Duration::ZERO,
            _waiting: waiting,
        })
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
    /// It may go on for this long after Ctrl-C before it is interrupted: what ends by itself in a
    /// moment leaves nothing half done.
    pub(crate) fn with_patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Waits until it ends, at most for `limit`; a program that takes longer
    /// is interrupted and, after [`GRACE`], killed.
    pub(crate) fn wait(self, limit: Duration, watch: Watch<'_>) -> Result<Outcome, Error> {
        let since = self.started;
        self.end(since, limit, watch)
    }

    /// Presses Ctrl-C for it and waits until it ends, at most for `limit`.
    pub(crate) fn interrupt(self, limit: Duration, watch: Watch<'_>) -> Result<Outcome, Error> {
        self.signal(Signal::INT);
        self.end(Instant::now(), limit, watch)
    }

    /// Waits until its output is what `enough` wants, at most for `limit`.
    /// Answers the process, which goes on, or its outcome if it has ended.
    pub(crate) fn wait_for(
        mut self,
        enough: &dyn Fn(&str) -> bool,
        limit: Duration,
        watch: Watch<'_>,
    ) -> Result<Result<Self, Outcome>, Error> {
        let since = self.started;
        match self.look(since + limit, enough, watch)? {
            Look::Enough => Ok(Ok(self)),
            Look::Ended(status) => Ok(Err(self.outcome(status, since, End::Exited))),
            Look::Over(end) => self.stop(since, end, watch).map(Err),
        }
    }

    /// What it has written so far.
    pub(crate) fn shown(&self) -> &str {
        &self.output
    }

    fn end(mut self, since: Instant, limit: Duration, watch: Watch<'_>) -> Result<Outcome, Error> {
        match self.look(since + limit, &never, watch)? {
            Look::Ended(status) => Ok(self.outcome(status, since, End::Exited)),
            Look::Over(end) => self.stop(since, end, watch),
            Look::Enough => self.stop(since, End::Exited, watch),
        }
    }

    /// Ctrl-C, then [`GRACE`], then the end without asking.
    fn stop(mut self, since: Instant, end: End, watch: Watch<'_>) -> Result<Outcome, Error> {
        // Another Ctrl-C ends it no sooner.
        self.patience = Duration::MAX;
        for signal in [Signal::INT, Signal::KILL] {
            self.signal(signal);
            if let Look::Ended(status) = self.look(Instant::now() + GRACE, &never, watch)? {
                return Ok(self.outcome(status, since, end));
            }
        }
        Err(self.lost(io::Error::new(io::ErrorKind::TimedOut, "it survived SIGKILL")))
    }

    fn look(
        &mut self,
        deadline: Instant,
        enough: &dyn Fn(&str) -> bool,
        watch: Watch<'_>,
    ) -> Result<Look, Error> {
        let mut interrupted_since = None;
        loop {
            match self.lines.recv_timeout(TICK) {
                Ok(line) => {
                    watch(Event::Line(&line));
                    self.output.push_str(&line);
                }
                Err(RecvTimeoutError::Timeout) => {
                    watch(Event::Tick(self.started.elapsed()));
                    if let Some(status) = self.ended()? {
                        self.drain(watch);
                        return Ok(Look::Ended(status));
                    }
                }
                Err(RecvTimeoutError::Disconnected) => {
                    if let Some(status) = self.ended()? {
                        return Ok(Look::Ended(status));
                    }
                    // Its output is closed and it has a little left to do.
                    pause(Duration::from_millis(1));
                }
            }
            if enough(&self.output) {
                return Ok(Look::Enough);
            }
            if self.interrupted.load(Ordering::Relaxed) {
                let since: &mut Instant = interrupted_since.get_or_insert_with(Instant::now);
                if since.elapsed() >= self.patience {
                    return Ok(Look::Over(End::Interrupted));
                }
            }
            if Instant::now() >= deadline {
                return Ok(Look::Over(End::TimedOut));
            }
        }
    }

    fn drain(&mut self, watch: Watch<'_>) {
        let deadline = Instant::now() + LINGER;
        while let Ok(line) = self
            .lines
            .recv_timeout(deadline.saturating_duration_since(Instant::now()))
        {
            watch(Event::Line(&line));
            self.output.push_str(&line);
        }
    }

    fn ended(&mut self) -> Result<Option<ExitStatus>, Error> {
        self.child.try_wait().map_err(|source| self.lost(source))
    }

    fn lost(&self, source: io::Error) -> Error {
        let process = self.child.id();
        Error::Wait { process, source }
    }

    fn signal(&self, signal: Signal) {
        // It may have ended a moment ago, which is as good.
        let _ = kill_process_group(Pid::from_child(&self.child), signal);
    }

    fn outcome(mut self, status: ExitStatus, since: Instant, end: End) -> Outcome {
        Outcome {
            output: std::mem::take(&mut self.output),
            status: status.code(),
            elapsed: since.elapsed(),
            end,
        }
    }
}

/// Nothing that a chapter started outlives it, however the chapter ends.
impl Drop for Process {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            self.patience = Duration::MAX;
            self.signal(Signal::KILL);
            let _ = self.look(Instant::now() + GRACE, &never, &mut |_| {});
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

fn never(_: &str) -> bool {
    false
}

/// Lets `interval` pass where nothing is run.
#[expect(clippy::disallowed_methods, reason = "every pause of the engine is this one")]
pub(crate) fn pause(interval: Duration) {
    thread::sleep(interval);
}

#[cfg(test)]
mod tests;
