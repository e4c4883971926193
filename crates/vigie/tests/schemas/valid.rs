//! Holds a real message against the schema that is published for it.

use std::{fs, path::PathBuf};

use serde_json::Value;

/// Panics with everything that is wrong.
#[track_caller]
pub(crate) fn valid(name: &str, message: &Value) {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/schemas");
    let text = fs::read_to_string(folder.join(format!("{name}.json")));
    let schema: Value = serde_json::from_str(&text.unwrap_or_else(|it| panic!("{name}: {it}")))
        .unwrap_or_else(|it| panic!("{name}: {it}"));
    let validator = jsonschema::draft202012::options().should_validate_formats(false);
    let validator = validator.build(&schema).unwrap_or_else(|it| panic!("{name}: {it}"));
    let errors: Vec<_> = validator.iter_errors(message).map(|it| it.to_string()).collect();
    assert!(errors.is_empty(), "{name}: {errors:#?} in {message}");
}
