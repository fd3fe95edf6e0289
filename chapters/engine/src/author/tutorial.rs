//! A tutorial as a value: its folders, and the names that it uses on a Docker Engine.

use std::path::Path;

use crate::language::Language;
use crate::record::image_name::ImageName;
use crate::record::snapshot::{self, Snapshot};
use crate::run::environment::Settings;

/// A tutorial. Each of its chapters is a program.
#[derive(Clone, Copy, Debug)]
pub struct Tutorial {
    /// In small letters and hyphens; also names the lock that lets only one chapter run at a time.
    pub name: &'static str,
    /// Names of its chapters, in order.
    pub chapters: &'static [&'static str],
    /// What a reader types in the root, before a chapter's name, to start it: `cargo run --bin`.
    pub start: &'static str,
    /// Absolute path of the folder in which commands run: usually the repository's root, from
    /// `env!("CARGO_MANIFEST_DIR")`.
    pub root: &'static str,
    /// Folder of the recorded transcripts, relative to the root.
    pub transcripts: &'static str,
    /// Folder of the book, relative to the root; it contains the pages `en/src/*.md` and `ja/src/*.md`.
    pub book: &'static str,
    /// Where the book is served; `None` if it exists only as files.
    pub site: Option<Site>,
    /// What a reader may choose for some chapters; `None` if there is nothing to choose.
    pub alternatives: Option<&'static Alternatives>,
    /// What happens to the reader's environment variables, in addition to the engine's own rules.
    pub environment: &'static Settings,
    /// Text that a service adds to its line ending in `[::]:8080` if its container has no IPv6, so that
    /// it listens on `0.0.0.0:8080` instead; `None` if no service does this.
    pub without_ipv6: Option<&'static str>,
    /// Names that the tutorial uses on a Docker Engine; `None` for a tutorial that is not about Docker.
    pub docker: Option<&'static Names>,
}

/// Where a book is served.
#[derive(Clone, Copy, Debug)]
pub struct Site {
    /// The address, without a slash at the end.
    pub address: &'static str,
    /// The command that serves the book at this address while it runs.
    pub command: &'static str,
}

/// What a reader may choose with an option that only this tutorial has, such as `--database`.
#[derive(Clone, Copy, Debug)]
pub struct Alternatives {
    /// Name of the option, without hyphens.
    pub option: &'static str,
    /// The text of `--help`, in English and in Japanese.
    pub help: [&'static str; 2],
    /// All alternatives. The first is the default: transcripts are recorded with it.
    pub variants: &'static [Variant],
}

/// One of a tutorial's alternatives.
#[derive(Clone, Copy, Debug)]
pub struct Variant {
    /// The option's value that chooses this alternative.
    pub name: &'static str,
    /// The name that people use for it.
    pub title: &'static str,
    /// Image that the chapter runs, with tag.
    pub image: &'static str,
    /// TCP ports of the host that this alternative publishes.
    pub ports: &'static [u16],
}

impl Alternatives {
    /// The alternative that uses this image, in any version; `None` for another image.
    pub(crate) fn of_image(&self, image: &str) -> Option<&'static Variant> {
        let repository = |image| ImageName::parse(image).repository;
        let mut variants = self.variants.iter();
        variants.find(|variant| repository(variant.image) == repository(image))
    }
}

/// Names that a tutorial uses on a Docker Engine. A chapter removes objects with these names, and does
/// not start if an object with such a name already exists. By default there are no names.
#[derive(Clone, Copy, Debug, Default)]
pub struct Names {
    /// Names that chapters give to containers with `--name`.
    pub containers: &'static [&'static str],
    /// Repositories of the images that chapters build, with any tag.
    pub repositories: &'static [&'static str],
    /// Volumes that chapters create.
    pub volumes: &'static [&'static str],
    /// Networks that chapters create.
    pub networks: &'static [&'static str],
    /// The Compose project of the chapters. Names of its containers begin with it and a dash, and so do the
    /// names of further projects, and of their networks and volumes. `None` if there is none.
    pub project: Option<&'static str>,
    /// Where the book explains each instruction of a Dockerfile: `("COPY", "3-writing#3-4")`.
    pub instructions: &'static [(&'static str, &'static str)],
    /// Images that chapters start from, with tags; they are kept when a chapter ends.
    pub base_images: &'static [&'static str],
    /// Scripts that provide an engine and these images if a machine lacks them. Without scripts, readers
    /// are told to install Docker, and an image that cannot be pulled is an error.
    pub scripts: Option<&'static Scripts>,
    /// What the chapters use curl for, in English and in Japanese: `chapter 5 asks the service with it`.
    /// A chapter does not start without curl. `None` if no chapter uses curl.
    pub curl: Option<[&'static str; 2]>,
    /// Command that removes the leftovers of chapters; `None` if no program does this for all chapters.
    pub clean: Option<&'static str>,
    /// The database that chapters use; `None` if they use none.
    pub database: Option<&'static DatabaseNames>,
    /// Failure messages of the tutorial's own programs, in addition to the known ones.
    pub words: &'static [Words],
}

