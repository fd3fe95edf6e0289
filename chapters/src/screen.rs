//! What a person sees: the transcript as it happens on stdout, everything
//! about it on stderr.

use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use console::{Term, style};
use dialoguer::Confirm;
use indicatif::{ProgressBar, ProgressStyle};

use crate::build_log;
use crate::expect::{Finding, say_all};
use crate::language::Language;
use crate::output::Stdout;
use crate::pages;
use crate::process::Event;
use crate::tutorial::Tutorial;

/// A command that takes longer shows that it is alive.
const PATIENCE: Duration = Duration::from_secs(2);

/// Time between two signs of life where stderr is no terminal.
const SIGN_OF_LIFE: Duration = Duration::from_secs(10);

/// Columns of a terminal whose width is unknown.
const WIDTH_DEFAULT: usize = 80;

/// Columns of the narrowest text that is worth wrapping.
const WIDTH_MIN: usize = 20;

/// Columns of the widest text that is read with ease.
const WIDTH_MAX: usize = 100;

/// Columns that a mark takes, its indentation and the gap behind it included.
const MARK: usize = 4;

/// The reader pressed Ctrl-C instead of answering.
#[derive(Clone, Copy, Debug)]
pub struct Interrupted;

/// Where a chapter shows what it does.
#[derive(Debug)]
pub struct Screen {
    language: Language,
    /// The page whose sections the reader goes through.
    page: Option<(&'static Tutorial, &'static str)>,
    stdout: Stdout,
    live: ProgressBar,
    is_terminal: bool,
    is_muted: bool,
    /// Whether stdout is the transcript.
    shows_transcript: bool,
    step: String,
    next_sign: Duration,
}

impl Default for Screen {
    fn default() -> Self {
        Self::new(Language::default())
    }
}

impl Screen {
    /// A screen whose reader reads this language.
    #[must_use]
    pub fn new(language: Language) -> Self {
        let live = ProgressBar::hidden();
        Self {
            language,
            page: None,
            stdout: Stdout::default(),
            live,
            is_terminal: io::stderr().is_terminal(),
            is_muted: false,
            shows_transcript: true,
            step: String::new(),
            next_sign: PATIENCE,
        }
    }

    /// A screen for the same reader, on the same stdout.
    #[must_use]
    pub(crate) fn another(&self) -> Self {
        Self {
            stdout: self.stdout.clone(),
            ..Self::new(self.language)
        }
    }

    /// The same, with the titles that a page such as `3-writing` gives its sections.
    #[must_use]
    pub fn with_titles_of(self, tutorial: &'static Tutorial, page: &'static str) -> Self {
        Self {
            page: Some((tutorial, page)),
            ..self
        }
    }

    /// The same, with the transcript on stdout or without it.
    #[must_use]
    pub fn showing_transcript(self, shows_transcript: bool) -> Self {
        Self {
            shows_transcript,
            ..self
        }
    }

    /// What the reader reads.
    #[must_use]
    pub fn language(&self) -> Language {
        self.language
    }

    /// Where the transcript goes.
    pub(crate) fn stdout(&self) -> &Stdout {
        &self.stdout
    }

    /// A line for people, from the catalogue.
    pub fn say(&self, id: &str, variables: &[(&'static str, &str)]) {
        self.note(&self.language.text(id, variables));
    }

    /// Shows nothing of the commands that follow, except signs of life.
    pub fn mute(&mut self, is_muted: bool) {
        self.is_muted = is_muted;
    }

    /// A section starts.
    pub fn section(&self, id: &str) {
        let section = self
            .page
            .and_then(|(tutorial, page)| pages::section(tutorial, page, self.language, id));
        match section {
            Some(section) => self.heading(&format!("{id}  {}", section.title)),
            None => self.heading(id),
        }
    }

    /// A chapter or a section starts.
    pub fn heading(&self, text: &str) {
        if !self.is_muted {
            self.note(&format!("\n{}", style(format!("── {text}")).bold().for_stderr()));
        }
    }

    /// A command is about to run.
    pub fn command(&mut self, command: &str) {
        self.step.clear();
        self.next_sign = PATIENCE;
        if self.is_muted {
            self.note(&format!(
                "   {}",
                style(self.language.text("screen-first", &[("command", command)]))
                    .dim()
                    .for_stderr()
            ));
        } else {
            let prompt = style(format!("$ {}", command.replace('\n', "\n$ "))).bold();
            self.print(&format!("{prompt}\n"));
        }
    }

    /// Ctrl-C is about to be pressed for a command in the foreground.
    pub fn interrupt(&mut self, command: &str) {
        self.next_sign = PATIENCE;
        if !self.is_muted {
            self.print(&format!("{}\n", style(format!("^C {command}")).bold()));
        }
    }

    /// What a running command does, as it happens.
    ///
    /// # Panics
    ///
    /// Never: the template of the live line is valid.
    pub fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Line(line) => {
                if let Some(step) = build_log::started_step(line) {
                    step.clone_into(&mut self.step);
                    self.live.set_message(self.step.clone());
                }
                if !self.is_muted {
                    self.print(line);
                }
            }
            Event::Tick(elapsed) if elapsed < self.next_sign => {}
            Event::Tick(elapsed) if self.is_terminal => {
                self.next_sign = Duration::MAX;
                self.live = ProgressBar::new_spinner()
                    .with_elapsed(elapsed)
                    .with_message(self.step.clone());
                let form = ProgressStyle::with_template("   {spinner} {elapsed} {wide_msg}");
                self.live.set_style(form.expect("the template is valid"));
                self.live.enable_steady_tick(Duration::from_millis(100));
            }
            Event::Tick(elapsed) => {
                self.next_sign = elapsed + SIGN_OF_LIFE;
                let seconds = self.seconds(&elapsed.as_secs().to_string());
                self.note(format!("   … {seconds} {}", self.step).trim_end());
            }
        }
    }

