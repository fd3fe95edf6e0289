//! The program of the first steps.

fn main() -> std::process::ExitCode {
    chapters::open(vec![chapters::chapter_0::chapter()])
}
