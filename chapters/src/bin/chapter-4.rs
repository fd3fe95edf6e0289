//! The program of chapter 4.

fn main() -> std::process::ExitCode {
    chapters::open(vec![chapters::chapter_4::chapter()])
}
