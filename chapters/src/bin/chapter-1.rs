//! Chapter 1 as a program.

fn main() -> std::process::ExitCode {
    chapters::open(vec![chapters::chapter_1::chapter()])
}
