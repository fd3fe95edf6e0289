//! Chapter 2 as a program.

use std::process::ExitCode;

fn main() -> ExitCode {
    chapters::open(vec![chapters::chapter_2::chapter()])
}
