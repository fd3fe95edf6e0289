//! A run in GitHub's format: annotations on the pages.
//! <https://docs.github.com/actions/reference/workflow-commands-for-github-actions>

use crate::language::Language;
use crate::report::ending::Ending;
use crate::report::lines::{differences, sentence};
use crate::report::verdict::Verdict;

/// A workflow command for each section that differs; it points at the heading in the reader's language.
pub(crate) fn annotations(endings: &[Ending], trouble: Option<&str>, language: Language) -> Vec<String> {
    let mut lines = Vec::new();
    for ending in endings {
        let steps = ending.steps.iter();
        for step in steps.filter(|step| step.verdict >= Verdict::Differs) {
            let title = in_property(&format!("{} {}", ending.chapter.name, step.section));
            let heading = ending.heading(step, language);
            let place = heading.map(|it| format!("file={},line={},", in_property(&it.file), it.line));
            let (sentence, differences) = (sentence(step, language), differences(step, language));
            let said = in_message(&format!("{sentence}\n{differences}"));
            let place = place.unwrap_or_default();
            lines.push(format!("::error {place}title={title}::{said}"));
        }
    }
    lines.extend(trouble.map(|trouble| format!("::error ::{}", in_message(trouble))));
    lines
}

fn in_message(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn in_property(text: &str) -> String {
    in_message(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::author::tutorial::EXAMPLE;
    use crate::report::made_up;

    #[test]
    fn a_section_that_differs_is_annotated_on_its_heading() {
        let endings = [made_up::ending(made_up::FALSIFIED)];
        let lines = annotations(&endings, None, Language::English);
        let page = "book/en/src/3-writing.md";
        let text = std::fs::read_to_string(Path::new(EXAMPLE.root).join(page)).unwrap();
        let line = text.lines().position(|line| line.contains("{#3-1}")).unwrap() + 1;
        let expected = format!(
            "::error file={page},line={line},title=chapter-3 3-1::differs from the book%0A\
             $ curl --no-progress-meter http://localhost:8080/100%25%0A\
             - Hello, <Docker>! (0)%0A+ Hello, <Docker>! (2)"
        );
        assert_eq!(lines, [expected]);
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
    }
}
