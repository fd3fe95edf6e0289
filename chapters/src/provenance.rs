//! On what a transcript was recorded, and which of that takes part in a command.

use std::process::Command;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::invocation::Invocation;
use crate::process::Runner;

/// Longest time for asking a program of the host for its version.
const VERSION_LIMIT: Duration = Duration::from_secs(10);

/// Where and on what a transcript was recorded. Versions are as their programs print them, with a
/// packager's suffix; empty where the machine does not have the part or does not tell.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Provenance {
    /// Day on which it was recorded, in UTC: `2026-11-25`; empty for what the engine says of
    /// itself, before anything is.
    #[serde(default)]
    pub recorded_on: String,
    /// Version of the Docker Engine.
    pub engine: String,
    /// Version of the client.
    pub client: String,
    /// Version of buildx.
    pub buildx: String,
    /// Version of Compose.
    pub compose: String,
    /// Version of runc, from `docker version`.
    pub runc: String,
    /// Version of containerd, from `docker version`.
    pub containerd: String,
    /// Where the engine keeps images: `containerd`, or the name of the classic store's driver, such
    /// as `overlay2`.
    pub image_store: String,
    /// The Dockerfile frontend `docker/dockerfile:1`: `assembled`, or the first digits of its digest.
    pub frontend: String,
    /// Version of curl on the host.
    pub curl: String,
    /// The host's, such as `debian 12` or `macos`.
    pub operating_system: String,
    /// Of the engine: `linux/x86_64`.
    pub architecture: String,
    /// `pulled` from their registries, `assembled` from Debian's packages, or `mixed`.
    pub base_images: String,
    /// Image of the database engine; `None` where the chapter runs none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub database: Option<String>,
}

/// A part of what a chapter runs on.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// Docker Engine, by version.
    Engine,
    /// Docker's client, by version.
    Client,
    /// buildx, by version.
    Buildx,
    /// Compose, by version.
    Compose,
    /// runc, by version.
    Runc,
    /// containerd, by version.
    Containerd,
    /// Where the engine keeps images.
    ImageStore,
    /// The Dockerfile frontend.
    Frontend,
    /// curl on the host, by version.
    Curl,
    /// System of the host.
    OperatingSystem,
    /// System and processor of the engine, such as `linux/x86_64`.
    Architecture,
    /// Where base images come from: `pulled`, `assembled`, or `mixed`.
    BaseImages,
    /// Database engine, by image.
    Database,
}

/// All parts, in the order in which they are named.
pub const PARTS: [Part; 13] = [
    Part::Database,
    Part::Engine,
    Part::Client,
    Part::Buildx,
    Part::Compose,
    Part::Runc,
    Part::Containerd,
    Part::ImageStore,
    Part::Frontend,
    Part::BaseImages,
    Part::Architecture,
    Part::Curl,
    Part::OperatingSystem,
];

impl Provenance {
    /// What it says of a part; empty where it says nothing.
    #[must_use]
    pub fn value(&self, part: Part) -> &str {
        match part {
            Part::Engine => &self.engine,
            Part::Client => &self.client,
            Part::Buildx => &self.buildx,
            Part::Compose => &self.compose,
            Part::Runc => &self.runc,
            Part::Containerd => &self.containerd,
            Part::ImageStore => &self.image_store,
            Part::Frontend => &self.frontend,
            Part::Curl => &self.curl,
            Part::OperatingSystem => &self.operating_system,
            Part::Architecture => &self.architecture,
            Part::BaseImages => &self.base_images,
            Part::Database => self.database.as_deref().unwrap_or_default(),
        }
    }

    /// The parts of `self` that are others in `here`. Versions are compared without what a packager
    /// adds to them.
    #[must_use]
    pub fn others(&self, here: &Self) -> Vec<Part> {
        let differs = |part: &Part| plain_version(self.value(*part)) != plain_version(here.value(*part));
        PARTS.into_iter().filter(differs).collect()
    }
}

/// The parts whose words a command may print. What a container prints is not theirs.
pub(crate) fn participants(invocation: &Invocation) -> Vec<Part> {
    use Part::{
        Architecture, BaseImages, Buildx, Client, Compose, Containerd, Curl, Engine, Frontend, ImageStore,
        OperatingSystem, Runc,
    };
    match invocation.program.as_str() {
        "docker" => {
            let mut parts = vec![Engine, Client, Runc, Containerd, ImageStore, Architecture];
            if invocation.is_build() {
                parts.extend([Buildx, Frontend, BaseImages]);
            }
            let noun = invocation.docker.as_ref().map(|docker| docker.noun.as_str());
            if noun == Some("buildx") {
                parts.push(Buildx);
            }
            // Compose builds, too.
            if noun == Some("compose") {
                parts.extend([Compose, Buildx, Frontend, BaseImages]);
            }
            parts
        }
        "curl" => vec![Curl],
        _ => vec![OperatingSystem],
    }
}

/// A version without a leading `v` and without what a packager adds: `28.5.2` for `28.5.2+dfsg1-2`.
/// What is no version stays as it is.
fn plain_version(text: &str) -> &str {
    let version = text.strip_prefix('v').unwrap_or(text);
    if version.starts_with(|c: char| c.is_ascii_digit()) {
        version.split(['+', '~', '-']).next().unwrap_or(version)
    } else {
        text
    }
}

/// Version of the host's curl, such as `7.88.1`; empty without curl.
pub(crate) fn curl(runner: &Runner) -> String {
    let mut command = Command::new("curl");
    command.arg("--version");
    let outcome = runner.run(command, VERSION_LIMIT, &mut |_| {}).ok();
    let output = outcome.map(|outcome| outcome.output).unwrap_or_default();
    output.split_whitespace().nth(1).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packagers_suffix_makes_no_other_version() {
        for (version, plain) in [
            ("28.5.2+dfsg1-2", "28.5.2"),
            ("1.7.24~ds1-6", "1.7.24"),
            ("v0.29.1", "0.29.1"),
            ("2.40.3-desktop.1", "2.40.3"),
            ("debian 12", "debian 12"),
            ("overlay2", "overlay2"),
            ("", ""),
        ] {
            assert_eq!(plain_version(version), plain);
        }
    }

    #[test]
    fn only_what_differs_is_another_part() {
        let book = Provenance {
            engine: "28.5.2+dfsg1".to_owned(),
            runc: "1.1.5".to_owned(),
            ..Provenance::default()
        };
        let here = Provenance {
            engine: "28.5.2".to_owned(),
            runc: "1.3.0".to_owned(),
            ..Provenance::default()
        };
        assert_eq!(book.others(&here), [Part::Runc]);
    }

    #[track_caller]
    fn check(literal: &str, part: Part, takes_part: bool) {
        let parts = participants(&Invocation::parse(literal));
        assert_eq!(parts.contains(&part), takes_part, "{literal}: {parts:?}");
    }

    #[test]
    fn a_command_has_the_participants_that_work_for_it() {
        check("docker container ls", Part::Engine, true);
        check("docker container ls", Part::Buildx, false);
        check("docker container ls", Part::Curl, false);
        check("docker build --tag x .", Part::Frontend, true);
        check("docker compose up", Part::Compose, true);
        check("curl http://localhost/", Part::Curl, true);
        check("curl http://localhost/", Part::Engine, false);
        check("tar --list", Part::OperatingSystem, true);
    }
}
