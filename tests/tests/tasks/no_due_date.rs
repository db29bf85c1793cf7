//! Tasks without a due date, on each kind of database.

use leopard_tests::fixtures::{task_body, task_path};
use leopard_tests::support::{Leopard, TIMEOUT, Workdir, new_database, until};
use serde_json::{Value, json};

const TASKS: &str = "/api/v1/tasks/";

async fn on_each_database() -> [Leopard; 2] {
    let settings = [("LEOPARD_REMINDER_SECONDS", "1")];
    let postgres = Workdir::for_node(&new_database().await).with_all(&settings);
    [Workdir::new(&settings).serve().await, postgres.serve().await]
}

fn titles(page: &Value) -> Vec<&str> {
    let tasks = page["results"].as_array().expect("a list").iter();
    tasks.map(|task| task["title"].as_str().expect("a title")).collect()
}

#[tokio::test]
async fn due_date_is_optional_and_can_be_removed_and_set() {
    for leopard in on_each_database().await {
        let alice = leopard.user("alice").await;
        let mut stream = alice.follow(&leopard).await;
        for due_date in [None, Some(Value::Null)] {
            let mut body = json!({"title": "Someday", "assigned_to": alice.id});
            if let Some(due_date) = due_date {
                body["due_date"] = due_date;
            }
            let created = alice.api.post(TASKS, body).await.expect(201);
            assert_eq!(
                (&created["due_date"], &created["is_overdue"]),
                (&json!(null), &json!(false))
            );
            let read = alice.api.get(&task_path(&created)).await.expect(200);
            assert_eq!(read["due_date"], json!(null));
            let event = stream.notification().await.data;
            assert_eq!(event["due_date"], json!(null));
        }

        let late = task_body("Late", alice.id);
        let path = task_path(&alice.api.post(TASKS, late).await.expect(201));
        let past = json!({"due_date": "2020-01-01T00:00:00Z"});
        assert_eq!(alice.api.patch(&path, past).await.expect(200)["is_overdue"], true);
        until("the task is overdue", TIMEOUT, async || {
            let read = alice.api.get(&path).await.expect(200);
            (read["status"] == "OVERDUE").then_some(())
        })
        .await;
        let without = alice.api.patch(&path, json!({"due_date": null})).await.expect(200);
        assert_eq!((&without["status"], &without["due_date"]), (&json!("PENDING"), &json!(null)));
        // A PUT keeps the date that it omits.
        let put = alice.api.put(&path, json!({"title": "Late"})).await.expect(200);
        assert_eq!(put["due_date"], json!(null));
        let dated = json!({"title": "Late", "due_date": "2035-01-01T00:00:00Z"});
        alice.api.put(&path, dated).await.expect(200);
        let put = alice.api.put(&path, json!({"title": "Late"})).await.expect(200);
        assert_eq!(put["due_date"], "2035-01-01T00:00:00Z");
    }
}

#[tokio::test]
async fn lists_have_tasks_without_a_due_date_last_and_date_filters_leave_them_out() {
    for leopard in on_each_database().await {
        let alice = leopard.user("alice").await;
        for (title, due_date) in [
            ("some day", json!(null)),
            ("late", json!("2020-01-01T00:00:00Z")),
            ("soon", json!("2035-01-01T00:00:00Z")),
        ] {
            let body = json!({"title": title, "due_date": due_date, "assigned_to": alice.id});
            alice.api.post(TASKS, body).await.expect(201);
        }
        for (query, expected) in [
            ("", &["soon", "late", "some day"][..]),
            ("?ordering=due_date", &["late", "soon", "some day"]),
            ("?ordering=due_date&page_size=1&page=3", &["some day"]),
            ("?ordering=due_date&page_size=2&page=2", &["some day"]),
            ("?due_before=2030-01-01T00:00:00Z", &["late"]),
            ("?due_after=0001-01-01T00:00:00Z", &["soon", "late"]),
            ("?include_overdue=false", &["soon", "some day"]),
        ] {
            let found = alice.api.get(&format!("{TASKS}{query}")).await.expect(200);
            assert_eq!(titles(&found), expected, "{query}");
        }
        let overdue = alice.api.get("/api/v1/tasks/overdue/").await.expect(200);
        assert_eq!(overdue.as_array().map(Vec::len), Some(1));
    }
}
