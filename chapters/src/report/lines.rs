//! What a person reads of a comparison at the end of a chapter.

use console::{measure_text_width, style, truncate_str};

use crate::compare::{Compared, Diff, Expected, Reason, Step, Verdict};
use crate::language::Language;
use crate::provenance::Part;
use crate::transcript::{Typed, one_line};

/// Placeholders of a section that are named; the rest is counted.
const NAMED: usize = 3;

/// Digits of an id that are shown, as Docker shows them.
const ID_DIGITS: usize = 12;

/// Columns of mark and gap before a section's id.
const INDENT: usize = 2;

/// One line for each section that is worth one, with what differs below it, and a sentence that
/// counts them. `is_short` leaves out what is as in the book in the same words; `shows_words` adds
/// the lines that are in other words.
pub(crate) fn lines(
    chapter: &str,
    steps: &[Step],
    is_short: bool,
    shows_words: bool,
    language: Language,
    width: usize,
) -> String {
    let widest = steps.iter().map(|step| step.section.len()).max().unwrap_or(0);
    let mut text = Vec::new();
    for step in steps.iter().filter(|step| is_worth_a_line(step, is_short)) {
        let lead = format!("{:<widest$}  ", step.section);
        let said = wrapped(&sentence(step, language), INDENT + lead.len(), width);
        text.push(format!("{} {lead}{said}", mark(step.verdict)));
        let is_worth_lines = |command: &&Compared| match command.verdict {
            Verdict::Differs | Verdict::Failed => true,
            Verdict::InOtherWords => shows_words,
            _ => false,
        };
        for command in step.commands.iter().filter(is_worth_lines) {
            text.extend(difference(command, language, width));
        }
    }
    text.push(count(chapter, steps, language));
    text.join("\n")
}

/// What differs in a section, in plain text: command, diff, reasons.
pub(super) fn differences(step: &Step, language: Language) -> String {
    let differ = step
        .commands
        .iter()
        .filter(|command| command.verdict >= Verdict::InOtherWords);
    let texts = differ.map(|command| {
        let typed = one_line(&prompted(&command.typed));
        let lines = [
            vec![typed],
            diff_lines(&command.diff, language),
            reasons(command, language),
        ];
        lines.concat().join("\n")
    });
    texts.collect::<Vec<_>>().join("\n\n")
}

/// What is said of a section, on one line.
pub(super) fn sentence(step: &Step, language: Language) -> String {
    match step.verdict {
        Verdict::Same => language.text("report-same", &[]),
        Verdict::DiffersAsExpected => {
            let list = expected(step, language);
            language.text("report-as-expected", &[("list", &list)])
        }
        Verdict::NotRun => {
            let left_out = step
                .commands
                .iter()
                .filter(|command| command.verdict == Verdict::NotRun);
            let count = left_out.count().to_string();
            let all = step.commands.len().to_string();
            language.text("report-not-run", &[("count", &count), ("all", &all)])
        }
        Verdict::NotRecorded => language.text("report-not-recorded", &[]),
        Verdict::InOtherWords => {
            let commands = step.commands.iter();
            let words = commands.filter(|command| command.verdict == Verdict::InOtherWords);
            let mut reasons: Vec<&Reason> = Vec::new();
            for reason in words.flat_map(|command| &command.reasons) {
                if !reasons.contains(&reason) {
                    reasons.push(reason);
                }
            }
            let list = elsewhere(&reasons, language);
            language.text("report-in-other-words", &[("list", &list)])
        }
        Verdict::Failed => language.text("report-failed", &[]),
        Verdict::Differs => language.text("report-differs", &[]),
    }
}

/// What a section's placeholders stand for here.
fn expected(step: &Step, language: Language) -> String {
    let mut all: Vec<&Expected> = Vec::new();
    for expected in step.commands.iter().flat_map(|command| &command.expected) {
        if !all.contains(&expected) {
            all.push(expected);
        }
    }
    // What is another way of the machine comes first, then what has a value.
    all.sort_by_key(|expected| match expected {
        Expected::PublishedOnIpv4 | Expected::ListensOnIpv4 | Expected::LogOrder => 0,
        Expected::Placeholder { .. } => 1,
        Expected::Varies { .. } => 2,
    });
    let more = all.len().saturating_sub(NAMED);
    let named = all
        .iter()
        .take(NAMED)
        .map(|expected| in_words(expected, language));
    let mut list = named.collect::<Vec<_>>();
    if more > 0 {
        list.push(language.text("report-more", &[("count", &more.to_string())]));
    }
    list.join(&language.text("report-separator", &[]))
}

