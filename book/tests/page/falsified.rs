//! The book as it would be if its transcripts said something else: `falsified FOLDER` serves it with the
//! transcripts in a folder.

#![expect(clippy::unwrap_used, reason = "for a test: its panic is the report")]

use std::ffi::OsString;
use std::process::ExitCode;
use std::sync::OnceLock;

use book::check::root;
use book::serve::{program, serve, tell};
use book::sources::Shelf;
use tutorial_engine::author::chapter::Chapter;
use tutorial_engine::author::tutorial::Tutorial;

static TUTORIAL: OnceLock<Tutorial> = OnceLock::new();

fn chapters() -> Vec<Chapter> {
    let mut chapters = chapters::all();
    for chapter in &mut chapters {
        chapter.tutorial = TUTORIAL.get().unwrap();
    }
    chapters
}

fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    let folder = arguments[0].to_str().unwrap();
    let tutorial = TUTORIAL.get_or_init(|| Tutorial {
        transcripts: folder.to_owned().leak(),
        ..chapters::TUTORIAL
    });
    if let Some(name) = arguments.get(1) {
        let mut chapters = chapters();
        chapters.retain(|chapter| name == chapter.name);
        return tutorial_engine::cli::reader::open(
            chapters,
            arguments.into_iter().skip(1),
            std::env::vars_os(),
        );
    }
    let shelf = Shelf {
        tutorial,
        chapters,
        ..Shelf::ours(root())
    };
    serve(
        &shelf,
        0,
        None,
        program(&[folder], std::env::vars_os()).unwrap(),
        tell,
    )
    .unwrap();
    ExitCode::SUCCESS
}
