//! Facts that several files of the repository state are the same in each.

#![expect(clippy::unwrap_used, reason = "a test may unwrap: its panic is the report")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use chapters::{COCKROACH, TUTORIAL};
use regex::Regex;
use tutorial_engine::record::image_name::ImageName;
use tutorial_engine::record::provenance::Part;
use tutorial_engine::record::snapshot::Snapshot;

#[test]
fn each_listing_of_chapter_3_goes_on_from_the_one_before() {
    let listings = (2..=9).map(|section| read(&format!("chapters/listings/3-{section}.Dockerfile")));
    for pair in listings.collect::<Vec<_>>().windows(2) {
        assert!(
            pair[1].starts_with(&pair[0]) && pair[1].len() > pair[0].len(),
            "{}",
            pair[1]
        );
    }
}

#[test]
fn the_last_listing_is_the_dockerfile_without_its_comments() {
    let dockerfile = read("Dockerfile");
    // The first line is the parser directive.
    let (directive, rest) = dockerfile.split_at(dockerfile.find('\n').unwrap() + 1);
    let instructions = rest.split_inclusive('\n').filter(|line| !line.starts_with('#'));
    let listing = read("chapters/listings/3-9.Dockerfile");
    assert_eq!(directive.to_owned() + &instructions.collect::<String>(), listing);
}

#[test]
fn each_listing_of_chapter_7_adds_lines_to_the_one_before_and_the_last_is_the_file() {
    let files = ["7-1", "7-2", "7-7"].map(|section| format!("chapters/listings/{section}.yaml"));
    let files = files.iter().map(String::as_str).chain(["compose.yaml"]);
    let files: Vec<String> = files.map(read).collect();
    for pair in files.windows(2) {
        let mut lines = pair[1].lines();
        let missing = pair[0].lines().find(|line| !lines.any(|next| next == *line));
        assert_eq!(missing, None, "{}", pair[1]);
        assert!(pair[1].len() > pair[0].len());
    }
}

#[test]
fn without_its_cache_mount_the_dockerfile_is_that_of_chapter_7() {
    let dockerfile = read("Dockerfile.multistage");
    let listing = read("chapters/listings/7-8/without-mount.Dockerfile");
    let mut lines = dockerfile.lines().map(str::trim);
    for line in listing.lines() {
        // The first program of the line that the mount is taken from.
        let line = line.trim().trim_start_matches("RUN cargo rustc");
        assert!(lines.any(|known| known.ends_with(line)), "{line}");
    }
    assert!(!listing.contains("--mount"));
}

#[test]
fn both_dockerfiles_start_with_the_parser_directive() {
    for file in ["Dockerfile", "Dockerfile.multistage"] {
        assert!(read(file).starts_with("# syntax=docker/dockerfile:1\n"), "{file}");
    }
}

#[test]
fn an_image_of_the_tutorial_has_one_tag_wherever_it_is_named() {
    let images = images();
    let mut named = BTreeSet::new();
    for file in files() {
        let text = fs::read_to_string(root().join(&file)).unwrap();
        for (name, known) in named_images(&text, &images) {
            assert_eq!(name.tag, known.tag, "{file}: {name}");
            named.insert(known.repository);
        }
    }
    // Every image was found.
    assert_eq!(named.len(), images.len(), "{named:?}");
}

#[test]
fn another_tag_of_an_image_is_found() {
    let images = ["rust:1.95-slim-bookworm", "postgres:15-bookworm"];
    let images: Vec<_> = images.map(ImageName::parse).into();
    let tags = |text| -> Vec<_> {
        let named = named_images(text, &images).into_iter();
        named.map(|(name, _)| name.tag.unwrap()).collect()
    };
    assert_eq!(tags("FROM rust:1.96-slim AS build"), ["1.96-slim"]);
    assert_eq!(tags("`docker.io/library/postgres:16`, rust:1."), ["16", "1"]);
    assert_eq!(
        tags("rust: a language; trust:1; chown postgres:postgres"),
        [""; 0]
    );
}

#[test]
fn every_image_that_chapters_start_from_is_one_that_the_scripts_provide() {
    let script = read("scripts/base-images").replace("$rust_version", rust_version().as_str());
    for image in images() {
        assert!(script.contains(&format!("[{image}]=")), "{image}");
    }
}

#[test]
fn every_image_that_a_listing_starts_from_is_one_of_the_tutorial() {
    let from = Regex::new(r"(?m)^FROM (?:--\S+ )*(\S+)(?: AS (\S+))?").unwrap();
    let known: BTreeSet<String> = images().iter().map(ToString::to_string).collect();
    let listings = files().into_iter().filter(|file| file.contains("Dockerfile"));
    // Some exercises start from an image that the chapter has built.
    let repositories = TUTORIAL.docker.unwrap().repositories;
    let is_built = |image: &str| repositories.contains(&image.split(':').next().unwrap());
    for file in listings.filter(|file| !file.starts_with("chapters/tests/")) {
        let text = read(&file);
        let stages: Vec<_> = from
            .captures_iter(&text)
            .filter_map(|found| found.get(2))
            .collect();
        for image in from
            .captures_iter(&text)
            .map(|found| found.get(1).unwrap().as_str())
        {
            let is_stage = stages.iter().any(|stage| stage.as_str() == image);
            assert!(
                is_stage || image == "scratch" || known.contains(image) || is_built(image),
                "{file}: {image}"
            );
        }
    }
}

