//! What stands before the chapter's lines: what the script is, and the functions that the lines
//! call, from a file of the shell's own.
//!
//! That file says what is filled in, and what only some chapters need:
//!
//! ```text
//! #: script-run         comment lines, from the catalogue
//! @script-taken@        a message of the catalogue, quoted
//! @CONTAINERS@          a value of this program
//! #? waiting            what follows is for chapters that wait,
//! #.                    up to here
//! ```

use crate::chapter::Outline;
use crate::environment::fixed;
use crate::language::Language;
use crate::options::Options;
use crate::tutorial::Names;

use super::{Dialect, Shell};

/// What is known of the script when its prologue is written.
pub(super) struct Prologue<'a> {
    pub(super) outline: &'a Outline,
    pub(super) options: &'a Options,
    pub(super) language: Language,
    pub(super) shell: Shell,
    pub(super) needs: Needs,
}

/// Which functions the chapter's lines call.
pub(super) struct Needs {
    /// A command in the foreground.
    pub(super) foreground: bool,
    /// Something that is waited for, in the foreground or again and again.
    pub(super) waiting: bool,
    /// A command that is run again and again.
    pub(super) attempts: bool,
    /// A command that is kept for the end.
    pub(super) afterwards: bool,
    /// A variable.
    pub(super) values: bool,
    /// A command for an engine whose network is the shell's.
    pub(super) native: bool,
}

impl Prologue<'_> {
    pub(super) fn text<D: Dialect>(&self) -> String {
        let mut text = String::new();
        let mut is_needed = true;
        for line in D::PROLOGUE.lines() {
            if let Some(need) = line.strip_prefix("#? ") {
                is_needed = self.needs.has(need);
            } else if line == "#." {
                is_needed = true;
            } else if !is_needed {
            } else if let Some((indent, id)) = line.split_once("#: ") {
                for line in self.message(id).lines() {
                    text.push_str(format!("{indent}# {line}").trim_end());
                    text.push('\n');
                }
            } else {
                text.push_str(&self.filled::<D>(line));
                text.push('\n');
            }
        }
        text
    }

    /// The line with what stands between two `@` replaced; one that names nothing stays.
    fn filled<D: Dialect>(&self, line: &str) -> String {
        let mut text = String::new();
        let mut rest = line;
        while let Some((before, after)) = rest.split_once('@') {
            text.push_str(before);
            let value = after
                .split_once('@')
                .and_then(|(name, rest)| Some((self.value::<D>(name)?, rest)));
            if let Some((value, after)) = value {
                text.push_str(&value);
                rest = after;
            } else {
                text.push('@');
                rest = after;
            }
        }
        text + rest
    }

    fn value<D: Dialect>(&self, name: &str) -> Option<String> {
        let tutorial = self.outline.tutorial;
        let names = tutorial.docker.unwrap_or(&Names::NONE);
        Some(match name {
            "CONTAINERS" => D::list(names.containers),
            "REPOSITORIES" => D::list(names.repositories),
            "VOLUMES" => D::list(names.volumes),
            "NETWORKS" => D::list(names.networks),
            "RECORDING" => D::quoted(&tutorial.transcript(self.outline.name)),
            "ENVIRONMENT" => fixed()
                .map(|(name, value)| D::export(name, value))
                .collect::<Vec<_>>()
                .join("\n"),
            id if id.starts_with("script-") => D::quoted(&self.message(id)),
            _ => return None,
        })
    }

    fn message(&self, id: &str) -> String {
        let mut command = format!("{} {} --", self.outline.tutorial.start, self.outline.name);
        if let Some(step) = &self.options.step {
            command.push_str(" --step ");
            command.push_str(step);
        }
        command.push_str(match self.shell {
            Shell::Sh => " --script sh",
            Shell::Powershell => " --script powershell",
        });
        command.push_str(&self.options.repeated());
        let page = self.outline.address(self.language).unwrap_or_default();
        let variables: &[(&str, &str)] = match id {
            "script-header" => &[
                ("chapter", self.outline.name),
                ("command", &command),
                ("page", &page),
            ],
            _ => &[],
        };
        self.language.text(id, variables)
    }
}

impl Needs {
    /// What `#?` asks for.
    fn has(&self, need: &str) -> bool {
        match need {
            "foreground" => self.foreground,
            "waiting" => self.waiting,
            "attempts" => self.attempts,
            "afterwards" => self.afterwards,
            "values" => self.values,
            "native" => self.native,
            _ => unreachable!("a prologue asks for {need}"),
        }
    }
}
