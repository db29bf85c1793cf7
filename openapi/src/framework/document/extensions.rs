//! Members of schemas that the framework cannot write, such as `x-enum-varnames`.

use poem_openapi::registry::MetaExternalDocument;
use serde_json::{Map, Value};

/// Carries these members through the framework, as the URL of external documentation.
pub(crate) fn extensions(members: &Value) -> MetaExternalDocument {
    MetaExternalDocument { url: members.to_string(), description: None }
}

/// Replaces what [`extensions`] carries by the members.
pub(super) fn write(schema: &mut Map<String, Value>) {
    let carried = schema.get("externalDocs").and_then(|carrier| carrier["url"].as_str());
    if let Some(Ok(Value::Object(members))) = carried.map(serde_json::from_str) {
        schema.remove("externalDocs");
        schema.extend(members);
        list_known_values(schema);
    }
}

/// Adds the known values of an open string to its description, unless it lists them.
fn list_known_values(schema: &mut Map<String, Value>) {
    let known = schema.get("x-extensible-enum").and_then(Value::as_array);
    let known = known.into_iter().flatten().filter_map(Value::as_str);
    let known: Vec<_> = known.map(|name| format!("`{name}`")).collect();
    let (Some(first), Some(Value::String(description))) =
        (known.first(), schema.get("description"))
    else {
        return;
    };
    if !description.contains(first) {
        let known = known.join(", ");
        let description = format!("{}\n\nKnown values: {known}.", description.trim_end());
        schema.insert("description".to_owned(), description.into());
    }
}
