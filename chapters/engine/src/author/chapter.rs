//! A chapter as a value: its sections, and the lines of each.

use std::collections::BTreeSet;
use std::process::Command;

use xshell::Shell;

use crate::author::line::{Action, Line};
use crate::author::tutorial::{Tutorial, Variant};
use crate::language::Language;

/// A chapter: its name, requirements and commands. A `Chapter` value is built once and can then be run,
/// listed, replayed and compared.
#[derive(Clone, Debug)]
pub struct Chapter {
    /// The tutorial that this chapter belongs to.
    pub tutorial: &'static Tutorial,
    /// Name of the chapter's program, as in `cargo run --bin sorting`.
    pub name: &'static str,
    /// File name of the chapter's page without `.md`, as in `book/en/src/3-writing.md`.
    pub page: &'static str,
    /// TCP ports of the host that the chapter publishes.
    pub ports: Vec<u16>,
    /// Whether some lines belonged to only one of the tutorial's alternatives before one was chosen.
    pub(crate) has_alternatives: bool,
    pub(crate) shows_preflight: bool,
    /// Splits a literal into words.
    #[doc(hidden)]
    pub shell: Shell,
    /// The sections, in order.
    pub sections: Vec<Section>,
}

/// A section of a chapter.
#[derive(Clone, Debug, Default)]
pub struct Section {
    /// The article's section number, with a word for the step: `3-12-tag`.
    pub id: &'static str,
    after: Vec<&'static str>,
    /// The file or folder, relative to the root, that a reader's own can take the place of; `None` if the
    /// section does not ask for one.
    pub answer: Option<&'static str>,
    /// The lines, in order.
    pub lines: Vec<Line>,
}

