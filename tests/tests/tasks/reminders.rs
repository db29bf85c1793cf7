//! Reminders before and after due dates, sent by running servers.

use chrono::{DateTime, TimeDelta, Utc};
use leopard_tests::fixtures::{now, task_path};
use leopard_tests::support::postgres::Server;
use leopard_tests::support::{Leopard, Response, TIMEOUT, User, Workdir, until};
use serde_json::{Value, json};

const SETTINGS: [(&str, &str); 2] =
    [("LEOPARD_REMINDER_SECONDS", "1"), ("LEOPARD_DUE_SOON_HOURS", "1")];

/// The time in so many seconds.
fn seconds(from_now: i64) -> DateTime<Utc> {
    now() + TimeDelta::seconds(from_now)
}

/// Creates a task with or without an assignee, and returns its path.
async fn task(by: &User, title: &str, assignee: Option<i64>, due: DateTime<Utc>) -> String {
    let task = json!({
        "title": title, "detail": "Look at the date", "due_date": due,
        "priority": "URGENT", "assigned_to": assignee,
    });
    task_path(&by.api.post("/api/v1/tasks/", task).await.expect(201))
}

async fn postpone(by: &User, path: &str, due: DateTime<Utc>) -> Value {
    let patched = by.api.patch(path, json!({"due_date": due})).await;
    patched.expect(200)
}

/// Waits until the task has this status; ignores refused requests.
async fn until_status(user: &User, path: &str, status: &str) -> Response {
    until(&format!("{path} is {status}"), TIMEOUT, async || {
        let response = user.api.get(path).await;
        (response.status == 200 && response.json()["status"] == status).then_some(response)
    })
    .await
}

/// Waits for a reminder of a date that passes only now: all earlier ones have been sent then.
async fn until_all_are_sent(user: &User) {
    let path = task(user, "Last", Some(user.id), seconds(1)).await;
    until_status(user, &path, "OVERDUE").await;
}

/// The titles of all reminders of a user, oldest first, without those of [`until_all_are_sent`].
async fn reminders(user: &User) -> Vec<String> {
    let path = "/api/v1/notifications/?after=0&page_size=100";
    let inbox = user.api.get(path).await.expect(200);
    let all = inbox["results"].as_array().expect("a list");
    let kinds = ["TASK_DUE_SOON", "TASK_OVERDUE"];
    let reminders =
        all.iter().filter(|it| kinds.iter().any(|kind| it["notification_type"] == *kind));
    let titles = reminders.map(|it| it["title"].as_str().expect("a title"));
    let titles = titles.filter(|title| !title.ends_with(": Last"));
    titles.map(str::to_owned).collect()
}

#[tokio::test]
async fn due_date_sends_due_soon_and_overdue_reminders() {
    let (leopard, [alice, bob]) = Leopard::with_users(&SETTINGS, ["alice", "bob"]).await;
    let mut stream = bob.follow(&leopard).await;
    // It is due soon in two seconds.
    let path = task(&alice, "Call", Some(bob.id), seconds(3_602)).await;
    let made = bob.api.get(&path).await;
    let tag = made.header("ETag").to_owned();
    let made = made.json();
    stream.notification().await;
    let near = stream.notification().await.data;
    assert_eq!(near["notification_type"], "TASK_DUE_SOON");
    assert_eq!(near["title"], "Task Due Soon: Call");
    let message = "Your urgent priority task is due soon.";
    assert_eq!(near["message"], message);
    assert_eq!(near["due_date"], made["due_date"]);
    let meta_info = json!({"task_id": made["id"], "priority": "URGENT"});
    assert_eq!(near["meta_info"], meta_info);
    let unchanged = bob.api.get(&path).await;
    assert_eq!(unchanged.header("ETag"), tag, "a reminder does not change the task");
    assert_eq!(unchanged.json(), made);

    let sooner = postpone(&alice, &path, seconds(1)).await;
    let passed = stream.notification().await.data;
    assert_eq!(passed["notification_type"], "TASK_OVERDUE");
    assert_eq!(passed["title"], "Task Overdue: Call");
    assert_eq!(passed["due_date"], sooner["due_date"]);
    let late = bob.api.get(&path).await;
    assert_ne!(late.header("ETag"), tag);
    let late = late.json();
    assert_eq!(late["status"], "OVERDUE");
    assert_eq!(late["updated_by_name"], "alice", "the last editor");
    assert_ne!(late["updated_at"], sooner["updated_at"]);
    let listed = bob.api.get("/api/v1/tasks/?status=OVERDUE").await.expect(200);
    assert_eq!(listed["results"], json!([late]));

    let later = postpone(&alice, &path, seconds(2)).await;
    assert_eq!(later["status"], "PENDING");
    let again = stream.notification().await.data;
    assert_eq!(again["title"], "Task Overdue: Call", "a reminder for the new date");
    assert_eq!(again["due_date"], later["due_date"]);
}

