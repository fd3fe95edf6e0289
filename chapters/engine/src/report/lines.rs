//! The comparison at the end of a chapter, as a person reads it.

use console::{style, truncate_str};
use indexmap::IndexSet;

use crate::language::Language;
use crate::record::transcript::one_line;
use crate::report::verdict::{Compared, Difference, Reason, Step, Verdict};
use crate::say::wrap::wrap;
use crate::text;

/// Largest number of placeholders named for a section; the rest is counted.
const NAMED: usize = 3;

/// Number of digits of an id that are shown, as in Docker's lists.
const ID_DIGITS: usize = 12;

/// Indentation of a command's differences, in columns.
const INDENT: usize = 4;

/// Every verdict with its [`form`], in the order in which sections are counted.
const VERDICTS: [(Verdict, &str, Option<bool>); 7] = [
    (Verdict::Same, "=", Some(true)),
    (Verdict::DiffersAsExpected, "≈", Some(true)),
    (Verdict::InOtherWords, "~", Some(true)),
    (Verdict::Differs, "≠", Some(false)),
    (Verdict::Failed, "✗", Some(false)),
    (Verdict::NotRun, "·", None),
    (Verdict::NotRecorded, "·", None),
];

/// The mark of a verdict, and whether it is good; `None` if nothing was compared.
pub(crate) fn form(verdict: Verdict) -> (&'static str, Option<bool>) {
    let row = VERDICTS.iter().find(|row| row.0 == verdict);
    row.map_or(("", None), |(_, mark, is_good)| (mark, *is_good))
}

/// One line for each section that needs one, with its differences below, and a sentence with the counts.
/// `is_short` leaves out sections that differ only as expected; `shows_words` adds lines that are worded
/// differently.
pub(crate) fn lines(
    chapter: &str,
    steps: &[Step],
    is_short: bool,
    shows_words: bool,
    language: Language,
    width: usize,
) -> String {
    let widest = steps.iter().map(|step| step.section.len()).max().unwrap_or(0);
    let others = " ".repeat(widest + 4);
    let is_worth_lines =
        |verdict| verdict >= Verdict::Differs || shows_words && verdict == Verdict::InOtherWords;
    let mut text = Vec::new();
    for step in steps {
        // A section that was left out completely is only counted.
        let mut commands = step.commands.iter();
        let is_left_out = commands.all(|command| command.verdict == Verdict::NotRun);
        if is_left_out || is_short && step.verdict < Verdict::InOtherWords {
            continue;
        }
        let (mark, is_good) = form(step.verdict);
        let mark = match is_good {
            Some(true) => style(mark).green(),
            Some(false) => style(mark).red(),
            None => style(mark).dim(),
        };
        let lead = format!("{} {:<widest$}  ", mark.for_stderr(), step.section);
        text.push(wrap(&sentence(step, language), width, &lead, &others));
        let commands = step.commands.iter();
        let differ = commands.filter(|command| is_worth_lines(command.verdict));
        let lines = differ.flat_map(|command| difference(command, language));
        text.extend(lines.map(|line| below(&line, width)));
    }
    let counted = VERDICTS.iter().filter_map(|(verdict, ..)| {
        let is_of = |step: &&Step| {
            step.verdict == *verdict
                || *verdict == Verdict::Same && step.verdict == Verdict::DiffersAsExpected
        };
        let count = steps.iter().filter(is_of).count();
        (count > 0).then(|| text!(language, &format!("report-count-{verdict}"), count))
    });
    let list = language.list(&counted.collect::<Vec<_>>());
    text.push(text!(language, "report-count", chapter, list));
    text.join("\n")
}

/// The differences of a section, in plain text.
pub(crate) fn differences(step: &Step, language: Language) -> String {
    let commands = step.commands.iter();
    let differ = commands.filter(|command| command.verdict >= Verdict::InOtherWords);
    let texts = differ.map(|command| difference(command, language).join("\n"));
    texts.collect::<Vec<_>>().join("\n\n")
}

/// The summary of a section, on one line.
pub(crate) fn sentence(step: &Step, language: Language) -> String {
    let of_this_kind = step.commands.iter().filter(|one| one.verdict == step.verdict);
    let list = match step.verdict {
        Verdict::DiffersAsExpected => expected(step, language),
        Verdict::InOtherWords => elsewhere(of_this_kind.clone().flat_map(|one| &one.reasons), language),
        _ => String::new(),
    };
    let id = format!("report-verdict-{}", step.verdict);
    let (count, all) = (of_this_kind.count(), step.commands.len());
    text!(language, &id, list, count, all)
}

/// The expected differences of a section.
fn expected(step: &Step, language: Language) -> String {
    let all = step.commands.iter().flat_map(|command| &command.expected);
    let mut all: IndexSet<&Difference> = all.collect();
    // First the differences that come from the machine, then those with a value.
    all.sort_by_key(|difference| match difference {
        Difference::PublishedOnIpv4 | Difference::ListensOnIpv4 | Difference::LogOrder => 0,
        Difference::Placeholder { .. } => 1,
        Difference::Varies { .. } => 2,
    });
    let named = all.iter().take(NAMED);
    let mut list: Vec<String> = named.map(|difference| in_words(difference, language)).collect();
    let count = all.len() - list.len();
    if count > 0 {
        list.push(text!(language, "report-more", count));
    }
    language.list(&list)
}

