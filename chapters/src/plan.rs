//! Which sections of a chapter are run, and which of them are shown; what a part of a chapter needs
//! of the parts before it.

use std::collections::{BTreeMap, BTreeSet};

use crate::chapter::Listed;
use crate::effects::{State, Step, Thing, placeholders, section_of};
use crate::normalise;
use crate::options::is_part_of;
use crate::transcript::{Entry, Transcript};

/// What happens to a section.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Part {
    /// It is run, and the reader sees it.
    #[default]
    Shown,
    /// It is run, since a shown one builds on it.
    Unseen,
    /// It is not run.
    Skipped,
}

/// What happens to each section of a chapter.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    parts: BTreeMap<String, Part>,
    lines: Vec<Planned>,
    start: State,
    values: BTreeMap<String, String>,
}

/// What is known of a line of a chapter before it is reached.
#[derive(Clone, Debug)]
pub struct Planned {
    /// What its effects depend on.
    pub step: Step,
    /// Numbered placeholders that its output shows in the book, each once, in order.
    pub shown: Vec<String>,
}

/// A chapter followed from its first line to its last without running it.
#[derive(Clone, Debug)]
pub struct Course {
    lines: Vec<Planned>,
    traces: Vec<Trace>,
}

/// A line in the run of the whole chapter.
#[derive(Clone, Debug)]
struct Trace {
    before: State,
    /// What it uses, with the steps that made that what it is.
    needs: Vec<(Thing, Vec<String>)>,
    removes: Vec<Thing>,
}

/// What it takes to run some sections where not all that they need is there.
#[derive(Clone, Debug, Default)]
pub struct Detour {
    /// Sections that are run for the sake of others, in no order.
    pub sections: BTreeSet<String>,
    /// What is missing, and the sections that make it.
    pub missing: Vec<(Thing, Vec<String>)>,
    /// What is there, is the tutorial's, and would be in the way.
    pub in_the_way: Vec<Thing>,
    /// What is there of the tutorial's when it begins.
    pub start: State,
}

/// Why some sections alone cannot do what they do in the whole chapter.
enum Obstacle {
    /// It is not there, or is another one; these sections make it.
    Missing(Thing, Vec<String>),
    /// It is there, and is not when the whole chapter runs.
    InTheWay(Thing),
    /// The same of something that a section makes which runs; this one removes it.
    NotRemoved(String),
}

impl Plan {
    /// What happens to this section; one that the plan does not name is shown.
    #[must_use]
    pub fn part(&self, section: &str) -> Part {
        self.parts.get(section).copied().unwrap_or_default()
    }

    /// What is known of a line of the chapter, counted from 0; `None` for a chapter that was not
    /// listed before.
    #[must_use]
    pub fn line(&self, number: usize) -> Option<&Planned> {
        self.lines.get(number)
    }

    /// What is there of the tutorial's when the chapter begins.
    #[must_use]
    pub fn start(&self) -> &State {
        &self.start
    }

    /// What a placeholder stands for by an earlier run whose things are still there.
    #[must_use]
    pub fn value(&self, placeholder: &str) -> Option<&str> {
        self.values.get(placeholder).map(String::as_str)
    }
}

impl Course {
    /// The course of a chapter whose lines these are; `book` is its transcript, where it has one.
    #[must_use]
    pub fn of(lines: &[Listed], book: Option<&Transcript>) -> Self {
        let mut entries = book.map(|book| book.entries.as_slice()).unwrap_or_default();
        let mut state = State::default();
        let mut course = Self {
            lines: Vec::new(),
            traces: Vec::new(),
        };
        let mut number = 0;
        let mut section = "";
        for line in lines {
            number = if line.section == section { number + 1 } else { 1 };
            section = line.section;
            let output = line.entry().and_then(|typed| {
                let is_it = |entry: &Entry| entry.section == typed.section && entry.typed == typed.typed;
                let at = entries.iter().position(is_it)?;
                let output = &entries[at].output;
                entries = &entries[at + 1..];
                Some(output.as_str())
            });
            // A chapter that was never recorded, or not on this database, says what it expects.
            let expected = || line.expected.fragments().collect::<Vec<_>>().join(" ");
            let output = output.map_or_else(expected, str::to_owned);
            let step = Step::of(line, format!("{section}#{number}"), placeholders(&output));
            let before = state.clone();
            let effects = state.apply(&step);
            let history = |thing: Thing| (thing.clone(), before.history(&thing).to_vec());
            course.traces.push(Trace {
                needs: effects.needs.into_iter().map(history).collect(),
                removes: effects.removes,
                before,
            });
            course.lines.push(Planned {
                step,
                shown: normalise::distinct_placeholders(&output),
            });
        }
        course
    }

