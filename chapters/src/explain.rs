//! What a failure most likely means, why it happens here, and what to type
//! next: from a command's exit status and words, and the state of the machine.

mod known; // which failures, and the words they are known by
mod state; // … and what of the machine explains them

use std::sync::LazyLock;

use console::{Alignment, pad_str};
use regex::Regex;

pub use known::{KNOWN, Known, Seen, When, Words};

use crate::docker::{self, Docker, Network};
use crate::language::Language;
use crate::process;

/// A failure that is known, with what its words say of it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Cause {
    /// There is no program `docker`.
    ClientMissing,
    /// No engine answers at this address.
    NoEngine(String),
    /// The program `docker` is another one than Docker's client; this is what it says of itself.
    OtherProgram(String),
    /// Docker Desktop's client is there, but not for this distribution of WSL 2.
    NoWslIntegration,
    /// There is no Docker context of this name.
    ContextMissing(String),
    /// An address of an engine is none, in the client's words.
    AddressInvalid(String),
    /// Nobody knows the host, by its name, that an engine's address names.
    HostUnknown(String),
    /// ssh, which leads to the engine, says this.
    Ssh(String),
    /// Client and engine do not agree on TLS, in the client's words.
    EngineTls(String),
    /// What answers at the engine's address is no engine.
    NotAnEngine,
    /// An engine does not answer in time.
    EngineSilent,
    /// The client is too old for the engine, which speaks this version of its API or a later one.
    ClientTooOld(String),
    /// The client is too new for the engine, which speaks this version of its API at most.
    ClientTooNew(String),
    /// The program that keeps registries' passwords fails, in its own words.
    CredentialHelper(String),
    /// The engine's socket, at this address, may not be opened by this user.
    SocketPermission(String),
    /// An engine without root's rights may not listen on this TCP port.
    PrivilegedPort(u16),
    /// Somebody listens on this TCP port already.
    PortHeld(u16),
    /// A container has this name already.
    ContainerTaken(String),
    /// A network has this name already.
    NetworkTaken(String),
    /// A container uses this volume, which was to be removed.
    VolumeInUse(String),
    /// A disk is full.
    DiskFull,
    /// A program, by its path where that was said, is made for another processor.
    WrongArchitecture(String),
    /// An image, or a registry, has nothing for this platform, such as `linux/arm64`; empty where
    /// it was not said.
    NoSuchPlatform(String),
    /// An image of this platform runs on another one, which it may or may not manage.
    OtherPlatform(String),
    /// A registry has answered too often.
    RateLimit,
    /// The authority behind the certificate of this host is unknown; empty where no host was named.
    CertificateUnknown(String),
    /// Something is valid only from a time on that has not come yet: a certificate or a list of
    /// packages, from this time or in this long where that was said.
    NotYetValid(String),
    /// A certificate or a list of packages was valid up to this time, where that was said.
    Expired(String),
    /// A registry, by its host, does not answer.
    NoRegistry(String),
    /// A plugin of the client, such as `buildx`, is missing.
    PluginMissing(String),
    /// The builder is the one from before `BuildKit`.
    OldBuilder,
    /// A table has the columns of Docker 29.
    NewTable,
    /// The database at this address, where it was said, does not take connections yet.
    DatabaseNotReady(String),
    /// The database refuses the password of this user.
    PasswordRefused(String),
    /// There is no image of this name.
    ImageMissing(String),
    /// There is no network of this name.
    NetworkMissing(String),
    /// The engine has no range of addresses left for one more network.
    PoolExhausted,
    /// A container publishes this TCP port in another network than this shell's.
    PublishedElsewhere(u16),
}

/// Columns of the labels in a report, `cause` and `expected`, with the space after them.
const LABEL_WIDTH: usize = 11;

/// A failure in sentences.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Explanation {
    /// What it is, in one sentence.
    pub what: String,
    /// Why it happens here: who holds the port, how much of the disk is free.
    pub why: String,
    /// What to type, or to do, next.
    pub next: String,
}

