//! The program of *Running Rust in Docker*: it builds both editions of the book, compares them with each
//! other and with the transcripts, and serves them.

pub mod sources; // the files that the book is made from
pub mod seen; // … and whether they have changed
pub mod edition; // the book in one language, and its messages
pub mod problem; // errors, with file and line

pub mod build; // building HTML from the pages
pub mod page; // parsing a page's Markdown
pub mod directive; // … and its directives
mod expand; // replacing directives by HTML
mod console; // transcripts and commands
mod outlines; // … and commands that were not recorded
mod listing; // files of the repository
mod figure; // drawings
mod commands; // the list of commands
mod tables; // placeholders and versions
mod times; // how long a page takes
mod html; // escaping text for HTML
mod interface; // changes to mdBook's HTML
mod translation; // … and its Japanese translation
mod search; // the index for the search box
pub mod epub; // an edition as one file

pub mod check; // all checks
mod agreement; // … of one edition against the other
mod sections; // … of pages against transcripts
mod links; // … of links
mod leftovers; // … of untranslated English
mod lock; // … of Japanese pages older than the English ones
mod words; // … of words to avoid

pub mod serve; // the book in a browser
pub mod run; // … and its sections, run from a page