    /// What a running program is at: a text of the catalogue, shown with the next sign of life.
    pub(crate) fn progress(&mut self, id: &str, variables: &[(&'static str, &str)]) {
        self.step = self.language.text(id, variables);
        self.live.set_message(self.step.clone());
    }

    /// No program runs any more.
    pub(crate) fn rest(&mut self) {
        self.live.finish_and_clear();
        self.live = ProgressBar::hidden();
        self.next_sign = PATIENCE;
        self.step.clear();
    }

    /// A command has ended, and this is what was expected of it. How long it
    /// took is said where it matters, or where it was long.
    pub fn findings(&mut self, findings: &[Finding], elapsed: Duration, is_timed: bool) {
        self.rest();
        for (is_met, mark) in [(true, style("✓").green()), (false, style("✗").red())] {
            let of_this_kind = findings.iter().filter(|finding| finding.is_met == is_met);
            let expected: Vec<_> = of_this_kind.map(|finding| finding.expected).collect();
            if !(expected.is_empty() || is_met && self.is_muted) {
                let text = pages::wrap(&say_all(&expected, self.language), width() - MARK, "", "");
                for (number, line) in text.lines().enumerate() {
                    let mark = if number == 0 { mark.clone() } else { style(" ") };
                    let line = style(line).dim().for_stderr();
                    self.note(&format!("  {} {line}", mark.for_stderr()));
                }
            }
        }
        if !self.is_muted && (is_timed || elapsed >= PATIENCE) {
            self.note(&format!(
                "    {}",
                style(self.seconds(&format!("{:.2}", elapsed.as_secs_f64())))
                    .dim()
                    .for_stderr()
            ));
        }
    }

    /// What keeps the program from doing what it was asked for, already in the reader's language.
    pub fn error(&self, what: &str) {
        self.say("screen-error", &[("what", what)]);
    }

    /// A line for people.
    pub fn note(&self, text: &str) {
        self.live.suspend(|| {
            // With stderr closed there is nobody to tell.
            let _ = writeln!(io::stderr(), "{text}");
        });
    }

    /// Asks a question that `yes` answers beforehand; where nobody is at the
    /// keyboard, the answer is yes too.
    ///
    /// # Errors
    ///
    /// [`Interrupted`] if the reader pressed Ctrl-C.
    pub fn confirm(&self, question: &str, yes: bool) -> Result<bool, Interrupted> {
        if yes || !io::stdin().is_terminal() {
            return Ok(true);
        }
        let answer = Confirm::new().with_prompt(question).default(false).interact();
        // The one error that a terminal has for us is Ctrl-C; one that has
        // gone away says no more either.
        answer.map_err(|_| Interrupted)
    }

    fn seconds(&self, number: &str) -> String {
        self.language.text("screen-seconds", &[("seconds", number)])
    }

    fn print(&self, text: &str) {
        if !self.shows_transcript {
            return;
        }
        // A line that is half written would take the next one's start.
        let end = if text.ends_with('\n') { "" } else { "\n" };
        self.live.suspend(|| self.stdout.write(&format!("{text}{end}")));
    }
}

/// Columns that text for people may take: the terminal's, within reason.
#[must_use]
pub fn width() -> usize {
    let terminal = Term::stderr().size_checked();
    terminal.map_or(WIDTH_DEFAULT, |(_, columns)| {
        usize::from(columns).clamp(WIDTH_MIN, WIDTH_MAX)
    })
}

/// An error with its causes, as a sentence.
#[must_use]
pub(crate) fn sentence(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