#[test]
fn rust_has_one_version_wherever_it_is_named() {
    let version = rust_version();
    for (file, text) in [
        ("Cargo.toml", format!("rust-version = \"{version}\"")),
        ("chapters/src/lib.rs", format!("\"rust:{version}-slim-bookworm\"")),
        (
            "scripts/private-engine/assembled-images.bash",
            format!("rust_version={version} "),
        ),
        ("README.md", format!("Rust {version} ")),
        ("book/en/src/1-requirements.md", format!("| {version}, ")),
        ("book/ja/src/1-requirements.md", format!("| {version}と")),
    ] {
        assert!(read(file).contains(&text), "{file} lacks {text}");
    }
}

#[test]
fn the_pages_name_the_version_of_cockroachdb_that_chapter_6_runs() {
    let tag = ImageName::parse(COCKROACH.image).tag.unwrap();
    for edition in ["en", "ja"] {
        let page = read(&format!("book/{edition}/src/6-database.md"));
        assert!(page.contains(&format!("| CockroachDB {tag} |")), "{edition}");
    }
}

#[test]
fn an_engine_is_known_by_what_differs_on_it_and_the_first_is_recorded_on() {
    let script = read("scripts/private-engine/folders.bash");
    let engines = script
        .split_once("\nengines=(")
        .unwrap()
        .1
        .split_once(')')
        .unwrap()
        .0;
    let known = fs::read_dir(root().join("chapters/tests/machines")).unwrap();
    let known = known.map(|file| file.unwrap().file_name().into_string().unwrap());
    let expected = engines.split(' ').map(|engine| format!("{engine}.snap"));
    assert_eq!(known.collect::<BTreeSet<_>>(), expected.collect());
    for name in TUTORIAL.chapters {
        let book = Snapshot::read(&root().join(TUTORIAL.transcript(name))).unwrap();
        let version = book.provenance.value(Part::Engine).split(['+', '-']).next();
        assert_eq!(version, engines.split(' ').next(), "{name}");
    }
}

#[test]
fn the_service_says_that_it_finds_no_ipv6_as_the_comparison_expects_it() {
    let words = TUTORIAL.without_ipv6.unwrap();
    assert!(read("server/src/serve.rs").contains(&format!("\"{words}\"")));
}

/// Every image that chapters start from or run, with its tag.
fn images() -> Vec<ImageName<'static>> {
    let base = TUTORIAL.docker.unwrap().base_images.iter().copied();
    let variants = TUTORIAL.alternatives.unwrap().variants.iter();
    base.chain(variants.map(|variant| variant.image))
        .map(ImageName::parse)
        .collect()
}

/// The images that a text names, with a tag; each with the image that it matches.
fn named_images<'a>(
    text: &'a str,
    images: &[ImageName<'static>],
) -> Vec<(ImageName<'a>, ImageName<'static>)> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "/.:_-$".contains(c);
    let words = text
        .split(|c| !is_part(c))
        .map(|word| word.trim_end_matches(['.', ':']));
    let known = |name: &ImageName<'_>| {
        let repository = name
            .repository
            .trim_start_matches("docker.io/")
            .trim_start_matches("library/");
        images
            .iter()
            .copied()
            .find(|image| image.repository == repository)
    };
    let named = words
        .map(ImageName::parse)
        .filter_map(|name| Some((name, known(&name)?)));
    // `user:group` is not an image, and a tag that a script fills in is not a tag.
    let is_tag = |tag: &str, name: &ImageName<'_>| tag != name.repository && !tag.starts_with('$');
    named
        .filter(|(name, _)| name.tag.is_some_and(|tag| is_tag(tag, name)))
        .collect()
}

/// The version in `rust-toolchain.toml`, without the patch version.
fn rust_version() -> String {
    let pinned = read("rust-toolchain.toml");
    let version = pinned.split("channel = \"").nth(1).unwrap();
    version.rsplit_once('.').unwrap().0.to_owned()
}

/// Every text of the repository that may name the tutorial's images. Tests of the engine and of the book
/// use invented images.
fn files() -> Vec<String> {
    const FOLDERS: [&str; 10] = [
        "chapters/src",
        "chapters/tests",
        "chapters/listings",
        "chapters/transcripts",
        "book/en",
        "book/ja",
        "book/figures",
        "scripts",
        "server",
        ".github",
    ];
    let mut folders: Vec<PathBuf> = FOLDERS.map(|folder| root().join(folder)).into();
    let mut files = ["Dockerfile", "Dockerfile.multistage", "README.md", "compose.yaml"]
        .map(str::to_owned)
        .to_vec();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.file_name().unwrap() != "agreement.rs" && fs::read_to_string(&path).is_ok() {
                files.push(path.strip_prefix(root()).unwrap().to_str().unwrap().to_owned());
            }
        }
    }
    files
}

fn read(file: &str) -> String {
    fs::read_to_string(root().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}
