//! Tests the tutorial in `examples/sorting`, which is not about Docker.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a test may unwrap, and reads the environment"
)]

mod comparison;
#[path = "../examples/sorting/main.rs"]
#[expect(dead_code, reason = "the example is a program of its own too")]
mod sorting;

use std::ffi::OsString;
use std::fs::File;
use std::path::Path;
use std::process::ExitCode;

use tutorial_engine::cli::reader;

#[test]
fn a_tutorial_without_docker_shows_what_its_transcript_says_and_leaves_no_file() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let arguments = ["sorting", "--transcript", file.path().to_str().unwrap()];
    // No engine can be reached.
    let nowhere = ("DOCKER_HOST".into(), "unix:///nowhere".into());
    let variables = std::env::vars_os().filter(|(name, _)| name != "DOCKER_HOST");
    let code = reader::open(
        vec![sorting::chapter()],
        arguments.map(OsString::from),
        variables.chain([nowhere]),
    );
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/sorting");
    let recording = serde_json::from_reader(File::open(file.path()).unwrap()).unwrap();
    comparison::check(
        &recording,
        &sorting::chapter().on(None),
        &root.join("transcripts"),
    );
    // When recording again, the output may differ from the transcript.
    assert!(code == ExitCode::SUCCESS || comparison::records());
    assert!(!root.join("sorted.txt").exists());
}
