//! Lists the error statuses of each operation, all with the same schema.

use std::collections::BTreeMap;

use leopard_core::Failure;
use poem_openapi::types::Type;
use serde_json::{Map, Value, json};

use super::components::all_responses;
use super::failure_example::failure_example;
use super::finish::operations;
use crate::http::quota::{RATE_LIMIT, RATE_LIMIT_POLICY};
use crate::problem::{MEDIA_TYPE, Problem, ProblemView};

pub(super) fn finish(document: &mut Value) {
    let schemas = document["components"]["schemas"].as_object();
    let schemas = schemas.cloned().unwrap_or_default();
    let Some(paths) = document["paths"].as_object_mut() else {
        return;
    };
    let mut shared = BTreeMap::new();
    for (path, item) in paths {
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            let failures = failures(path, method, operation).into_iter().map(|status| {
                let failure = failure(status, operation, &schemas);
                (status.to_string(), shared_if_usual(status, failure, &mut shared))
            });
            let failures = failures.collect();
            complete(operation, failures, &schemas);
        }
    }
    document["components"]["responses"] = json!(shared);
    add_quotas(document);
    for response in all_responses(document).into_iter().flat_map(Map::values_mut) {
        if response.get("$ref").is_none() {
            response["headers"][REQUEST_ID] = json!({
                "description": "Id of the request: the client's `X-Request-Id` if it sent one of at most 128 letters, \
                                digits and `._-`, otherwise a random one. Name it when you report a problem.",
                "required": true,
                "schema": { "type": "string" },
            });
        }
    }
}

/// Adds the headers of rate limits to successes of callers who have a token, and to refusals.
fn add_quotas(document: &mut Value) {
    let header = |description, example| json!({ "description": description, "schema": { "type": "string", "example": example } });
    let left = header(
        "Remaining quotas (draft-ietf-httpapi-ratelimit-headers): `r` requests or new tasks, and one more in `t` \
         seconds. Absent without a limit.",
        "\"requests\";r=598;t=60",
    );
    let policy = header(
        "The rate limits: `q` per `w` seconds. Absent without a limit.",
        "\"requests\";q=600;w=60",
    );
    let add = |response: &mut Value| {
        response["headers"][RATE_LIMIT] = left.clone();
        response["headers"][RATE_LIMIT_POLICY] = policy.clone();
    };
    add(&mut document["components"]["responses"]["TooManyRequests"]);
    for operation in operations(document).filter(|one| one["security"] != json!([])) {
        let responses = operation["responses"].as_object_mut().into_iter().flatten();
        responses.filter(|(status, _)| status.starts_with('2')).for_each(|(_, one)| add(one));
    }
}

const REQUEST_ID: &str = "X-Request-Id";

/// A reference to the usual error of this status, if this is it.
fn shared_if_usual(
    status: u16,
    failure: Value,
    shared: &mut BTreeMap<&'static str, Value>,
) -> Value {
    let usual = Usual::of(status);
    let examples = [Problem::usual(status), (status == 404).then(|| Failure::InvalidPage.into())];
    let names = [usual.name, "PageNotFound"];
    for (name, example) in names.into_iter().zip(examples) {
        if failure == response(status, usual.meaning, example.map(Problem::example)) {
            shared.insert(name, failure);
            return json!({ "$ref": format!("#/components/responses/{name}") });
        }
    }
    failure
}

