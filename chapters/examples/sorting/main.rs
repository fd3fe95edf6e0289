//! A tutorial of one chapter and three steps that is not about Docker and needs no engine.
use chapters::prelude::*;
use chapters::tutorial::Tutorial;

const TUTORIAL: Tutorial = Tutorial {
    name: "sorting-in-three-steps",
    chapters: &["sorting"],
    start: "cargo run --package chapters --example",
    root: concat!(env!("CARGO_MANIFEST_DIR"), "/.."),
    transcripts: "chapters/examples/sorting/transcripts",
    book: "chapters/examples/sorting/pages",
    site: None,
    docker: None,
};

/// Sorting.
pub const CHAPTER: Outline = Outline::new(&TUTORIAL, "sorting", "sorting", commands);

fn main() -> ExitCode {
    chapters::reader::open(&[CHAPTER], std::env::args_os(), std::env::vars_os())
}

fn commands(chapter: &mut Chapter) -> Result<(), Error> {
    chapter.section("1");
    run!(
        chapter,
        "sort chapters/examples/sorting/words.txt",
        shows("crane").but_not("apple")
    )?;

    // uniq compares neighbours alone: without sorting, it misses the second ferry.
    chapter.section("2");
    run!(
        chapter,
        "uniq --repeated chapters/examples/sorting/words.txt",
        shows_nothing()
    )?;

    chapter.section("3");
    afterwards!(chapter, "rm target/sorted.txt");
    run!(
        chapter,
        "sort --unique --output target/sorted.txt chapters/examples/sorting/words.txt",
        shows_nothing()
    )?;
    run!(chapter, "grep --count . target/sorted.txt", shows("4"))
}
