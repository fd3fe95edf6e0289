//! A tutorial as a value: where its files lie, and what it calls its things on a Docker Engine.

use crate::image_name::ImageName;
use crate::language::Language;

/// A tutorial whose chapters are programs.
#[derive(Clone, Copy, Debug)]
pub struct Tutorial {
    /// In small letters and hyphens; names the lock that lets one chapter run at a time.
    pub name: &'static str,
    /// Names of its chapters, in order.
    pub chapters: &'static [&'static str],
    /// What a reader types before a chapter's name, from the root: `cargo run --bin`.
    pub start: &'static str,
    /// Folder in which commands run, absolute; usually the repository's root, from
    /// `env!("CARGO_MANIFEST_DIR")`.
    pub root: &'static str,
    /// Folder of the recorded transcripts, seen from the root.
    pub transcripts: &'static str,
    /// Folder of the book, seen from the root: its pages are `en/src/*.md` and `ja/src/*.md` in it.
    pub book: &'static str,
    /// Where the book is read while `cargo run --bin book -- serve` runs, without a slash at the
    /// end; `None` where its pages are files alone.
    pub site: Option<&'static str>,
    /// What it uses of a Docker Engine; `None` for a tutorial that is about something else.
    pub docker: Option<&'static Names>,
}

/// What a tutorial calls its things on a Docker Engine. A chapter removes what bears these names,
/// and refuses to start where somebody else's thing already does.
#[derive(Clone, Copy, Debug)]
pub struct Names {
    /// Containers that chapters name with `--name`.
    pub containers: &'static [&'static str],
    /// Repositories of the images that chapters build; any tag.
    pub repositories: &'static [&'static str],
    /// Volumes that chapters create.
    pub volumes: &'static [&'static str],
    /// Networks that chapters create.
    pub networks: &'static [&'static str],
    /// Images that chapters start from, with tags; they stay when a chapter ends.
    pub base_images: &'static [&'static str],
    /// Whether the root has `scripts/engine` and `scripts/base-images`, which bring an engine and
    /// these images where a machine lacks them. Without them a reader is told to install Docker,
    /// and images are pulled when a command needs them.
    pub has_scripts: bool,
}

/// The tutorial of this repository.
pub const RUNNING_RUST_IN_DOCKER: Tutorial = Tutorial {
    name: "running-rust-in-docker",
    chapters: &[
        "chapter-1",
        "chapter-2",
        "chapter-3",
        "chapter-4",
        "chapter-5",
        "chapter-6",
    ],
    start: "cargo run --bin",
    root: concat!(env!("CARGO_MANIFEST_DIR"), "/.."),
    transcripts: "chapters/transcripts",
    book: "book",
    site: Some("http://127.0.0.1:3000"),
    docker: Some(&Names {
        containers: &["rest-server", "roach"],
        repositories: &["docker-gs-ping", "docker-gs-ping-step", "docker-gs-ping-roach"],
        volumes: &["roach"],
        networks: &["mynet"],
        base_images: &[
            "docker/dockerfile:1",
            "rust:1.95-slim-bookworm",
            "gcr.io/distroless/static-debian12:nonroot",
        ],
        has_scripts: true,
    }),
};

impl Tutorial {
    /// File of a chapter's transcript, seen from the root.
    #[must_use]
    pub fn transcript(&self, chapter: &str) -> String {
        format!("{}/{chapter}.snap", self.transcripts)
    }

    /// File of a page such as `3-writing`, seen from the root.
    #[must_use]
    pub fn page(&self, page: &str, language: Language) -> String {
        format!("{}/{}/src/{page}.md", self.book, language.code())
    }

    /// Name of the chapter after this one; `None` after the last.
    #[must_use]
    pub fn next_chapter(&self, name: &str) -> Option<&'static str> {
        let at = self.chapters.iter().position(|known| *known == name)?;
        self.chapters.get(at + 1).copied()
    }
}

impl Names {
    /// Those of a tutorial that has nothing on a Docker Engine.
    pub(crate) const NONE: Self = Self {
        containers: &[],
        repositories: &[],
        volumes: &[],
        networks: &[],
        base_images: &[],
        has_scripts: false,
    };

    /// Whether an image of this name, with or without a tag, is the tutorial's.
    #[must_use]
    pub fn has_repository(&self, image: &str) -> bool {
        self.repositories.contains(&ImageName::parse(image).repository)
    }
}
