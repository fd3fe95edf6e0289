//! The likely cause of a failure, why it happens on this machine, and what to type next: derived from a
//! command's exit status and output, and from the state of the machine.

use regex::Regex;

use crate::author::tutorial::Names;
use crate::docker::client::{Docker, NoAnswer};
use crate::docker::endpoint::Network;
use crate::docker::info::Facts;
use crate::explain::facts;
use crate::explain::known::{self, CLIENT_MISSING, ENGINE_SILENT, PUBLISHED_ELSEWHERE};
use crate::language::{CATALOGUE, Language};
use crate::run::process;
use crate::say::wrap::labelled;
use crate::text;

/// A known failure, and what it is about.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Cause {
    /// Name of the failure in the table of known failures and in the catalogue: `port-held`.
    pub id: &'static str,
    /// What the failure is about, such as a port or a name; empty if the output does not say it.
    pub(crate) object: String,
}

/// Recognises the failure of a command that ended with `status` (`None` if a signal ended it) and
/// printed `output`, from the messages of known programs and the tutorial's own; `None` if the failure
/// is not known. [`Cause::applies`] then says whether the machine confirms it.
#[must_use]
pub fn cause(status: Option<i32>, output: &str, names: &Names) -> Option<Cause> {
    let has_failed = status != Some(0);
    let rows = known::rows().iter();
    let mut rows = rows.filter(|row| has_failed || row.even_if_it_succeeds);
    rows.find_map(|row| {
        let ours = row.words.iter().map(|words| words.pattern.as_str());
        let more = names.words.iter().filter(|words| words.failure == row.id);
        let mut patterns = ours.chain(more.flat_map(|words| words.patterns).copied());
        // An invalid pattern matches nothing; a test checks that all are valid.
        let found = patterns.find_map(|pattern| Regex::new(pattern).ok()?.captures(output))?;
        // A pattern may have several groups, but only one of them matches.
        let object = found.iter().skip(1).flatten().next();
        Some(Cause::new(&row.id, object.map_or("", |object| object.as_str())))
    })
}

impl Cause {
    /// A failure with this name, one of the constants of [`known`]; `object` is what it is about.
    pub(crate) fn new(id: &'static str, object: &str) -> Self {
        let object = object.trim().to_owned();
        Self { id, object }
    }

    /// Recognises the cause of a failed query to the engine.
    pub(crate) fn of(error: &NoAnswer) -> Option<Self> {
        match error {
            NoAnswer::Refused { output, .. } => cause(None, output, &Names::default()),
            NoAnswer::Run(process::Error::Start(..)) => Some(Self::new(CLIENT_MISSING, "")),
            NoAnswer::Silent { .. } => Some(Self::new(ENGINE_SILENT, "")),
            NoAnswer::Run(_) | NoAnswer::Stays(_) | NoAnswer::Answer { .. } => None,
        }
    }

    /// Whether the state of `docker`'s engine confirms the failure. Most messages are enough by
    /// themselves, but a refused connection may have any cause.
    #[must_use]
    pub fn applies(&self, docker: &Docker) -> bool {
        let container = || docker.container_on(self.object.parse().ok()?);
        let is_elsewhere = |facts: Facts| matches!(facts.network, Network::Apart | Network::OtherMachine);
        self.id != PUBLISHED_ELSEWHERE || container().is_some() && docker.facts().is_ok_and(is_elsewhere)
    }

    /// Explains the failure in the lines `cause`, `why` and `next` of a report, each with its `\n`, from
    /// the present state of the machine and of `docker`'s engine. What cannot be found out is left out.
    /// `next` is used instead of the known advice if it is given.
    #[must_use]
    pub fn explanation(&self, language: Language, docker: &Docker, next: Option<String>) -> String {
        let [what, why, usual] = self.sentences(language, docker);
        let lines = [("cause", what), ("why", why), ("next", next.unwrap_or(usual))];
        let lines = lines.map(|(label, text)| line(language, label, &text) + "\n");
        lines.concat()
    }

    /// Three sentences: the cause; why it happens here, such as what holds the port; what to do next.
    fn sentences(&self, language: Language, docker: &Docker) -> [String; 3] {
        let variables = facts::of(self.id, &self.object, docker);
        let variables = variables.iter().map(|(name, value)| (*name, value.as_str()));
        let variables: Vec<_> = variables.collect();
        ["", "-why", "-next"].map(|part| {
            let text = CATALOGUE.text(language, &format!("explain-{}{part}", self.id), &variables);
            // A part without a value leaves a space behind.
            text.trim().to_owned()
        })
    }
}

