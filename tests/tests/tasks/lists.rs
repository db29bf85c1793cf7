//! Lists of tasks: filters, order and dates.

use leopard_tests::fixtures::now;
use leopard_tests::support::{Leopard, User};
use serde_json::{Value, json};

/// Alice's tasks: one is overdue, one is due tomorrow, one later; another one is Bob's.
async fn start() -> (Leopard, User) {
    // Without due scans.
    let (leopard, [alice, bob]) =
        Leopard::with_users(&[("LEOPARD_REMINDER_SECONDS", "3600")], ["alice", "bob"]).await;
    for (title, days, priority, tag, client) in [
        ("Late Straße", -1, "LOW", "red", Some(7)),
        ("Soon 100%", 1, "URGENT", "red", Some(8)),
        ("Later", 9, "HIGH", "blue", None),
    ] {
        let due = now() + chrono::TimeDelta::days(days);
        let task = json!({
            "title": title, "detail": "Look", "due_date": due, "priority": priority,
            "tags": [tag], "assigned_to": alice.id,
            "linked_entity_type": client.map(|_| "client"), "linked_entity_id": client,
        });
        bob.api.post("/api/v1/tasks/", task).await.expect(201);
    }
    alice.api.create_task("Of Bob", bob.id).await;
    (leopard, alice)
}

fn titles(list: &Value) -> Vec<&str> {
    let tasks = list.as_array().or(list["results"].as_array());
    let tasks = tasks.expect("a list").iter();
    tasks.map(|task| task["title"].as_str().expect("a title")).collect()
}

async fn list(user: &User, query: &str) -> Value {
    user.api.get(&format!("/api/v1/tasks/{query}")).await.expect(200)
}

#[tokio::test]
async fn filter_narrows_the_list() {
    let (_leopard, alice) = start().await;
    let [late, soon, later] = ["Late Straße", "Soon 100%", "Later"];
    for (query, expected) in [
        ("", vec![later, soon, late]),
        ("?status=PENDING", vec![later, soon, late]),
        ("?status=COMPLETED", vec![]),
        ("?status=COMPLETED,PENDING", vec![later, soon, late]),
        ("?status=COMPLETED&status=PENDING", vec![later, soon, late]),
        ("?status=COMPLETED%2CCANCELLED", vec![]),
        ("?priority=URGENT", vec![soon]),
        ("?priority=URGENT,LOW", vec![soon, late]),
        ("?assigned_to=me", vec![later, soon, late]),
        ("?assigned_to=none", vec![]),
        ("?assigned_by=me", vec![]),
        ("?created_by=999999", vec![]),
        (
            "?due_after=2020-01-01T00:00:00Z&due_before=9999-01-01T00:00:00Z",
            vec![later, soon, late],
        ),
        ("?due_before=2020-01-01T00:00:00Z", vec![]),
        ("?updated_since=2020-01-01T00:00:00Z", vec![later, soon, late]),
        ("?updated_since=9999-01-01T00:00:00%2B02:00", vec![]),
        ("?client=7", vec![late]),
        ("?client=7&linked_entity_type=visa", vec![]),
        ("?client=7&linked_entity_id=8", vec![]),
        ("?linked_entity_type=client", vec![soon, late]),
        ("?linked_entity_type=client&linked_entity_id=8", vec![soon]),
        ("?tag=red", vec![soon, late]),
        ("?tag=red&priority=LOW", vec![late]),
        ("?tag=r", vec![]),
        ("?search=STRASSE", vec![late]),
        ("?search=100%25", vec![soon]),
        ("?search=%25", vec![soon]),
        ("?search=look", vec![later, soon, late]),
        ("?search=bob", vec![]),
        ("?include_overdue=false", vec![later, soon]),
        ("?status=&tag=&search=&ordering=", vec![later, soon, late]),
    ] {
        let found = list(&alice, query).await;
        assert_eq!(titles(&found), expected, "{query}");
        assert_eq!(found["count"], expected.len(), "{query}");
    }
    let longest = list(&alice, &format!("?search={}", "%C3%A9".repeat(100))).await;
    assert_eq!(titles(&longest), [""; 0]);
    let all = list(&alice, "?all_tasks=true&search=bob").await;
    assert_eq!(titles(&all), ["Of Bob"]);
    let given = list(&alice, "?all_tasks=true&created_by=me").await;
    assert_eq!(titles(&given), ["Of Bob"]);
}

