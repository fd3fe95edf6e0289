//! What machine a transcript was recorded on, and which parts of it a command depends on.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use strum::IntoEnumIterator;

use crate::record::invocation::Invocation;

/// When and on what a transcript was recorded. In JSON and in the header of a transcript, each part has
/// its own key, such as `image_store`.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(from = "BTreeMap<String, String>", into = "BTreeMap<String, String>")]
pub struct Provenance {
    /// Day of the recording, in UTC: `2026-11-25`; empty if nothing has been recorded yet.
    pub recorded_on: String,
    /// Versions as the programs print them, with a packager's suffix; empty if the machine does not have
    /// the part or does not report it. The database is missing if the chapter runs none.
    pub parts: BTreeMap<Part, String>,
}

/// A part of what a chapter runs on.
#[derive(
    Clone, Copy, Debug, strum::Display, strum::EnumIter, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize,
)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
// In the order in which messages name them.
pub enum Part {
    /// Database engine, by image.
    Database,
    /// Docker Engine, by version.
    Engine,
    /// Docker's client, by version.
    Client,
    /// buildx, by version.
    Buildx,
    /// Compose, by version.
    Compose,
    /// runc, by version, from `docker version`.
    Runc,
    /// containerd, by version, from `docker version`.
    Containerd,
    /// Where the engine keeps images: `containerd`, or the name of the classic store's driver, such
    /// as `overlay2`.
    ImageStore,
    /// The Dockerfile frontend `docker/dockerfile:1`: `assembled`, or the first digits of its digest.
    Frontend,
    /// Where base images come from: `pulled` from their registries, `assembled` from Debian's
    /// packages, or `mixed`.
    BaseImages,
    /// System and processor of the engine, such as `linux/x86_64`.
    Architecture,
    /// curl on the host, by version.
    Curl,
    /// System of the host, such as `debian 12` or `macos`.
    OperatingSystem,
}

/// An empty provenance.
impl Default for Provenance {
    fn default() -> Self {
        let parts = Part::iter().filter(|part| *part != Part::Database);
        Self {
            recorded_on: String::new(),
            parts: parts.map(|part| (part, String::new())).collect(),
        }
    }
}

/// Key of the recording's day.
const RECORDED_ON: &str = "recorded_on";

fn key(part: Part) -> String {
    part.to_string().replace('-', "_")
}

impl From<Provenance> for BTreeMap<String, String> {
    fn from(provenance: Provenance) -> Self {
        let parts = provenance.parts.into_iter();
        let mut keys: Self = parts.map(|(part, value)| (key(part), value)).collect();
        keys.insert(RECORDED_ON.to_owned(), provenance.recorded_on);
        keys
    }
}

/// Other keys are ignored.
impl From<BTreeMap<String, String>> for Provenance {
    fn from(mut keys: BTreeMap<String, String>) -> Self {
        let recorded_on = keys.remove(RECORDED_ON).unwrap_or_default();
        let known = |part| Some((part, keys.remove(&key(part))?));
        let parts = Part::iter().filter_map(known).collect();
        Self { recorded_on, parts }
    }
}

impl Provenance {
    /// The value of a part; empty if it is unknown.
    #[must_use]
    pub fn value(&self, part: Part) -> &str {
        self.parts.get(&part).map_or("", String::as_str)
    }

    /// The parts that differ between `self` and `here`. Packagers' suffixes of versions are ignored.
    #[must_use]
    pub fn others(&self, here: &Self) -> Vec<Part> {
        let differs = |part: &Part| plain_version(self.value(*part)) != plain_version(here.value(*part));
        Part::iter().filter(differs).collect()
    }
}

/// The parts that may affect a command's output. Output of a container does not count.
pub(crate) fn participants(invocation: &Invocation) -> Vec<Part> {
    use Part::{
        Architecture, BaseImages, Buildx, Client, Compose, Containerd, Curl, Engine, Frontend, ImageStore,
        OperatingSystem, Runc,
    };
    let docker = [Engine, Client, Runc, Containerd, ImageStore, Architecture];
    let build = [Buildx, Frontend, BaseImages];
    match (invocation.program.as_str(), invocation.noun.as_str()) {
        // Compose builds images, too.
        ("docker", "compose") => [&docker[..], &build, &[Compose]].concat(),
        ("docker", _) if invocation.is_build() => [&docker[..], &build].concat(),
        ("docker", "buildx") => [&docker[..], &[Buildx]].concat(),
        ("docker", _) => docker.to_vec(),
        ("curl", _) => vec![Curl],
        _ => vec![OperatingSystem],
    }
}

/// A version without a leading `v` and without a packager's suffix: `28.5.2` for `28.5.2+dfsg1-2`. Other
/// text stays as it is.
fn plain_version(text: &str) -> &str {
    let version = text.strip_prefix('v').unwrap_or(text);
    if version.starts_with(|c: char| c.is_ascii_digit()) {
        version.split(['+', '~', '-']).next().unwrap_or(version)
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The serialised form: a key for each part.
    impl schemars::JsonSchema for Provenance {
        fn schema_name() -> std::borrow::Cow<'static, str> {
            "Provenance".into()
        }

        fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
            let mut part = Part::json_schema(generator);
            let described = part.remove("oneOf").unwrap();
            let described = described.as_array().unwrap().iter();
            let mut properties: serde_json::Map<_, _> = described
                .map(|part| {
                    let key = part["const"].as_str().unwrap().replace('-', "_");
                    let value = serde_json::json!({"description": part["description"], "type": "string"});
                    (key, value)
                })
                .collect();
            let day = serde_json::json!({
                "description": "Day on which it was recorded, in UTC: `2026-11-25`; empty for what the engine says of itself, before anything is.",
                "type": "string",
                "default": "",
            });
            properties.insert(RECORDED_ON.to_owned(), day);
            let keys = BTreeMap::from(Provenance::default()).into_keys();
            let required: Vec<String> = keys.filter(|key| key != RECORDED_ON).collect();
            schemars::json_schema!({
                "description": "Where and on what a transcript was recorded.",
                "type": "object",
                "properties": properties,
                "required": required,
            })
        }
    }

    #[test]
    fn what_is_written_reads_the_same() {
        let mut known = Provenance::default();
        known.parts.insert(Part::ImageStore, "overlay2".to_owned());
        let text = serde_json::to_string(&known).unwrap();
        assert!(text.contains(r#""image_store":"overlay2""#), "{text}");
        assert_eq!(serde_json::from_str::<Provenance>(&text).unwrap(), known);
    }

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
        let on = |engine: &str, runc: &str| {
            let parts = [(Part::Engine, engine.to_owned()), (Part::Runc, runc.to_owned())];
            Provenance {
                parts: parts.into(),
                ..Provenance::default()
            }
        };
        let (book, here) = (on("28.5.2+dfsg1", "1.1.5"), on("28.5.2", "1.3.0"));
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
