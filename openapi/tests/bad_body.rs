//! What every operation with a body says to a bad one.

use crate::support::{ANN, World, problem};
use serde_json::{Value, json};

/// Every operation with a body, and a member that it needs.
const BODIES: [(&str, &str); 8] = [
    ("/api/token/", "username"),
    ("/api/token/refresh/", "refresh"),
    ("/api/token/verify/", "token"),
    ("/api/token/blacklist/", "refresh"),
    ("/api/v1/tasks/", "title"),
    ("/api/v1/tasks/create/", "title"),
    ("/api/v1/users/me/password/", "old_password"),
    ("/api/v1/notifications/bulk_mark_read/", "notification_ids"),
];

/// The answer to a body of this content type.
async fn send(
    path: &str,
    content_type: &str,
    body: impl Into<Vec<u8>>,
) -> poem::test::TestResponse {
    let client = World::default().client();
    let request = client.post(path).header("Authorization", ANN);
    request
        .header("Content-Type", content_type)
        .body(body.into())
        .send()
        .await
}

/// What is wrong with the fields of this body.
async fn errors(path: &str, body: &Value) -> Value {
    let answer = send(path, "application/json", body.to_string()).await;
    let problem = problem(answer, 400, "invalid").await;
    assert_eq!(problem["detail"], "Invalid input.");
    problem["errors"].clone()
}

#[tokio::test]
async fn a_body_that_is_no_json_is_a_parse_error() {
    let bodies: [&[u8]; 8] = [
        b"",
        b"{",
        b"{\"a\":1,}",
        b"\xff",
        b"{\"a\":\"\xff\"}",
        br#"{"a":"\ud800"}"#,
        b"{\"a\":NaN}",
        b"{} {}",
    ];
    for (path, _) in BODIES {
        for body in bodies {
            let answer = send(path, "application/json", body).await;
            let problem = problem(answer, 400, "parse_error").await;
            assert_eq!(problem["detail"], "JSON parse error");
        }
    }
}

#[tokio::test]
async fn a_body_that_is_no_object_is_invalid() {
    let values = [
        ("[]", "list"),
        ("\"x\"", "str"),
        ("1", "int"),
        ("1.5", "float"),
        ("true", "bool"),
    ];
    for (path, _) in BODIES {
        for (body, name) in values {
            let answer = send(path, "application/json", body).await;
            let message = format!("Invalid data. Expected a dictionary, but got {name}.");
            let problem = problem(answer, 400, "invalid").await;
            assert_eq!(problem["errors"], json!({ "non_field_errors": [message] }));
        }
    }
}

#[tokio::test]
async fn another_content_type_is_refused_and_parameters_are_not() {
    for (path, _) in BODIES {
        let answer = send(path, "text/plain", "{}").await;
        let problem_said = problem(answer, 415, "unsupported_media_type").await;
        assert_eq!(problem_said["detail"], "Unsupported media type");
        let answer = send(path, "application/json; charset=utf-8", "{}").await;
        problem(answer, 400, "invalid").await;
        let client = World::default().client();
        let request = client.post(path).header("Authorization", ANN).body("{}");
        problem(request.send().await, 415, "unsupported_media_type").await;
    }
}

#[tokio::test]
async fn what_is_missing_or_null_is_named() {
    for (path, member) in BODIES {
        let said = errors(path, &json!({ "unknown": 1 })).await;
        assert_eq!(said[member], json!(["This field is required."]), "{path}");
        let said = errors(path, &json!({ member: null })).await;
        assert_eq!(
            said[member],
            json!(["This field may not be null."]),
            "{path}"
        );
    }
}

#[tokio::test]
async fn text_is_text_and_neither_blank_nor_holding_nul() {
    for (path, member) in &BODIES[..7] {
        for (value, message) in [
            (json!(5), "Not a valid string."),
            (json!(true), "Not a valid string."),
            (json!(["x"]), "Not a valid string."),
            (json!(""), "This field may not be blank."),
            (json!(" \t\n"), "This field may not be blank."),
            (json!("a\0b"), "Null characters are not allowed."),
        ] {
            let said = errors(path, &json!({ *member: value })).await;
            assert_eq!(said[member], json!([message]), "{path} {value}");
        }
    }
}

#[tokio::test]
async fn all_faults_of_a_task_are_told_at_once() {
    let said = errors(
        "/api/v1/tasks/",
        &json!({
            "title": "日".repeat(201),
            "detail": 7,
            "due_date": "soon",
            "priority": "low",
            "assigned_to": "1",
            "assigned_by": 1.0,
            "tags": "red",
            "linked_entity_type": "client",
        }),
    )
    .await;
    let datetime = "Datetime has wrong format. Use one of these formats instead: \
                    YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z].";
    assert_eq!(
        said,
        json!({
            "title": ["Ensure this field has no more than 200 characters."],
            "detail": ["Not a valid string."],
            "due_date": [datetime],
            "priority": ["\"low\" is not a valid choice."],
            "assigned_to": ["A valid integer is required."],
            "assigned_by": ["A valid integer is required."],
            "tags": ["Expected a list of items but got type \"str\"."],
            "linked_entity_id": ["This field and \"linked_entity_type\" must be given together."],
        })
    );
}

#[tokio::test]
async fn integers_are_whole_and_have_64_bits() {
    for value in [
        json!(1.0),
        json!("1"),
        json!(true),
        json!(u64::MAX),
        json!(1e30),
        json!([1]),
    ] {
        let said = errors("/api/v1/tasks/", &json!({ "assigned_to": value })).await;
        assert_eq!(
            said["assigned_to"],
            json!(["A valid integer is required."]),
            "{value}"
        );
        let ids = json!({ "notification_ids": [1, value] });
        let said = errors("/api/v1/notifications/bulk_mark_read/", &ids).await;
        assert_eq!(
            said["notification_ids"],
            json!(["A valid integer is required."])
        );
    }
}

#[tokio::test]
async fn the_last_of_two_equal_members_counts_and_unknown_ones_are_ignored() {
    let body = r#"{"title":7,"title":"T","detail":"D","due_date":"2025-12-10T12:00","x":{}}"#;
    let answer = send("/api/v1/tasks/", "application/json", body).await;
    assert_eq!(answer.0.status(), 201);
}

#[tokio::test]
async fn users_who_are_unknown_or_inactive_are_a_fault_of_their_field() {
    for id in [2, 99] {
        let task = json!({
            "title": "T", "detail": "D", "due_date": "2025-12-10T12:00:00Z", "assigned_to": id,
        });
        let said = errors("/api/v1/tasks/create/", &task).await;
        let message = format!("Invalid pk \"{id}\" - object does not exist.");
        assert_eq!(said, json!({ "assigned_to": [message] }));
    }
}