fn in_words(difference: &Difference, language: Language) -> String {
    match difference {
        Difference::Placeholder {
            placeholder,
            here,
            book,
        } => {
            let (kind, number) = placeholder.rsplit_once('-').unwrap_or((placeholder, ""));
            let name = text!(language, &format!("report-kind-{kind}"), number);
            // An id is shortened as in Docker's lists; other values are shown in full.
            let is_id = here.len() > ID_DIGITS && here.chars().all(|c| c.is_ascii_hexdigit());
            let here = if is_id { &here[..ID_DIGITS] } else { here };
            match book {
                None => text!(language, "report-is", name, here),
                Some(book) => text!(language, "report-is-and-was", name, here, book),
            }
        }
        Difference::Varies { placeholder } => text!(language, &format!("report-kind-{placeholder}")),
        Difference::PublishedOnIpv4 => text!(language, "report-published-on-ipv4"),
        Difference::ListensOnIpv4 => text!(language, "report-listens-on-ipv4"),
        Difference::LogOrder => text!(language, "report-log-order"),
    }
}

/// The differences of a command: the command, the lines, and a sentence for each reason.
fn difference(command: &Compared, language: Language) -> Vec<String> {
    let prompt = if command.is_interrupt { "^C" } else { "$" };
    let mut lines = vec![format!("{prompt} {}", one_line(&command.typed))];
    lines.extend(command.diff.lines.iter().cloned());
    let count = command.diff.left_out;
    if count > 0 {
        lines.push(text!(language, "report-more-lines", count));
    }
    if command.verdict == Verdict::Failed {
        lines.push(text!(language, "report-reason-failed"));
    }
    lines.extend(command.reasons.iter().filter_map(|reason| match reason {
        Reason::NotInChapter => Some(text!(language, "report-reason-not-in-chapter")),
        Reason::NotInBook => Some(text!(language, "report-reason-not-in-book")),
        Reason::RecordedElsewhere { .. } => None,
    }));
    let list = elsewhere(&command.reasons, language);
    if !list.is_empty() {
        lines.push(text!(language, "report-reason-elsewhere", list));
    }
    lines
}

/// A line of a difference, indented below the line of its section.
fn below(line: &str, width: usize) -> String {
    let indent = " ".repeat(INDENT);
    let line = match line.chars().next() {
        Some('$' | '^') => style(truncate_str(line, width - INDENT, "…")),
        Some('-') => style(line.into()).red(),
        Some('+') => style(line.into()).green(),
        Some(' ' | '…') => style(line.into()).dim(),
        _ => return wrap(line, width, &indent, &indent),
    };
    format!("{indent}{}", line.for_stderr())
}

/// The parts that differ from the book's recording, each once with both values; empty if there are none.
fn elsewhere<'a>(reasons: impl IntoIterator<Item = &'a Reason>, language: Language) -> String {
    let reasons: IndexSet<&Reason> = reasons.into_iter().collect();
    let parts = reasons.into_iter().filter_map(|reason| match reason {
        Reason::RecordedElsewhere { what, book, here } => {
            Some(text!(language, &format!("report-part-{what}"), book, here))
        }
        Reason::NotInChapter | Reason::NotInBook => None,
    });
    language.list(&parts.collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use strum::IntoEnumIterator;

    use super::*;
    use crate::language::CATALOGUE;
    use crate::language::message::Message;
    use crate::record::provenance::Part;
    use crate::report::made_up;

    #[track_caller]
    fn check_ids(prefix: &str, names: impl Iterator<Item = String>) {
        let files = CATALOGUE.files(Language::English);
        let messages = files.flat_map(|(file, text)| Message::all(file, text));
        let ids = messages.filter_map(|message| message.id.strip_prefix(prefix).map(str::to_owned));
        let [ids, names]: [BTreeSet<String>; 2] = [ids.collect(), names.collect()];
        assert_eq!(ids, names, "{prefix}");
    }

    #[test]
    fn each_verdict_and_each_part_has_its_messages() {
        for prefix in ["report-verdict-", "report-count-"] {
            check_ids(prefix, VERDICTS.iter().map(|row| row.0.to_string()));
        }
        check_ids("report-part-", Part::iter().map(|part| part.to_string()));
    }

    #[track_caller]
    fn check(language: Language, width: usize, expected: &[&str]) {
        let steps = made_up::ending(made_up::FALSIFIED).steps;
        let lines = lines("chapter-3", &steps, false, false, language, width);
        assert_eq!(lines.lines().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_section_has_a_line_and_what_differs_stands_below_it() {
        check(
            Language::English,
            80,
            &[
                "= 3    as in the book",
                "≠ 3-1  differs from the book",
                "    $ curl --no-progress-meter http://localhost:8080/100%",
                "    - Hello, <Docker>! (0)",
                "    + Hello, <Docker>! (2)",
                "chapter-3, sections: 1 as in the book, 1 different, 1 not run.",
            ],
        );
    }

    #[test]
    fn a_narrow_terminal_has_narrow_lines() {
        check(
            Language::Japanese,
            12,
            &[
                "= 3    本書",
                "       と同",
                "       じ",
                "≠ 3-1  本書",
                "       と異",
                "       なる",
                "    $ curl …",
                "    - Hello, <Docker>! (0)",
                "    + Hello, <Docker>! (2)",
                "chapter-3の節：本書と同じ1、異なる1、実行せず1。",
            ],
        );
    }
}
