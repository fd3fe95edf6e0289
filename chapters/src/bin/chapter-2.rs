//! The program of chapter 2.

fn main() -> std::process::ExitCode {
    chapters::open(vec![chapters::chapter_2::chapter()])
}
