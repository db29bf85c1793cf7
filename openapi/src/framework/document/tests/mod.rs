//! Rules of client generators, checked over the whole document, so that new operations keep them.

mod headers;
mod operations;
mod schemas;
mod stream;

use super::*;

/// The document as it is checked in.
const CHECKED_IN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.json");

/// The last release's document without prose.
const RELEASED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/released.json");

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

/// Clients are generated from the document: within a release, only its prose and its version change.
/// `UPDATE=release` renews the file for the next one.
#[test]
fn document_without_prose_is_that_of_the_last_release() {
    let mut document = document();
    strip_prose("", &mut document);
    if is_update("release") {
        std::fs::write(RELEASED, document.to_string()).unwrap();
    }
    let released = std::fs::read_to_string(RELEASED).unwrap();
    let mut released: Value = serde_json::from_str(&released).unwrap();
    strip_prose("", &mut released);
    released["info"]["version"] = document["info"]["version"].clone();
    for (path, operations) in released["paths"].as_object().unwrap() {
        assert_eq!(document["paths"][path], *operations, "{path}");
    }
    let schemas = &document["components"]["schemas"];
    for (name, schema) in released["components"]["schemas"].as_object().unwrap() {
        assert_eq!(schemas[name], *schema, "{name}");
    }
    // As text, because generated code and forms keep the order of paths and properties.
    let [document, released] = [&document, &released].map(Value::to_string);
    assert!(document == released, "paths or properties have another order");
}

/// Removes prose, and sorts the members of objects whose order means nothing.
fn strip_prose(name: &str, value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|name, value| {
                !value.is_string() || !["description", "summary"].contains(&name.as_str())
            });
            if !["paths", "properties"].contains(&name) {
                members.sort_keys();
            }
            for (name, member) in members {
                strip_prose(name, member);
            }
        }
        Value::Array(elements) => elements.iter_mut().for_each(|one| strip_prose("", one)),
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
