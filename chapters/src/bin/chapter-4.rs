//! Chapter 4 as a program.

fn main() -> std::process::ExitCode {
    chapters::open(vec![chapters::chapter_4::chapter()])
}
