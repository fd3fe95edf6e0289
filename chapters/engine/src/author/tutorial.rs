//! A tutorial as a value: where its files lie, and what it calls its things on a Docker Engine.

use std::path::Path;

use crate::language::Language;
use crate::record::image_name::ImageName;
use crate::record::snapshot::{self, Snapshot};
use crate::run::environment::Settings;

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
    /// Where the book is read; `None` if its pages are files alone.
    pub site: Option<Site>,
    /// What a reader may choose for some of its chapters; `None` if there is nothing to choose.
    pub alternatives: Option<&'static Alternatives>,
    /// What becomes of the reader's variables, beside what the engine says of all tutorials.
    pub environment: &'static Settings,
    /// What a service of the tutorial adds to the line that ends in `[::]:8080`, where it listens, if
    /// its container has no IPv6 and it listens on `0.0.0.0:8080` instead; `None` if none says so.
    pub without_ipv6: Option<&'static str>,
    /// What it uses of a Docker Engine; `None` for a tutorial that is about something else.
    pub docker: Option<&'static Names>,
}

/// Where a book is read.
#[derive(Clone, Copy, Debug)]
pub struct Site {
    /// Without a slash at the end.
    pub address: &'static str,
    /// The command that serves it there while it runs.
    pub command: &'static str,
}

/// What a reader may choose with an option of the tutorial's own, such as `--database`.
#[derive(Clone, Copy, Debug)]
pub struct Alternatives {
    /// Name of the option, without hyphens.
    pub option: &'static str,
    /// What `--help` says of it, in English and in Japanese.
    pub help: [&'static str; 2],
    /// All there are. The first is the default: the one that transcripts are recorded on.
    pub variants: &'static [Variant],
}

/// One of a tutorial's alternatives.
#[derive(Clone, Copy, Debug)]
pub struct Variant {
    /// What comes after the option to choose it.
    pub name: &'static str,
    /// What people call it.
    pub title: &'static str,
    /// Image that the chapter runs, with its tag.
    pub image: &'static str,
    /// TCP ports of the host that it publishes.
    pub ports: &'static [u16],
}

impl Alternatives {
    /// The variant whose image this is, in any version; `None` for another image.
    pub(crate) fn of_image(&self, image: &str) -> Option<&'static Variant> {
        let repository = |image| ImageName::parse(image).repository;
        let mut variants = self.variants.iter();
        variants.find(|variant| repository(variant.image) == repository(image))
    }
}

/// What a tutorial calls its things on a Docker Engine. A chapter removes what bears these names,
/// and refuses to start where somebody else's thing already does. By default there are none.
#[derive(Clone, Copy, Debug, Default)]
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
    /// What gives a machine an engine and these images where it lacks them. Without it a reader is
    /// told to install Docker, and an image that cannot be pulled is an error.
    pub scripts: Option<&'static Scripts>,
    /// What the chapters use curl for, in English and in Japanese: `chapter 5 asks the service with it`.
    /// A chapter does not start on a machine without it. `None` if they do not use it.
    pub curl: Option<[&'static str; 2]>,
    /// What a reader types to remove what chapters left behind; `None` if no program does that for
    /// all of them.
    pub clean: Option<&'static str>,
    /// The database that chapters use; `None` for a tutorial without one.
    pub database: Option<&'static DatabaseNames>,
    /// How programs of the tutorial say failures, beside the words that are known already.
    pub words: &'static [Words],
}

/// Scripts that bring an engine and images, where none answers and a registry does not, from
/// Debian's packages. They are used on Debian and Ubuntu alone, and by root.
#[derive(Clone, Copy, Debug)]
pub struct Scripts {
    /// The script that brings a private engine, seen from the root. It is run with one of these:
    /// - `env` prints how to reach it, as `export NAME='value'` a line, and fails where it is not up;
    /// - `check` exits with 1 if this machine cannot run it, and prints why in English;
    /// - `status` prints `data FOLDER (SIZE)`, with `none yet` for a size before it was set up;
    /// - `up` sets it up and starts it;
    /// - `down`, which a reader types, stops it.
    pub engine: &'static str,
    /// The script that assembles an image, seen from the root: it is run with `--with IMAGE`.
    pub images: &'static str,
    /// Images, with tags, that it cannot assemble: they can only be pulled.
    pub only_pulled: &'static [&'static str],
    /// Label of an image that was assembled: its name, and a part of its value.
    pub label: (&'static str, &'static str),
    /// Variable that is set where a chapter runs a script: what to do next is the chapter's to say.
    pub inside: &'static str,
    /// Variable that names another folder for the private engine.
    pub home: &'static str,
    /// What setting up engine and images takes, in English and in Japanese: `about 4 GB, once`.
    pub cost: [&'static str; 2],
}

