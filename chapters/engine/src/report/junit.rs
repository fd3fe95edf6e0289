//! A run as `JUnit` XML, which most test tools can show.

use std::time::Duration;

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use crate::language::Language;
use crate::report::ending::Ending;
use crate::report::lines::{differences, form, sentence};
use crate::report::verdict::Step;

/// The XML: a suite for each chapter, a case for each section.
pub(crate) fn xml(endings: &[Ending], trouble: Option<&str>, language: Language) -> String {
    let mut report = Report::new("chapters");
    for ending in endings {
        let mut suite = TestSuite::new(ending.chapter.name);
        suite.set_time(ending.elapsed);
        suite.add_test_cases(ending.steps.iter().map(|step| case(ending, step, language)));
        report.add_test_suite(suite);
    }
    if let Some(trouble) = trouble {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
        status.set_message(trouble);
        let mut suite = TestSuite::new("start");
        suite.add_test_case(TestCase::new("start", status));
        report.add_test_suite(suite);
    }
    report.to_string().expect("a report is text")
}

fn case(ending: &Ending, step: &Step, language: Language) -> TestCase {
    let (_, is_good) = form(step.verdict);
    let mut status = match is_good {
        Some(true) => TestCaseStatus::success(),
        Some(false) => TestCaseStatus::non_success(NonSuccessKind::Failure),
        None => TestCaseStatus::skipped(),
    };
    if is_good == Some(false) {
        status.set_description(differences(step, language));
    }
    status.set_message(sentence(step, language));
    let ran = step.commands.iter().filter_map(|command| command.run.as_ref());
    let elapsed = ran.map(|ran| ran.elapsed_milliseconds).sum();
    let mut case = TestCase::new(&*step.section, status);
    case.set_classname(ending.chapter.name)
        .set_time(Duration::from_millis(elapsed));
    case
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::made_up;

    #[test]
    fn a_section_that_differs_is_a_failure_with_its_diff() {
        let xml = xml(&[made_up::ending(made_up::FALSIFIED)], None, Language::English);
        for part in [
            "<testsuites name=\"chapters\" tests=\"3\" skipped=\"1\" failures=\"1\" errors=\"0\">",
            "<testsuite name=\"chapter-3\" tests=\"3\" skipped=\"1\" errors=\"0\" failures=\"1\" time=\"1.500\">",
            "<testcase name=\"3-1\" classname=\"chapter-3\" time=\"0.250\">",
            "- Hello, &lt;Docker&gt;! (0)\n+ Hello, &lt;Docker&gt;! (2)",
        ] {
            assert!(xml.contains(part), "no {part} in\n{xml}");
        }
    }

    #[test]
    fn what_could_not_start_is_an_error() {
        let xml = xml(&[], Some("no Docker Engine answers"), Language::English);
        assert!(
            xml.contains("<error message=\"no Docker Engine answers\"/>"),
            "{xml}"
        );
    }
}
