//! The program of chapter 5.

fn main() -> std::process::ExitCode {
    chapters::open(vec![chapters::chapter_5::chapter()])
}