/// Recognises the failure of a command that ended with `status` (`None` for an end by a signal)
/// and printed `output`; `None` if it is not a known one. Whether it is this one here says
/// [`Cause::applies`].
///
/// # Panics
///
/// Never: the patterns of [`KNOWN`] are valid.
#[must_use]
pub fn cause(status: Option<i32>, output: &str) -> Option<Cause> {
    static PATTERNS: LazyLock<Vec<(&'static Known, Regex)>> = LazyLock::new(|| {
        let patterns = KNOWN
            .iter()
            .flat_map(|known| known.words.iter().map(move |words| (known, words.pattern)));
        patterns
            .map(|(known, pattern)| {
                (
                    known,
                    Regex::new(pattern).expect("a pattern of this crate is valid"),
                )
            })
            .collect()
    });
    let failed = status != Some(0);
    PATTERNS
        .iter()
        .filter(|(known, _)| failed || known.when == When::EvenIfItSucceeds)
        .find_map(|(known, pattern)| {
            let found = pattern.captures(output)?;
            // A pattern may capture in one of several places.
            let object = found.iter().skip(1).flatten().next();
            Some((known.cause)(object.map_or("", |object| object.as_str())))
        })
}

impl Cause {
    /// Recognises why a question to the engine failed.
    #[must_use]
    pub fn of(error: &docker::Error) -> Option<Self> {
        match error {
            docker::Error::Refused { output, .. } => cause(None, output),
            docker::Error::Run(process::Error::Start { .. }) => Some(Self::ClientMissing),
            docker::Error::Silent { .. } => Some(Self::EngineSilent),
            docker::Error::Run(_) | docker::Error::Stays(_) | docker::Error::Answer { .. } => None,
        }
    }

    /// Its name in [`KNOWN`] and in the catalogue: `port-held`.
    #[must_use]
    pub fn id(&self) -> &'static str {
        match self {
            Self::ClientMissing => "client-missing",
            Self::NoEngine(_) => "no-engine",
            Self::OtherProgram(_) => "other-program",
            Self::NoWslIntegration => "no-wsl-integration",
            Self::ContextMissing(_) => "context-missing",
            Self::AddressInvalid(_) => "address-invalid",
            Self::HostUnknown(_) => "host-unknown",
            Self::Ssh(_) => "ssh",
            Self::EngineTls(_) => "engine-tls",
            Self::NotAnEngine => "not-an-engine",
            Self::EngineSilent => "engine-silent",
            Self::ClientTooOld(_) => "client-too-old",
            Self::ClientTooNew(_) => "client-too-new",
            Self::CredentialHelper(_) => "credential-helper",
            Self::SocketPermission(_) => "socket-permission",
            Self::PrivilegedPort(_) => "privileged-port",
            Self::PortHeld(_) => "port-held",
            Self::ContainerTaken(_) => "container-taken",
            Self::NetworkTaken(_) => "network-taken",
            Self::VolumeInUse(_) => "volume-in-use",
            Self::DiskFull => "disk-full",
            Self::WrongArchitecture(_) => "wrong-architecture",
            Self::NoSuchPlatform(_) => "no-such-platform",
            Self::OtherPlatform(_) => "other-platform",
            Self::RateLimit => "rate-limit",
            Self::CertificateUnknown(_) => "certificate-unknown",
            Self::NotYetValid(_) => "not-yet-valid",
            Self::Expired(_) => "expired",
            Self::NoRegistry(_) => "no-registry",
            Self::PluginMissing(_) => "plugin-missing",
            Self::OldBuilder => "old-builder",
            Self::NewTable => "new-table",
            Self::DatabaseNotReady(_) => "database-not-ready",
            Self::PasswordRefused(_) => "password-refused",
            Self::ImageMissing(_) => "image-missing",
            Self::NetworkMissing(_) => "network-missing",
            Self::PoolExhausted => "pool-exhausted",
            Self::PublishedElsewhere(_) => "published-elsewhere",
        }
    }

    /// Whether the engine of `docker` bears out what the words made of it. Most failures say enough
    /// themselves; a connection that is refused may have any cause.
    #[must_use]
    pub fn applies(&self, docker: &Docker) -> bool {
        match self {
            Self::PublishedElsewhere(port) => {
                docker.container_on(*port).is_some()
                    && matches!(docker.network(), Some(Network::Apart | Network::OtherMachine))
            }
            _ => true,
        }
    }

    /// Explains it with what the machine and the engine of `docker` are like now. What cannot be
    /// found out is left out.
    #[must_use]
    pub fn explanation(&self, language: Language, docker: &Docker) -> Explanation {
        let state = state::of(self, docker);
        let variables: Vec<_> = state
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let text = |part: &str| {
            let text = language.text(&format!("explain-{}{part}", self.id()), &variables);
            // A part that has nothing to say leaves the space after it.
            text.trim().to_owned()
        };
        Explanation {
            what: text(""),
            why: text("-why"),
            next: text("-next"),
        }
    }
}

