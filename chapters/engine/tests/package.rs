//! Uses the published crate as another project does. `scripts/test` builds it.

#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "a test may")]

use std::process::Command;

#[test]
fn the_package_has_licences_texts_schemas_and_an_example() {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["package", "--list", "--allow-dirty"]);
    let listed = cargo.current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    for file in [
        "LICENSE-APACHE",
        "LICENSE-MIT",
        "README.md",
        "examples/sorting/main.rs",
        "language/ja/report.ftl",
        "schema/events-1.json",
        "src/explain/known.toml",
    ] {
        assert!(
            listed.lines().any(|line| line == file),
            "{file} is not in\n{listed}"
        );
    }
}
