//! Chapter 6 as a program.

fn main() -> std::process::ExitCode {
    chapters::open(vec![chapters::chapter_6::chapter()])
}
