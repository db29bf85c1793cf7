//! Says of the texts in a request what the server asks of every one of them.

use serde_json::{Map, Value, json};

/// No text holds U+0000.
pub(crate) const KEPT: &str = r"^[^\u0000]*$";

/// One that may not be empty is not blank either. It is written for the whole text, because some
/// languages match from the beginning or to the end whether asked to or not.
const NOT_BLANK: &str = r"^[^\u0000]*[^\s\u0000][^\u0000]*$";

/// Gives a pattern to every text in the schema of a request body.
pub(super) fn describe(schema: &mut Map<String, Value>) {
    if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        properties
            .values_mut()
            .filter_map(Value::as_object_mut)
            .for_each(describe);
    }
    if let Some(items) = schema.get_mut("items").and_then(Value::as_object_mut) {
        describe(items);
    }
    let is_text = schema.get("type").is_some_and(|kind| kind == "string");
    let has_form = ["enum", "format", "pattern"].map(|name| schema.contains_key(name));
    if is_text && !has_form.contains(&true) {
        let pattern = if schema.contains_key("minLength") {
            NOT_BLANK
        } else {
            KEPT
        };
        schema.insert("pattern".to_owned(), json!(pattern));
    }
}
