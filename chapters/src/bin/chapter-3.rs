//! Chapter 3 as a program.

fn main() -> std::process::ExitCode {
    chapters::open(vec![chapters::chapter_3::chapter()])
}
