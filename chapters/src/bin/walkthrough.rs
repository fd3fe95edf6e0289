//! Every chapter, in order, with a table at the end.
use std::process::ExitCode;

use chapters::chapter::Outline;

#[path = "chapter-1.rs"]
#[expect(dead_code, reason = "each chapter is a program of its own too")]
mod chapter_1;
#[path = "chapter-2.rs"]
#[expect(dead_code, reason = "each chapter is a program of its own too")]
mod chapter_2;
#[path = "chapter-3.rs"]
#[expect(dead_code, reason = "each chapter is a program of its own too")]
mod chapter_3;
#[path = "chapter-4.rs"]
#[expect(dead_code, reason = "each chapter is a program of its own too")]
mod chapter_4;
#[path = "chapter-5.rs"]
#[expect(dead_code, reason = "each chapter is a program of its own too")]
mod chapter_5;
#[path = "chapter-6.rs"]
#[expect(dead_code, reason = "each chapter is a program of its own too")]
mod chapter_6;

/// All chapters, in order.
pub const CHAPTERS: [Outline; 6] = [
    chapter_1::CHAPTER,
    chapter_2::CHAPTER,
    chapter_3::CHAPTER,
    chapter_4::CHAPTER,
    chapter_5::CHAPTER,
    chapter_6::CHAPTER,
];

fn main() -> ExitCode {
    chapters::reader::open(&CHAPTERS, std::env::args_os(), std::env::vars_os())
}
