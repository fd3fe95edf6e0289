//! Which sections of a chapter are run, and which of them are shown.

use std::collections::BTreeMap;

use crate::options::is_part_of;

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
}

impl Plan {
    /// What `--step` asks for: that section is shown, what comes before it is run unseen, what
    /// comes after it is skipped. Without a step everything is shown. `sections` are the chapter's,
    /// in order.
    #[must_use]
    pub fn of_step(sections: &[&str], step: Option<&str>) -> Self {
        let Some(step) = step else { return Self::default() };
        let last = sections.iter().rposition(|section| is_part_of(section, step));
        let part = |(at, section): (usize, &&str)| {
            let part = match last {
                _ if is_part_of(section, step) => Part::Shown,
                Some(last) if at < last => Part::Unseen,
                _ => Part::Skipped,
            };
            ((*section).to_owned(), part)
        };
        Self {
            parts: sections.iter().enumerate().map(part).collect(),
        }
    }

    /// What happens to this section; one that the plan does not name is shown.
    #[must_use]
    pub fn part(&self, section: &str) -> Part {
        self.parts.get(section).copied().unwrap_or_default()
    }

    /// Whether any of `sections` is shown.
    #[must_use]
    pub fn shows_any(&self, sections: &[&str]) -> bool {
        sections.iter().any(|section| self.part(section) == Part::Shown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_before_a_step_is_run_unseen_and_what_comes_after_is_skipped() {
        let sections = ["3-1", "3-12", "3-12-tag", "3-exercise-1"];
        let plan = Plan::of_step(&sections, Some("3-12"));
        let parts = sections.map(|section| plan.part(section));
        assert_eq!(parts, [Part::Unseen, Part::Shown, Part::Shown, Part::Skipped]);
    }

    #[test]
    fn without_a_step_everything_is_shown() {
        assert_eq!(Plan::of_step(&["3-1"], None).part("3-1"), Part::Shown);
    }
}
