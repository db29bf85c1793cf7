//! Tasks that are wrong, field by field: the exact texts that clients look for.

use leopard_tests::support::leopard::Leopard;
use leopard_tests::support::refusal::{
    BLANK, NO_NUL, NOT_A_STRING, NOT_A_TIME, NOT_AN_INTEGER, NULL, REQUIRED, altered, refused,
    refuses, required_text,
};
use leopard_tests::support::wait::{TIMEOUT, until};
use serde_json::{Value, json};

/// The two names of the call that makes a task.
const TASKS: [&str; 2] = ["/api/v1/tasks/", "/api/v1/tasks/create/"];

/// A task that is accepted.
fn task() -> Value {
    json!({"title": "T", "detail": "D", "due_date": "2035-01-01T00:00:00Z"})
}

/// What is wrong with a text of limited length in every operation.
fn text(max: usize) -> Vec<(Option<Value>, String)> {
    let too_long = format!("Ensure this field has no more than {max} characters.");
    let mut cases: Vec<(Option<Value>, String)> = required_text()
        .into_iter()
        .map(|(value, message)| (value, message.to_owned()))
        .collect();
    cases.push((Some("x".repeat(max + 1).into()), too_long.clone()));
    cases.push((Some("日".repeat(max + 1).into()), too_long));
    cases
}

#[tokio::test]
async fn texts_of_a_task() {
    let leopard = Leopard::start(&[]).await;
    let admin = leopard.admin().await;
    for path in TASKS {
        for (field, max) in [("title", 200), ("detail", 20_000)] {
            for (value, message) in text(max) {
                let body = altered(task(), field, value.as_ref());
                refused(&admin.api, path, body, json!({field: [message]})).await;
            }
            let longest = altered(task(), field, Some(&"日".repeat(max).into()));
            let made = admin.api.post(path, longest.clone()).await.expect(201);
            assert_eq!(made[field], longest[field]);
        }
    }
}

#[tokio::test]
async fn everything_that_is_wrong_is_said_at_once() {
    let leopard = Leopard::start(&[]).await;
    let admin = leopard.admin().await;
    for path in TASKS {
        let missing = json!({"detail": [REQUIRED], "due_date": [REQUIRED], "title": [REQUIRED]});
        refused(&admin.api, path, json!({}), missing).await;
        let body = json!({"title": 5, "detail": "", "due_date": "soon", "priority": "low"});
        let errors = json!({
            "detail": [BLANK],
            "due_date": [NOT_A_TIME],
            "priority": ["\"low\" is not a valid choice."],
            "title": [NOT_A_STRING],
        });
        refused(&admin.api, path, body, errors).await;
    }
}

#[tokio::test]
async fn the_other_fields_of_a_task() {
    let leopard = Leopard::start(&[]).await;
    let admin = leopard.admin().await;
    let due_date = [
        (None, REQUIRED),
        (Some(Value::Null), NULL),
        (Some(json!("tomorrow")), NOT_A_TIME),
        (Some(json!("2035-13-01T00:00:00Z")), NOT_A_TIME),
        (Some(json!("2035-02-30T00:00:00Z")), NOT_A_TIME),
        (Some(json!("")), NOT_A_TIME),
        (Some(json!(1_765_000_000)), NOT_A_TIME),
    ];
    let priority = [
        (Some(Value::Null), NULL),
        (Some(json!("low")), "\"low\" is not a valid choice."),
        (Some(json!("")), "\"\" is not a valid choice."),
        (Some(json!(1)), "\"1\" is not a valid choice."),
    ];
    let unknown = "Invalid pk \"999\" - object does not exist.";
    let user = [
        (Some(json!(999)), unknown),
        (Some(json!("one")), NOT_AN_INTEGER),
        (Some(json!(true)), NOT_AN_INTEGER),
        (Some(json!(1.5)), NOT_AN_INTEGER),
        (Some(json!([1])), NOT_AN_INTEGER),
        (Some(json!(u64::MAX)), NOT_AN_INTEGER),
        (Some(json!(1e30)), NOT_AN_INTEGER),
    ];
    let tags = [
        (Some(Value::Null), NULL),
        (
            Some(json!("one")),
            "Expected a list of items but got type \"str\".",
        ),
        (
            Some(json!({})),
            "Expected a list of items but got type \"dict\".",
        ),
        (Some(json!([5])), NOT_A_STRING),
        (Some(json!([""])), BLANK),
        (Some(json!(["\0"])), NO_NUL),
        (
            Some(json!(vec!["x"; 21])),
            "Ensure this field has no more than 20 elements.",
        ),
        (
            Some(json!(["x".repeat(51)])),
            "Ensure this field has no more than 50 characters.",
        ),
    ];
    for path in TASKS {
        for (field, cases) in [
            ("due_date", due_date.as_slice()),
            ("priority", &priority),
            ("assigned_to", &user),
            ("assigned_by", &user),
            ("tags", &tags),
        ] {
            refuses(&admin.api, path, &task(), field, cases).await;
        }
    }
}

