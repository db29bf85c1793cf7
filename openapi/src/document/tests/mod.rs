//! The rules that every generator of clients needs, over the whole document: what comes later is
//! held to them too.

mod headers;
mod operations;
mod schemas;
mod stream;

use super::*;

/// The document as it is checked in.
const CHECKED_IN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.json");

#[test]
#[allow(clippy::disallowed_methods)] // `UPDATE=1` rewrites the file; no setting of the server
fn the_document_is_the_one_that_is_checked_in() {
    let made = document_json();
    if std::env::var("UPDATE").is_ok_and(|value| value == "1") {
        std::fs::write(CHECKED_IN, &made).unwrap();
    }
    let checked_in = std::fs::read_to_string(CHECKED_IN).unwrap_or_default();
    assert!(
        made == checked_in,
        "the API has changed: look at it, then run `UPDATE=1 cargo test -p leopard-openapi`"
    );
}

#[test]
fn it_names_its_version_server_contact_and_licence() {
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

/// Whether something is said here.
fn is_text(value: &Value) -> bool {
    value.as_str().is_some_and(|text| !text.trim().is_empty())
}

/// Every object in the document.
fn every_object<'a>(value: &'a Value, found: &mut Vec<&'a serde_json::Map<String, Value>>) {
    match value {
        Value::Object(members) => {
            found.push(members);
            members
                .values()
                .for_each(|member| every_object(member, found));
        }
        Value::Array(elements) => elements.iter().for_each(|one| every_object(one, found)),
        _ => {}
    }
}
