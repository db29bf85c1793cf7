//! Examples of errors: the response that the server would send.

use leopard_core::Failure;
use leopard_core::domain::field::{FieldError, FieldErrors};
use serde_json::{Map, Value};

use super::statuses::{has_pages, json_schema};
use crate::problem::Problem;

/// The example of this status; without one, the schema's example applies.
pub(super) fn failure_example(
    status: u16,
    operation: &Value,
    schemas: &Map<String, Value>,
) -> Option<Problem> {
    match status {
        400 => invalid_input(operation, schemas).map(Problem::invalid),
        404 if has_pages(operation) => Some(Failure::InvalidPage.into()),
        _ => Problem::usual(status),
    }
}

/// The errors of an empty object, otherwise of a member or parameter that is not a boolean, of a blank member, or of
/// one that is not an integer.
fn invalid_input(operation: &Value, schemas: &Map<String, Value>) -> Option<FieldErrors> {
    let body = json_schema(&operation["requestBody"]["content"]);
    let body = body.and_then(|name| schemas.get(name));
    let mut errors = FieldErrors::default();
    let required = body.and_then(|body| body.get("required")?.as_array());
    for member in required.into_iter().flatten().filter_map(Value::as_str) {
        errors.add(member, FieldError::Required);
    }
    if !errors.is_empty() {
        return Some(errors);
    }
    let members = || body.and_then(|body| body["properties"].as_object()).into_iter().flatten();
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    let flags = parameters.filter_map(|one| Some((one["name"].as_str()?, &one["schema"])));
    let mut members_and_flags =
        members().map(|(name, schema)| (name.as_str(), schema)).chain(flags);
    let flag = members_and_flags.find(|(_, schema)| schema["type"] == "boolean");
    let text = members().find(|(_, schema)| schema["minLength"].is_number());
    let number = members().find(|(_, schema)| schema["type"] == "integer");
    flag.map(|(name, _)| FieldErrors::of(name, FieldError::NotABoolean))
        .or_else(|| text.map(|(name, _)| FieldErrors::of(name, FieldError::Blank)))
        .or_else(|| number.map(|(name, _)| FieldErrors::of(name, FieldError::NotAnInteger)))
}
