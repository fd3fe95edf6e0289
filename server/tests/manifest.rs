//! This package repeats parts of the workspace's manifest; this test checks that they are equal.
//!
//! The image lacks the workspace's manifest, so its test stage does not copy this file.

#![expect(clippy::unwrap_used, reason = "a test may unwrap: its panic is the report")]

use toml::{Table, Value};

#[test]
fn package_is_the_workspaces() {
    let workspace = workspace();
    let package = table(&server(), &["package"]);
    for (key, value) in table(&workspace, &["workspace", "package"]) {
        assert_eq!(package.get(&key), Some(&value), "{key}");
    }
}

#[test]
fn lints_are_the_workspaces() {
    assert_eq!(
        table(&server(), &["lints"]),
        table(&workspace(), &["workspace", "lints"])
    );
}

#[test]
fn shared_dependencies_have_the_workspaces_versions() {
    let shared = table(&workspace(), &["workspace", "dependencies"]);
    let server = server();
    let mut compared = 0;
    for kind in ["dependencies", "dev-dependencies"] {
        for (name, dependency) in table(&server, &[kind]) {
            if let Some(expected) = shared.get(&name) {
                assert_eq!(requirement(&dependency), requirement(expected), "{name}");
                compared += 1;
            }
        }
    }
    assert_ne!(compared, 0, "the manifests share no dependency");
}

/// Version and default features; each package may enable additional features.
fn requirement(dependency: &Value) -> (&str, bool) {
    match dependency {
        Value::String(version) => (version, true),
        detailed => {
            let defaults = detailed.get("default-features");
            let defaults = defaults.is_none_or(|defaults| defaults.as_bool().unwrap());
            (detailed["version"].as_str().unwrap(), defaults)
        }
    }
}

fn table(manifest: &Table, path: &[&str]) -> Table {
    path.iter().fold(manifest.clone(), |table, key| {
        table[*key].as_table().unwrap().clone()
    })
}

fn server() -> Table {
    include_str!("../Cargo.toml").parse().unwrap()
}

fn workspace() -> Table {
    include_str!("../../Cargo.toml").parse().unwrap()
}
