//! What a reader may type after `cargo run --bin chapter-N --`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::error::{ContextKind, ErrorKind};
use clap::{Arg, ArgAction, Command, CommandFactory, FromArgMatches, Parser, ValueEnum};

use crate::author::tutorial::{Tutorial, Variant};
use crate::language::Language;
use crate::report::readers::Format;
use crate::text;

/// What a reader asks for; the catalogue says what each option does. Those of the group `mode` are in
/// place of a run.
#[derive(Clone, Debug, Parser)]
#[command(disable_help_flag = true)]
pub(crate) struct Options {
    #[arg(long = "list", group = "mode")]
    lists: bool,
    #[arg(long = "step", value_name = "value-id", conflicts_with = "from")]
    pub(crate) step: Option<String>,
    #[arg(long = "from", value_name = "value-id", conflicts_with_all = ["cleans", "stays"])]
    pub(crate) from: Option<String>,
    #[arg(long = "answer", alias = "dockerfile", value_name = "value-file")]
    #[arg(conflicts_with_all = ["from", "is_interactive", "lists", "is_dry_run", "replays", "shows_words"])]
    #[arg(conflicts_with_all = ["cleans", "transcript", "format", "junit"])]
    pub(crate) answer: Option<PathBuf>,
    #[arg(long = "interactive", conflicts_with_all = MODES)]
    pub(crate) is_interactive: bool,
    #[arg(long = "dry-run", group = "mode")]
    is_dry_run: bool,
    #[arg(long = "replay", group = "mode")]
    replays: bool,
    #[arg(long = "diff", conflicts_with_all = MODES)]
    pub(crate) shows_words: bool,
    #[arg(long = "keep", conflicts_with_all = MODES)]
    pub(crate) keeps: bool,
    #[arg(long = "clean", group = "mode")]
    cleans: bool,
    #[arg(long = "yes")]
    pub(crate) yes: bool,
    /// The chosen alternative of the tutorial; `None` if the tutorial has none.
    #[arg(skip)]
    pub(crate) variant: Option<&'static Variant>,
    /// [`named_language`] has looked for it.
    #[arg(long = "lang", value_name = "value-language", hide_possible_values = true)]
    language: Option<Language>,
    #[arg(long = "transcript", value_name = "value-file", conflicts_with_all = MODES)]
    pub(crate) transcript: Option<PathBuf>,
    #[arg(long = "format", value_name = "value-format", conflicts_with_all = MODES)]
    #[arg(default_value = "text", hide_default_value = true)]
    #[arg(hide_possible_values = true)]
    pub(crate) format: Format,
    #[arg(long = "junit", value_name = "value-file", conflicts_with_all = MODES)]
    pub(crate) junit: Option<PathBuf>,
    #[arg(long = "events", group = "mode")]
    stays: bool,
    #[arg(long = "help", short = 'h', action = ArgAction::Help)]
    help: Option<bool>,
}

/// What is done with the chapters.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Mode {
    Run,
    List,
    DryRun,
    Replay,
    Clean,
    /// One stays up for another program.
    Session,
}

/// Fields of the group `mode`: if two options conflict, clap would list the whole group.
const MODES: [&str; 5] = ["lists", "is_dry_run", "replays", "cleans", "stays"];

impl Options {
    /// Parses the arguments; the first of `arguments` is the program's name. The error may be the text
    /// of `--help`.
    pub(crate) fn parse(
        tutorial: &Tutorial,
        arguments: impl IntoIterator<Item = OsString>,
        language: Language,
    ) -> Result<Self, clap::Error> {
        let matches = command(tutorial, language).try_get_matches_from(arguments)?;
        let variant = tutorial.alternatives.map(|alternatives| {
            let name = matches.get_one::<String>(alternatives.option);
            let mut variants = alternatives.variants.iter();
            let named = variants.find(|variant| name.is_some_and(|name| name == variant.name));
            named.unwrap_or(&alternatives.variants[0])
        });
        let options = Self::from_arg_matches(&matches)?;
        Ok(Self { variant, ..options })
    }

