//! `cargo run --bin book -- build`, `serve` or `check`.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use book::build::build;
use book::check::{check, root};
use book::problem::{Error, with_causes};
use book::serve::{program, serve, tell};
use book::sources::{Shelf, Sources};
use clap::{Parser, Subcommand};

/// Builds, serves and checks the book Running Rust in Docker, in both its languages.
#[derive(Parser)]
struct Options {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Write both editions as HTML
    Build {
        /// Folder that is replaced by the book
        #[arg(long, value_name = "FOLDER", default_value = "target/book")]
        destination: PathBuf,
        /// Also write each edition as one EPUB file, en.epub and ja.epub
        #[arg(long)]
        epub: bool,
    },
    /// Show the book in a browser, where its sections can be run, and build it anew after each change of
    /// a file that it is made from
    ///
    /// Rust code of the book's program and of the chapters is compiled in: after a change of that,
    /// start it again.
    Serve {
        /// TCP port on 127.0.0.1; 0 for one that is free
        #[arg(long, default_value_t = 3000)]
        port: u16,
        /// Your own file or folder, which a page can check as the answer to an exercise
        #[arg(long, alias = "dockerfile", value_name = "FILE")]
        answer: Option<PathBuf>,
    },
    /// Run a chapter; `serve` starts this for a page
    #[command(hide = true, disable_help_flag = true)]
    Chapter {
        /// The chapter's name, and its options
        #[arg(trailing_var_arg = true, allow_hyphen_values = true, required = true)]
        arguments: Vec<OsString>,
    },
    /// Check both editions against each other and against what ran
    Check {
        /// The Japanese pages have been read against the English ones as they are now
        #[arg(long)]
        accept_translations: bool,
    },
}

fn main() -> ExitCode {
    match run(&Options::parse().action) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("Error: {}", with_causes(&error));
            ExitCode::FAILURE
        }
    }
}

fn run(action: &Action) -> Result<ExitCode, Error> {
    match action {
        Action::Build { destination, epub } => {
            let destination = root().join(destination);
            build(&Sources::open(root())?, &destination, *epub)?;
            println!("Built. Next: open {}", destination.join("index.html").display());
        }
        Action::Serve { port, answer } => serve(
            &Shelf::ours(root()),
            *port,
            answer.as_deref(),
            program(&["chapter"], std::env::vars_os())?,
            tell,
        )?,
        Action::Chapter { arguments } => return Ok(chapter(arguments)),
        Action::Check { accept_translations } => {
            let summary = check(&Sources::open(root())?, *accept_translations)?;
            println!(
                "{} pages in each language and {} recorded sections are as they should be.",
                summary.pages, summary.sections
            );
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Runs a chapter as its own program would.
fn chapter(arguments: &[OsString]) -> ExitCode {
    let mut chapters = chapters::all();
    chapters.retain(|chapter| arguments[0] == chapter.name);
    if chapters.is_empty() {
        eprintln!("Error: there is no chapter {}", arguments[0].display());
        return ExitCode::FAILURE;
    }
    tutorial_engine::cli::reader::open(chapters, arguments.iter().cloned(), std::env::vars_os())
}
