//! Runs the chapters on a real Docker Engine: they print what the book shows, and leave nothing behind.

#![expect(clippy::unwrap_used, reason = "a test may unwrap: its panic is the report")]

#[path = "../engine/tests/comparison/mod.rs"]
mod comparison;
#[path = "../engine/tests/leaks/mod.rs"]
mod leaks;
mod on_engine;
mod unprivileged;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use chapters::POSTGRES;
use comparison::records;
use leaks::{Host, leaks};
use on_engine::programs::{CHAPTER_1, CHAPTER_2, CHAPTER_5, program};
use on_engine::{docker, engine, files, note, objects, run, run_apart, stderr};
use tempfile::TempDir;
use tutorial_engine::record::snapshot::Snapshot;
use unprivileged::without_privilege;

#[test]
#[ignore = "needs a Docker Engine"]
fn chapter_0_shows_what_its_transcript_says() {
    check("chapter-0");
}

#[test]
#[ignore = "needs a Docker Engine"]
fn chapter_1_shows_what_its_transcript_says() {
    check("chapter-1");
}

#[test]
#[ignore = "needs a Docker Engine"]
fn chapter_2_shows_what_its_transcript_says() {
    check("chapter-2");
}

#[test]
#[ignore = "needs a Docker Engine"]
fn chapter_3_shows_what_its_transcript_says() {
    check("chapter-3");
}

#[test]
#[ignore = "needs a Docker Engine"]
fn chapter_4_shows_what_its_transcript_says() {
    check("chapter-4");
}

#[test]
#[ignore = "needs a Docker Engine"]
fn chapter_5_shows_what_its_transcript_says() {
    check("chapter-5");
}

#[test]
#[ignore = "needs a Docker Engine"]
fn a_shell_with_a_network_of_its_own_leaves_out_what_needs_the_engines() {
    let _engine = engine();
    let output = run_apart(CHAPTER_5, &["--step", "5-address", "--lang", "en"]);
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(0), "{said}");
    let left_out = "left out, because this shell cannot reach the engine's network: \
                    curl --no-progress-meter http://<address-1>:8080/";
    assert!(said.contains(left_out), "{said}");
}

#[test]
#[ignore = "needs a Docker Engine"]
fn chapter_6_shows_what_its_transcript_says() {
    check("chapter-6");
}

#[test]
#[ignore = "needs a Docker Engine"]
fn chapter_7_shows_what_its_transcript_says() {
    check("chapter-7");
}

#[test]
#[ignore = "needs a Docker Engine"]
fn a_port_that_is_held_is_named_with_its_holder() {
    let _engine = engine();
    let listener = std::net::TcpListener::bind("0.0.0.0:8080").unwrap();
    let output = run(CHAPTER_5, &[]);
    drop(listener);
    assert_eq!(output.status.code(), Some(3));
    let said = stderr(&output);
    assert!(
        said.contains("port 8080") && said.contains(&std::process::id().to_string()),
        "{said}"
    );
}

#[test]
#[ignore = "needs a Docker Engine"]
fn a_command_that_does_not_show_what_it_should_is_reported_whole() {
    let _engine = engine();
    let folder = with_program("ls", "echo a stranger; exit 2");
    let output = run_with(folder.path(), CHAPTER_1);
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    for part in [
        "chapter-1: section 1-1",
        "(chapters/src/chapter_1.rs:",
        "command    $ ls Dockerfile Dockerfile.multistage",
        "expected   shows \"Dockerfile.multistage\"\n           ends with exit status 0",
        "came       exit status 2",
        "a stranger",
        "next       cargo run --bin chapter-1 -- --from 1-1",
    ] {
        assert!(said.contains(part), "no {part} in\n{said}");
    }
}

#[test]
#[ignore = "needs a Docker Engine"]
fn content_that_differs_from_the_book_is_exit_status_4() {
    let _engine = engine();
    let folder = with_program("ls", "/usr/bin/ls \"$@\" && echo a stranger");
    let output = run_with(folder.path(), CHAPTER_1);
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(4), "{said}");
    for part in [
        "≠ 1-1           differs from the book",
        "    + a stranger\n",
        "not as in the book: 1-1\n",
    ] {
        assert!(said.contains(part), "no {part} in\n{said}");
    }
}

#[test]
#[ignore = "needs a Docker Engine"]
fn the_preflight_says_what_each_problem_is_and_what_to_do_about_it() {
    let _engine = engine();
    let listener = std::net::TcpListener::bind("0.0.0.0:8080").unwrap();
    docker(&["volume", "create", "roach"]);
    let output = run(CHAPTER_1, &[]);
    docker(&["volume", "rm", "roach"]);
    drop(listener);
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(0), "{said}");
    for part in [
        "✓ engine         ",
        // ✓ or !, as it is on this machine.
        " free disk      ",
        "✓ port 80        free",
        "! port 8080      held by ",
        "→ stop ",
        "! leftovers      volume roach",
        "Later chapters do not start",
    ] {
        assert!(said.contains(part), "no {part} in\n{said}");
    }
}

#[test]
#[ignore = "needs a Docker Engine"]
fn a_socket_that_may_not_be_opened_is_said_to_be_one() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("docker.sock");
    let _listener = UnixListener::bind(&socket).unwrap();
    fs::set_permissions(&socket, fs::Permissions::from_mode(0o000)).unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let host = format!("unix://{}", socket.display());
    let output = without_privilege(CHAPTER_2, &host);
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(said.contains("socket may not be opened by your user"), "{said}");
}

