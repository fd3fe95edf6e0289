//! Runs every chapter, in order, with a table at the end.

fn main() -> std::process::ExitCode {
    chapters::open(chapters::all())
}
