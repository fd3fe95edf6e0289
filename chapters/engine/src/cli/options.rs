//! What a reader may type after `cargo run --bin chapter-N --`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, ArgGroup, ArgMatches, Command, value_parser};

use crate::author::tutorial::{Tutorial, Variant};
use crate::language::{LANGUAGES, Language};
use crate::report::readers::Format;
use crate::text;

/// What a reader asks for.
#[derive(Clone, Debug)]
pub struct Options {
    /// What is done.
    pub mode: Mode,
    /// With which sections.
    pub portion: Portion,
    /// Which of the tutorial's alternatives; `None` if it has none.
    pub variant: Option<&'static Variant>,
    /// Whether each command is asked about before it runs.
    pub is_interactive: bool,
    /// Whether the lines that are in other words are shown, too.
    pub shows_words: bool,
    /// Whether what a chapter makes is left.
    pub keeps: bool,
    /// Whether every question is answered with yes.
    pub yes: bool,
    /// File that the transcript is written to, as JSON.
    pub transcript: Option<PathBuf>,
    /// What stdout is.
    pub format: Format,
    /// File that the verdicts are written to, as `JUnit` XML.
    pub junit: Option<PathBuf>,
}

/// What is done with the chapters.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Mode {
    /// They run.
    Run,
    /// Their sections are listed.
    List,
    /// Their commands are listed.
    DryRun,
    /// What was recorded of them is shown.
    Replay,
    /// What earlier runs left is removed.
    Clean,
    /// One stays up, runs the sections that stdin asks for, and answers with events.
    Session,
}

/// The sections that are meant.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Portion {
    /// All.
    All,
    /// Those that this id names.
    Step(String),
    /// The first that this id names, and all after it.
    From(String),
}

/// Options that choose a mode; there is one at most.
const MODES: [(&str, Mode); 5] = [
    ("list", Mode::List),
    ("dry-run", Mode::DryRun),
    ("replay", Mode::Replay),
    ("clean", Mode::Clean),
    ("events", Mode::Session),
];

/// Options that only make sense where chapters run to their end.
const OF_A_RUN: [&str; 6] = ["interactive", "diff", "keep", "transcript", "format", "junit"];

/// What was typed is wrong, or asks for help.
#[derive(Debug)]
pub(crate) enum Answer {
    /// The text of `--help`.
    Help(String),
    /// What is wrong, in the reader's language.
    Misuse(String),
}

impl Options {
    /// Reads what was typed after the program's name, the first of `arguments`.
    ///
    /// # Errors
    ///
    /// [`Answer::Help`] if it asks for help, [`Answer::Misuse`] if an option is wrong.
    pub(crate) fn parse(
        tutorial: &Tutorial,
        arguments: impl IntoIterator<Item = OsString>,
        language: Language,
    ) -> Result<Self, Answer> {
        let matches = command(tutorial, language).try_get_matches_from(arguments);
        let matches = matches.map_err(|error| match error.kind() {
            ErrorKind::DisplayHelp => Answer::Help(error.to_string()),
            _ => Answer::Misuse(misuse(&error, language)),
        })?;
        Ok(Self::of(tutorial, &matches))
    }

    fn of(tutorial: &Tutorial, matches: &ArgMatches) -> Self {
        let text = |id| matches.get_one::<String>(id).cloned();
        let chosen = MODES.into_iter().find(|(id, _)| matches.get_flag(id));
        let variant = tutorial.alternatives.map(|alternatives| {
            let name = text(alternatives.option);
            let mut variants = alternatives.variants.iter();
            let named = variants.find(|variant| name.as_deref() == Some(variant.name));
            named.unwrap_or(&alternatives.variants[0])
        });
        Self {
            mode: chosen.map_or(Mode::Run, |(_, mode)| mode),
            portion: match (text("step"), text("from")) {
                (Some(step), _) => Portion::Step(step),
                (None, Some(from)) => Portion::From(from),
                (None, None) => Portion::All,
            },
            variant,
            is_interactive: matches.get_flag("interactive"),
            shows_words: matches.get_flag("diff"),
            keeps: matches.get_flag("keep"),
            yes: matches.get_flag("yes"),
            transcript: matches.get_one("transcript").cloned(),
            format: match text("format").as_deref() {
                Some("json") => Format::Json,
                _ => Format::Text,
            },
            junit: matches.get_one("junit").cloned(),
        }
    }