#[test]
#[ignore = "needs a Docker Engine"]
fn the_image_of_several_stages_is_below_5_megabytes() {
    let _engine = engine();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let file = root.join("Dockerfile.multistage");
    let [file, root] = [&file, root].map(|path| path.to_str().unwrap());
    docker(&["build", "--quiet", "--tag", "the-image", "--file", file, root]);
    docker(&["container", "create", "--name", "the-image", "the-image"]);
    // The output of `image ls` depends on how the engine stores images.
    let exported = Command::new("docker")
        .args(["container", "export", "the-image"])
        .output();
    docker(&["container", "rm", "the-image"]);
    docker(&["image", "rm", "the-image"]);
    let size = exported.unwrap().stdout.len();
    assert!((1_000_000..5_000_000).contains(&size), "{size} bytes");
}

#[test]
#[ignore = "needs a Docker Engine"]
fn the_build_context_is_small() {
    let _engine = engine();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("Dockerfile");
    fs::write(&file, "FROM scratch\nCOPY . /\n").unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let [file, root] = [file.to_str().unwrap(), root.to_str().unwrap()];
    docker(&["build", "--quiet", "--tag", "the-context", "--file", file, root]);
    let size = docker(&["image", "inspect", "--format", "{{.Size}}", "the-context"]);
    docker(&["image", "rm", "the-context"]);
    let size: u64 = size.trim().parse().unwrap();
    assert!((1..1_000_000).contains(&size), "{size} bytes");
}

#[test]
#[ignore = "needs a Docker Engine"]
fn what_a_machine_reads_of_a_chapter_is_as_the_schema_says() {
    let _engine = engine();
    let folder = tempfile::tempdir().unwrap();
    let junit = folder.path().join("junit.xml");
    let output = Command::new(CHAPTER_2)
        .args(["--format", "json", "--junit", junit.to_str().unwrap()])
        .envs([("GITHUB_ACTIONS", "true"), ("LANG", "C")])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("engine/schema/report-1.json");
    let schema = serde_json::from_reader(fs::File::open(schema).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> = validator
        .iter_errors(&document)
        .map(|error| error.to_string())
        .collect();
    assert_eq!(errors, Vec::<String>::new());
    let first = &document["chapters"][0]["steps"][0];
    assert_eq!(first["english"]["file"], "book/en/src/2-dockerfile.md");
    assert_eq!(first["commands"][2]["run"]["output"], "built from Dockerfile\n");
    let sections = document["chapters"][0]["steps"].as_array().unwrap().len();
    let junit = fs::read_to_string(junit).unwrap();
    assert_eq!(junit.matches("<testcase ").count(), sections, "{junit}");
    assert!(!stderr(&output).contains("::error"), "{}", stderr(&output));
}

/// Runs a chapter and compares its recording with the book.
#[track_caller]
fn check(name: &str) {
    let _engine = engine();
    let _decoy = Decoy::set_up();
    let before = objects();
    let recording = record(program(name));
    assert_eq!(objects(), before, "{name} left something behind");
    assert_eq!(files(), Vec::<PathBuf>::new(), "{name} left files behind");
    assert!(!note(name).exists(), "{name} left its note behind");
    assert_eq!(leaks(&recording.transcript.to_string(), &host()), [""; 0]);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("transcripts");
    let mut chapters = chapters::all().into_iter();
    let chapter = chapters.find(|chapter| chapter.name == name).unwrap();
    comparison::check(&recording, &chapter.on(Some(POSTGRES)), &folder);
}

#[track_caller]
fn record(program: &str) -> Snapshot {
    let file = tempfile::NamedTempFile::new().unwrap();
    // The transcripts are recorded with PostgreSQL, even if another database is available.
    let file_path = file.path().to_str().unwrap();
    let output = run(program, &["--database", "postgres", "--transcript", file_path]);
    // When recording again, the output may differ from the book.
    let status = output.status.code();
    assert!(
        status == Some(0) || records() && status == Some(4),
        "{program}\n{}",
        stderr(&output)
    );
    serde_json::from_reader(fs::File::open(file.path()).unwrap()).unwrap()
}

fn host() -> Host {
    let name = nix::unistd::gethostname().unwrap();
    let user = nix::unistd::User::from_uid(nix::unistd::Uid::effective())
        .unwrap()
        .unwrap();
    Host {
        name: name.to_string_lossy().into_owned(),
        home: user.dir.to_string_lossy().into_owned(),
        user: user.name,
    }
}

/// A folder with a script as a program.
fn with_program(name: &str, script: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join(name);
    fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    folder
}

/// Runs a chapter with this folder first in the search path.
fn run_with(folder: &Path, program: &str) -> Output {
    let path = std::env::var("PATH").unwrap();
    Command::new(program)
        .args(["--lang", "en"])
        .env("PATH", format!("{}:{path}", folder.display()))
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

/// Containers, images, volumes and networks of someone else, removed at the end. Their names contain
/// those of the tutorial.
struct Decoy;

impl Decoy {
    const NAMES: [&str; 4] = [
        "strangers-thing",
        "my-rest-server",
        "docker-gs-ping_roach",
        "mynet-roach",
    ];

    fn set_up() -> Self {
        drop(Self);
        let folder: PathBuf = [env!("CARGO_MANIFEST_DIR"), "tests", "decoy"].iter().collect();
        for name in Self::NAMES {
            docker(&["build", "--tag", name, folder.to_str().unwrap()]);
            docker(&["volume", "create", name]);
            docker(&["network", "create", name]);
            docker(&["container", "create", "--name", name, name]);
        }
        Self
    }
}

impl Drop for Decoy {
    fn drop(&mut self) {
        for kind in ["container", "image", "network", "volume"] {
            // Objects that do not exist yet need not be removed.
            let force: &[_] = if kind == "container" { &["--force"] } else { &[] };
            for name in Self::NAMES {
                let _ = Command::new("docker")
                    .args([kind, "rm", name])
                    .args(force)
                    .output();
            }
        }
    }
}
