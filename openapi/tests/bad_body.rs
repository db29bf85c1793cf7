//! Errors of every operation with a body for an invalid one.
use std::collections::BTreeSet;

use crate::bodies::{Member, Operation, operations};
use crate::support::{
    ANN, Client, STAFF, TestApi, json as json_of, problem, unchanged_notifications, unchanged_tasks,
};
use poem::test::TestResponse;
use serde_json::{Map, Value, json};

/// A client of an API whose stores refuse to be changed.
fn client() -> Client {
    TestApi {
        tasks: unchanged_tasks(),
        notifications: unchanged_notifications(),
        ..TestApi::default()
    }
    .client()
}

/// The response to a body of this content type, if any.
async fn send(
    client: &Client,
    operation: &Operation,
    content_type: Option<&str>,
    body: impl Into<Vec<u8>>,
) -> TestResponse {
    let method = operation.method.parse().unwrap();
    let request = client.request(method, operation.path);
    let request = request.header("Authorization", STAFF).body(body.into());
    let request = match content_type {
        Some(content_type) => request.header("Content-Type", content_type),
        None => request,
    };
    request.send().await
}

/// Asserts that the fields of this body are refused, and how.
async fn refused(client: &Client, operation: &Operation, body: &Value, errors: Value) {
    let response = send(client, operation, Some("application/json"), body.to_string()).await;
    let case = format!("{} {} {body:.200}", operation.method, operation.path);
    assert_eq!(response.0.status().as_u16(), 400, "{case}");
    let problem = problem(response, 400, "invalid").await;
    assert_eq!(problem["detail"], "Invalid input.");
    assert_eq!(problem["errors"], errors, "{case}");
}

/// The messages of a field, one a line.
fn lines(messages: &str) -> Vec<&str> {
    messages.lines().collect()
}

#[tokio::test]
async fn table_has_every_operation_with_a_body() {
    let document = TestApi::default().client().get("/openapi.json").send().await;
    let document = json_of(document).await;
    let mut documented = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            if operation.get("requestBody").is_some() {
                documented.insert(format!("{} {path}", method.to_uppercase()));
            }
        }
    }
    let templates = [
        ("/tasks/5/", "/tasks/{id}/"),
        ("/notifications/8/", "/notifications/{id}/"),
        ("/notification-types/NEWS/", "/notification-types/{name}/"),
        ("/users/1/", "/users/{id}/"),
        ("/by-external-id/7/", "/by-external-id/{external_id}/"),
    ];
    let tested = operations().into_iter().map(|operation| {
        let path = templates
            .iter()
            .fold(operation.path.to_owned(), |path, (id, template)| path.replace(id, template));
        format!("{} {path}", operation.method)
    });
    assert_eq!(tested.collect::<BTreeSet<_>>(), documented);
}

