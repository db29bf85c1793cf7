//! Rules for the headers of every response.

use std::collections::BTreeSet;

use super::{every_object, inlined};

#[test]
fn headers_have_their_usual_names() {
    let document = inlined();
    let mut objects = vec![];
    every_object(&document, &mut objects);
    let headers = objects.iter().filter_map(|object| object.get("headers"));
    let headers = headers.filter_map(|headers| headers.as_object());
    let names: BTreeSet<&str> = headers.flatten().map(|(name, _)| name.as_str()).collect();
    let known = [
        "ETag",
        "Idempotent-Replayed",
        "Location",
        "RateLimit",
        "RateLimit-Policy",
        "Retry-After",
        "WWW-Authenticate",
        "X-Request-Id",
    ];
    assert_eq!(names, BTreeSet::from(known));
}

#[test]
fn every_response_has_its_request_id() {
    let document = inlined();
    let paths = document["paths"].as_object().unwrap().values();
    let operations = paths.flat_map(|item| item.as_object().unwrap().values());
    for response in operations.flat_map(|one| one["responses"].as_object().unwrap().values()) {
        assert_eq!(response["headers"]["X-Request-Id"]["required"], true, "{response:?}");
    }
}

#[test]
fn every_response_with_one_task_has_its_etag() {
    let document = inlined();
    let mut objects = vec![];
    every_object(&document, &mut objects);
    let shows_a_task = |response: &serde_json::Map<String, serde_json::Value>| {
        let schema = &response["content"]["application/json"]["schema"]["$ref"];
        schema == "#/components/schemas/Task"
    };
    let responses = objects.iter().filter(|object| object.contains_key("content"));
    let responses: Vec<_> = responses.filter(|response| shows_a_task(response)).collect();
    assert!(responses.len() > 10, "they are found");
    for response in responses {
        assert_eq!(response["headers"]["ETag"]["required"], true, "{response:?}");
    }
}
