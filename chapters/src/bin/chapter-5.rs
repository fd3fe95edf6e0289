//! Chapter 5 as a program.

use std::process::ExitCode;

fn main() -> ExitCode {
    chapters::open(vec![chapters::chapter_5::chapter()])
}