/// Scripts that provide an engine and images from Debian's packages if no engine answers or a registry
/// cannot be reached. They are used only on Debian and Ubuntu, and only by root.
#[derive(Clone, Copy, Debug)]
pub struct Scripts {
    /// The script that provides a private engine, relative to the root. It is run with one of these:
    /// - `env` prints how to reach it, one `export NAME='value'` a line; fails if it is not up;
    /// - `check` exits with 1 if this machine cannot run it, and prints the reason in English;
    /// - `status` prints `data FOLDER (SIZE)`; the size is `none yet` before the first setup;
    /// - `up` sets it up and starts it;
    /// - `down` stops it; readers type this themselves.
    pub engine: &'static str,
    /// The script that assembles an image, relative to the root: it is run with `--with IMAGE`.
    pub images: &'static str,
    /// Images, with tags, that the script cannot assemble; they can only be pulled.
    pub only_pulled: &'static [&'static str],
    /// Label of an assembled image: the label's name, and a part of its value.
    pub label: (&'static str, &'static str),
    /// Variable set when a chapter runs a script, so that only the chapter says what to do next.
    pub inside: &'static str,
    /// Variable that sets another folder for the private engine.
    pub home: &'static str,
    /// What the setup of engine and images costs, in English and in Japanese: `about 4 GB, once`.
    pub cost: [&'static str; 2],
}

/// A database that chapters run in a container; used to explain failures to a reader.
#[derive(Clone, Copy, Debug, Default)]
pub struct DatabaseNames {
    /// The database's container.
    pub container: &'static str,
    /// The volume with the database's data.
    pub volume: &'static str,
    /// Images that the database may use, with tags.
    pub images: &'static [&'static str],
    /// Variable with the initial password of a new database: `MYSQL_ROOT_PASSWORD`.
    pub first_password: &'static str,
    /// Variable with the password that a client uses: `MYSQL_PWD`.
    pub password: &'static str,
}

/// Messages by which a tutorial's programs report a known failure.
#[derive(Clone, Copy, Debug)]
pub struct Words {
    /// Name of the failure, as in `Cause::id`: `database-not-ready`, for example, which requires
    /// [`Names::database`].
    pub failure: &'static str,
    /// Regular expressions, matched anywhere in the output. The matching group is the subject of the
    /// failure, such as an address. An invalid expression matches nothing: a test must check each one.
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
        project: Some("shop"),
        instructions: &[("COPY", "3-writing#3-4")],
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
    /// Defaults for optional fields: `Tutorial { name: "words", ..Tutorial::PLAIN }`.
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

    /// File of a chapter's transcript, relative to the root.
    #[must_use]
    pub fn transcript(&self, chapter: &str) -> String {
        format!("{}/{chapter}.snap", self.transcripts)
    }

    /// The recorded snapshot of a chapter.
    ///
    /// # Errors
    ///
    /// Those of [`Snapshot::read`].
    pub fn snapshot(&self, chapter: &str) -> Result<Snapshot, snapshot::SnapshotError> {
        Snapshot::read(&Path::new(self.root).join(self.transcript(chapter)))
    }

    /// File of a page such as `3-writing`, relative to the root.
    #[must_use]
    pub fn page(&self, page: &str, language: Language) -> String {
        format!("{}/{}/src/{page}.md", self.book, language.code())
    }

    /// Where a reader finds a section such as `3-writing#3-4`: an address, or a file of the book.
    pub(crate) fn place(&self, section: &str, language: Language) -> String {
        let (page, id) = section.split_once('#').unwrap_or((section, ""));
        match self.site {
            Some(site) => format!("{}/{}/{page}.html#{id}", site.address, language.code()),
            None => format!("{} ({id})", self.page(page, language)),
        }
    }

    /// Name of the chapter after this one; `None` after the last.
    pub(crate) fn next_chapter(&self, name: &str) -> Option<&'static str> {
        let at = self.chapters.iter().position(|known| *known == name)?;
        self.chapters.get(at + 1).copied()
    }
}

impl Names {
    /// Whether the tutorial builds an image of this name, with or without a tag.
    pub(crate) fn has_repository(&self, image: &str) -> bool {
        self.repositories
            .contains(&ImageName::parse(image).short().repository)
    }
}