    pub(crate) fn mode(&self) -> Mode {
        let modes = [
            (self.lists, Mode::List),
            (self.is_dry_run, Mode::DryRun),
            (self.replays, Mode::Replay),
            (self.cleans, Mode::Clean),
            (self.stays, Mode::Session),
        ];
        let typed = modes.into_iter().find(|(is_typed, _)| *is_typed);
        typed.map_or(Mode::Run, |(_, mode)| mode)
    }

    /// Whether a section runs with the reader's own file, instead of with the book's.
    pub(crate) fn checks(&self) -> bool {
        self.answer.is_some() && self.mode() == Mode::Run
    }

    /// The options that a follow-up command must repeat, each with a space before it.
    pub(crate) fn repeated(&self, tutorial: &Tutorial) -> String {
        let chosen = tutorial.alternatives.zip(self.variant);
        let other = chosen.filter(|(all, variant)| variant.name != all.variants[0].name);
        let repeated = other.map(|(all, variant)| format!(" --{} {}", all.option, variant.name));
        repeated.unwrap_or_default()
    }
}

/// The language in `--lang`. It is needed before the other options are parsed: `--help` uses it.
pub(crate) fn named_language(arguments: &[OsString]) -> Option<Language> {
    let mut words = arguments.iter().map(|word| word.to_string_lossy());
    while let Some(word) = words.next() {
        if word == "--lang" {
            return Language::from_str(&words.next()?, false).ok();
        }
        if let Some(code) = word.strip_prefix("--lang=") {
            return Language::from_str(code, false).ok();
        }
    }
    None
}

/// clap's definition of the options, in the reader's language.
fn command(tutorial: &Tutorial, language: Language) -> Command {
    let text = |id: &str| text!(language, &format!("options-{id}"));
    let in_words = |option: &Arg| {
        let help = text(option.get_long().expect("each option has a name"));
        let names = option.get_value_names().unwrap_or_default().iter();
        let names = names.filter(|_| option.get_action().takes_values());
        let names: Vec<_> = names.map(|name| text(name)).collect();
        option.clone().help(help).value_names(names)
    };
    let mut options: Vec<Arg> = Options::command().get_arguments().map(in_words).collect();
    let place = options.iter().position(|option| option.get_id() == "language");
    let place = place.expect("there is `--lang`, which comes after the tutorial's own");
    let own = tutorial.alternatives.map(|alternatives| {
        let names = alternatives.variants.iter().map(|variant| variant.name);
        Arg::new(alternatives.option)
            .long(alternatives.option)
            .help(alternatives.help[language as usize])
            .value_name(text("value-name"))
            .value_parser(PossibleValuesParser::new(names))
            .hide_possible_values(true)
    });
    options.splice(place..place, own);
    let options = options.into_iter().enumerate();
    Command::new(tutorial.name)
        .about(text("about"))
        .after_help(text("after"))
        .override_usage(text("usage"))
        .help_template(text("template"))
        .disable_help_flag(true)
        .args(options.map(|(place, option)| option.display_order(place)))
}

/// The message for a wrong option, in the reader's language.
pub(crate) fn misuse(error: &clap::Error, language: Language) -> String {
    let context = |kind| error.get(kind).map_or_else(String::new, ToString::to_string);
    // Without the placeholder of its value.
    let option = |kind| context(kind).split(' ').next().unwrap_or_default().to_owned();
    let (option, other) = (option(ContextKind::InvalidArg), option(ContextKind::PriorArg));
    let value = context(ContextKind::InvalidValue);
    let known = context(ContextKind::ValidValue);
    match error.kind() {
        ErrorKind::UnknownArgument => text!(language, "options-unknown", option),
        ErrorKind::ArgumentConflict => text!(language, "options-conflict", option, other),
        ErrorKind::InvalidValue if value.is_empty() => text!(language, "options-no-value", option),
        ErrorKind::InvalidValue => text!(language, "options-wrong-value", option, value, known),
        // For example, an option that is given twice.
        _ => {
            let said = error.to_string();
            said.trim_start_matches("error: ").trim_end().to_owned()
        }
    }
}
