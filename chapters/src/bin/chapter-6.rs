//! The program of chapter 6.

fn main() -> std::process::ExitCode {
    chapters::open(vec![chapters::chapter_6::chapter()])
}
