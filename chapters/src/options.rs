//! What a reader may type after `cargo run --bin chapter-N --`.

use std::path::PathBuf;

use clap::{Parser, ValueEnum};

use crate::database::Database;
use crate::language::Language;
use crate::script::Shell;

/// Runs the commands of the book on your Docker Engine and says, command by
/// command, whether what happens is what the book shows.
#[derive(Clone, Debug, Default, Parser)]
#[command(
    after_help = "Exit status: 0 all as expected or left early, 1 a command failed, or what was \
                  asked for could not be written, 2 wrong option, 3 the chapter could not start, \
                  4 it ran to its end, but something differs from the book, 130 interrupted."
)]
pub struct Options {
    /// List the sections and how many commands each has; needs no engine
    #[arg(long, conflicts_with_all = ["dry_run", "clean", "replay", "script"])]
    pub list: bool,

    /// Show one section, such as 3-12 or 3-12-tag; what it builds on and is not there runs before it, unseen
    #[arg(long, value_name = "ID")]
    pub step: Option<String>,

    /// Go on with the first section that the last run did not finish
    #[arg(long, conflicts_with_all = ["step", "list", "dry_run", "clean", "replay", "script"])]
    pub resume: bool,

    /// Ask before each command: run it, skip it, explain it
    #[arg(long, conflicts_with_all = ["list", "dry_run", "clean", "replay", "script"])]
    pub interactive: bool,

    /// Print the commands and what each makes and removes, and run none; needs no engine
    #[arg(long, conflicts_with_all = ["clean", "replay", "script"])]
    pub dry_run: bool,

    /// Show what was recorded, in less time than it took, and run nothing; needs no engine
    #[arg(long, conflicts_with_all = ["clean", "script"])]
    pub replay: bool,

    /// Print a script that does the same in this shell, and run nothing; needs no engine
    #[arg(long, value_enum, value_name = "SHELL", conflicts_with = "clean")]
    pub script: Option<Shell>,

    /// Show the lines that are in other words than the book's, too
    #[arg(long, conflicts_with_all = ["list", "dry_run", "clean", "replay", "script"])]
    pub diff: bool,

    /// Leave what the chapter makes: containers, images, volumes, networks, files
    #[arg(long)]
    pub keep: bool,

    /// Remove what an earlier run left behind, and run nothing
    #[arg(long)]
    pub clean: bool,

    /// Answer every question with yes
    #[arg(long)]
    pub yes: bool,

    /// Database engine of chapter 6
    #[arg(long, value_enum, value_name = "ENGINE", default_value_t)]
    pub database: Database,

    /// Language of titles, explanations and hints; that of the locale unless given
    #[arg(long, value_enum, value_name = "LANGUAGE")]
    pub lang: Option<Language>,

    /// Write the normalised transcript and where it was recorded to FILE, as JSON
    #[arg(long, value_name = "FILE", conflicts_with_all = ["list", "dry_run", "clean", "replay", "script"])]
    pub transcript: Option<PathBuf>,

    /// What stdout is: the transcript, or one JSON document at the end (chapters/schema/report-1.json)
    #[arg(long, value_enum, default_value_t, conflicts_with_all = ["list", "dry_run", "clean", "replay", "script"])]
    pub format: Format,

    /// Write what became of each section to FILE, as `JUnit` XML
    #[arg(long, value_name = "FILE", conflicts_with_all = ["list", "dry_run", "clean", "replay", "script"])]
    pub junit: Option<PathBuf>,
}

/// What stdout is.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, ValueEnum)]
pub enum Format {
    /// The transcript, as it happens
    #[default]
    Text,
    /// One JSON document, when all has ended
    Json,
}

impl Options {
    /// What a command that goes on with this run, or that does the same again, has to repeat; each
    /// option with a space before it.
    #[must_use]
    pub(crate) fn repeated(&self) -> String {
        if self.database == Database::default() {
            String::new()
        } else {
            format!(" --database {}", self.database.option())
        }
    }

    /// Whether a reader who chose `--step` wants to see this section.
    #[must_use]
    pub fn shows(&self, section: &str) -> bool {
        self.step.as_deref().is_none_or(|step| is_part_of(section, step))
    }
}

/// `3-12-tag` is part of `3-12`, and `3-1` is not part of `3`: a number of the
/// article names its own section alone.
#[must_use]
pub(crate) fn is_part_of(section: &str, step: &str) -> bool {
    let rest = section.strip_prefix(step).and_then(|rest| rest.strip_prefix('-'));
    section == step || rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_that_goes_on_with_a_run_is_on_its_database() {
        let options = |arguments: &[&str]| Options::try_parse_from(arguments).unwrap().repeated();
        assert_eq!(options(&["chapter-6"]), "");
        assert_eq!(
            options(&["chapter-6", "--database", "cockroach"]),
            " --database cockroach"
        );
    }

    #[test]
    fn a_number_names_its_steps_and_no_other_section() {
        assert!(is_part_of("3-12", "3-12"));
        assert!(is_part_of("3-12-tag", "3-12"));
        assert!(!is_part_of("3-12", "3-1"));
        assert!(!is_part_of("3-1", "3"));
        assert!(is_part_of("5-foreground", "5"));
    }
}
