//! A tutorial for the tests of what is written: it lies in the folder that `NUMBERS_ROOT` names,
//! and its first command is a script there.
use chapters::prelude::*;
use chapters::tutorial::Tutorial;

fn main() -> ExitCode {
    let root: &'static str = std::env::var("NUMBERS_ROOT").expect("a folder").leak();
    let tutorial = Box::leak(Box::new(Tutorial {
        // Two tutorials of one name wait for each other.
        name: root.rsplit('/').next().unwrap_or(root),
        chapters: &["numbers"],
        start: "numbers",
        root,
        transcripts: "transcripts",
        book: "pages",
        site: None,
        docker: None,
    }));
    let numbers = Outline::new(tutorial, "numbers", "numbers", commands);
    chapters::reader::open(&[numbers], std::env::args_os(), std::env::vars_os())
}

fn commands(chapter: &mut Chapter) -> Result<(), Error> {
    chapter.section("1");
    afterwards!(chapter, "rm made.txt");
    run!(chapter, "touch made.txt", shows_nothing())?;
    run!(chapter, "sh numbers.sh", shows("one"))?;

    chapter.section("2");
    run!(chapter, "cat made.txt", shows_nothing())
}
