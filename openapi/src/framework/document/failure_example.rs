//! Examples of errors: the response that the server would send.

use leopard_core::Failure;
use leopard_core::domain::field::{FieldError, FieldErrors};
use serde_json::{Map, Value};

use super::statuses::has_pages;
use crate::problem::Problem;

/// The example of this status; without one, the schema's example applies.
pub(super) fn failure_example(
    status: u16,
    operation: &Value,
    schemas: &Map<String, Value>,
) -> Option<Problem> {
    match status {
        400 => empty_body(operation, schemas)
            .or_else(|| wrong_member(operation, schemas))
            .or_else(|| blank_member(operation, schemas))
            .or_else(|| wrong_flag(operation)),
        404 if has_pages(operation) => Some(Failure::InvalidPage.into()),
        _ => Problem::usual(status),
    }
}

/// The error of an empty object where members are required.
fn empty_body(operation: &Value, schemas: &Map<String, Value>) -> Option<Problem> {
    let required = body(operation, schemas)?.get("required")?.as_array()?;
    let mut errors = FieldErrors::default();
    for member in required.iter().filter_map(Value::as_str) {
        errors.add(member, FieldError::Required);
    }
    (!errors.is_empty()).then(|| Problem::invalid(errors))
}

/// The error of a member that must be a boolean.
fn wrong_member(operation: &Value, schemas: &Map<String, Value>) -> Option<Problem> {
    let mut members = body(operation, schemas)?["properties"].as_object()?.iter();
    let (name, _) = members.find(|(_, member)| member["type"] == "boolean")?;
    let errors = FieldErrors::of(name, FieldError::NotABoolean);
    Some(Problem::invalid(errors))
}

/// The error of a blank member.
fn blank_member(operation: &Value, schemas: &Map<String, Value>) -> Option<Problem> {
    let mut members = body(operation, schemas)?["properties"].as_object()?.iter();
    let (name, _) = members.find(|(_, member)| member["minLength"].is_number())?;
    let errors = FieldErrors::of(name, FieldError::Blank);
    Some(Problem::invalid(errors))
}

/// The schema of the body.
fn body<'a>(operation: &Value, schemas: &'a Map<String, Value>) -> Option<&'a Value> {
    let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
    schemas.get(schema["$ref"].as_str()?.rsplit('/').next()?)
}

/// The error of a parameter that must be a boolean.
fn wrong_flag(operation: &Value) -> Option<Problem> {
    let mut parameters = operation["parameters"].as_array()?.iter();
    let flag = parameters.find(|one| one["schema"]["type"] == "boolean")?;
    let errors = FieldErrors::of(flag["name"].as_str()?, FieldError::NotABoolean);
    Some(Problem::invalid(errors))
}
