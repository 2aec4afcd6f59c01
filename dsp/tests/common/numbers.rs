//! Reading the peers' numbers under `dsp/reference/numbers`, which `cargo xtask reference` regenerates.

use std::path::Path;

use serde_json::Value;

/// The document `numbers/NAME.json`.
pub fn read(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("reference/numbers").join(format!("{name}.json"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A list of numbers; a null in it is NaN.
pub fn list(value: &Value) -> Vec<f64> {
    let items = value.as_array().unwrap_or_else(|| panic!("{value} is no list"));
    items.iter().map(|item| item.as_f64().unwrap_or(f64::NAN)).collect()
}

/// A single number.
pub fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}
