//! The tutorial of three steps, which needs no Docker, as a book whose steps can be run from its page:
//! `cargo run --bin sorting`.

#[path = "../../../chapters/engine/examples/sorting/main.rs"]
#[expect(dead_code, reason = "the example is a program of its own too")]
mod sorting;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use book::problem::with_causes;
use book::serve::{program, serve, tell};
use book::sources::Shelf;
use tutorial_engine::author::chapter::Chapter;
use tutorial_engine::author::tutorial::Tutorial;

/// The example's tutorial. Its files are where the example is, not in this package.
const TUTORIAL: Tutorial = Tutorial {
    root: concat!(env!("CARGO_MANIFEST_DIR"), "/../chapters/engine/examples/sorting"),
    ..sorting::TUTORIAL
};

fn chapters() -> Vec<Chapter> {
    let mut chapter = sorting::chapter();
    chapter.tutorial = &TUTORIAL;
    vec![chapter]
}

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().skip(1).collect();
    if !arguments.is_empty() {
        // A page's server starts this program with a chapter and its options.
        return tutorial_engine::cli::reader::open(chapters(), arguments, std::env::vars_os());
    }
    let shelf = Shelf {
        root: PathBuf::from(TUTORIAL.root),
        tutorial: &TUTORIAL,
        chapters,
        serve: "cargo run --bin sorting",
        titles: ["Sorting in three steps", "3ステップで学ぶ並べ替え"],
        theme: Path::new(env!("CARGO_MANIFEST_DIR")).join("theme"),
    };
    match program(&[], std::env::vars_os()).and_then(|program| serve(&shelf, 0, None, program, tell)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("Error: {}", with_causes(&error));
            ExitCode::FAILURE
        }
    }
}
