//! The program of chapter 1.

fn main() -> std::process::ExitCode {
    chapters::open(vec![chapters::chapter_1::chapter()])
}
