//! Chapter 5 as a program.

fn main() -> std::process::ExitCode {
    chapters::open(vec![chapters::chapter_5::chapter()])
}
