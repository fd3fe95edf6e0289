//! The index for the search box. It is made by pagefind, which can split Japanese into words.

use std::path::Path;

use pagefind::api::PagefindIndex;
use pagefind::options::PagefindServiceConfig;
use tutorial_engine::language::Language;

use crate::problem::Error;
use crate::sources::{read, write};

/// Whether the search box uses this file of pagefind's; the others belong to pagefind's own search box.
fn is_used(name: &str) -> bool {
    !["-ui.", "highlight", "component", "playground"]
        .iter()
        .any(|part| name.contains(part))
}

/// Writes the index of the `pages` of an edition into its folder.
///
/// # Errors
///
/// - [`Error::Search`], if pagefind cannot index a page.
/// - [`Error::Read`], if a page cannot be read.
/// - [`Error::Write`], if the index cannot be written.
pub fn index(folder: &Path, pages: &[String], language: Language) -> Result<(), Error> {
    let failed = |source| Error::Search {
        edition: language.code(),
        source,
    };
    let options = PagefindServiceConfig::builder()
        .force_language(language.code().to_owned())
        .build();
    let mut index = PagefindIndex::new(Some(options)).map_err(failed)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("threads can be started");
    // `serve` calls this inside a runtime, on a thread that may block.
    runtime.block_on(async {
        for page in pages {
            let html = read(&folder.join(page))?;
            index
                .add_html_file(Some(page.clone()), None, html)
                .await
                .map_err(failed)?;
        }
        for file in index.get_files().await.map_err(failed)? {
            let name = file.filename.to_string_lossy().into_owned();
            if is_used(&name) {
                write(&folder.join("pagefind").join(&file.filename), &file.contents)?;
            }
        }
        Ok(())
    })
}
