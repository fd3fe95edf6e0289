//! Chapter 6 as a program.

use std::process::ExitCode;

fn main() -> ExitCode {
    chapters::open(vec![chapters::chapter_6::chapter()])
}
