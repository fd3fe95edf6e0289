//! `cargo run --bin book -- build`, `serve` or `check`.

use std::path::PathBuf;
use std::process::ExitCode;

use book::build::build;
use book::check::{check, root};
use book::problem::{Error, with_causes};
use book::serve::{Event, serve};
use book::sources::Sources;
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
    },
    /// Show the book in a browser and build it anew after each change of a file that it is made from
    ///
    /// Rust code of the book's program and of the chapters is compiled in: after a change of that,
    /// start it again.
    Serve {
        /// TCP port on 127.0.0.1; 0 for one that is free
        #[arg(long, default_value_t = 3000)]
        port: u16,
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
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("Error: {}", with_causes(&error));
            ExitCode::FAILURE
        }
    }
}

fn run(action: &Action) -> Result<(), Error> {
    match action {
        Action::Build { destination } => {
            let destination = root().join(destination);
            build(&Sources::open(root())?, &destination)?;
            println!("Built. Next: open {}", destination.join("index.html").display());
        }
        Action::Serve { port } => serve(root(), *port, |event| match event {
            Event::Started(address) => println!("The book is at http://{address}/ until you press Ctrl-C"),
            Event::Built => eprintln!("Built anew."),
            Event::Failed(problem) => eprintln!("{problem}"),
        })?,
        Action::Check { accept_translations } => {
            let summary = check(&Sources::open(root())?, *accept_translations)?;
            println!(
                "{} pages in each language and {} recorded sections are as they should be.",
                summary.pages, summary.sections
            );
        }
    }
    Ok(())
}
