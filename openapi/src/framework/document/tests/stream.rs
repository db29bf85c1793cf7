//! The stream in the document.

use serde_json::{Value, json};

use super::super::document;

fn operation() -> Value {
    document()["paths"]["/api/v1/notifications/stream/"]["get"].clone()
}

#[test]
fn stream_response_is_a_union_of_events() {
    let response = &operation()["responses"]["200"]["content"];
    let event = "#/components/schemas/StreamEvent";
    assert_eq!(response["text/event-stream"]["schema"]["$ref"], event);
}

#[test]
fn stream_declares_query_parameters_for_clients_without_headers() {
    let operation = operation();
    let parameters = operation["parameters"].as_array().unwrap().iter();
    let parameters: Vec<_> = parameters
        .map(|one| (one["in"].as_str(), one["name"].as_str(), &one["required"]))
        .collect();
    let expected = [
        (Some("query"), Some("token"), &json!(false)),
        (Some("header"), Some("Last-Event-ID"), &json!(false)),
        (Some("query"), Some("last_event_id"), &json!(false)),
    ];
    assert_eq!(parameters, expected);
}
