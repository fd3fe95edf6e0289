//! What a reader meets in a browser: the built book, served as plain files
//! below some folder of a host, in Chromium without a window.

#![expect(clippy::unwrap_used, reason = "a test may unwrap: its panic is the report")]

mod driver; // Chromium, and what is asked of it
mod server; // the book, as a host of plain files has it
mod port; // whose server comes and goes

#[path = "../small/mod.rs"]
mod small; // a book of two pages, as it is served while it is written

/// The tests. `scripts/test` skips them by this name where it runs the others: they run at the same time.
mod in_chromium {
    mod search;
    mod accessibility;
    mod layout;
    mod links;
    mod keys;
    mod copy;
    mod reload;
}

use driver::Browser;

/// Opens a page without an interface.
async fn open_bare(page: &Browser, name: &str) {
    if name == "index.html" {
        page.open_still(name).await;
    } else {
        page.open(name).await;
    }
}

/// Shows all that a reader can make the page show.
const UNFOLD: &str = "
    document.querySelectorAll('details').forEach(folded => { folded.open = true; });
    const shown = document.createElement('style');
    shown.textContent = '.tab { display: block !important; } .copy { opacity: 1 !important; }';
    document.head.append(shown);";
