//! Large responses: each is bounded, all together have bounded memory, and a client that does not read
//! its own does not delay other users.

use std::time::Duration;

use futures_util::future::{join, join_all};
use leopard_tests::fixtures::{task_body, task_path};
use leopard_tests::support::{
    Api, Leopard, Request, Response, Socket, TIMEOUT, User, alone, figure, until,
};
use serde_json::{Value, json};

/// The most bytes of a list without pages, roughly.
const MAX_LIST: usize = 8 * 1024 * 1024;
const PAGE: &str = "/api/v1/tasks/?page_size=100";
/// How many responses are requested and not read.
const UNREAD: usize = 60;

/// Creates overdue tasks with this detail, each due a minute after the one before it.
async fn overdue_tasks(user: &User, count: usize, detail: &str) {
    for number in 0..count {
        let mut task = task_body(&number.to_string(), user.id);
        task["detail"] = json!(detail);
        task["due_date"] = json!(format!("2020-01-01T{:02}:{:02}:00Z", number / 60, number % 60));
        user.api.post("/api/v1/tasks/", task).await.expect(201);
    }
}

async fn largest_tasks(user: &User, count: usize) {
    overdue_tasks(user, count, &"\u{1f600}".repeat(20_000)).await;
}

async fn overdue(api: &Api) -> (usize, Vec<Value>) {
    let response = api.get("/api/v1/tasks/overdue/").await;
    let bytes = response.body.len();
    let tasks = response.expect(200);
    (bytes, tasks.as_array().expect("a list").clone())
}

#[tokio::test]
async fn list_without_pages_is_bounded_by_bytes() {
    let _alone = alone().await;
    let (_leopard, [ann, bob]) = Leopard::with_users(&[], ["ann", "bob"]).await;
    largest_tasks(&ann, 110).await;
    let (bytes, tasks) = overdue(&ann.api).await;
    assert!(bytes <= MAX_LIST + MAX_LIST / 8, "{bytes} bytes");
    assert!((90..110).contains(&tasks.len()), "{} tasks", tasks.len());
    for (number, task) in tasks.iter().enumerate() {
        assert_eq!(task["title"], number.to_string());
    }
    // A list of small tasks is not cut.
    overdue_tasks(&bob, 120, "D").await;
    let (_, tasks) = overdue(&bob.api).await;
    assert_eq!(tasks.len(), 120);
}

#[tokio::test]
async fn unread_responses_are_bounded_and_delay_no_other() {
    let _alone = alone().await;
    let (leopard, [hostile, witness]) = Leopard::with_users(&[], ["hostile", "witness"]).await;
    largest_tasks(&hostile, 100).await;
    witness.api.create_task("T", witness.id).await;
    let whole = hostile.api.get(PAGE).await;
    let page = whole.body.len();
    assert_eq!(whole.expect(200)["results"].as_array().map(Vec::len), Some(100));
    let before = figure::resident(leopard.process());

    let mut unread = vec![];
    for _ in 0..UNREAD {
        let mut socket = Socket::connect(&leopard).await;
        socket.request(&Request::get(&hostile.access, PAGE)).await;
        unread.push(socket);
        // The witness is served at once, with lists too.
        let tasks = witness.api.get(PAGE).await.expect(200);
        assert_eq!(tasks["count"], 1);
        witness.api.create_task("T2", hostile.id).await;
        witness.api.get("/api/v1/tasks/due_soon/").await.expect(200);
    }
    let refused = hostile.api.until_status(PAGE, 503, TIMEOUT).await;
    assert_eq!(refused.header("Retry-After"), "5");
    refused.problem(503, "overloaded");
    witness.api.get(PAGE).await.expect(200);
    // Small responses do not need the memory.
    hostile.api.unread_count().await;

    let after = figure::resident(leopard.process());
    figure::print(&format!(
        "{UNREAD} responses of {page} bytes that are not read: {before} KiB before, {after} KiB after"
    ));
    // All of them would be half a GiB.
    assert!(after < before + 192 * 1024, "{before} KiB, {after} KiB");

    drop(unread);
    hostile.api.until_status(PAGE, 200, TIMEOUT).await;
}

#[tokio::test]
async fn unread_answers_to_changes_are_bounded_and_refused_before_the_change() {
    let _alone = alone().await;
    let (leopard, [hostile, admin]) = Leopard::with_users(&[], ["hostile", "admin"]).await;
    let task = hostile.api.create_task("T", hostile.id).await;
    let path = task_path(&task);
    // JSON writes a control character with six.
    let comment = json!({ "comment": "\u{1}".repeat(5_000) });
    let comments = format!("{path}comments/");
    for _ in 0..20 {
        let comment = comment.clone();
        hostile.api.post(&comments, comment).await.expect(201);
    }
    let before = figure::resident(leopard.process());
    let change = Request::new("PATCH", &path).bearer(&hostile.access).json(&json!({"title": "T"}));
    let mut unread = vec![];
    for _ in 0..4 * UNREAD {
        let mut socket = Socket::connect_unread(&leopard).await;
        socket.request(&change).await;
        unread.push(socket);
    }
    let refused = until("the memory of the user is used up", TIMEOUT, async || {
        let response = hostile.api.patch(&path, json!({"title": "Refused"})).await;
        (response.status == 503).then_some(response)
    })
    .await;
    refused.problem(503, "overloaded");
    let kept = admin.api.get(&path).await.expect(200);
    assert_eq!(kept["title"], "T");
    let after = figure::resident(leopard.process());
    figure::print(&format!(
        "{} unread responses to changes: {before} KiB before, {after} KiB after",
        unread.len()
    ));
    // All of them would be 150 MiB.
    assert!(after < before + 96 * 1024, "{before} KiB, {after} KiB");
}

#[tokio::test]
async fn memory_is_released_after_a_peak() {
    let _alone = alone().await;
    let (leopard, [ann]) = Leopard::with_users(&[], ["ann"]).await;
    largest_tasks(&ann, 100).await;
    let resident = || figure::resident(leopard.process());
    let before = resident();
    let body = format!("[{}]", vec!["0"; 99_000].join(","));
    let large = || {
        let request = ann.api.request("POST", "/api/v1/tasks/");
        let request = request.header("Content-Type", "application/json");
        Response::of(request.body(body.clone()))
    };
    let mut peak = before;
    for _ in 0..3 {
        let pages = join_all((0..8).map(|_| ann.api.get(PAGE)));
        let bodies = join_all((0..32).map(|_| large()));
        let (pages, _) = join(pages, bodies).await;
        assert!(pages.iter().any(|response| response.status == 200));
        peak = peak.max(resident());
    }
    // The allocator returns memory slowly; the database keeps some pages.
    let enough = before + peak.saturating_sub(before) / 2;
    let after = until("memory is released", Duration::from_mins(2), async || {
        Some(resident()).filter(|now| *now <= enough)
    })
    .await;
    figure::print(&format!(
        "resident memory before, at and after a peak: {before}, {peak}, {after} KiB"
    ));
}