#[tokio::test]
async fn malformed_json_is_a_parse_error() {
    let client = client();
    let bodies: [(&[u8], u64, u64); 10] = [
        (b"", 1, 0),
        (b"{", 1, 1),
        (b"{\"a\":1,}", 1, 8),
        (b"{\n  'a': 1}", 2, 3),
        (b"{'a': 1}", 1, 2),
        (b"\xff", 1, 1),
        (b"{\"a\":\"\xff\"}", 1, 7),
        (br#"{"a":"\ud800"}"#, 1, 13),
        (b"{\"a\":NaN}", 1, 6),
        (b"{} {}", 1, 4),
    ];
    for operation in operations() {
        for (body, line, column) in bodies {
            let response = send(&client, &operation, Some("application/json"), body).await;
            let problem = problem(response, 400, "parse_error").await;
            assert_eq!(problem["detail"], "JSON parse error");
            assert_eq!([&problem["line"], &problem["column"]], [line, column], "{body:?}");
        }
    }
}

#[tokio::test]
async fn body_that_is_no_object_is_invalid() {
    let client = client();
    for operation in operations() {
        for (body, name) in [
            (json!([]), "list"),
            (json!("x"), "str"),
            (json!(1), "int"),
            (json!(1.5), "float"),
            (json!(true), "bool"),
            (json!(null), "NoneType"),
        ] {
            let message = format!("Invalid data. Expected a dictionary, but got {name}.");
            let errors = json!({ "non_field_errors": [message] });
            refused(&client, &operation, &body, errors).await;
        }
    }
}

#[tokio::test]
async fn content_type_other_than_json_is_refused() {
    let client = client();
    for operation in operations() {
        let wrong =
            ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", "nonsense"];
        for content_type in wrong.map(Some).into_iter().chain([None]) {
            let response = send(&client, &operation, content_type, "{}").await;
            let problem = problem(response, 415, "unsupported_media_type").await;
            assert_eq!(problem["detail"], "Unsupported media type");
        }
        let with_parameter = Some("application/json; charset=utf-8");
        let response = send(&client, &operation, with_parameter, "[]").await;
        problem(response, 400, "invalid").await;
    }
}

#[tokio::test]
async fn wrong_member_is_refused_with_its_message() {
    let client = client();
    for operation in operations() {
        for Member { name, is_required, refused: cases } in &operation.members {
            for (value, message) in cases {
                let mut body = operation.body.clone();
                body[name] = value.clone();
                refused(&client, &operation, &body, json!({ *name: lines(message) })).await;
            }
            if *is_required {
                let mut body = operation.body.clone();
                body.as_object_mut().unwrap().remove(*name);
                let errors = json!({ *name: ["This field is required."] });
                refused(&client, &operation, &body, errors).await;
            }
        }
    }
}

#[tokio::test]
async fn all_wrong_members_are_named_at_once() {
    let client = client();
    for operation in operations() {
        let (mut body, mut errors) = (Map::new(), Map::new());
        for member in &operation.members {
            let (value, message) = &member.refused[0];
            body.insert(member.name.to_owned(), value.clone());
            errors.insert(member.name.to_owned(), json!(lines(message)));
        }
        refused(&client, &operation, &body.into(), errors.into()).await;
    }
}

#[tokio::test]
async fn linked_entity_has_both_members_or_neither() {
    let client = client();
    let tasks = operations().into_iter();
    for operation in tasks.filter(|it| it.members[0].name == "title") {
        for (given, missing, value) in [
            ("linked_entity_type", "linked_entity_id", json!("client")),
            ("linked_entity_id", "linked_entity_type", json!(7)),
        ] {
            let mut body = operation.body.clone();
            body[given] = value;
            let message = format!("This field and \"{given}\" must be given together.");
            refused(&client, &operation, &body, json!({ missing: [message] })).await;
        }
        let mut body = operation.body.clone();
        body["linked_entity_type"] = json!("client");
        body["linked_entity_id"] = json!("seven");
        let errors = json!({"linked_entity_id": ["A valid integer is required."]});
        refused(&client, &operation, &body, errors).await;
    }
}

#[tokio::test]
async fn preferences_name_at_most_twenty_errors() {
    let client = client();
    let all = operations().into_iter();
    let mut preferences = all.filter(|it| it.path.ends_with("/preferences/"));
    let flood: Map<_, _> = (0..50_000).map(|number| (format!("T{number}"), json!(false))).collect();
    let body = Value::Object(flood).to_string();
    let operation = preferences.next().unwrap();
    let response = send(&client, &operation, Some("application/json"), body).await;
    let problem = problem(response, 400, "invalid").await;
    assert_eq!(problem["errors"].as_object().map(Map::len), Some(20));
}

#[tokio::test]
async fn last_of_two_equal_members_counts_and_unknown_ones_are_ignored() {
    let body = r#"{"title":7,"title":"T","detail":"D","due_date":"2025-12-10T12:00","x":{}}"#;
    let client = TestApi::default().client();
    let request = client.post("/api/v1/tasks/");
    let request = request.header("Authorization", ANN);
    let response = request.content_type("application/json").body(body).send();
    assert_eq!(response.await.0.status(), 201);
}