/// A line of a report: one of the labels `cause`, `why`, `next` and `then`, and its text.
#[must_use]
pub(crate) fn line(language: Language, label: &str, text: &str) -> String {
    labelled(&text!(language, &format!("explain-label-{label}")), text)
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::sync::Arc;

    use super::*;
    use crate::author::tutorial::EXAMPLE;
    use crate::docker::endpoint::Choice;
    use crate::explain::known::OTHER_PROGRAM;
    use crate::explain::words::{ABSENT, WORDS};
    use crate::language::LANGUAGES;
    use crate::language::message::Message;
    use crate::run::process::Runner;

    fn names() -> &'static Names {
        EXAMPLE.docker.unwrap()
    }

    /// No program can be found in this environment, so every query fails.
    fn no_docker() -> Docker {
        Docker::new(Runner::new(BTreeMap::new(), Arc::default()), EXAMPLE.docker)
    }

    /// Each example output of the table and of the tutorial, with the name of its failure and an exit
    /// status for which it is recognised.
    fn examples() -> Vec<(&'static str, i32, &'static str)> {
        let tutorials = [
            (
                "database-not-ready",
                0,
                "the database at db:5432 is not ready (attempt 1)",
            ),
            (
                "password-refused",
                0,
                r#"password authentication failed for user "totoro""#,
            ),
        ];
        let table = known::rows().iter().flat_map(|row| {
            let seen = row.words.iter().flat_map(|words| words.seen.values());
            seen.map(|output| (&*row.id, i32::from(!row.even_if_it_succeeds), &**output))
        });
        table.chain(tutorials).collect()
    }

    fn causes() -> impl Iterator<Item = Cause> {
        let causes = examples().into_iter();
        causes.filter_map(|(_, status, output)| cause(Some(status), output, names()))
    }

    #[track_caller]
    fn check<'a>(status: i32, output: &str, expected: impl Into<Option<(&'a str, &'a str)>>) {
        let cause = cause(Some(status), output, names());
        let cause = cause.as_ref().map(|cause| (cause.id, &*cause.object));
        assert_eq!(cause, expected.into());
    }

    #[test]
    fn without_a_client_it_is_said_to_be_missing() {
        let environment = BTreeMap::from([("PATH".into(), "/nowhere".into())]);
        let docker = Docker::new(Runner::new(environment, Arc::default()), EXAMPLE.docker);
        let cause = Cause::of(&docker.facts().unwrap_err()).unwrap();
        let [english, japanese] = LANGUAGES.map(|language| cause.explanation(language, &docker, None));
        assert!(english.contains("There is no program docker."), "{english}");
        assert!(
            !(english.clone() + &japanese).contains(ABSENT),
            "{english}{japanese}"
        );
    }

    #[test]
    fn each_failure_is_recognised_by_each_of_its_words_and_by_no_other_failures() {
        for (id, status, output) in examples() {
            let cause = cause(Some(status), output, names());
            assert_eq!(cause.as_ref().map(|cause| cause.id), Some(id), "{output}");
        }
    }

    #[test]
    fn each_pattern_has_an_example() {
        for words in known::rows().iter().flat_map(|row| &row.words) {
            let mut examples = words.seen.values();
            assert_ne!(words.seen.len(), 0, "{}", words.pattern);
            let pattern = Regex::new(&words.pattern).unwrap();
            assert!(examples.all(|output| pattern.is_match(output)), "{words:?}");
        }
    }

    #[test]
    fn each_failure_has_a_name_of_its_own() {
        let ids: BTreeSet<_> = known::rows().iter().map(|row| &*row.id).collect();
        assert_eq!(ids.len(), known::rows().len());
    }

    #[test]
    fn each_failure_is_explained_in_each_language_with_nothing_known_of_the_machine() {
        let explained: BTreeSet<_> = causes().map(|cause| cause.id).collect();
        assert_eq!(explained.len(), known::rows().len());
        for cause in causes() {
            for language in LANGUAGES {
                for text in cause.sentences(language, &no_docker()) {
                    assert!(!text.trim().is_empty(), "{cause:?}");
                    assert!(!text.contains("  "), "{text}");
                    assert!(!text.contains(ABSENT), "{text}");
                }
            }
        }
    }

    #[test]
    fn an_explanation_uses_no_variable_that_is_not_there() {
        for row in known::rows() {
            let given = facts::of(&row.id, "", &no_docker());
            let given: BTreeSet<_> = given.into_iter().map(|(name, _)| name).collect();
            let messages = LANGUAGES.into_iter().flat_map(explanations);
            for message in messages.filter(|message| subject(message) == row.id) {
                let wanted = &message.variables;
                assert!(wanted.is_subset(&given), "{}: {wanted:?}", row.id);
            }
        }
    }

    #[test]
    fn every_message_of_the_catalogue_explains_a_known_failure() {
        for message in LANGUAGES.into_iter().flat_map(explanations) {
            let id = subject(&message);
            let is_frame = id.starts_with("label") || id == "not-reached";
            assert!(known::rows().iter().any(|row| row.id == id) || is_frame, "{id}");
        }
    }

    #[test]
    fn messages_choose_by_the_words_that_code_has() {
        let mut expected: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        for (variable, words) in WORDS {
            let words = words.iter().map(|word| word.to_ascii_lowercase()).collect();
            expected.insert(variable.to_ascii_lowercase(), words);
        }
        let choices = [Choice::Host, Choice::Variable, Choice::Context, Choice::Default];
        let choices = choices.map(|choice| choice.to_string());
        expected.insert("choice".to_owned(), choices.into());
        // In the form of the engine and in the form of the failure's output.
        expected.insert("status".to_owned(), ["running".to_owned()].into());
        expected.insert("plugin".to_owned(), ["buildx".to_owned()].into());
        for language in LANGUAGES {
            assert_eq!(chosen(language), expected);
        }
    }

    #[test]
    fn an_ordinary_failure_has_no_known_cause() {
        check(1, "exit code: 1", None);
        check(2, "ls: cannot access '/data': No such file or directory", None);
        check(1, "error: could not compile `hello` (bin)", None);
        check(1, "Error response from daemon: No such container: web", None);
    }

    #[test]
    fn a_command_that_succeeds_may_talk_of_failures() {
        check(0, "grep: write error: No space left on device", None);
        check(0, "listen tcp4 0.0.0.0:80: bind: address already in use", None);
    }

    #[test]
    fn what_is_more_specific_wins() {
        let limited = "Unable to find image 'rust:1' locally\ndocker: Error response from daemon: toomanyrequests: You have reached your unauthenticated pull rate limit.";
        check(125, limited, ("rate-limit", ""));
        let without_buildx = "DEPRECATED: The legacy builder is deprecated and will be removed in a future release.\n            Install the buildx component to build images with BuildKit:\nthe --mount option requires BuildKit.";
        check(1, without_buildx, ("plugin-missing", "buildx"));
        let warned = "WARNING: The requested image's platform (linux/arm64) does not match the detected host platform (linux/amd64/v4) and no specific platform was requested\nexec /true: exec format error";
        check(1, warned, ("wrong-architecture", "/true"));
        let password = "the database at db:5432 is not ready (attempt 2): password authentication failed for user \"totoro\"; next try in 0.2 s";
        check(0, password, ("password-refused", "totoro"));
    }

    #[test]
    fn the_words_of_a_tutorial_are_not_those_of_another() {
        let output = "the database at db:5432 is not ready (attempt 1)";
        check(1, output, ("database-not-ready", "db:5432"));
        assert_eq!(cause(Some(1), output, &Names::default()), None);
    }

    #[test]
    fn the_port_of_the_host_is_the_one_that_is_held() {
        let output = "failed to bind host port for [::]:7148:172.18.0.2:80/tcp: address already in use";
        check(125, output, ("port-held", "7148"));
    }

    #[test]
    fn a_report_has_its_labels_in_one_column() {
        let cause = Cause::new(OTHER_PROGRAM, "");
        let report = cause.explanation(Language::Japanese, &no_docker(), Some("c\nd".to_owned()));
        let [what, why, _] = cause.sentences(Language::Japanese, &no_docker());
        assert_eq!(
            report,
            format!("原因       {what}\n理由       {why}\n次の操作   c\n           d\n")
        );
    }

    fn explanations(language: Language) -> impl Iterator<Item = Message> {
        let mut files = CATALOGUE.files(language);
        let (file, text) = files.find(|(file, _)| *file == "explain").unwrap();
        Message::all(file, text)
    }

    /// The failure that a message explains.
    fn subject(message: &Message) -> &str {
        let name = message.id.strip_prefix("explain-").unwrap();
        let name = name.strip_suffix("-why").unwrap_or(name);
        name.strip_suffix("-next").unwrap_or(name)
    }

    /// The words that a language's messages choose by, for each variable with words of its own.
    fn chosen(language: Language) -> BTreeMap<String, BTreeSet<String>> {
        let mut chosen: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let choices = explanations(language).flat_map(|message| message.choices);
        for (variable, word) in choices.filter(|(_, word)| !["other", ABSENT].contains(word)) {
            chosen
                .entry(variable.to_owned())
                .or_default()
                .insert(word.to_owned());
        }
        chosen
    }
}