    /// Its lines, in order.
    #[must_use]
    pub fn lines(&self) -> &[Planned] {
        &self.lines
    }

    /// What it takes to run `shown` sections alone where `start` is there.
    #[must_use]
    pub fn detour(&self, shown: &BTreeSet<String>, start: State) -> Detour {
        let mut detour = Detour {
            start,
            ..Detour::default()
        };
        // Each turn runs one section more or has one thing less at the start.
        loop {
            let runs = shown.union(&detour.sections).cloned().collect();
            match self.obstacle(&runs, &detour.start) {
                None => return detour,
                Some(Obstacle::InTheWay(thing)) => {
                    let gone = detour.start.drop(&thing);
                    detour.in_the_way.extend(gone);
                }
                Some(Obstacle::NotRemoved(section)) => {
                    detour.sections.insert(section);
                }
                Some(Obstacle::Missing(thing, makers)) => {
                    let more: Vec<String> =
                        makers.into_iter().filter(|maker| !runs.contains(maker)).collect();
                    if more.is_empty() {
                        self.begin_anew(shown, &mut detour);
                        return detour;
                    }
                    detour.sections.extend(more.iter().cloned());
                    detour.missing.push((thing, more));
                }
            }
        }
    }

    /// What is there before each line of the chapter, where it runs from its beginning.
    pub fn states(&self) -> impl Iterator<Item = &State> {
        self.traces.iter().map(|trace| &trace.before)
    }

    /// What the plan is when `shown` sections are run with a detour.
    #[must_use]
    pub fn plan(
        self,
        sections: &[&str],
        shown: &BTreeSet<String>,
        detour: Detour,
        values: BTreeMap<String, String>,
    ) -> Plan {
        let part = |section: &&str| {
            let part = if shown.contains(*section) {
                Part::Shown
            } else if detour.sections.contains(*section) {
                Part::Unseen
            } else {
                Part::Skipped
            };
            ((*section).to_owned(), part)
        };
        Plan {
            parts: sections.iter().map(part).collect(),
            lines: self.lines,
            start: detour.start,
            values,
        }
    }

    /// What stands in the way first when only the sections `runs` are run.
    fn obstacle(&self, runs: &BTreeSet<String>, start: &State) -> Option<Obstacle> {
        let mut state = start.clone();
        for (number, (line, trace)) in self.lines.iter().zip(&self.traces).enumerate() {
            if !runs.contains(line.step.section()) {
                continue;
            }
            let is_met = |(thing, history): &&(Thing, Vec<String>)| state.history(thing) == *history;
            if let Some((thing, history)) = trace.needs.iter().find(|need| !is_met(need)) {
                // It is there, and has been through more than the chapter has by now.
                if start.has(thing) && state.has(thing) {
                    return Some(Obstacle::InTheWay(thing.clone()));
                }
                let makers: BTreeSet<String> =
                    history.iter().map(|step| section_of(step).to_owned()).collect();
                return Some(Obstacle::Missing(thing.clone(), makers.into_iter().collect()));
            }
            let effects = state.effects(&line.step);
            let is_new = |thing: &&Thing| state.has(thing) && !trace.before.has(thing);
            let touched = [&effects.needs, &effects.makes, &effects.changes];
            if let Some(thing) = touched.into_iter().flatten().find(is_new) {
                if start.has(thing) {
                    return Some(Obstacle::InTheWay(thing.clone()));
                }
                // A section that runs has made it, one that does not has removed it.
                let remover = self.traces[..number]
                    .iter()
                    .rposition(|trace| trace.removes.contains(thing));
                if let Some(remover) = remover {
                    let section = self.lines[remover].step.section().to_owned();
                    if !runs.contains(&section) {
                        return Some(Obstacle::NotRemoved(section));
                    }
                }
            }
            state.apply(&line.step);
        }
        None
    }

    /// Everything up to the last shown section, with nothing there.
    fn begin_anew(&self, shown: &BTreeSet<String>, detour: &mut Detour) {
        let last = self
            .lines
            .iter()
            .rposition(|line| shown.contains(line.step.section()));
        let before = self.lines[..last.unwrap_or(0)]
            .iter()
            .map(|line| line.step.section().to_owned());
        detour.sections = before.filter(|section| !shown.contains(section)).collect();
        let start = std::mem::take(&mut detour.start);
        detour.in_the_way.extend(start.things().cloned());
    }
}

/// Sections that `--step` asks for.
#[must_use]
pub fn sections_of_step(sections: &[&str], step: &str) -> BTreeSet<String> {
    let asked = sections.iter().filter(|section| is_part_of(section, step));
    asked.map(|section| (*section).to_owned()).collect()
}
