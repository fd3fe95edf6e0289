//! A tutorial of one chapter and three steps that is not about Docker and needs no engine.
use tutorial_engine::prelude::*;

/// Sorting in three steps.
pub const TUTORIAL: Tutorial = Tutorial {
    name: "sorting-in-three-steps",
    chapters: &["sorting"],
    start: "cargo run --package tutorial-engine --example",
    root: concat!(env!("CARGO_MANIFEST_DIR"), "/examples/sorting"),
    transcripts: "transcripts",
    book: "pages",
    ..Tutorial::PLAIN
};

#[allow(
    clippy::disallowed_methods,
    reason = "`main` is where the environment is read"
)]
fn main() -> ExitCode {
    tutorial_engine::cli::reader::open(vec![chapter()], std::env::args_os(), std::env::vars_os())
}

/// Sorting.
#[must_use]
pub fn chapter() -> Chapter {
    let mut chapter = Chapter::new(&TUTORIAL, "sorting", "sorting");

    chapter.section("1");
    run!(chapter, "sort words.txt").shows("crane").but_not("apple");

    // uniq compares neighbours alone: without sorting, it misses the second ferry.
    chapter.section("2");
    run!(chapter, "uniq --repeated words.txt").shows_nothing();

    chapter.section("3");
    afterwards!(chapter, "rm sorted.txt");
    run!(chapter, "sort --unique --output sorted.txt words.txt").shows_nothing();
    run!(chapter, "grep --count . sorted.txt").shows("4");
    chapter
}