/// A database that chapters run in a container, for what a reader is told if it fails.
#[derive(Clone, Copy, Debug, Default)]
pub struct DatabaseNames {
    /// The container that it runs in.
    pub container: &'static str,
    /// The volume with its data.
    pub volume: &'static str,
    /// Images that it may run on, with tags.
    pub images: &'static [&'static str],
    /// Variable with the password that a new database begins with: `MYSQL_ROOT_PASSWORD`.
    pub first_password: &'static str,
    /// Variable with the password that a client gives: `MYSQL_PWD`.
    pub password: &'static str,
}

/// Words by which programs of a tutorial say a failure that is known.
#[derive(Clone, Copy, Debug)]
pub struct Words {
    /// Name of the failure, as `Cause::id` has it: `database-not-ready`, which needs
    /// [`Names::database`].
    pub failure: &'static str,
    /// Regular expressions, found anywhere in the output. The group that takes part is what the failure
    /// is about, such as an address. One that is not valid finds nothing: a test has to try each.
    pub patterns: &'static [&'static str],
}

#[cfg(test)]
/// A tutorial for tests.
pub(crate) const EXAMPLE: Tutorial = Tutorial {
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
    root: concat!(env!("CARGO_MANIFEST_DIR"), "/../.."),
    transcripts: "chapters/transcripts",
    book: "book",
    site: Some(Site {
        address: "http://127.0.0.1:3000",
        command: "cargo run --bin book -- serve",
    }),
    alternatives: None,
    environment: &[],
    without_ipv6: Some(" (this system has no IPv6)"),
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
        scripts: Some(&Scripts {
            engine: "scripts/engine",
            images: "scripts/base-images",
            only_pulled: &[],
            label: (
                "org.opencontainers.image.description",
                "assembled from Debian packages",
            ),
            inside: "DOCKER_BOOK_INSIDE",
            home: "DOCKER_BOOK_HOME",
            cost: ["about 4 GB", "約4GB"],
        }),
        curl: None,
        clean: Some("cargo run --bin walkthrough -- --clean"),
        database: Some(&DatabaseNames {
            container: "roach",
            volume: "roach",
            first_password: "POSTGRES_PASSWORD",
            password: "PGPASSWORD",
            images: &[],
        }),
        words: &[
            Words {
                failure: "database-not-ready",
                patterns: &[r"the database at (\S+) is not ready"],
            },
            Words {
                failure: "password-refused",
                patterns: &[r#"password authentication failed for user "([^"]+)""#],
            },
        ],
    }),
};

impl Tutorial {
    /// What a tutorial need not say: `Tutorial { name: "words", ..Tutorial::PLAIN }`.
    pub const PLAIN: Self = Self {
        name: "",
        chapters: &[],
        start: "cargo run --bin",
        root: "",
        transcripts: "transcripts",
        book: "book",
        site: None,
        alternatives: None,
        environment: &[],
        without_ipv6: None,
        docker: None,
    };

    /// File of a chapter's transcript, seen from the root.
    #[must_use]
    pub fn transcript(&self, chapter: &str) -> String {
        format!("{}/{chapter}.snap", self.transcripts)
    }

    /// What was recorded of a chapter.
    ///
    /// # Errors
    ///
    /// Those of [`Snapshot::read`].
    pub fn snapshot(&self, chapter: &str) -> Result<Snapshot, snapshot::SnapshotError> {
        Snapshot::read(&Path::new(self.root).join(self.transcript(chapter)))
    }

    /// File of a page such as `3-writing`, seen from the root.
    #[must_use]
    pub fn page(&self, page: &str, language: Language) -> String {
        format!("{}/{}/src/{page}.md", self.book, language.code())
    }

    /// Name of the chapter after this one; `None` after the last.
    pub(crate) fn next_chapter(&self, name: &str) -> Option<&'static str> {
        let at = self.chapters.iter().position(|known| *known == name)?;
        self.chapters.get(at + 1).copied()
    }
}

impl Names {
    /// Whether an image of this name, with or without a tag, is the tutorial's.
    pub(crate) fn has_repository(&self, image: &str) -> bool {
        self.repositories
            .contains(&ImageName::parse(image).short().repository)
    }
}
