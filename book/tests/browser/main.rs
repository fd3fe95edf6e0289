//! Tests in a browser: the built book, served as plain files in some folder of a host, in Chromium
//! without a window.

#![expect(clippy::unwrap_used, reason = "a test may unwrap: its panic is the report")]

mod driver; // drives Chromium
mod server; // serves the book as a static file host does
mod port; // a port with a server that starts and stops

#[path = "../printed/mod.rs"]
mod printed; // a server that prints the address of the book

#[path = "../small/mod.rs"]
mod small; // a small book, as `serve` shows it

/// The tests. `scripts/test` skips them by this name where it runs the others: they run at the same time.
mod in_chromium {
    mod search;
    mod accessibility;
    mod layout;
    mod links;
    mod keys;
    mod copy;
    mod folding;
    mod reload;
    mod run;
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

/// Shows everything that a reader can unfold.
const UNFOLD: &str = "
    document.querySelectorAll('details').forEach(folded => { folded.open = true; });
    const shown = document.createElement('style');
    shown.textContent = '.tab { display: block !important; } .copy { opacity: 1 !important; }';
    document.head.append(shown);";
