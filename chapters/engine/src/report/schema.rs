//! The JSON schemas of the documents for other programs, for tests.

use std::fs;
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde_json::Value;

/// Fails unless the committed schema matches the type.
#[track_caller]
pub(crate) fn check<T: JsonSchema>(name: &str) {
    let schema = serde_json::to_string_pretty(&schemars::schema_for!(T)).unwrap() + "\n";
    let file = file(name);
    if fs::read_to_string(&file).is_ok_and(|committed| committed == schema) {
        return;
    }
    let new = std::env::temp_dir().join(name);
    fs::write(&new, schema).unwrap();
    panic!(
        "the form is another one now; if it is meant to: mv {} {}",
        new.display(),
        file.display()
    );
}

/// Where a document violates the committed schema; empty if it does not.
pub(crate) fn errors(name: &str, document: &Value) -> String {
    let schema = fs::read_to_string(file(name)).unwrap();
    let schema = serde_json::from_str(&schema).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors = validator.iter_errors(document).map(|error| error.to_string());
    errors.collect::<Vec<_>>().join("\n")
}

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("schema").join(name)
}
