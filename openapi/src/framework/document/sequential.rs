//! The same document as `OpenAPI` 3.2, which can say that the stream is a sequence of events. Most generators still
//! read 3.0 alone.

use serde_json::{Map, Value, json};

use super::finish::every_object;

/// The document in version 3.2.
pub(super) fn sequential(mut document: Value) -> Value {
    document["openapi"] = json!("3.2.0");
    every_object(&mut document, &mut upgrade);
    let example = example(&document["components"]["schemas"]);
    every_object(&mut document, &mut |members| {
        if let Some(stream) = members.get_mut("text/event-stream") {
            *stream = events(&stream["schema"], &example);
        }
    });
    document
}

/// Writes a schema as JSON Schema, which has no `nullable`, and constants.
fn upgrade(schema: &mut Map<String, Value>) {
    if schema.get("nullable").is_some_and(Value::is_boolean) {
        let may_be_null = schema.remove("nullable") == Some(json!(true));
        if let Some(kind) = schema.get_mut("type").filter(|_| may_be_null) {
            *kind = json!([kind, "null"]);
        }
    }
    let only = schema.get("enum").and_then(Value::as_array).filter(|names| names.len() == 1);
    if let Some(constant) = only.map(|names| names[0].clone()) {
        schema.remove("enum");
        schema.insert("const".to_owned(), constant);
    }
}

/// The media type of a stream: the fields of an event (the HTML standard, section 9.2), with JSON in `data`.
fn events(event: &Value, example: &str) -> Value {
    json!({
        "itemSchema": {
            "type": "object",
            "required": ["data"],
            "properties": {
                "id": {
                    "type": "string",
                    "description": "Cursor for `Last-Event-ID`; notifications have one.",
                },
                "retry": {
                    "type": "integer",
                    "minimum": 0,
                    "description": "Milliseconds to wait before reconnecting.",
                },
                "data": {
                    "type": "string",
                    "contentMediaType": "application/json",
                    "contentSchema": event,
                    "description": "One line of JSON.",
                },
            },
        },
        "examples": { "notification": {
            "summary": "The first events of a stream.",
            "serializedValue": example,
        }},
    })
}

/// A stream with one notification.
fn example(schemas: &Value) -> String {
    let data = |name: &str| &schemas[name]["example"];
    let (connected, notification) = (data("ConnectionEstablishedEvent"), data("NotificationEvent"));
    format!("retry: 3000\ndata: {connected}\n\nid: 42\ndata: {notification}\n\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nullable_type_and_single_choice_become_those_of_json_schema() {
        let mut schema = json!({ "type": "string", "nullable": true, "enum": ["a"] });
        every_object(&mut schema, &mut upgrade);
        assert_eq!(schema, json!({ "type": ["string", "null"], "const": "a" }));
        let mut schema = json!({ "type": "string", "nullable": false, "enum": ["a", "b"] });
        every_object(&mut schema, &mut upgrade);
        assert_eq!(schema, json!({ "type": "string", "enum": ["a", "b"] }));
    }

    #[test]
    fn stream_is_a_sequence_of_events() {
        let document = sequential(super::super::document());
        let stream = &document["paths"]["/api/v1/notifications/stream/"]["get"]["responses"]["200"];
        let content = &stream["content"]["text/event-stream"];
        let event = "#/components/schemas/StreamEvent";
        let data = &content["itemSchema"]["properties"]["data"];
        assert_eq!(data["contentSchema"]["$ref"], event);
        assert!(content.get("schema").is_none());
        assert!(!document.to_string().contains("\"nullable\""));
    }
}