/// An author's mistake, found before anything runs.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Mistake {
    /// Two sections have this id.
    #[error("two sections are called {0}")]
    Twice(&'static str),
    /// The line at this place (file and line) stands before the first section.
    #[error("the line at {0} stands before the first section")]
    NoSection(&'static str),
    /// An `interrupt!` at this place, but no process runs in the foreground.
    #[error("nothing runs in the foreground at {0}")]
    NoForeground(&'static str),
    /// The first section names the second as a prerequisite, but the second does not stand before it.
    #[error("section {0} comes after {1}, which does not stand before it")]
    NoPrerequisite(&'static str, &'static str),
}

impl Chapter {
    /// Creates a chapter without sections; `name` is the name of its program, `page` of its page.
    ///
    /// # Panics
    ///
    /// If the current folder cannot be read.
    #[must_use]
    pub fn new(tutorial: &'static Tutorial, name: &'static str, page: &'static str) -> Self {
        Self {
            tutorial,
            name,
            page,
            ports: Vec::new(),
            has_alternatives: false,
            shows_preflight: false,
            sections: Vec::new(),
            shell: Shell::new().expect("the current folder can be read"),
        }
    }

    /// Says that the chapter publishes this TCP port of the host, or shows that it is free.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.ports.push(port);
        self
    }

    /// Makes the chapter show the whole preflight, not only the checks that need attention.
    #[must_use]
    pub fn showing_preflight(mut self) -> Self {
        self.shows_preflight = true;
        self
    }

    /// Begins a section: the lines that follow belong to it.
    pub fn section(&mut self, id: &'static str) -> &mut Section {
        self.sections.push_mut(Section {
            id,
            ..Section::default()
        })
    }

    /// Adds a line to the section. Chapters use the macros of this crate instead.
    #[doc(hidden)]
    pub fn line(
        &mut self,
        action: Action,
        literal: &str,
        place: &'static str,
        command: &Command,
    ) -> &mut Line {
        let words = [command.get_program()].into_iter().chain(command.get_args());
        let words = words.map(|word| word.to_string_lossy().into_owned()).collect();
        self.push(Line::new(action, literal, place, words))
    }

    /// Adds a Ctrl-C for the process in the foreground; see [`interrupt!`](crate::interrupt).
    #[doc(hidden)]
    pub fn interrupt(&mut self, place: &'static str) -> &mut Line {
        let is_of_one = |line: &&Line| matches!(line.action, Action::Foreground | Action::Interrupt);
        let last = self.lines().rev().find(is_of_one);
        let started = last.filter(|line| line.action == Action::Foreground);
        // Without such a process, the mistake is reported before anything runs.
        let of = |line: &Line| (line.literal.clone(), line.words.clone());
        let (literal, words) = started.map(of).unwrap_or_default();
        self.push(Line::new(Action::Interrupt, &literal, place, words))
    }

    fn push(&mut self, line: Line) -> &mut Line {
        if self.sections.is_empty() {
            self.section("");
        }
        let lines = &mut self.sections.last_mut().expect("there is a section").lines;
        lines.push_mut(line)
    }

    /// Sections that an id selects, in order: the section with that id. If there is none, an id such as
    /// `3-1` selects its parts, such as `3-1-comment`, but not `3-10` or `3-1-2`.
    #[must_use]
    pub fn sections_of(&self, id: &str) -> Vec<&'static str> {
        let ids = self.sections.iter().map(|section| section.id);
        let is_part = |section: &&'static str| {
            let rest = section.strip_prefix(id).and_then(|rest| rest.strip_prefix('-'));
            rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_digit()))
        };
        match ids.clone().find(|section| *section == id) {
            Some(section) => vec![section],
            None => ids.filter(is_part).collect(),
        }
    }

    /// The lines of all sections, in order.
    pub fn lines(&self) -> impl DoubleEndedIterator<Item = &Line> {
        self.sections.iter().flat_map(|section| &section.lines)
    }

    /// The chapter for one of the tutorial's alternatives: lines of the other alternatives are removed,
    /// and the remaining lines get their ids.
    #[must_use]
    pub fn on(mut self, variant: Option<&Variant>) -> Self {
        let has_alternatives = self.lines().any(|line| line.variant.is_some());
        self.has_alternatives = has_alternatives;
        for section in &mut self.sections {
            let belongs = |own: &Variant| Some(own.name) == variant.map(|variant| variant.name);
            section.lines.retain(|line| line.variant.is_none_or(belongs));
            let mut number = 0;
            for line in &mut section.lines {
                line.section = section.id;
                line.id = if line.is_shown() {
                    number += 1;
                    format!("{}#{number}", section.id)
                } else {
                    format!("{}#afterwards", section.id)
                };
            }
        }
        self
    }

    /// The chapter with the reader's own file or folder, an absolute path, in place of the book's in each
    /// exercise.
    #[must_use]
    pub fn answered(mut self, own: &str) -> Self {
        for section in &mut self.sections {
            if let Some(books) = section.answer {
                section.lines.iter_mut().for_each(|line| line.replace(books, own));
            }
        }
        self
    }

    /// The first mistake in the chapter; `None` if the chapter can run.
    #[must_use]
    pub fn mistake(&self) -> Option<Mistake> {
        let mut known = BTreeSet::new();
        for section in &self.sections {
            if section.id.is_empty() {
                return Some(Mistake::NoSection(section.lines.first()?.place));
            }
            if let Some(after) = section.after.iter().find(|after| !known.contains(*after)) {
                return Some(Mistake::NoPrerequisite(section.id, after));
            }
            if !known.insert(section.id) {
                return Some(Mistake::Twice(section.id));
            }
        }
        let interrupt = self.lines().find(|line| line.literal.is_empty());
        interrupt.map(|line| Mistake::NoForeground(line.place))
    }

    /// Prerequisites of these sections, direct and indirect, without the sections themselves.
    #[must_use]
    pub fn prerequisites(&self, wanted: &BTreeSet<&str>) -> BTreeSet<&'static str> {
        let mut found = BTreeSet::new();
        // A prerequisite stands before the section that needs it.
        for section in self.sections.iter().rev() {
            if wanted.contains(section.id) || found.contains(section.id) {
                found.extend(&section.after);
            }
        }
        found.retain(|id| !wanted.contains(id));
        found
    }

    /// Whether `wanted` can run where the sections in `done` have run: they are its first prerequisites,
    /// or all sections before it. Tests prove that both give the book's output.
    #[must_use]
    pub fn continues(&self, done: &BTreeSet<&str>, wanted: &BTreeSet<&str>) -> bool {
        let unseen = self.prerequisites(wanted);
        let ids = || self.sections.iter().map(|section| section.id);
        let before: BTreeSet<_> = ids().take_while(|id| !wanted.contains(id)).collect();
        let first = ids().filter(|id| unseen.contains(id)).take(done.len());
        *done == before || *done == first.collect()
    }

    /// Web address of the chapter's page; `None` if the tutorial has no site.
    pub(crate) fn address(&self, language: Language) -> Option<String> {
        let site = self.tutorial.site?;
        Some(format!("{}/{}/{}.html", site.address, language.code(), self.page))
    }
}

impl Section {
    /// Makes the section an exercise: a reader's own file or folder can take the place of `books`, a path
    /// relative to the root, in its commands.
    pub fn answer(&mut self, books: &'static str) -> &mut Self {
        self.answer = Some(books);
        self
    }

    /// Adds a prerequisite: a section that has to run before this one. A section without any runs on its
    /// own.
    pub fn after(&mut self, section: &'static str) -> &mut Self {
        self.after.push(section);
        self
    }
}
