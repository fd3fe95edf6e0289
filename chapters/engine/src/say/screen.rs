//! The terminal: the transcript goes to stdout as it happens, everything else to stderr.

use std::error::Error;
use std::io::{self, IsTerminal, Write};
use std::iter;
use std::time::Duration;

use console::{StyledObject, Term, measure_text_width, style, truncate_str};
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
use crate::say::wrap::{self, wrap};
use crate::text;

/// A command that takes longer than this gets a sign of life.
const PATIENCE: Duration = Duration::from_secs(2);

/// Time between two signs of life if stderr is not a terminal.
const SIGN_OF_LIFE: Duration = Duration::from_secs(30);

/// Shows what a chapter does.
#[derive(Debug)]
pub(crate) struct Screen {
    language: Language,
    /// The page with the sections that the reader goes through.
    page: Option<(&'static Tutorial, &'static str)>,
    pub(crate) stdout: Stdout,
    /// The display of the running command's progress, for shown and hidden commands.
    live: ProgressBar,
    /// Whether only signs of life are shown for commands.
    pub(crate) is_muted: bool,
    /// Whether the transcript goes to stdout.
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

    /// A screen for the same reader with the same stdout, and with section titles from the chapter's
    /// page.
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

    /// Sets the language of what is said from now on.
    pub(crate) fn speak(&mut self, language: Language) {
        self.language = language;
    }

    /// Shows a message of the catalogue, each of its lines wrapped if there is a terminal.
    pub(crate) fn say(&self, id: &str, variables: &[(&'static str, &str)]) {
        let text = CATALOGUE.text(self.language, id, variables);
        text.split('\n').for_each(|line| self.sentence(line));
    }

    /// Shows that a section starts.
    pub(crate) fn section(&self, id: &str) {
        let page = self.page;
        let heading = page.and_then(|(tutorial, page)| pages::heading(tutorial, page, self.language, id));
        let title = heading.map(|heading| format!("  {}", heading.title));
        self.heading(&format!("{id}{}", title.unwrap_or_default()));
    }

    /// Shows that a chapter or a section starts.
    pub(crate) fn heading(&self, text: &str) {
        if !self.is_muted {
            let line = format!("── {text} ");
            let rule = "─".repeat(width().saturating_sub(measure_text_width(&line)));
            let line = if io::stderr().is_terminal() {
                line + &rule
            } else {
                line
            };
            self.note(&format!("\n{}", style(line.trim_end()).bold().for_stderr()));
        }
    }

    /// Shows that a command is about to run, or that Ctrl-C is about to be pressed for the one in the
    /// foreground.
    pub(crate) fn command(&mut self, command: &str, is_interrupt: bool) {
        self.rest();
        if self.is_muted && !is_interrupt {
            let first = format!("   {}", text!(self.language, "screen-first", command));
            let is_terminal = io::stderr().is_terminal();
            let room = if is_terminal { width() } else { usize::MAX };
            self.note(&dim(truncate_str(&first, room, "…")).to_string());
        }
        let prompt = if is_interrupt { "^C" } else { "$" };
        let shown = if io::stdout().is_terminal() {
            self.print("");
            wrap::command(
                &format!("{prompt} {command}"),
                usize::from(Term::stdout().size().1),
            )
        } else {
            format!("{prompt} {}", command.replace('\n', "\n$ "))
        };
        self.print(&style(shown).bold().to_string());
    }

    /// Shows the progress of a running command.
    pub(crate) fn event(&mut self, event: Progress<'_>) {
        match event {
            Progress::Line(line) => {
                if let Some(step) = build_log::started_step(line) {
                    self.progress(step.to_owned());
                }
                // The line break stays outside the style: `print` adds its own.
                let line = line.strip_suffix('\n').unwrap_or(line);
                let is_dim = build_log::is_internal(line);
                let line = if is_dim { style(line).dim() } else { style(line) };
                self.print(&line.to_string());
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
                let line = format!("   … {seconds} {}", self.live.message());
                self.note(truncate_str(line.trim_end(), width(), "…").as_ref());
            }
        }
    }

    /// Sets the text for the next sign of life: the current step of the running program.
    pub(crate) fn progress(&self, step: String) {
        self.live.set_message(step);
    }

    /// Clears the display when no program runs any more.
    pub(crate) fn rest(&mut self) {
        self.live.finish_and_clear();
        self.live = ProgressBar::hidden();
        self.next_sign = PATIENCE;
    }

    /// Shows the findings on a command that has ended. Its duration is shown if it matters or was long.
    pub(crate) fn findings(&mut self, findings: &[Finding], elapsed: Duration) {
        self.rest();
        for (is_met, mark) in [(true, style("✓").green()), (false, style("✗").red())] {
            // Success needs no separate line.
            let says_more = |finding: &&Finding| !is_met || finding.claim != Expected::Status(0);
            let of_this_kind = findings
                .iter()
                .filter(|finding| finding.is_met == is_met)
                .filter(says_more);
            let expected: Vec<_> = of_this_kind.map(|finding| finding.claim).collect();
            let said = say_all(&expected, self.language);
            if !(said.is_empty() || is_met && self.is_muted) {
                let said = if is_met {
                    said
                } else {
                    text!(self.language, "screen-expected", what = said)
                };
                let said = dim(said).to_string();
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

    /// Shows an error that stops the program, already in the reader's language.
    pub(crate) fn error(&self, what: &str) {
        self.say("screen-error", &[("what", what)]);
    }

    /// Shows a line for people.
    #[expect(clippy::disallowed_methods, reason = "stderr is for people")]
    pub(crate) fn note(&self, text: &str) {
        self.live.suspend(|| {
            // If stderr is closed, the line is lost.
            let _ = writeln!(io::stderr(), "{text}");
        });
    }

    /// Shows a sentence for people, wrapped if there is a terminal.
    pub(crate) fn sentence(&self, text: &str) {
        if io::stderr().is_terminal() {
            self.note(&wrap(text, width(), "", ""));
        } else {
            self.note(text);
        }
    }

    fn print(&self, text: &str) {
        if self.shows_transcript && !self.is_muted {
            // After a partly written line, the next one would start in the middle.
            let text = text.strip_suffix('\n').unwrap_or(text);
            self.live.suspend(|| self.stdout.write(&format!("{text}\n")));
        }
    }
}

/// Asks a question. `yes` answers it without asking, and if there is no terminal the answer is yes, too.
/// `None` if the reader pressed Ctrl-C.
pub(crate) fn confirm(question: &str, yes: bool) -> Option<bool> {
    if yes || !io::stdin().is_terminal() {
        return Some(true);
    }
    // An error from the terminal means Ctrl-C, or that the terminal is gone; both count as Ctrl-C.
    let question = Confirm::new().with_prompt(question).default(false);
    question.interact().ok()
}

/// Styles secondary text on stderr.
fn dim<D>(text: D) -> StyledObject<D> {
    style(text).dim().for_stderr()
}

/// Width of text for people, in columns: the terminal's, up to a width that is easy to read; 80 if there
/// is no terminal.
pub(crate) fn width() -> usize {
    let terminal = Term::stderr().size_checked();
    terminal.map_or(80, |(_, columns)| usize::from(columns).clamp(20, 100))
}

/// An error with its causes, as one sentence.
pub(crate) fn sentence(error: &dyn Error) -> String {
    let causes = iter::successors(Some(error), |&error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
