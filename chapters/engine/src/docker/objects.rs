//! What an engine holds, and which of it a tutorial made.

use std::collections::BTreeSet;
use std::fmt;

use ObjectKind::{Container, Image, Network, Volume};
use serde::{Deserialize, Serialize};

use crate::author::tutorial::Names;
use crate::language::Language;
use crate::record::image_name::digits;
use crate::text;

/// Something that the engine holds.
#[derive(Clone, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
pub(crate) struct Object {
    pub kind: ObjectKind,
    /// Full id; the name of a volume.
    pub id: String,
    /// Name, `repository:tag` of an image; `None` for an image without a name.
    pub name: Option<String>,
    /// Image that a container was created from, by name or id.
    pub image: Option<String>,
}

/// Kinds of objects, in the order in which they can be removed.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
pub(crate) enum ObjectKind {
    Container,
    /// A name of an image, or an image without a name.
    Image,
    Network,
    Volume,
}

/// Every kind, in their order.
pub(crate) const KINDS: [ObjectKind; 4] = [Container, Image, Network, Volume];

/// A row of `docker … ls --format json`. Which fields are there depends on what is listed.
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Row {
    #[serde(rename = "ID")]
    id: Option<String>,
    #[serde(alias = "Names")]
    name: Option<String>,
    image: Option<String>,
    repository: String,
    tag: String,
}

impl ObjectKind {
    /// Arguments of `docker` that list all of this kind, a [`Row`] a line.
    pub(crate) fn list(self) -> &'static [&'static str] {
        match self {
            Container => &["container", "ls", "--all", "--no-trunc", "--format", "json"],
            Image => &["image", "ls", "--no-trunc", "--format", "json"],
            Network => &["network", "ls", "--no-trunc", "--format", "json"],
            Volume => &["volume", "ls", "--format", "json"],
        }
    }

    /// Arguments of `docker` that remove what comes after them.
    pub(crate) fn remove(self) -> &'static [&'static str] {
        match self {
            Container => &["container", "rm", "--force", "--volumes"],
            Image => &["image", "rm", "--force"],
            Network => &["network", "rm"],
            Volume => &["volume", "rm"],
        }
    }
}

/// The word that `docker` has for it.
impl fmt::Display for ObjectKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.remove()[0])
    }
}

impl Row {
    pub(crate) fn object(self, kind: ObjectKind) -> Object {
        let is_named = self.repository != "<none>" && self.tag != "<none>";
        let name = match kind {
            Image => is_named.then(|| format!("{}:{}", self.repository, self.tag)),
            _ => self.name,
        };
        Object {
            kind,
            id: self.id.or_else(|| name.clone()).unwrap_or_default(),
            name,
            image: self.image,
        }
    }
}

impl Object {
    /// What it is and what it is called, for a reader: `image registry:2`.
    pub(crate) fn say(&self, language: Language) -> String {
        text!(language, "docker-object", kind = self.kind, name = self.handle())
    }

    /// Whether two lists name one thing: the image of a container reads differently once that
    /// image has lost its name.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        (self.kind, &self.id, &self.name) == (other.kind, &other.id, &other.name)
    }

    /// What `docker … rm` takes: a name where the object has one, so that an
    /// image keeps the names that others gave it.
    pub(crate) fn handle(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.id)
    }
}

impl Names {
    /// What of `after` the tutorial made since `before`: it was not there, and it
    /// bears one of the tutorial's names, or an output named its id (`seen`), or
    /// it is a container of such an image.
    pub(crate) fn made(&self, before: &[Object], after: &[Object], seen: &BTreeSet<String>) -> Vec<Object> {
        let is_new = |object: &&Object| !before.iter().any(|earlier| earlier.is_same(object));
        let is_ours = |object: &&Object| {
            let image = object.image.as_deref().unwrap_or_default();
            let by_id = seen.contains(digits(&object.id));
            let by_image = seen.contains(digits(image)) || self.has_repository(image);
            self.are_borne_by(object)
                || by_id && object.name.is_none()
                || object.kind == Container && (by_id || by_image)
        };
        after.iter().filter(is_new).filter(is_ours).cloned().collect()
    }

    /// Whether an object has one of these names.
    pub(crate) fn are_borne_by(&self, object: &Object) -> bool {
        let has = |name| match object.kind {
            Container => self.containers.contains(&name),
            Image => self.has_repository(name),
            Network => self.networks.contains(&name),
            Volume => self.volumes.contains(&name),
        };
        object.name.as_deref().is_some_and(has)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::author::tutorial::EXAMPLE;

    #[track_caller]
    fn check_made(before: &[Object], after: &[Object], seen: &[&str], expected: &[Object]) {
        let seen = seen.iter().map(|&id| id.to_owned()).collect();
        assert_eq!(EXAMPLE.docker.unwrap().made(before, after, &seen), expected);
    }

    fn object(kind: ObjectKind, id: &str, name: &str, image: &str) -> Object {
        let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Object {
            kind,
            id: id.to_owned(),
            name: text(name),
            image: text(image),
        }
    }

    #[test]
    fn what_was_there_before_is_not_made() {
        let old = [object(Container, "1", "rest-server", "docker-gs-ping")];
        check_made(&old, &old, &[], &[]);
    }

    #[test]
    fn a_strangers_new_object_is_not_made() {
        let after = [
            object(Container, "1", "rest-server-2", "nginx"),
            object(Image, "sha256:2", "docker-gs-pong:latest", ""),
            object(Image, "sha256:3", "", ""),
            object(Volume, "roaches", "roaches", ""),
        ];
        check_made(&[], &after, &[], &[]);
    }

    #[test]
    fn names_ids_and_images_of_the_tutorial_are_made() {
        let multistage = "docker-gs-ping:multistage";
        let after = [
            object(Container, "1", "happy_turing", multistage),
            object(Container, "2", "sad_turing", "sha256:9"),
            object(Image, "sha256:9", "", ""),
            object(Image, "sha256:8", "docker-gs-ping:v1.0", ""),
            object(Network, "7", "mynet", ""),
        ];
        check_made(&[], &after, &["9"], &after);
    }

    #[test]
    fn another_name_of_an_image_that_a_build_produced_stays() {
        let after = [object(Image, "sha256:9", "strangers:1", "")];
        check_made(&[], &after, &["9"], &[]);
    }

    #[track_caller]
    fn check_row(kind: ObjectKind, row: &str, expected: &Object) {
        let row: Row = serde_json::from_str(row).unwrap();
        assert_eq!(row.object(kind), *expected);
    }

    #[test]
    fn a_row_of_each_list_is_an_object() {
        check_row(
            Container,
            r#"{"ID": "1", "Names": "db", "Image": "postgres:15", "Size": "0B"}"#,
            &object(Container, "1", "db", "postgres:15"),
        );
        check_row(
            Image,
            r#"{"ID": "sha256:2", "Repository": "rust", "Tag": "1", "Containers": "N/A"}"#,
            &object(Image, "sha256:2", "rust:1", ""),
        );
        check_row(
            Image,
            r#"{"ID": "sha256:3", "Repository": "<none>", "Tag": "<none>"}"#,
            &object(Image, "sha256:3", "", ""),
        );
        check_row(
            Network,
            r#"{"ID": "4", "Name": "net", "Driver": "bridge"}"#,
            &object(Network, "4", "net", ""),
        );
        check_row(
            Volume,
            r#"{"Name": "data", "Mountpoint": "/var/lib/docker/volumes/data/_data"}"#,
            &object(Volume, "data", "data", ""),
        );
    }
}
