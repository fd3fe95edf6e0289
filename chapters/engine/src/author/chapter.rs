//! A chapter as a value: its sections, and the lines of each.

use std::collections::BTreeSet;
use std::process::Command;

use xshell::Shell;

use crate::author::line::{Action, Line};
use crate::author::tutorial::{Tutorial, Variant};
use crate::language::Language;

/// A chapter: what it is called, what it needs, what it does. It is built once, and then run, listed,
/// replayed and compared.
#[derive(Clone, Debug)]
pub struct Chapter {
    /// The tutorial that it belongs to.
    pub tutorial: &'static Tutorial,
    /// As in `cargo run --bin sorting`.
    pub name: &'static str,
    /// Its page in the book, as in `book/en/src/3-writing.md`.
    pub page: &'static str,
    pub(crate) ports: Vec<u16>,
    /// Whether lines were of one of the tutorial's alternatives alone, before one was chosen.
    pub(crate) has_alternatives: bool,
    pub(crate) shows_preflight: bool,
    /// What cuts literals into words.
    #[doc(hidden)]
    pub shell: Shell,
    /// In order.
    pub sections: Vec<Section>,
}

/// A section of a chapter.
#[derive(Clone, Debug, Default)]
pub struct Section {
    /// The article's number, with a word for the step: `3-12-tag`.
    pub id: &'static str,
    after: Vec<&'static str>,
    /// In order.
    pub lines: Vec<Line>,
}

/// What an author did wrong, found before anything runs.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Mistake {
    /// Two sections have this id.
    #[error("two sections are called {0}")]
    Twice(&'static str),
    /// A line at this place, as file and line, stands before the first section.
    #[error("the line at {0} stands before the first section")]
    NoSection(&'static str),
    /// There is no process in the foreground to interrupt at this place.
    #[error("nothing runs in the foreground at {0}")]
    NoForeground(&'static str),
    /// The first section names the second one as a prerequisite, which does not stand before it.
    #[error("section {0} comes after {1}, which does not stand before it")]
    NoPrerequisite(&'static str, &'static str),
}

impl Chapter {
    /// A chapter without sections; `name` is that of its program, `page` that of its page.
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

    /// It publishes this TCP port of the host, or shows that it is free.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.ports.push(port);
        self
    }

    /// It shows the whole preflight, not only what needs seeing to.
    #[must_use]
    pub fn showing_preflight(mut self) -> Self {
        self.shows_preflight = true;
        self
    }

    /// A section begins: the lines that follow belong to it.
    pub fn section(&mut self, id: &'static str) -> &mut Section {
        self.sections.push_mut(Section {
            id,
            ..Section::default()
        })
    }

    /// A line of the section; the macros of this crate are the way to write it.
    #[doc(hidden)]
    pub fn line(
        &mut self,
        action: Action,
        literal: &'static str,
        place: &'static str,
        command: &Command,
    ) -> &mut Line {
        let words = [command.get_program()].into_iter().chain(command.get_args());
        let words = words.map(|word| word.to_string_lossy().into_owned()).collect();
        self.push(Line::new(action, literal, place, words))
    }

    /// Ctrl-C for the process in the foreground, as [`interrupt!`](crate::interrupt) writes it.
    #[doc(hidden)]
    pub fn interrupt(&mut self, place: &'static str) -> &mut Line {
        let is_of_one = |line: &&Line| matches!(line.action, Action::Foreground | Action::Interrupt);
        let last = self.lines().rev().find(is_of_one);
        let started = last.filter(|line| line.action == Action::Foreground);
        // Without one it is a mistake that is told before anything runs.
        let (literal, words) = started.map_or(("", Vec::new()), |line| (line.literal, line.words.clone()));
        self.push(Line::new(Action::Interrupt, literal, place, words))
    }

    fn push(&mut self, line: Line) -> &mut Line {
        if self.sections.is_empty() {
            self.section("");
        }
        let lines = &mut self.sections.last_mut().expect("there is a section").lines;
        lines.push_mut(line)
    }

    /// Sections that an id means, in order: the one that has it. An id that none has, such as `3-1`,
    /// means its parts, such as `3-1-comment`, but not `3-10` and not `3-1-2`.
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

    /// The chapter on one of the tutorial's alternatives: lines of the others go, and those that stay
    /// get their ids.
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

    /// The first thing that is wrong with it; `None` if it can run.
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

    /// What these sections come after, directly or through others; themselves left out.
    #[must_use]
    pub fn prerequisites(&self, wanted: &BTreeSet<&str>) -> BTreeSet<&'static str> {
        let mut found = BTreeSet::new();
        // What a section comes after stands before it.
        for section in self.sections.iter().rev() {
            if wanted.contains(section.id) || found.contains(section.id) {
                found.extend(&section.after);
            }
        }
        found.retain(|id| !wanted.contains(id));
        found
    }

    /// Where its page is read; `None` if the tutorial's pages are files alone.
    pub(crate) fn address(&self, language: Language) -> Option<String> {
        let site = self.tutorial.site?;
        Some(format!("{}/{}/{}.html", site.address, language.code(), self.page))
    }
}

impl Section {
    /// This section is a prerequisite: what it makes or removes is needed. Without any, it runs on its own.
    pub fn after(&mut self, section: &'static str) -> &mut Self {
        self.after.push(section);
        self
    }
}