fn in_words(expected: &Expected, language: Language) -> String {
    match expected {
        Expected::Placeholder {
            placeholder,
            here,
            book,
        } => {
            let (kind, number) = placeholder.rsplit_once('-').unwrap_or((placeholder, ""));
            let name = language.text(&format!("report-kind-{kind}"), &[("number", number)]);
            match book {
                None => language.text("report-is", &[("name", &name), ("here", short(here))]),
                Some(book) => {
                    let values = [("name", &*name), ("here", short(here)), ("book", book)];
                    language.text("report-is-and-was", &values)
                }
            }
        }
        Expected::Varies { placeholder } => language.text(&format!("report-kind-{placeholder}"), &[]),
        Expected::PublishedOnIpv4 => language.text("report-published-on-ipv4", &[]),
        Expected::ListensOnIpv4 => language.text("report-listens-on-ipv4", &[]),
        Expected::LogOrder => language.text("report-log-order", &[]),
    }
}

/// An id as Docker shows it; anything else as it is.
fn short(value: &str) -> &str {
    let is_id = value.len() > ID_DIGITS && value.chars().all(|c| c.is_ascii_hexdigit());
    if is_id { &value[..ID_DIGITS] } else { value }
}

/// A section that was left out as a whole is only counted.
fn is_worth_a_line(step: &Step, is_short: bool) -> bool {
    let is_left_out = step
        .commands
        .iter()
        .all(|command| command.verdict == Verdict::NotRun);
    !is_left_out && (!is_short || step.verdict >= Verdict::InOtherWords)
}

fn mark(verdict: Verdict) -> String {
    let mark = match verdict {
        Verdict::Same => style("=").green(),
        Verdict::DiffersAsExpected => style("≈").green(),
        Verdict::NotRun | Verdict::NotRecorded => style("·").dim(),
        Verdict::InOtherWords => style("~").green(),
        Verdict::Differs => style("≠").red(),
        Verdict::Failed => style("✗").red(),
    };
    mark.for_stderr().to_string()
}

/// What differs in a command, indented below its section's line.
fn difference(command: &Compared, language: Language, width: usize) -> Vec<String> {
    const DEEPER: usize = 2 * INDENT;
    let typed = one_line(&prompted(&command.typed));
    let mut lines = vec![truncate_str(&typed, width - DEEPER, "…").into_owned()];
    for line in diff_lines(&command.diff, language) {
        let line = match line.chars().next() {
            Some('-') => style(line).red(),
            Some('+') => style(line).green(),
            _ => style(line).dim(),
        };
        lines.push(line.for_stderr().to_string());
    }
    for reason in reasons(command, language) {
        lines.push(wrapped(&reason, DEEPER, width));
    }
    let indent = " ".repeat(DEEPER);
    lines.into_iter().map(|line| indent.clone() + &line).collect()
}

fn prompted(typed: &Typed) -> String {
    match typed {
        Typed::Command(command) => format!("$ {command}"),
        Typed::Interrupt(command) => format!("^C {command}"),
    }
}

fn diff_lines(diff: &Diff, language: Language) -> Vec<String> {
    let mut lines = diff.lines.clone();
    if diff.left_out > 0 {
        lines.push(language.text("report-more-lines", &[("count", &diff.left_out.to_string())]));
    }
    lines
}

/// Why a command differs, a sentence for each reason.
fn reasons(command: &Compared, language: Language) -> Vec<String> {
    let mut sentences = Vec::new();
    if command.verdict == Verdict::Failed {
        sentences.push(language.text("report-reason-failed", &[]));
    }
    for reason in &command.reasons {
        match reason {
            Reason::NotInChapter => sentences.push(language.text("report-reason-not-in-chapter", &[])),
            Reason::NotInBook => sentences.push(language.text("report-reason-not-in-book", &[])),
            Reason::RecordedElsewhere { .. } => {}
        }
    }
    let reasons: Vec<&Reason> = command.reasons.iter().collect();
    let list = elsewhere(&reasons, language);
    if !list.is_empty() {
        sentences.push(language.text("report-reason-elsewhere", &[("list", &list)]));
    }
    sentences
}

