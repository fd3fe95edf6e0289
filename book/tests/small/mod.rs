//! A book of one page in each language, in its own folder, and a server for it.

use std::fs;
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use book::check::root;
use book::run::child::Program;
use book::serve::{Event, serve};
use book::sources::Shelf;
use tempfile::TempDir;

const PAGE: &str = "# 1 Start {#1}\n\n{{#transcript chapter-1 1}}\n\n## 1-1 Next {#1-1}\n\n\
    See [the start](1-start.md#1).\n\n{{#transcript chapter-1 1-1}}\n\n> [!NOTE]\n> A note.\n\n\
    | a | b |\n|---|---|\n| 1 | 2 |\n\n{{#file Dockerfile}}\n\n{{#figure box \"a box\"}}\n";

/// The transcript of its only chapter.
pub const SNAPSHOT: &str = "---\nsource: here\ninfo:\n  elapsed: 10 20\n  provenance:\n    architecture: linux/x86_64\n    \
    base_images: pulled\n    buildx: 0.1\n    client: 26.1.5\n    compose: 2.1\n    engine: 26.1.5\n    \
    recorded_on: 2026-11-25\n    runc: 1.1.5\n    containerd: 1.7.24\n    image_store: overlay2\n    frontend: assembled\n    \
    curl: 7.88.1\n    operating_system: debian 12\n  recorded:\n    size-1: 6.1MB\n---\n[1]\n$ docker version\n| 26.1.5\n\n[1-1]\n$ docker run \\\n$     --rm it\n\
    | <container-1> <size-1>\n? 125\n";

const FIGURE: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 640 100\">\
    <text class=\"en\">box</text><text class=\"ja\">箱</text></svg>";

/// The book's files; removed when dropped.
pub struct Small {
    pub folder: TempDir,
}

impl Small {
    pub fn new() -> Self {
        let small = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        for language in ["en", "ja"] {
            small.write(
                &format!("book/{language}/src/SUMMARY.md"),
                "# Summary\n\n- [Start](1-start.md)\n",
            );
            small.write(&format!("book/{language}/src/1-start.md"), PAGE);
        }
        small.write("chapters/transcripts/chapter-1.snap", SNAPSHOT);
        small.write("Dockerfile", "# A comment\nFROM scratch\nCOPY . /\n");
        small.write("book/figures/box.svg", FIGURE);
        for name in ["index.html", "404.html", "reader.css", "reader.js"] {
            let text = fs::read_to_string(root().join("book/theme").join(name)).unwrap();
            small.write(&format!("book/theme/{name}"), &text);
        }
        small
    }

    pub fn write(&self, file: &str, text: &str) {
        let path = self.folder.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub fn replace(&self, file: &str, text: &str, by: &str) {
        let before = fs::read_to_string(self.folder.path().join(file)).unwrap();
        assert!(before.contains(text), "{file} has no `{text}`");
        self.write(file, &before.replace(text, by));
    }
}

/// Longest wait for a response.
pub const LIMIT: Duration = Duration::from_mins(1);

/// A server that runs until the tests end.
pub struct Served {
    /// Address of the book's root; ends without `/`.
    pub root: String,
    builds: Receiver<()>,
}

impl Served {
    pub fn start(small: &Small) -> Self {
        let (started, address) = mpsc::channel();
        let (built, builds) = mpsc::channel();
        let root = small.folder.path().to_owned();
        thread::spawn(move || {
            // Nothing is run from its pages.
            let program = Program {
                file: "/nowhere".into(),
                arguments: vec![],
                variables: vec![],
            };
            serve(&Shelf::ours(&root), 0, None, program, move |event| match event {
                Event::Started(address, _) => started.send(address).unwrap(),
                // After its test has ended, nothing receives this.
                Event::Built | Event::Failed(_) => drop(built.send(())),
                Event::Cleaning(_) => {}
            })
        });
        let address = address.recv_timeout(LIMIT).unwrap();
        assert!(address.ip().is_loopback());
        Self {
            root: format!("http://{address}"),
            builds,
        }
    }

    /// Returns after an open page would learn of the change.
    #[track_caller]
    pub fn after(&self, change: impl FnOnce()) {
        // Skips builds for earlier changes.
        for () in self.builds.try_iter() {}
        change();
        self.builds.recv_timeout(LIMIT).unwrap();
    }
}
