//! Every chapter, in order, with a table at the end.

use std::process::ExitCode;

fn main() -> ExitCode {
    chapters::open(chapters::all())
}
