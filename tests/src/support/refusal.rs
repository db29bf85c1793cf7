//! Bodies that are refused, and the messages that clients look for.

use serde_json::{Value, json};

use super::rest::{Answer, Api};

pub const REQUIRED: &str = "This field is required.";
pub const BLANK: &str = "This field may not be blank.";
pub const NULL: &str = "This field may not be null.";
pub const NOT_A_STRING: &str = "Not a valid string.";
pub const NOT_AN_INTEGER: &str = "A valid integer is required.";
pub const NOT_A_BOOLEAN: &str = "Must be a valid boolean.";
pub const NO_NUL: &str = "Null characters are not allowed.";
pub const NOT_A_TIME: &str = "Datetime has wrong format. Use one of these formats instead: \
    YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z].";

/// A body that is wrong in these fields is refused with these messages, and nothing else.
pub async fn refused(api: &Api, path: &str, body: Value, errors: Value) {
    refused_by(api, "POST", path, body, errors).await;
}

/// The same for any method.
pub async fn refused_by(api: &Api, method: &str, path: &str, body: Value, errors: Value) {
    let answer = Answer::to(api.request(method, path).json(&body)).await;
    assert_eq!(answer.status, 400, "{path} {body}: {}", answer.body);
    let problem = answer.problem(400, "invalid");
    assert_eq!(problem["detail"], "Invalid input.");
    assert_eq!(problem["errors"], errors, "{path} {body}");
}

/// Each of these values of a field is refused with its message.
pub async fn refuses(
    api: &Api,
    path: &str,
    body: &Value,
    field: &str,
    cases: &[(Option<Value>, &str)],
) {
    for (value, message) in cases {
        let body = altered(body.clone(), field, value.as_ref());
        refused(api, path, body, json!({field: [message]})).await;
    }
}

/// A body with a member replaced, or removed where there is no value.
pub fn altered(mut body: Value, field: &str, value: Option<&Value>) -> Value {
    match (value, body.as_object_mut().expect("bodies are objects")) {
        (Some(value), members) => members.insert(field.to_owned(), value.clone()),
        (None, members) => members.remove(field),
    };
    body
}

/// What is wrong with a text of any length in every operation.
pub fn required_text() -> Vec<(Option<Value>, &'static str)> {
    vec![
        (None, REQUIRED),
        (Some(Value::Null), NULL),
        (Some(json!("")), BLANK),
        (Some(json!(" \t\n")), BLANK),
        (Some(json!(5)), NOT_A_STRING),
        (Some(json!(true)), NOT_A_STRING),
        (Some(json!(["text"])), NOT_A_STRING),
        (Some(json!({"text": 1})), NOT_A_STRING),
        (Some(json!("a\0b")), NO_NUL),
    ]
}
