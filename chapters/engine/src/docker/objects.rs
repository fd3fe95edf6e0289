//! What an engine holds, and which of these objects a tutorial made.

use std::collections::BTreeSet;
use std::fmt;

use ObjectKind::{Container, Image, Network, Volume};
use serde::{Deserialize, Serialize};

use crate::author::tutorial::Names;
use crate::language::Language;
use crate::record::image_name::digits;
use crate::text;

/// An object that the engine holds.
#[derive(Clone, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
pub(crate) struct Object {
    pub kind: ObjectKind,
    /// Full id; for a volume, its name.
    pub id: String,
    /// Name, for an image `repository:tag`; `None` for an image without a name.
    pub name: Option<String>,
    /// Image that a container was created from, by name or id; `None` for another object.
    pub image: Option<String>,
}

/// Kinds of objects, in an order in which they can be removed.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
pub(crate) enum ObjectKind {
    Container,
    /// A name of an image, or an image without a name.
    Image,
    Network,
    Volume,
}

/// Every kind, in that order.
pub(crate) const KINDS: [ObjectKind; 4] = [Container, Image, Network, Volume];

/// A row of `docker … ls --format json`. Its fields depend on the kind of object.
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
    /// Arguments of `docker` that list all objects of this kind, one [`Row`] a line.
    pub(crate) fn list(self) -> &'static [&'static str] {
        match self {
            Container => &["container", "ls", "--all", "--no-trunc", "--format", "json"],
            Image => &["image", "ls", "--no-trunc", "--format", "json"],
            Network => &["network", "ls", "--no-trunc", "--format", "json"],
            Volume => &["volume", "ls", "--format", "json"],
        }
    }

    /// Arguments of `docker` that remove the objects named after them.
    pub(crate) fn remove(self) -> &'static [&'static str] {
        match self {
            Container => &["container", "rm", "--force", "--volumes"],
            Image => &["image", "rm", "--force"],
            Network => &["network", "rm"],
            Volume => &["volume", "rm"],
        }
    }
}

/// The word that `docker` uses for this kind.
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
    /// Its kind and its name, for a reader: `image registry:2`.
    pub(crate) fn say(&self, language: Language) -> String {
        text!(language, "docker-object", kind = self.kind, name = self.handle())
    }

    /// Whether two entries are the same object. The entries of a container may differ, because its image
    /// is shown differently after that image has lost its name.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        (self.kind, &self.id, &self.name) == (other.kind, &other.id, &other.name)
    }

    /// Its name, and its id with as many digits as a list shows.
    pub(crate) fn named(&self) -> (String, String) {
        let none = || "<none>:<none>".to_owned();
        let id = digits(&self.id).chars().take(12).collect();
        (self.name.clone().unwrap_or_else(none), id)
    }

    /// The argument for `docker … rm`: the name if the object has one, so that an image keeps names that
    /// others gave it.
    pub(crate) fn handle(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.id)
    }
}

impl Names {
    /// Objects in `after` that the tutorial made since `before`: new objects with one of the tutorial's
    /// names, with an id that an output showed (`seen`), or containers of such an image.
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
        // Of a further project `sorting-more`: a container `sorting-more-db-1`, a volume `sorting-more_data`.
        let of_project = |name: &str| {
            let rest = self.project.and_then(|project| name.strip_prefix(project));
            rest.is_some_and(|rest| rest.starts_with('-'))
        };
        let has = |name| match object.kind {
            Container => self.containers.contains(&name) || of_project(name),
            Image => self.has_repository(name),
            Network => self.networks.contains(&name) || of_project(name),
            Volume => self.volumes.contains(&name) || of_project(name),
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
            object(Container, "4", "shopping", "nginx"),
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
            object(Container, "3", "shop-db-1", "postgres:15"),
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
