//! What a person sees: the transcript as it happens on stdout, everything about it on stderr.

use std::error::Error;
use std::io::{self, IsTerminal, Write};
use std::iter;
use std::time::Duration;

use console::{StyledObject, Term, style};
use dialoguer::Confirm;
use indicatif::{ProgressBar, ProgressStyle};

use crate::author::chapter::Chapter;
use crate::author::expect::{Expected, Finding, say_all};
use crate::author::tutorial::Tutorial;
use crate::language::{CATALOGUE, Language};
use crate::record::build_log;
use crate::run::process::Progress;
use crate::say::output::Stdout;
use crate::say::pages;
use crate::say::wrap::wrap;
use crate::text;

/// A command that takes longer shows that it is alive.
const PATIENCE: Duration = Duration::from_secs(2);

/// Time between two signs of life where stderr is no terminal.
const SIGN_OF_LIFE: Duration = Duration::from_secs(10);

/// Where a chapter shows what it does.
#[derive(Debug)]
pub(crate) struct Screen {
    language: Language,
    /// The page whose sections the reader goes through.
    page: Option<(&'static Tutorial, &'static str)>,
    pub(crate) stdout: Stdout,
    /// Its message is what the running command is at, seen or unseen.
    live: ProgressBar,
    /// Whether nothing of a command is shown, except signs of life.
    pub(crate) is_muted: bool,
    /// Whether stdout is the transcript.
    shows_transcript: bool,
    next_sign: Duration,
}

impl Screen {
    pub(crate) fn new(language: Language) -> Self {
        Self {
            language,
            page: None,
            stdout: Stdout::default(),
            live: ProgressBar::hidden(),
            is_muted: false,
            shows_transcript: true,
            next_sign: PATIENCE,
        }
    }

    /// A screen for the same reader, on the same stdout, with the titles that the chapter's page gives
    /// its sections.
    pub(crate) fn for_chapter(&self, chapter: &Chapter, shows_transcript: bool) -> Self {
        Self {
            page: Some((chapter.tutorial, chapter.page)),
            stdout: self.stdout.clone(),
            shows_transcript,
            ..Self::new(self.language)
        }
    }

    pub(crate) fn language(&self) -> Language {
        self.language
    }

