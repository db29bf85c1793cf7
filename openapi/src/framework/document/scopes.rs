//! The scope that API keys need for each operation.

use serde_json::{Value, json};

use super::finish::operations;

/// Moves the scope of each operation from its security requirements, where the framework writes it, to
/// `x-required-scope` and its description.
pub(super) fn finish(document: &mut Value) {
    for operation in operations(document) {
        let Some(requirements) = operation["security"].as_array_mut() else {
            continue;
        };
        let Some(scope) = requirements.iter().find_map(scope).map(str::to_owned) else {
            continue;
        };
        requirements.retain(|requirement| self::scope(requirement).is_none());
        let description = operation["description"].as_str().unwrap_or_default().trim_end();
        let description = format!("{description}\n\nScope of API keys: `{scope}`.");
        operation["description"] = description.trim_start().into();
        operation["x-required-scope"] = json!(scope);
    }
}

/// The scope that a requirement names, if it names no scheme.
fn scope(requirement: &Value) -> Option<&str> {
    let mut names = requirement.as_object()?.keys();
    names.find(|name| name.contains(':')).map(String::as_str)
}