    /// What a command that goes on with this run has to repeat; each option with a space before it.
    pub(crate) fn repeated(&self, tutorial: &Tutorial) -> String {
        let Some((alternatives, variant)) = tutorial.alternatives.zip(self.variant) else {
            return String::new();
        };
        if variant.name == alternatives.variants[0].name {
            String::new()
        } else {
            format!(" --{} {}", alternatives.option, variant.name)
        }
    }
}

/// The language that `--lang` names, looked for before anything else is read: `--help` speaks it.
pub(crate) fn named_language(arguments: &[OsString]) -> Option<Language> {
    let mut words = arguments.iter().map(|word| word.to_string_lossy());
    while let Some(word) = words.next() {
        if word == "--lang" {
            return Language::of_code(&words.next()?);
        }
        if let Some(code) = word.strip_prefix("--lang=") {
            return Language::of_code(code);
        }
    }
    None
}

/// The options as clap has them.
pub(crate) fn command(tutorial: &Tutorial, language: Language) -> Command {
    let help = |id: &str| language.text(&format!("options-{id}"), &[]);
    let arg = |id: &'static str| Arg::new(id).long(id).help(help(id));
    let flag = |id| arg(id).action(ArgAction::SetTrue);
    let value = |id, name: &str| {
        arg(id)
            .value_name(clap::builder::Str::from(name.to_owned()))
            .hide_possible_values(true)
    };
    let file = |id| value(id, &help("value-file")).value_parser(value_parser!(PathBuf));
    let codes = LANGUAGES.map(Language::code);
    let modes = MODES.map(|(id, _)| id);
    let mut command = Command::new(tutorial.name)
        .about(help("about"))
        .after_help(help("after"))
        .override_usage(help("usage"))
        .help_template(help("template"))
        .disable_help_flag(true)
        .arg(flag("list"))
        .arg(value("step", "ID").conflicts_with("from"))
        .arg(value("from", "ID").conflicts_with_all(["clean", "events"]))
        .arg(flag("interactive"))
        .arg(flag("dry-run"))
        .arg(flag("replay"))
        .arg(flag("diff"))
        .arg(flag("keep"))
        .arg(flag("clean"))
        .arg(flag("yes"));
    if let Some(alternatives) = tutorial.alternatives {
        let names = alternatives.variants.iter().map(|variant| variant.name);
        let [english, japanese] = alternatives.help;
        let option = Arg::new(alternatives.option).long(alternatives.option);
        let option = option.help(match language {
            Language::English => english,
            Language::Japanese => japanese,
        });
        let option = option.value_name(help("value-name")).hide_possible_values(true);
        command = command.arg(option.value_parser(PossibleValuesParser::new(names)));
    }
    command
        .arg(value("lang", &help("value-language")).value_parser(PossibleValuesParser::new(codes)))
        .arg(file("transcript"))
        .arg(value("format", &help("value-format")).value_parser(["text", "json"]))
        .arg(file("junit"))
        .arg(flag("events"))
        .arg(arg("help").short('h').action(ArgAction::Help))
        .group(ArgGroup::new("mode").args(modes))
        .mut_args(|arg| {
            let is_of_a_run = OF_A_RUN.contains(&arg.get_id().as_str());
            if is_of_a_run {
                arg.conflicts_with_all(modes)
            } else {
                arg
            }
        })
}

/// What is wrong with an option, in the reader's language.
fn misuse(error: &clap::Error, language: Language) -> String {
    let context = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join(", "),
        _ => String::new(),
    };
    // Without the name of its value.
    let option = |kind| context(kind).split(' ').next().unwrap_or_default().to_owned();
    let (option, other) = (option(ContextKind::InvalidArg), option(ContextKind::PriorArg));
    let value = context(ContextKind::InvalidValue);
    match error.kind() {
        ErrorKind::UnknownArgument => text!(language, "options-unknown", option),
        ErrorKind::ArgumentConflict => {
            text!(language, "options-conflict", option, other)
        }
        ErrorKind::InvalidValue if value.is_empty() => text!(language, "options-no-value", option),
        ErrorKind::InvalidValue => {
            let known = context(ContextKind::ValidValue);
            text!(language, "options-wrong-value", option, value, known)
        }
        // Such as an option that is given twice.
        _ => error
            .to_string()
            .trim_start_matches("error: ")
            .trim_end()
            .to_owned(),
    }
}
