//! Rules of client generators, checked over the whole document, so that new operations keep them.

mod comparison;
mod headers;
mod operations;
mod paths;
mod released;
mod schemas;
mod stream;

use super::*;

/// The document as it is checked in.
const CHECKED_IN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.json");

/// Whether `UPDATE` asks for this file to be rewritten.
#[expect(clippy::disallowed_methods, reason = "a switch of the tests, no setting of the server")]
fn is_update(file: &str) -> bool {
    std::env::var("UPDATE").is_ok_and(|value| value == file)
}

#[test]
fn document_equals_openapi_json() {
    let generated = document_json();
    if is_update("1") {
        std::fs::write(CHECKED_IN, &generated).unwrap();
    }
    let checked_in = std::fs::read_to_string(CHECKED_IN).unwrap_or_default();
    assert!(
        generated == checked_in,
        "the API has changed: look at it, then run `UPDATE=1 cargo test -p leopard-openapi`"
    );
}

/// The value itself, or what it refers to in the document.
fn refers_to<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    let target = value["$ref"].as_str().and_then(|target| target.strip_prefix('#'));
    target.and_then(|target| document.pointer(target)).unwrap_or(value)
}

/// The document with the shared responses, parameters and headers where they are used.
fn inlined() -> Value {
    let document = document();
    let mut inlined = document.clone();
    inline(&document, &mut inlined);
    inlined
}

fn inline(document: &Value, value: &mut Value) {
    let is_schema = |target: &str| target.starts_with("#/components/schemas/");
    if value["$ref"].as_str().is_some_and(|target| !is_schema(target)) {
        *value = refers_to(document, value).clone();
    }
    match value {
        Value::Object(members) => {
            members.values_mut().for_each(|member| inline(document, member));
        }
        Value::Array(elements) => elements.iter_mut().for_each(|one| inline(document, one)),
        _ => {}
    }
}

#[test]
fn document_names_version_server_contact_and_licence() {
    let document = document();
    assert_eq!(document["openapi"], "3.0.3");
    assert_eq!(document["servers"], serde_json::json!([{ "url": "/" }]));
    for member in ["title", "version", "description"] {
        assert!(is_text(&document["info"][member]), "{member}");
    }
    assert!(is_text(&document["info"]["contact"]["name"]));
    assert!(is_text(&document["info"]["license"]["name"]));
    for tag in document["tags"].as_array().unwrap() {
        assert!(is_text(&tag["description"]), "{tag}");
    }
}

/// Whether this is a text that is not blank.
fn is_text(value: &Value) -> bool {
    value.as_str().is_some_and(|text| !text.trim().is_empty())
}

/// Every object in the document.
fn every_object<'a>(value: &'a Value, found: &mut Vec<&'a serde_json::Map<String, Value>>) {
    match value {
        Value::Object(members) => {
            found.push(members);
            members.values().for_each(|member| every_object(member, found));
        }
        Value::Array(elements) => elements.iter().for_each(|one| every_object(one, found)),
        _ => {}
    }
}
