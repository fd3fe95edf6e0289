//! The chapters of *Running Rust in Docker*, one file each.

use std::process::ExitCode;

use tutorial_engine::author::chapter::Chapter;
use tutorial_engine::author::tutorial::{
    Alternatives, DatabaseNames, Names, Scripts, Site, Tutorial, Variant, Words,
};
use tutorial_engine::run::environment::Setting;

pub mod effects;

pub mod chapter_0;
pub mod chapter_1;
pub mod chapter_2;
pub mod chapter_3;
pub mod chapter_4;
pub mod chapter_5;
pub mod chapter_6;
pub mod chapter_7;

/// Every chapter, in order.
#[must_use]
pub fn all() -> Vec<Chapter> {
    vec![
        chapter_0::chapter(),
        chapter_1::chapter(),
        chapter_2::chapter(),
        chapter_3::chapter(),
        chapter_4::chapter(),
        chapter_5::chapter(),
        chapter_6::chapter(),
        chapter_7::chapter(),
    ]
}

/// Runs chapters according to the program's arguments.
#[must_use]
pub fn open(chapters: Vec<Chapter>) -> ExitCode {
    tutorial_engine::cli::reader::open(chapters, std::env::args_os(), std::env::vars_os())
}

/// The default database: its image is available everywhere, and transcripts are recorded with it.
pub const POSTGRES: &Variant = &Variant {
    name: "postgres",
    title: "PostgreSQL",
    image: "postgres:15-bookworm",
    ports: &[],
};

/// The article's database, in a fixed version: the article's tag moves, and its series has no image for
/// arm64. 25.4 is the series with the longest support, until May 2027 (from v25.4.10 on); images of 26.1
/// and later need a newer processor. It is under the `CockroachDB` Software License.
pub const COCKROACH: &Variant = &Variant {
    name: "cockroach",
    title: "CockroachDB",
    image: "cockroachdb/cockroach:v25.4.11",
    ports: &[8080, 26257],
};

/// Messages by which chapter 6's programs and the service report database failures.
const DATABASE_WORDS: &[Words] = &[
    Words {
        failure: "database-not-ready",
        patterns: &[
            r#"connection to server at "([^"]+)".* failed: (?:Connection refused|FATAL: +the database system is starting up)"#,
            r#"connection to server on socket "([^"]+)" failed: (?:No such file or directory|Connection refused|FATAL: +the database system is starting up)"#,
            r"(?m)^(\S+) - (?:no response|rejecting connections)$",
            r"the database at (\S+) is not ready \(attempt \S+\): [^\n]*(?:onnection refused|is starting up|timed out)",
            r"ERROR: cannot dial server\.\s+Is the server running\?",
        ],
    },
    Words {
        failure: "password-refused",
        patterns: &[
            r#"password authentication failed for user "([^"]+)""#,
            r"password authentication failed for user ([^\s;]+)",
        ],
    },
];

/// The tutorial's settings for the engine.
pub const TUTORIAL: Tutorial = Tutorial {
    name: "running-rust-in-docker",
    chapters: &[
        "chapter-0",
        "chapter-1",
        "chapter-2",
        "chapter-3",
        "chapter-4",
        "chapter-5",
        "chapter-6",
        "chapter-7",
    ],
    root: concat!(env!("CARGO_MANIFEST_DIR"), "/.."),
    transcripts: "chapters/transcripts",
    site: Some(Site {
        address: "http://127.0.0.1:3000",
        command: "cargo run --bin book -- serve",
    }),
    alternatives: Some(&Alternatives {
        option: "database",
        help: [
            "Database of chapter 6: postgres, which the book shows, or cockroach, as in the article",
            "6章のデータベース。postgres（本書の記録と同じ）かcockroach（元の記事と同じ）",
        ],
        variants: &[*POSTGRES, *COCKROACH],
    }),
    environment: &[
        // Without this, the reader's own .curlrc would apply.
        ("CURL_HOME", Setting::Folder("chapters/curl")),
        ("DOCKER_BOOK_*", Setting::Kept),
    ],
    without_ipv6: Some(" (this system has no IPv6)"),
    docker: Some(&Names {
        containers: &["rest-server", "roach"],
        repositories: &["docker-gs-ping", "docker-gs-ping-step", "docker-gs-ping-roach"],
        volumes: &["roach", "docker-gs-ping_data"],
        networks: &["mynet", "docker-gs-ping_default", "docker-gs-ping-early_default"],
        project: Some("docker-gs-ping"),
        instructions: &[
            ("FROM", "3-writing#3-2"),
            ("WORKDIR", "3-writing#3-3"),
            ("COPY", "3-writing#3-4"),
            ("RUN", "3-writing#3-5"),
            ("EXPOSE", "3-writing#3-8"),
            ("CMD", "3-writing#3-9"),
            ("ENTRYPOINT", "4-multi-stage#4-2-entrypoint"),
        ],
        base_images: &[
            "docker/dockerfile:1",
            "rust:1.95-slim-bookworm",
            "gcr.io/distroless/static-debian12:nonroot",
        ],
        scripts: Some(&Scripts {
            engine: "scripts/engine",
            images: "scripts/base-images",
            // Debian has no package with its program.
            only_pulled: &[COCKROACH.image],
            label: ("org.opencontainers.image.description", "assembled from Debian packages"),
            inside: "DOCKER_BOOK_INSIDE",
            home: "DOCKER_BOOK_HOME",
            cost: [
                "about 4 GB, with a download of 0.6 GB; it takes about 5 minutes, once",
                "約4GB（ダウンロードは約0.6GB）。最初の1回だけ、5分ほどかかります",
            ],
        }),
        curl: Some([
            "chapter 5 asks the service with it",
            "5章でサービスにリクエストを送るのに使います",
        ]),
        clean: Some("cargo run --bin walkthrough -- --clean"),
        database: Some(&DatabaseNames {
            container: "roach",
            volume: "roach",
            images: &[POSTGRES.image, COCKROACH.image],
            first_password: "POSTGRES_PASSWORD",
            password: "PGPASSWORD",
        }),
        words: DATABASE_WORDS,
    }),
    ..Tutorial::PLAIN
};
