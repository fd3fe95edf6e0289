//! Parses image names. No other code does.

use std::fmt;

use crate::record::pattern::{Pattern, pattern};

/// A colon before the last slash belongs to the registry's port.
static NAME: Pattern = pattern!(r"^(.*?)(?::([^/@]*))?(?:@(.*))?$");

/// An image name such as `localhost:5000/team/service:1.0@sha256:…`, split into its parts.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct ImageName<'a> {
    /// Registry and path, as written: `localhost:5000/team/service`.
    pub repository: &'a str,
    /// Tag, after the colon; `None` if the name has no tag, which Docker reads as `latest`.
    pub tag: Option<&'a str>,
    /// Digest, after the `@`, with its algorithm; `None` if the name has no digest.
    pub digest: Option<&'a str>,
}

impl<'a> ImageName<'a> {
    /// Splits a name into its parts.
    #[must_use]
    pub fn parse(name: &'a str) -> Self {
        let parts = NAME.captures(name);
        let part = |group| Some(parts.as_ref()?.get(group)?.as_str());
        Self {
            repository: part(1).unwrap_or(name),
            tag: part(2),
            digest: part(3),
        }
    }

    /// The same name, with the tag `latest` if it has neither tag nor digest.
    pub(crate) fn with_tag(self) -> Self {
        Self {
            tag: self.tag.or(self.digest.is_none().then_some("latest")),
            ..self
        }
    }

    /// The same name as Docker's lists show it: without the prefix for Docker Hub.
    pub(crate) fn short(self) -> Self {
        let repository = self.repository;
        let path = repository.strip_prefix("docker.io/").unwrap_or(repository);
        Self {
            repository: path.strip_prefix("library/").unwrap_or(path),
            ..self
        }
    }
}

/// The id of an image without its algorithm.
pub(crate) fn digits(id: &str) -> &str {
    id.strip_prefix("sha256:").unwrap_or(id)
}

impl fmt::Display for ImageName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tag = self.tag.map(|tag| format!(":{tag}")).unwrap_or_default();
        let digest = self.digest.map(|digest| format!("@{digest}"));
        write!(f, "{}{tag}{}", self.repository, digest.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, repository: &str, tag: Option<&str>, digest: Option<&str>) {
        let parsed = ImageName::parse(name);
        assert_eq!(
            parsed,
            ImageName {
                repository,
                tag,
                digest
            }
        );
        assert_eq!(parsed.to_string(), name);
    }

    #[test]
    fn a_name_has_a_repository_and_may_have_a_tag_and_a_digest() {
        check("rust", "rust", None, None);
        check("rust:1.95", "rust", Some("1.95"), None);
        check(
            "gcr.io/distroless/static:nonroot",
            "gcr.io/distroless/static",
            Some("nonroot"),
            None,
        );
        check("rust@sha256:0a", "rust", None, Some("sha256:0a"));
        check("rust:1.95@sha256:0a", "rust", Some("1.95"), Some("sha256:0a"));
    }

    #[test]
    fn a_port_of_a_registry_is_no_tag() {
        check("localhost:5000/x", "localhost:5000/x", None, None);
        check("localhost:5000/x:1", "localhost:5000/x", Some("1"), None);
    }

    #[test]
    fn a_name_without_tag_and_digest_is_the_latest() {
        let named = |name| ImageName::parse(name).with_tag().to_string();
        assert_eq!(named("docker.io/library/rust"), "docker.io/library/rust:latest");
        assert_eq!(named("rust:1"), "rust:1");
        assert_eq!(named("rust@sha256:0a"), "rust@sha256:0a");
    }

    #[test]
    fn docker_hub_goes_without_saying() {
        let short = |name| ImageName::parse(name).short().to_string();
        assert_eq!(short("docker.io/library/rust:1"), "rust:1");
        assert_eq!(short("docker.io/team/service"), "team/service");
        assert_eq!(short("gcr.io/library/x"), "gcr.io/library/x");
    }
}
