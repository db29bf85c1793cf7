//! Says of each operation with which statuses it can fail: all in one shape.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::failure_example::{failure_example, removes_reader};

/// The operations that answer whatever the storage does.
const WITHOUT_STORAGE: [&str; 2] = ["getHealth", "getLiveness"];

pub(super) fn finish(document: &mut Value) {
    let schemas = document["components"]["schemas"].as_object();
    let schemas = schemas.cloned().unwrap_or_default();
    let descriptions = descriptions(&schemas);
    let Some(paths) = document["paths"].as_object_mut() else {
        return;
    };
    for (path, item) in paths {
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            let failures = failures(path, method, operation);
            let failures = failures.into_iter();
            let failures = failures
                .map(|status| (status.to_string(), failure(status, operation, &schemas)))
                .collect();
            complete(operation, failures, &descriptions);
        }
    }
}

/// The statuses of the failures that an operation can meet.
fn failures(path: &str, method: &str, operation: &Value) -> Vec<u16> {
    let id = operation["operationId"].as_str().unwrap_or_default();
    let has = |place: &str| {
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        parameters.filter(|one| one["in"] == place).count() > 0
    };
    let is_guarded = operation["security"] != json!([]);
    let is_about_tokens = operation["tags"] == json!(["Tokens"]);
    let has_body = operation.get("requestBody").is_some();
    // What was made when the request came before may be gone.
    let may_replay = takes(operation, "Idempotency-Key");
    if is_stream(operation) {
        return vec![401, 429];
    }
    let conditions = [
        (400, has_body || has("query")),
        (401, is_guarded || is_about_tokens),
        // Its type says so.
        (403, operation["responses"].get("403").is_some()),
        (409, operation["responses"].get("409").is_some()),
        (412, operation["responses"].get("412").is_some()),
        (
            404,
            path.contains('{') || has_pages(operation) || may_replay,
        ),
        // An operation that wants no body is given one all the same.
        (413, method != "get"),
        (415, has_body),
        (422, may_replay),
        (429, is_guarded || id == "logIn"),
        (500, true),
        (503, !WITHOUT_STORAGE.contains(&id)),
    ];
    let met = conditions.into_iter().filter(|(_, holds)| *holds);
    met.map(|(status, _)| status).collect()
}

fn is_stream(operation: &Value) -> bool {
    operation["responses"]["200"]["content"]["text/event-stream"].is_object()
}

pub(super) fn has_pages(operation: &Value) -> bool {
    takes(operation, "page")
}

fn takes(operation: &Value, parameter: &str) -> bool {
    let mut parameters = operation["parameters"].as_array().into_iter().flatten();
    parameters.any(|one| one["name"] == parameter)
}

/// Writes the statuses in their order, each with a description.
fn complete(
    operation: &mut Value,
    failures: BTreeMap<String, Value>,
    descriptions: &BTreeMap<String, Value>,
) {
    let Some(responses) = operation["responses"].as_object_mut() else {
        return;
    };
    // The framework lists this one everywhere, so that the schema is known.
    responses.remove("500");
    let mut all: BTreeMap<String, Value> = std::mem::take(responses).into_iter().collect();
    for answer in all.values_mut() {
        describe_success(answer, descriptions);
    }
    all.extend(failures);
    responses.extend(all);
}

/// An answer without a description is what its schema is.
fn describe_success(answer: &mut Value, descriptions: &BTreeMap<String, Value>) {
    if answer["description"] != "" {
        return;
    }
    let schema = &answer["content"]["application/json"]["schema"]["$ref"];
    if let Some(description) = schema.as_str().and_then(|name| descriptions.get(name)) {
        answer["description"] = description.clone();
    }
}

/// From a reference to a schema to what that says of itself.
fn descriptions(schemas: &Map<String, Value>) -> BTreeMap<String, Value> {
    let reference = |name: &str| format!("#/components/schemas/{name}");
    schemas
        .iter()
        .map(|(name, schema)| (reference(name), schema["description"].clone()))
        .collect()
}

fn failure(status: u16, operation: &Value, schemas: &Map<String, Value>) -> Value {
    let mut content = json!({ "schema": { "$ref": "#/components/schemas/Problem" } });
    if let Some(problem) = failure_example(status, operation, schemas) {
        content["example"] = problem.example();
    }
    let mut failure = json!({ "description": meaning(status, operation) });
    if let Some(headers) = headers(status) {
        failure["headers"] = headers;
    }
    failure["content"] = json!({ "application/problem+json": content });
    failure
}

fn meaning(status: u16, operation: &Value) -> &'static str {
    match status {
        409 if removes_reader(operation) => {
            "The user reads the task as its assignee, assigner or creator (`reader_involved`)."
        }
        400 => "The input breaks rules (`invalid`, with `errors`), or is no JSON (`parse_error`).",
        401 => "The credentials are missing or do not count.",
        403 => "The caller may not do this (`permission_denied`).",
        404 => "It does not exist, or not for this caller (`not_found`).",
        409 => "Its status may not change so (`invalid_transition`).",
        412 => "It is not at the version of `If-Match` any more (`precondition_failed`).",
        413 => "The body is larger than 1 MiB (`too_large`).",
        415 => "The body is no JSON by its `Content-Type` (`unsupported_media_type`).",
        422 => {
            "Another request came by the same `Idempotency-Key` before (`idempotency_key_reused`)."
        }
        429 => "Too much at once (`throttled`): try again after `Retry-After` seconds.",
        503 => "The server cannot do this now: try again after `Retry-After` seconds.",
        _ => "A fault of the server (`error`).",
    }
}

fn headers(status: u16) -> Option<Value> {
    match status {
        401 => Some(json!({ "WWW-Authenticate": {
            "description": "How to authenticate.",
            "schema": { "type": "string", "example": "Bearer realm=\"api\"" },
        }})),
        429 | 503 => Some(json!({ "Retry-After": {
            "description": "Seconds to wait.",
            "schema": { "type": "integer", "format": "int32", "minimum": 1, "example": 5 },
        }})),
        _ => None,
    }
}