    /// A line for people, from the catalogue.
    pub(crate) fn say(&self, id: &str, variables: &[(&'static str, &str)]) {
        self.note(&CATALOGUE.text(self.language, id, variables));
    }

    /// A section starts.
    pub(crate) fn section(&self, id: &str) {
        let page = self.page;
        let heading = page.and_then(|(tutorial, page)| pages::heading(tutorial, page, self.language, id));
        let title = heading.map(|heading| format!("  {}", heading.title));
        self.heading(&format!("{id}{}", title.unwrap_or_default()));
    }

    /// A chapter or a section starts.
    pub(crate) fn heading(&self, text: &str) {
        if !self.is_muted {
            self.note(&format!("\n{}", style(format!("── {text}")).bold().for_stderr()));
        }
    }

    /// A command is about to run, or Ctrl-C to be pressed for the one in the foreground.
    pub(crate) fn command(&mut self, command: &str, is_interrupt: bool) {
        self.rest();
        if self.is_muted && !is_interrupt {
            let first = text!(self.language, "screen-first", command);
            self.note(&format!("   {}", dim(first)));
        }
        let prompt = if is_interrupt { "^C" } else { "$" };
        let command = command.replace('\n', "\n$ ");
        self.print(&style(format!("{prompt} {command}")).bold().to_string());
    }

    /// What a running command does, as it happens.
    pub(crate) fn event(&mut self, event: Progress<'_>) {
        match event {
            Progress::Line(line) => {
                if let Some(step) = build_log::started_step(line) {
                    self.progress(step.to_owned());
                }
                self.print(line);
            }
            Progress::Tick(elapsed) if elapsed < self.next_sign => {}
            Progress::Tick(elapsed) if io::stderr().is_terminal() => {
                self.next_sign = Duration::MAX;
                let form = ProgressStyle::with_template("   {spinner} {elapsed} {wide_msg}");
                self.live = ProgressBar::new_spinner()
                    .with_style(form.expect("the template is valid"))
                    .with_elapsed(elapsed)
                    .with_message(self.live.message());
                self.live.enable_steady_tick(Duration::from_millis(100));
            }
            Progress::Tick(elapsed) => {
                self.next_sign = elapsed + SIGN_OF_LIFE;
                let seconds = text!(self.language, "screen-seconds", seconds = elapsed.as_secs());
                self.note(format!("   … {seconds} {}", self.live.message()).trim_end());
            }
        }
    }

    /// What a running program is at, shown with the next sign of life.
    pub(crate) fn progress(&self, step: String) {
        self.live.set_message(step);
    }

    /// No program runs any more.
    pub(crate) fn rest(&mut self) {
        self.live.finish_and_clear();
        self.live = ProgressBar::hidden();
        self.next_sign = PATIENCE;
    }

    /// A command has ended, and this is what was expected of it. How long it took is said where it
    /// matters, or where it was long.
    pub(crate) fn findings(&mut self, findings: &[Finding], elapsed: Duration) {
        self.rest();
        for (is_met, mark) in [(true, style("✓").green()), (false, style("✗").red())] {
            let of_this_kind = findings.iter().filter(|finding| finding.is_met == is_met);
            let expected: Vec<_> = of_this_kind.map(|finding| finding.claim).collect();
            if !(expected.is_empty() || is_met && self.is_muted) {
                let said = dim(say_all(&expected, self.language)).to_string();
                let first = format!("  {} ", mark.for_stderr());
                self.note(&wrap(&said, width(), &first, "    "));
            }
        }
        let is_time = |finding: &Finding| matches!(finding.claim, Expected::Within(_));
        if !self.is_muted && (elapsed >= PATIENCE || findings.iter().any(is_time)) {
            let seconds = format!("{:.2}", elapsed.as_secs_f64());
            let seconds = text!(self.language, "screen-seconds", seconds);
            self.note(&format!("    {}", dim(seconds)));
        }
    }

    /// What keeps the program from doing what it was asked for, already in the reader's language.
    pub(crate) fn error(&self, what: &str) {
        self.say("screen-error", &[("what", what)]);
    }

    /// A line for people.
    #[expect(clippy::disallowed_methods, reason = "stderr is for people")]
    pub(crate) fn note(&self, text: &str) {
        self.live.suspend(|| {
            // With stderr closed there is nobody to tell.
            let _ = writeln!(io::stderr(), "{text}");
        });
    }

    fn print(&self, text: &str) {
        if self.shows_transcript && !self.is_muted {
            // A line that is half written would take the next one's start.
            let text = text.strip_suffix('\n').unwrap_or(text);
            self.live.suspend(|| self.stdout.write(&format!("{text}\n")));
        }
    }
}

/// Asks a question that `yes` answers beforehand; where nobody is at the keyboard, the answer is yes
/// too. `None` if the reader pressed Ctrl-C.
pub(crate) fn confirm(question: &str, yes: bool) -> Option<bool> {
    if yes || !io::stdin().is_terminal() {
        return Some(true);
    }
    // The one error that a terminal has for us is Ctrl-C; one that has gone away says no more either.
    let question = Confirm::new().with_prompt(question).default(false);
    question.interact().ok()
}

/// Secondary text, on stderr.
fn dim<D>(text: D) -> StyledObject<D> {
    style(text).dim().for_stderr()
}

/// Columns that text for people may take: the terminal's, within what is read with ease; 80 where
/// there is no terminal.
pub(crate) fn width() -> usize {
    let terminal = Term::stderr().size_checked();
    terminal.map_or(80, |(_, columns)| usize::from(columns).clamp(20, 100))
}

/// An error with its causes, as a sentence.
pub(crate) fn sentence(error: &dyn Error) -> String {
    let causes = iter::successors(Some(error), |&error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
