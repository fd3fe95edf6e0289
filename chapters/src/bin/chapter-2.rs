//! Chapter 2 as a program.

fn main() -> std::process::ExitCode {
    chapters::open(vec![chapters::chapter_2::chapter()])
}