#[tokio::test]
async fn a_linked_entity_has_both_parts_or_neither() {
    let leopard = Leopard::start(&[]).await;
    let admin = leopard.admin().await;
    for path in TASKS {
        let body = altered(task(), "linked_entity_type", Some(&json!("client")));
        let message = "This field and \"linked_entity_type\" must be given together.";
        let errors = json!({"linked_entity_id": [message]});
        refused(&admin.api, path, body.clone(), errors).await;
        let wrong = altered(body, "linked_entity_id", Some(&json!("seven")));
        let errors = json!({"linked_entity_id": [NOT_AN_INTEGER]});
        refused(&admin.api, path, wrong, errors).await;
        let body = altered(task(), "linked_entity_id", Some(&json!(7)));
        let message = "This field and \"linked_entity_id\" must be given together.";
        let errors = json!({"linked_entity_type": [message]});
        refused(&admin.api, path, body, errors).await;
    }
}

#[tokio::test]
async fn an_inactive_user_gets_no_task_and_only_staff_assigns_for_others() {
    let leopard = Leopard::start(&[]).await;
    let (alice, bob) = (leopard.user("alice").await, leopard.user("bob").await);
    for path in TASKS {
        let body = altered(task(), "assigned_by", Some(&json!(bob.id)));
        let answer = alice.api.post(path, body).await;
        let problem = answer.problem(403, "permission_denied");
        let detail = "You do not have permission to perform this action.";
        assert_eq!(problem["detail"], detail);
    }
    leopard.home().cli(&["user", "deactivate", "bob"]).await;
    // Another process did that: this one may remember bob for a moment.
    let bobs_task = altered(task(), "assigned_to", Some(&json!(bob.id)));
    until("a task for bob is refused", TIMEOUT, async || {
        let answer = alice.api.post(TASKS[0], bobs_task.clone()).await;
        (answer.status != 201).then_some(())
    })
    .await;
    let message = format!("Invalid pk \"{}\" - object does not exist.", bob.id);
    for path in TASKS {
        let errors = json!({"assigned_to": [message]});
        refused(&alice.api, path, bobs_task.clone(), errors).await;
    }
}

#[tokio::test]
async fn what_looks_odd_but_is_fine() {
    let leopard = Leopard::start(&[]).await;
    let admin = leopard.admin().await;
    let body = json!({
        "title": "  spaces, \u{1F406} and \u{200F}marks stay \r\n",
        "detail": "<script>alert(1)</script>",
        "due_date": "2035-01-01T02:30:00.5+02:30",
        "priority": "URGENT",
        "assigned_to": null,
        "tags": [],
        "linked_entity_type": null,
        "linked_entity_id": null,
        "nobody knows this": {"deep": [1, 2, 3]},
    });
    let made = admin.api.post(TASKS[0], body.clone()).await.expect(201);
    for field in ["title", "detail", "priority", "assigned_to", "tags"] {
        assert_eq!(made[field], body[field]);
    }
    assert_eq!(made["due_date"], "2035-01-01T00:00:00.500000Z");
    let local = altered(task(), "due_date", Some(&json!("2035-01-01T12:00")));
    let made = admin.api.post(TASKS[0], local).await.expect(201);
    assert_eq!(made["due_date"], "2035-01-01T12:00:00Z");
    let past = altered(task(), "due_date", Some(&json!("2001-01-01T00:00:00Z")));
    let made = admin.api.post(TASKS[0], past).await.expect(201);
    assert_eq!(made["is_overdue"], true);
}
