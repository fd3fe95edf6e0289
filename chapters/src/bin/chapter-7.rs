//! The program of chapter 7.

fn main() -> std::process::ExitCode {
    chapters::open(vec![chapters::chapter_7::chapter()])
}