fn failures(path: &str, method: &str, operation: &Value) -> Vec<u16> {
    let has = |place: &str| {
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        parameters.filter(|one| one["in"] == place).count() > 0
    };
    let is_guarded = operation["security"] != json!([]);
    // The type of the operation names these.
    let names = |status: &str| operation["responses"].get(status).is_some();
    let has_body = operation.get("requestBody").is_some();
    // The resource that the first request created may be deleted.
    let may_replay = takes(operation, "Idempotency-Key");
    if is_stream(operation) {
        return vec![401, 403, 429];
    }
    let conditions = [
        (
            400,
            has_body
                || has("query")
                || ["{external_id}", "{name}"].iter().any(|it| path.contains(it)),
        ),
        (401, is_guarded || names("401")),
        // An API key lacks the scope, or may not call the operation at all.
        (403, is_guarded || names("403")),
        (404, path.contains('{') || has_pages(operation) || may_replay),
        (409, names("409")),
        (412, names("412")),
        // Clients may send a body to an operation without one.
        (413, method != "get"),
        (415, has_body),
        (422, may_replay),
        (429, is_guarded || names("429")),
        (500, true),
        // An operation that cannot fail needs no storage.
        (503, names("500")),
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
    schemas: &Map<String, Value>,
) {
    let Some(responses) = operation["responses"].as_object_mut() else {
        return;
    };
    // Every operation that can fail has it, so that the schema is registered.
    responses.remove("500");
    let mut all: BTreeMap<String, Value> = std::mem::take(responses).into_iter().collect();
    for response in all.values_mut() {
        describe_success(response, schemas);
    }
    all.extend(failures);
    responses.extend(all);
}

/// A response without a description has that of its schema.
fn describe_success(response: &mut Value, schemas: &Map<String, Value>) {
    if response["description"] != "" {
        return;
    }
    let schema = json_schema(&response["content"]).and_then(|name| schemas.get(name));
    if let Some(schema) = schema {
        response["description"] = schema["description"].clone();
    }
}

/// The name of the schema of JSON content.
pub(super) fn json_schema(content: &Value) -> Option<&str> {
    content["application/json"]["schema"]["$ref"].as_str()?.rsplit('/').next()
}

fn failure(status: u16, operation: &Value, schemas: &Map<String, Value>) -> Value {
    let own = &operation["responses"][status.to_string()];
    let example = &own["content"][MEDIA_TYPE]["schema"]["example"];
    let example = if example.is_null() {
        failure_example(status, operation, schemas).map(Problem::example)
    } else {
        Some(example.clone())
    };
    let meaning = own["description"].as_str().filter(|text| !text.trim().is_empty());
    response(status, meaning.unwrap_or(Usual::of(status).meaning), example)
}

fn response(status: u16, meaning: &str, example: Option<Value>) -> Value {
    let mut content =
        json!({ "schema": { "$ref": format!("#/components/schemas/{}", ProblemView::name()) } });
    if let Some(example) = example {
        content["example"] = example;
    }
    let headers = headers(status).unwrap_or_else(|| json!({}));
    json!({ "description": meaning, "headers": headers, "content": { MEDIA_TYPE: content } })
}

/// The usual error of a status: its name in the components, and its meaning.
struct Usual {
    name: &'static str,
    meaning: &'static str,
}

impl Usual {
    fn of(status: u16) -> Self {
        let (name, meaning) = match status {
            400 => (
                "BadRequest",
                "Invalid input (`invalid`, with `errors`), or the body is not JSON (`parse_error`).",
            ),
            401 => ("Unauthorized", "Missing, invalid or expired credentials."),
            403 => ("Forbidden", "The caller may not do this (`permission_denied`)."),
            404 => ("NotFound", "Not found, or not visible to the caller (`not_found`)."),
            409 => {
                ("Conflict", "The task's status does not allow this change (`invalid_transition`).")
            }
            412 => (
                "PreconditionFailed",
                "The task has changed since the version of `If-Match` (`precondition_failed`).",
            ),
            413 => ("ContentTooLarge", "The body is larger than 1 MiB (`too_large`)."),
            415 => (
                "UnsupportedMediaType",
                "The `Content-Type` of the body is not JSON (`unsupported_media_type`).",
            ),
            422 => (
                "UnprocessableContent",
                "The `Idempotency-Key` was used for a different request (`idempotency_key_reused`).",
            ),
            429 => (
                "TooManyRequests",
                "Too many requests (`throttled`). Retry after `Retry-After` seconds.",
            ),
            503 => (
                "ServiceUnavailable",
                "Temporarily unavailable. Retry after `Retry-After` seconds.",
            ),
            _ => ("InternalServerError", "Internal server error (`error`)."),
        };
        Self { name, meaning }
    }
}

fn headers(status: u16) -> Option<Value> {
    match status {
        401 => Some(json!({ "WWW-Authenticate": {
            "description": "Authentication scheme.",
            "schema": { "type": "string", "example": "Bearer realm=\"api\"" },
        }})),
        429 | 503 => Some(json!({ "Retry-After": {
            "description": "Seconds to wait.",
            "schema": { "type": "integer", "format": "int32", "minimum": 1, "example": 5 },
        }})),
        _ => None,
    }
}