#[tokio::test]
async fn reminder_is_not_sent_without_need() {
    let (_leopard, [alice, bob]) = Leopard::with_users(&SETTINGS, ["alice", "bob"]).await;
    let (soon, past) = (seconds(6), seconds(-60));
    let begun = task(&alice, "Begun", Some(bob.id), soon).await;
    let done = task(&alice, "Done", Some(bob.id), soon).await;
    let reopened = task(&alice, "Reopened", Some(bob.id), soon).await;
    let free = task(&alice, "Free", None, soon).await;
    let late = task(&alice, "Late already", Some(bob.id), past).await;
    let act = async |path: &str, action: &str| {
        let path = format!("{path}{action}/");
        bob.api.post_empty(&path).await.expect(200)
    };
    act(&begun, "start").await;
    act(&done, "complete").await;
    act(&reopened, "cancel").await;
    for path in [&free, &late] {
        until_status(&alice, path, "OVERDUE").await;
    }
    until_all_are_sent(&bob).await;
    assert_eq!(reminders(&bob).await, ["Task Overdue: Begun"]);
    let begun = alice.api.get(&begun).await.expect(200);
    assert_eq!(begun["status"], "IN_PROGRESS");
    assert_eq!(begun["is_overdue"], true);
    let done = alice.api.get(&done).await.expect(200);
    assert_eq!(done["status"], "COMPLETED");

    // A late assignment sends no reminder, a reopened task does.
    let assigned = json!({"assigned_to": bob.id});
    alice.api.patch(&free, assigned).await.expect(200);
    act(&reopened, "reopen").await;
    until_status(&alice, &reopened, "OVERDUE").await;
    until_all_are_sent(&bob).await;
    let both = ["Task Overdue: Begun", "Task Overdue: Reopened"];
    assert_eq!(reminders(&bob).await, both);
    assert!(reminders(&alice).await.is_empty());
}

#[tokio::test]
async fn reminder_is_not_repeated_after_a_restart() {
    let (leopard, [bob]) = Leopard::with_users(&SETTINGS, ["bob"]).await;
    let path = task(&bob, "Call", Some(bob.id), seconds(1)).await;
    until_status(&bob, &path, "OVERDUE").await;
    let meanwhile = task(&bob, "Meanwhile", Some(bob.id), seconds(1)).await;
    let leopard = leopard.crash().serve().await;
    let bob = User::log_in(&leopard, "bob", &bob.password).await;
    until_status(&bob, &meanwhile, "OVERDUE").await;
    until_all_are_sent(&bob).await;
    let each = ["Task Overdue: Call", "Task Overdue: Meanwhile"];
    assert_eq!(reminders(&bob).await, each);
}

#[tokio::test]
async fn two_nodes_send_a_reminder_once() {
    let [one, other] = Workdir::two_nodes(&SETTINGS).await;
    let bob = one.user("bob").await;
    let mut stream = bob.follow(&other).await;
    let due = seconds(3);
    for number in 0..40 {
        task(&bob, &format!("Call {number}"), Some(bob.id), due).await;
    }
    for _ in 0..80 {
        stream.notification().await;
    }
    until_all_are_sent(&bob).await;
    let mut titles = reminders(&bob).await;
    assert_eq!(titles.len(), 40);
    titles.sort_unstable();
    titles.dedup();
    assert_eq!(titles.len(), 40);
}

#[tokio::test]
async fn events_during_an_outage_are_delivered_after_it() {
    let postgres = Server::start().await;
    let workdir = Workdir::for_node(&postgres.new_database().await).with_all(&SETTINGS);
    let leopard = workdir.serve().await;
    let bob = leopard.user("bob").await;
    let due = seconds(2);
    let path = task(&bob, "Call", Some(bob.id), due).await;
    postgres.stop().await;
    until("the date passes, and a scan fails", TIMEOUT, async || {
        let has_failed = leopard.log().contains("job=\"reminders\"");
        (has_failed && due < seconds(0)).then_some(())
    })
    .await;
    postgres.start_again().await;
    until_status(&bob, &path, "OVERDUE").await;
    until_all_are_sent(&bob).await;
    assert_eq!(reminders(&bob).await, ["Task Overdue: Call"]);
}
