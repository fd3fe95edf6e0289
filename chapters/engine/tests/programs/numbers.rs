//! A tutorial for tests, in the folder `NUMBERS_ROOT`, with two scripts that its commands run.
use tutorial_engine::prelude::*;

#[expect(
    clippy::disallowed_methods,
    reason = "`main` is where the environment is read"
)]
fn main() -> ExitCode {
    let root: &'static str = std::env::var("NUMBERS_ROOT").expect("a folder").leak();
    let tutorial = Box::leak(Box::new(Tutorial {
        // Two tutorials with the same name would wait for each other.
        name: root.rsplit('/').next().unwrap_or(root),
        chapters: &["numbers"],
        start: "cargo run --bin",
        root,
        book: "pages",
        ..Tutorial::PLAIN
    }));
    let mut chapter = Chapter::new(tutorial, "numbers", "numbers");

    chapter.section("1");
    afterwards!(chapter, "rm made.txt");
    run!(chapter, "touch made.txt").shows_nothing();
    run!(chapter, "sh numbers.sh").shows("one");

    chapter.section("2").after("1");
    run!(chapter, "cat made.txt").shows_nothing();

    // Each attempt gets a third of the time: enough to start a shell on a busy machine.
    chapter.section("wait");
    wait_until!(chapter, "sh attempt.sh")
        .shows("ready")
        .for_at_most(Duration::from_secs(6));
    tutorial_engine::cli::reader::open(vec![chapter], std::env::args_os(), std::env::vars_os())
}