/// What is another one than in the book, each with both values; empty if nothing is.
fn elsewhere(reasons: &[&Reason], language: Language) -> String {
    let parts = reasons.iter().filter_map(|reason| match reason {
        Reason::RecordedElsewhere { what, book, here } => {
            Some(language.text(part(*what), &[("book", book), ("here", here)]))
        }
        Reason::NotInChapter | Reason::NotInBook => None,
    });
    let parts: Vec<String> = parts.collect();
    parts.join(&language.text("report-separator", &[]))
}

fn part(what: Part) -> &'static str {
    match what {
        Part::Engine => "report-part-engine",
        Part::Client => "report-part-client",
        Part::Buildx => "report-part-buildx",
        Part::Compose => "report-part-compose",
        Part::Runc => "report-part-runc",
        Part::Containerd => "report-part-containerd",
        Part::ImageStore => "report-part-image-store",
        Part::Frontend => "report-part-frontend",
        Part::Curl => "report-part-curl",
        Part::OperatingSystem => "report-part-operating-system",
        Part::Architecture => "report-part-architecture",
        Part::Database => "report-part-database",
        Part::BaseImages => "report-part-base-images",
    }
}

/// How many sections are what.
fn count(chapter: &str, steps: &[Step], language: Language) -> String {
    let parts = [
        (Verdict::Same, "report-count-same"),
        (Verdict::DiffersAsExpected, "report-count-as-expected"),
        (Verdict::InOtherWords, "report-count-in-other-words"),
        (Verdict::Differs, "report-count-differs"),
        (Verdict::Failed, "report-count-failed"),
        (Verdict::NotRun, "report-count-not-run"),
        (Verdict::NotRecorded, "report-count-not-recorded"),
    ];
    let counted = parts.into_iter().filter_map(|(verdict, id)| {
        let count = steps.iter().filter(|step| step.verdict == verdict).count();
        (count > 0).then(|| language.text(id, &[("count", &count.to_string())]))
    });
    let list = counted
        .collect::<Vec<_>>()
        .join(&language.text("report-separator", &[]));
    language.text("report-count", &[("chapter", chapter), ("list", &list)])
}

/// The text in lines of at most `width` columns, the first of which starts at column `indent` as
/// the others do. Japanese has no spaces: there a line may end after any character that nothing
/// has to follow.
fn wrapped(text: &str, indent: usize, width: usize) -> String {
    let mut wrapped = String::new();
    let mut column = indent;
    for piece in pieces(text) {
        let columns = measure_text_width(piece.trim_end());
        if column + columns > width && column > indent {
            wrapped.truncate(wrapped.trim_end().len());
            wrapped.push('\n');
            wrapped.push_str(&" ".repeat(indent));
            column = indent;
        }
        wrapped.push_str(piece);
        column += measure_text_width(piece);
    }
    wrapped
}

/// What stays on one line: a word with the spaces after it, a wide character with the marks that
/// belong to it.
fn pieces(text: &str) -> Vec<&str> {
    const NEVER_FIRST: &str = "、。）」ー";
    const NEVER_LAST: &str = "（「";
    let mut starts = Vec::new();
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        let is_wide = |c: char| measure_text_width(c.encode_utf8(&mut [0; 4])) == 2;
        let is_start = c != ' ' && (before == ' ' || is_wide(c) || is_wide(before));
        if is_start && !NEVER_FIRST.contains(c) && !NEVER_LAST.contains(before) {
            starts.push(at);
        }
        before = c;
    }
    let ends = starts.iter().copied().skip(1).chain([text.len()]);
    starts
        .iter()
        .zip(ends)
        .map(|(&start, end)| &text[start..end])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, width: usize, expected: &str) {
        assert_eq!(wrapped(text, 2, width), expected);
    }

    #[test]
    fn a_line_ends_between_words() {
        check("one two three", 9, "one two\n  three");
        check("one-word-too-long", 9, "one-word-too-long");
    }

    #[test]
    fn a_japanese_line_ends_before_its_width_and_never_before_a_full_stop() {
        check("本と同じ。", 10, "本と同\n  じ。");
        check(
            "サイズ1は1.29GB（本では1.28GB）",
            20,
            "サイズ1は1.29GB\n  （本では1.28GB）",
        );
    }
}
