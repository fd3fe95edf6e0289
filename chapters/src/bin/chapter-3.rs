//! The program of chapter 3.

fn main() -> std::process::ExitCode {
    chapters::open(vec![chapters::chapter_3::chapter()])
}