impl Explanation {
    /// The lines `cause`, `why` and `next` of a report, each with its `\n`.
    #[must_use]
    pub fn lines(&self, language: Language) -> String {
        let lines = [("cause", &self.what), ("why", &self.why), ("next", &self.next)];
        let lines = lines.map(|(label, sentences)| line(language, label, sentences) + "\n");
        lines.concat()
    }
}

/// A line of a report: one of the labels `cause`, `why`, `next` and `then`, and what it is about.
#[must_use]
pub(crate) fn line(language: Language, label: &str, text: &str) -> String {
    let label = language.text(&format!("explain-label-{label}"), &[]);
    let label = pad_str(&label, LABEL_WIDTH, Alignment::Left, None);
    let text = text.replace('\n', &format!("\n{:LABEL_WIDTH$}", ""));
    format!("{label}{text}")
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::sync::Arc;

    use super::*;
    use crate::language::{CATALOGUE, LANGUAGES};
    use crate::process::Runner;

    /// No program is found in its environment: no question is answered.
    fn no_docker() -> Docker {
        Docker::new(Runner::new(BTreeMap::new(), Arc::default()), None)
    }

    fn causes() -> impl Iterator<Item = (&'static Known, &'static Words, Cause)> {
        let words = KNOWN
            .iter()
            .flat_map(|known| known.words.iter().map(move |words| (known, words)));
        words.map(|(known, words)| {
            let status = match known.when {
                When::ItFails => Some(1),
                When::EvenIfItSucceeds => Some(0),
            };
            let cause = cause(status, words.example);
            (
                known,
                words,
                cause.unwrap_or_else(|| panic!("{}: {}", known.id, words.example)),
            )
        })
    }

    #[track_caller]
    fn check(status: i32, output: &str, expected: impl Into<Option<Cause>>) {
        assert_eq!(cause(Some(status), output), expected.into());
    }

    #[test]
    fn each_failure_is_recognised_by_each_of_its_words_and_by_no_other_failures() {
        for (known, words, cause) in causes() {
            assert_eq!(cause.id(), known.id, "{}", words.example);
        }
    }

    #[test]
    fn each_failure_has_a_name_of_its_own() {
        let names: BTreeSet<_> = KNOWN.iter().map(|known| known.id).collect();
        assert_eq!(names.len(), KNOWN.len());
    }

    #[test]
    fn each_failure_is_explained_in_each_language_with_nothing_known_of_the_machine() {
        for (_, words, cause) in causes() {
            for language in LANGUAGES {
                let Explanation { what, why, next } = cause.explanation(language, &no_docker());
                for text in [what, why, next] {
                    assert!(!text.trim().is_empty(), "{}", words.example);
                    assert!(!text.contains("  "), "{text}");
                    assert!(!text.contains("unknown"), "{text}");
                }
            }
        }
    }

    #[test]
    fn an_explanation_uses_no_variable_that_is_not_there() {
        for (known, _, cause) in causes() {
            let given: BTreeSet<_> = state::of(&cause, &no_docker())
                .into_iter()
                .map(|(name, _)| name)
                .collect();
            for variable in variables(known.id) {
                assert!(given.contains(&*variable), "{}: ${variable}", known.id);
            }
        }
    }

    #[test]
    fn every_message_of_the_catalogue_explains_a_known_failure() {
        let names: BTreeSet<_> = KNOWN.iter().map(|known| known.id).collect();
        for line in explanations().lines().filter(|line| line.starts_with("explain-")) {
            let id = line.split(' ').next().unwrap().strip_prefix("explain-").unwrap();
            let id = id.strip_suffix("-why").unwrap_or(id);
            let id = id.strip_suffix("-next").unwrap_or(id);
            let is_frame = id.starts_with("label") || id == "not-reached";
            assert!(names.contains(id) || is_frame, "{id}");
        }
    }

    #[test]
    fn an_ordinary_failure_has_no_known_cause() {
        check(1, "exit code: 1", None);
        check(2, "ls: cannot access '/data': No such file or directory", None);
        check(1, "error: could not compile `docker-gs-ping` (bin)", None);
        check(
            1,
            "Error response from daemon: No such container: rest-server",
            None,
        );
    }

    #[test]
    fn a_command_that_succeeds_may_talk_of_failures() {
        check(0, "grep: write error: No space left on device", None);
        check(0, "listen tcp4 0.0.0.0:80: bind: address already in use", None);
    }

    #[test]
    fn what_is_more_specific_wins() {
        let limited = "Unable to find image 'rust:1' locally\ndocker: Error response from daemon: toomanyrequests: You have reached your unauthenticated pull rate limit.";
        check(125, limited, Cause::RateLimit);
        let without_buildx = "DEPRECATED: The legacy builder is deprecated and will be removed in a future release.\n            Install the buildx component to build images with BuildKit:\nthe --mount option requires BuildKit.";
        check(1, without_buildx, Cause::PluginMissing("buildx".to_owned()));
        let warned = "WARNING: The requested image's platform (linux/arm64) does not match the detected host platform (linux/amd64/v4) and no specific platform was requested\nexec /true: exec format error";
        check(1, warned, Cause::WrongArchitecture("/true".to_owned()));
        let password = "the database at db:5432 is not ready (attempt 2): password authentication failed for user \"totoro\"; next try in 0.2 s";
        check(0, password, Cause::PasswordRefused("totoro".to_owned()));
    }

    #[test]
    fn the_port_of_the_host_is_the_one_that_is_held() {
        let output = "failed to bind host port for [::]:7148:172.18.0.2:80/tcp: address already in use";
        check(125, output, Cause::PortHeld(7148));
    }

    #[test]
    fn a_report_has_its_labels_in_one_column() {
        let explanation = Explanation {
            what: "A.".to_owned(),
            why: "B.".to_owned(),
            next: "c\nd".to_owned(),
        };
        let lines = explanation.lines(Language::Japanese);
        assert_eq!(
            lines,
            "原因       A.\n理由       B.\n次の操作   c\n           d\n"
        );
    }

    /// The English and the Japanese file.
    fn explanations() -> String {
        let files = CATALOGUE.iter().filter(|file| file.0 == "explain");
        files.map(|file| file.1.to_owned() + file.2).collect()
    }

    /// Variables of a failure's messages, in any language and any variant.
    fn variables(id: &str) -> BTreeSet<String> {
        let variable = Regex::new(r"\$([a-z-]+)").unwrap();
        let mut is_ours = false;
        let mut variables = BTreeSet::new();
        for line in explanations().lines() {
            if line.starts_with("explain-") {
                let name = line.split(' ').next().unwrap().strip_prefix("explain-").unwrap();
                is_ours =
                    [id.to_owned(), format!("{id}-why"), format!("{id}-next")].contains(&name.to_owned());
            }
            if is_ours {
                variables.extend(variable.captures_iter(line).map(|found| found[1].to_owned()));
            }
        }
        variables
    }
}
