//! Tests of the EPUB files.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::process::Command;

use book::build::build;
use book::check::root;
use book::sources::Sources;
use tutorial_engine::language::Language;
use zip::ZipArchive;

use crate::small::Small;

/// The program of Debian's package.
const EPUBCHECK: &str = "/usr/share/java/epubcheck.jar";

/// The text of a file in an EPUB file.
fn text(file: &mut ZipArchive<File>, name: &str) -> String {
    let mut text = String::new();
    file.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

fn open(path: &Path) -> ZipArchive<File> {
    ZipArchive::new(File::open(path).unwrap()).unwrap()
}

#[test]
fn an_edition_is_one_file_with_its_pages_and_a_table_of_contents() {
    let small = Small::new();
    let out = small.folder.path().join("out");
    build(&small.sources(), &out, true).unwrap();
    for language in ["en", "ja"] {
        let mut file = open(&out.join(format!("{language}.epub")));
        // A reading device knows the format by the first file.
        assert_eq!(file.by_index(0).unwrap().name(), "mimetype");
        assert_eq!(text(&mut file, "mimetype"), "application/epub+zip");
        let package = text(&mut file, "OEBPS/content.opf");
        assert!(
            package.contains(&format!(">{language}</dc:language>")),
            "{package}"
        );
        let contents = text(&mut file, "OEBPS/nav.xhtml");
        assert!(contents.contains("1-start.xhtml"), "{contents}");
        let page = text(&mut file, "OEBPS/1-start.xhtml");
        assert!(page.contains("<kbd"), "no command in {page}");
        assert!(!page.contains("<button"), "{page}");
    }
}

#[test]
#[ignore = "needs epubcheck"]
fn epubcheck_accepts_both_editions_of_the_book() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    build(&Sources::open(root()).unwrap(), &out, true).unwrap();
    for language in [Language::English, Language::Japanese] {
        let code = language.code();
        let path = out.join(format!("{code}.epub"));
        let checked = Command::new("java").args(["-jar", EPUBCHECK]).arg(&path).output();
        let checked = checked.expect("java cannot be started; type: scripts/browser");
        let said = String::from_utf8_lossy(&checked.stderr);
        let said: Vec<&str> = said.lines().take(40).collect();
        assert!(checked.status.success(), "{code}:\n{}", said.join("\n"));
        let file = open(&path);
        let names: BTreeSet<&str> = file.file_names().collect();
        let pages = Sources::open(root()).unwrap().pages(language);
        for page in pages.unwrap().keys() {
            let name = format!("OEBPS/{}.xhtml", page.trim_end_matches(".md"));
            assert!(names.contains(&*name), "no {name} in {names:?}");
        }
    }
}
