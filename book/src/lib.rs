//! The machine of *Running Rust in Docker*: it builds both editions of the
//! book, checks them against each other and against what ran, and serves them.

pub mod sources; // where everything lies
pub mod seen; // … and whether it has changed
pub mod edition; // the book in one language, and what is said in it
pub mod problem; // what is wrong, and where

pub mod build; // pages in, HTML out
pub mod page; // what a page's Markdown holds
pub mod directive; // … and what it asks of the machine
mod expand; // how that is answered
mod console; // transcripts and commands
mod outlines; // … and those that nobody recorded
mod listing; // files of the repository
mod figure; // drawings
mod tables; // placeholders and versions
mod html; // text that is safe in a page
mod interface; // what is changed in mdBook's HTML
mod translation; // … and said in Japanese there
mod search; // the index that the search box asks

pub mod check; // what must hold
mod agreement; // between the two editions
mod sections; // between pages and transcripts
mod links; // in what was built
mod leftovers; // … and of mdBook's English
mod lock; // between an English page and its last reading

pub mod serve; // the book in a browser, while it is written
