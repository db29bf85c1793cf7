//! Changes of tasks that are wrong, field by field: the exact texts that clients look for.

use leopard_tests::support::leopard::Leopard;
use leopard_tests::support::refusal::{
    BLANK, NO_NUL, NOT_A_STRING, NOT_A_TIME, NOT_AN_INTEGER, NULL, REQUIRED,
};
use leopard_tests::support::rest::Answer;
use leopard_tests::support::user::User;
use serde_json::{Value, json};

/// Each of these members is refused with its message, by PATCH and, beside what is required, by PUT.
async fn refuses(user: &User, path: &str, field: &str, cases: &[(Value, &str)]) {
    for (value, message) in cases {
        for method in ["PATCH", "PUT"] {
            let mut body = match method {
                "PUT" => json!({"title": "T", "detail": "D", "due_date": "2035-01-01T00:00:00Z"}),
                _ => json!({}),
            };
            body[field] = value.clone();
            let answer = Answer::to(user.api.request(method, path).json(&body)).await;
            let problem = answer.problem(400, "invalid");
            let expected = json!({field: [message]});
            assert_eq!(problem["errors"], expected, "{method} {body}");
        }
    }
    let read = user.api.get(path).await.expect(200);
    assert_eq!(read["updated_at"], read["created_at"], "nothing changed");
}

async fn scene() -> (Leopard, User, String) {
    let leopard = Leopard::start(&[]).await;
    let alice = leopard.user("alice").await;
    let task = alice.api.create_task("Stays", alice.id).await;
    let path = format!("/api/v1/tasks/{}/", task["id"]);
    (leopard, alice, path)
}

#[tokio::test]
async fn texts_are_texts_and_fit() {
    let (_leopard, alice, path) = scene().await;
    for (field, max) in [("title", 200), ("detail", 20_000)] {
        let too_long = format!("Ensure this field has no more than {max} characters.");
        let cases = [
            (json!(null), NULL),
            (json!(""), BLANK),
            (json!(" \n"), BLANK),
            (json!(7), NOT_A_STRING),
            (json!(["x"]), NOT_A_STRING),
            (json!("a\0b"), NO_NUL),
            (json!("\u{65E5}".repeat(max + 1)), too_long.as_str()),
        ];
        refuses(&alice, &path, field, &cases).await;
    }
}

#[tokio::test]
async fn the_other_fields_are_what_they_should_be() {
    let (leopard, alice, path) = scene().await;
    let times = [
        (json!(null), NULL),
        (json!("soon"), NOT_A_TIME),
        (json!(5), NOT_A_TIME),
    ];
    refuses(&alice, &path, "due_date", &times).await;
    let priorities = [
        (json!(null), NULL),
        (json!("low"), "\"low\" is not a valid choice."),
        (json!(1), "\"1\" is not a valid choice."),
    ];
    refuses(&alice, &path, "priority", &priorities).await;
    let statuses = [
        (json!(null), NULL),
        (json!("DONE"), "\"DONE\" is not a valid choice."),
    ];
    refuses(&alice, &path, "status", &statuses).await;
    let unknown = "Invalid pk \"999\" - object does not exist.";
    for field in ["assigned_to", "assigned_by"] {
        let users = [
            (json!("1"), NOT_AN_INTEGER),
            (json!(1.5), NOT_AN_INTEGER),
            (json!(true), NOT_AN_INTEGER),
            (json!(999), unknown),
        ];
        refuses(&alice, &path, field, &users).await;
    }
    let tags = [
        (json!(null), NULL),
        (
            json!("red"),
            "Expected a list of items but got type \"str\".",
        ),
        (json!([1]), NOT_A_STRING),
        (json!([""]), BLANK),
        (
            json!(vec!["x"; 21]),
            "Ensure this field has no more than 20 elements.",
        ),
    ];
    refuses(&alice, &path, "tags", &tags).await;
    refuses(&alice, &path, "assigned_by", &[(json!(null), NULL)]).await;
    let half = json!({"linked_entity_id": 7});
    let refused = Answer::to(alice.api.request("PATCH", &path).json(&half)).await;
    let together = "This field and \"linked_entity_id\" must be given together.";
    let expected = json!({"linked_entity_type": [together]});
    assert_eq!(refused.problem(400, "invalid")["errors"], expected);
    let bob = leopard.user("bob").await;
    let other = json!({"assigned_by": bob.id});
    let refused = Answer::to(alice.api.request("PATCH", &path).json(&other)).await;
    refused.problem(403, "permission_denied");
}

#[tokio::test]
async fn assigning_names_a_user_or_nobody() {
    let (_leopard, alice, path) = scene().await;
    let path = format!("{path}assign/");
    let unknown = "Invalid pk \"999\" - object does not exist.";
    for (body, message) in [
        (json!({}), REQUIRED),
        (json!({"assigned_to": "1"}), NOT_AN_INTEGER),
        (json!({"assigned_to": 999}), unknown),
    ] {
        let problem = alice.api.post(&path, body).await.problem(400, "invalid");
        assert_eq!(problem["errors"], json!({"assigned_to": [message]}));
    }
    let nobody = alice.api.post(&path, json!({"assigned_to": null})).await;
    assert_eq!(nobody.expect(200)["assigned_to"], Value::Null);
}

#[tokio::test]
async fn a_comment_says_something() {
    let (_leopard, alice, path) = scene().await;
    let path = format!("{path}add_comment/");
    let too_long = "Ensure this field has no more than 5000 characters.";
    for (body, message) in [
        (json!({}), REQUIRED),
        (json!({"comment": null}), NULL),
        (json!({"comment": " "}), BLANK),
        (json!({"comment": 7}), NOT_A_STRING),
        (json!({"comment": "a\0"}), NO_NUL),
        (json!({"comment": "\u{65E5}".repeat(5_001)}), too_long),
    ] {
        let problem = alice.api.post(&path, body).await.problem(400, "invalid");
        assert_eq!(problem["errors"], json!({"comment": [message]}));
    }
}