#[tokio::test]
async fn order_sorts_the_list() {
    let (_leopard, alice) = start().await;
    let [late, soon, later] = ["Late Straße", "Soon 100%", "Later"];
    for (order, expected) in [
        ("due_date", [late, soon, later]),
        ("-due_date", [later, soon, late]),
        ("created_at", [late, soon, later]),
        ("-created_at", [later, soon, late]),
        ("priority", [late, later, soon]),
        ("-priority", [soon, later, late]),
    ] {
        let found = list(&alice, &format!("?ordering={order}")).await;
        assert_eq!(titles(&found), expected, "{order}");
    }
    let second = list(&alice, "?ordering=-priority&page=2&page_size=1").await;
    assert_eq!(titles(&second), [later]);
    let next = second["next"].as_str().expect("a link");
    assert!(next.contains("ordering=-priority"), "{next}");
}

#[tokio::test]
async fn overdue_and_due_soon_are_plain_lists() {
    let (_leopard, alice) = start().await;
    assert_eq!(titles(&list(&alice, "overdue/").await), ["Late Straße"]);
    assert_eq!(titles(&list(&alice, "due_soon/").await), ["Soon 100%"]);
    let soon = list(&alice, "due_soon/?days=10").await;
    assert_eq!(titles(&soon), ["Soon 100%", "Later"]);
    assert_eq!(soon[0]["is_overdue"], false);
}

#[tokio::test]
async fn invalid_query_is_refused() {
    let (_leopard, alice) = start().await;
    let long = format!("?search={}", "%C3%A9".repeat(101));
    for (query, field, message) in [
        ("?client=x", "client", "A valid integer is required."),
        ("?linked_entity_id=1.5", "linked_entity_id", "A valid integer is required."),
        (
            "?ordering=title",
            "ordering",
            "\"title\" is not a valid choice.\n\
             Choose one of -due_date, due_date, -created_at, created_at, -priority, priority.",
        ),
        ("?include_overdue=maybe", "include_overdue", "Must be a valid boolean."),
        ("?all_tasks=2", "all_tasks", "Must be a valid boolean."),
        ("?search=a%00", "search", "Null characters are not allowed."),
        (&long, "search", "Ensure this field has no more than 100 characters."),
        ("?tag=%00", "tag", "Null characters are not allowed."),
        (
            "?status=PENDNIG",
            "status",
            "\"PENDNIG\" is not a valid choice.\nChoose one of PENDING, IN_PROGRESS, COMPLETED, CANCELLED, OVERDUE.",
        ),
        (
            "?status=PENDING,",
            "status",
            "\"\" is not a valid choice.\nChoose one of PENDING, IN_PROGRESS, COMPLETED, CANCELLED, OVERDUE.",
        ),
        (
            "?priority=urgent",
            "priority",
            "\"urgent\" is not a valid choice.\nChoose one of LOW, MEDIUM, HIGH, URGENT.",
        ),
        ("?assigned_to=bob", "assigned_to", "Enter the id of a user, or \"me\" or \"none\"."),
        ("?created_by=none", "created_by", "Enter the id of a user, or \"me\"."),
        ("?due_before=tomorrow", "due_before", NOT_A_DATETIME),
        ("due_soon/?days=0", "days", "Ensure this value is greater than or equal to 1."),
        ("due_soon/?days=366", "days", "Ensure this value is less than or equal to 365."),
        ("due_soon/?days=x", "days", "A valid integer is required."),
    ] {
        let response = alice.api.get(&format!("/api/v1/tasks/{query}")).await;
        let problem = response.problem(400, "invalid");
        assert_eq!(
            problem["errors"],
            json!({field: message.lines().collect::<Vec<_>>()}),
            "{query}"
        );
    }
}

const NOT_A_DATETIME: &str = "Datetime has wrong format. Use one of these formats instead: \
    YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z].";
