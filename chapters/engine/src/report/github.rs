//! A run as GitHub shows it: annotations on the pages, and a job's summary.
//! <https://docs.github.com/actions/reference/workflow-commands-for-github-actions>

use crate::language::Language;
use crate::report::ending::Ending;
use crate::report::lines::{differences, sentence};
use crate::report::verdict::Verdict;
use crate::text;

/// A workflow command for each section that differs, on its heading in the reader's edition.
pub(crate) fn annotations(endings: &[Ending], trouble: Option<&str>, language: Language) -> Vec<String> {
    let mut lines = Vec::new();
    for ending in endings {
        let steps = ending.steps.iter();
        for step in steps.filter(|step| step.verdict >= Verdict::Differs) {
            let title = format!("{} {}", ending.chapter.name, step.section);
            let mut place = format!("title={}", in_property(&title));
            if let Some(heading) = ending.heading(step, language) {
                place = format!(
                    "file={},line={},{place}",
                    in_property(&heading.file),
                    heading.line
                );
            }
            let said = format!("{}\n{}", sentence(step, language), differences(step, language));
            lines.push(format!("::error {place}::{}", in_message(&said)));
        }
    }
    lines.extend(trouble.map(|trouble| format!("::error ::{}", in_message(trouble))));
    lines
}

/// A Markdown table with a row for each section.
pub(crate) fn summary(endings: &[Ending], trouble: Option<&str>, language: Language) -> String {
    let mut lines = Vec::new();
    for ending in endings {
        lines.push(format!("### {}\n", ending.chapter.name));
        lines.push(text!(language, "report-table"));
        lines.push("| --- | --- | --- |".to_owned());
        for step in &ending.steps {
            let what = match step.verdict {
                Verdict::Same => String::new(),
                verdict if verdict >= Verdict::InOtherWords => {
                    format!("<pre>{}</pre>", in_html(&differences(step, language)))
                }
                _ => in_html(&sentence(step, language)),
            };
            let verdict = text!(language, &format!("report-cell-{}", step.verdict));
            lines.push(format!("| {} | {verdict} | {what} |", step.section));
        }
        lines.push(String::new());
    }
    lines.extend(trouble.map(|trouble| format!("<pre>{}</pre>", in_html(trouble))));
    lines.into_iter().map(|line| line + "\n").collect()
}

fn in_message(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn in_property(text: &str) -> String {
    in_message(text).replace(':', "%3A").replace(',', "%2C")
}

/// In a cell of a table neither a line feed nor a bar may stand, and nothing is Markdown.
fn in_html(text: &str) -> String {
    let escaped = |c: char| match c {
        c if r"&<>|*_`\[~$".contains(c) || c == '\n' => format!("&#{};", u32::from(c)),
        c => c.to_string(),
    };
    text.chars().map(escaped).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::made_up;

    #[test]
    fn a_section_that_differs_is_annotated_on_its_heading() {
        let endings = [made_up::ending(made_up::FALSIFIED)];
        let lines = annotations(&endings, None, Language::English);
        assert_eq!(
            lines,
            [
                "::error file=book/en/src/3-writing.md,line=19,title=chapter-3 3-1::differs from the book%0A\
              $ curl --no-progress-meter http://localhost:8080/100%25%0A\
              - Hello, <Docker>! (0)%0A+ Hello, <Docker>! (2)"
            ]
        );
    }

    #[test]
    fn a_run_that_is_as_in_the_book_has_no_annotation() {
        let endings = [made_up::ending(made_up::TRUE)];
        assert_eq!(
            annotations(&endings, None, Language::English),
            Vec::<String>::new()
        );
    }

    #[test]
    fn what_has_a_meaning_to_github_is_escaped() {
        assert_eq!(in_message("50%\r\nx:y,z"), "50%25%0D%0Ax:y,z");
        assert_eq!(in_property("50%\nx:y,z"), "50%25%0Ax%3Ay%2Cz");
        assert_eq!(in_html("a|b\n<c>"), "a&#124;b&#10;&#60;c&#62;");
    }

    #[test]
    fn the_summary_has_a_row_for_each_section() {
        let text = summary(&[made_up::ending(made_up::FALSIFIED)], None, Language::English);
        for part in [
            "### chapter-3\n\n| Section | As in the book? | What differs |\n| --- | --- | --- |\n",
            "| 3 | same |  |\n",
            "| 3-1 | **differs** | <pre>&#36; curl",
            "| 3-2 | not run | 1 of 1 commands not run |\n",
        ] {
            assert!(text.contains(part), "no {part} in\n{text}");
        }
    }
}
