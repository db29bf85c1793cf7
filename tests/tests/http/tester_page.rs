//! The stream tester in a real browser.

use std::path::Path;

use leopard_tests::support::tester_page::TesterPage;
use leopard_tests::support::{Leopard, Proxy, TIMEOUT, User};
use serde_json::json;

/// A server with frequent heartbeats, its admin, and the tester page in a browser.
async fn open() -> (Leopard, User, TesterPage) {
    let (leopard, [admin]) =
        Leopard::with_users(&[("LEOPARD_HEARTBEAT_SECONDS", "1")], ["admin"]).await;
    let page = TesterPage::open(&leopard.url("/test_sse.html")).await;
    (leopard, admin, page)
}

#[tokio::test]
async fn tester_page_shows_heartbeats_and_notifications() {
    let (_leopard, admin, page) = open().await;
    assert_eq!(page.text("status").await, "Disconnected");
    page.connect(&admin.access).await;
    page.browser
        .until("a heartbeat is shown", "return document.getElementById('heartbeat').dateTime")
        .await;

    let task = admin.api.create_task("Test SSE Notification", admin.id).await;
    page.until_text("count", "1").await;
    let entry = page.entries("notification").await.remove(0);
    let lines: Vec<_> = entry.lines().collect();
    assert_eq!(lines[0], "New Task Assigned: Test SSE Notification");
    assert_eq!(lines[1], "A new high priority task has been assigned to you.");
    assert!(lines[2].contains("2035"), "the due date: {entry}");
    assert_eq!(lines[3], "HIGH");
    assert_eq!(lines[4], task["id"].to_string());

    let inbox = admin.api.inbox().await;
    let path = format!("/api/v1/notifications/{}/mark_read/", inbox["results"][0]["id"]);
    admin.api.post_empty(&path).await.expect(200);
    page.until_text("unread", "0").await;

    page.press("disconnect").await;
    page.until_text("status", "Disconnected").await;
    assert_eq!(page.browser.errors().await, Vec::<String>::new());
}

#[tokio::test]
async fn tester_page_links_to_where_a_notification_leads() {
    let (leopard, admin, page) = open().await;
    page.connect(&admin.access).await;
    let url = "/api/docs/?a='%22&b=\u{e9}";
    let body = json!({
        "notification_type": "SYSTEM_ALERT", "recipients": [{"username": "admin"}], "url": url,
    });
    admin.api.post("/api/v1/notifications/", body).await.expect(201);
    admin.api.create_task("Without a link", admin.id).await;
    page.until_titles(&["System Alert", "New Task Assigned: Without a link"]).await;
    let links =
        "return [...document.querySelectorAll('#events a')].map(a => [a.href, a.textContent])";
    let links = page.browser.run(links, vec![]).await;
    let target = leopard.url("/api/docs/?a=%27%22&b=%C3%A9");
    assert_eq!(links, json!([[target, url]]));
}

#[tokio::test]
async fn tester_page_escapes_html() {
    let (_leopard, admin, page) = open().await;
    page.connect(&admin.access).await;
    let title = "<img src=x onerror=\"document.title='taken'\"><b>bold</b>";
    admin.api.create_task(title, admin.id).await;
    page.until_titles(&[&format!("New Task Assigned: {title}")]).await;
    let made = page.browser.run("return document.querySelectorAll('img, b').length", vec![]).await;
    assert_eq!(made, 0);
}

#[tokio::test]
async fn tester_page_explains_a_refused_stream() {
    let (leopard, [admin]) =
        Leopard::with_users(&[("LEOPARD_STREAMS_PER_USER", "1")], ["admin"]).await;
    let page = TesterPage::open(&leopard.url("/test_sse.html")).await;
    page.fill("token", "no.such.token").await;
    page.press("connect").await;
    page.until_says("Given token not valid for any token type. Get a new access token").await;
    page.until_text("status", "Disconnected").await;

    leopard.until_open_streams(0, TIMEOUT).await;
    let _other = admin.follow(&leopard).await;
    page.fill("token", &admin.access).await;
    page.press("connect").await;
    page.until_says(
        "This user has too many open streams. Close one; the browser will connect again",
    )
    .await;
}

#[tokio::test]
async fn browser_console_snippet_works_from_another_origin() {
    let (leopard, [admin]) = Leopard::with_users(&[], ["admin"]).await;
    // A page of another origin: the same server under another name.
    let other_origin = format!("http://localhost:{}/", leopard.address().port());
    let page = TesterPage::open(&other_origin).await;
    let url = leopard.url("/api/v1/notifications/stream/");
    let script = "window.received = [];
        const eventSource = new EventSource(`${arguments[0]}?token=${arguments[1]}`);
        eventSource.onmessage = (event) => { received.push(JSON.parse(event.data)); };";
    let arguments = vec![url.into(), admin.access.clone().into()];
    page.browser.run(script, arguments).await;
    let first = page.browser.until("an event", "return received[0] ?? null").await;
    assert_eq!(first["type"], "connection_established");
    admin.api.create_task("From elsewhere", admin.id).await;
    let find = "return received.find(event => event.type === 'notification') ?? null";
    let seen = page.browser.until("the notification", find).await;
    assert_eq!(seen["title"], "New Task Assigned: From elsewhere");
}

#[tokio::test]
async fn tester_page_works_as_a_local_file() {
    let (leopard, [admin]) = Leopard::with_users(&[], ["admin"]).await;
    let console = Path::new(env!("CARGO_MANIFEST_DIR")).join("../app/src/console");
    let file = console.canonicalize().unwrap().join("test_sse.html");
    let page = TesterPage::open(&format!("file://{}", file.display())).await;
    page.fill("server", &leopard.url("")).await;
    page.connect(&admin.access).await;
    admin.api.create_task("Across origins", admin.id).await;
    page.until_titles(&["New Task Assigned: Across origins"]).await;
}

#[tokio::test]
async fn only_the_assignee_is_notified() {
    let (leopard, [alice, bob]) = Leopard::with_users(&[], ["alice", "bob"]).await;
    let url = leopard.url("/test_sse.html");
    let windows = (TesterPage::open(&url).await, TesterPage::open(&url).await);
    windows.0.connect(&alice.access).await;
    windows.1.connect(&bob.access).await;

    let admin = leopard.admin().await;
    admin.api.create_task("For Alice", alice.id).await;
    windows.0.until_titles(&["New Task Assigned: For Alice"]).await;
    admin.api.create_task("For Bob", bob.id).await;
    windows.1.until_titles(&["New Task Assigned: For Bob"]).await;
    // Streams are in order: a wrong event would be shown before the one that has arrived.
    let titles = windows.0.titles().await;
    assert_eq!(titles, ["New Task Assigned: For Alice"]);
}

#[tokio::test]
async fn browser_cut_off_before_its_first_event_misses_nothing() {
    let (leopard, [admin]) = Leopard::with_users(&[], ["admin"]).await;
    let network = Proxy::to(leopard.address()).await;
    let page = TesterPage::open(&network.url("/test_sse.html")).await;
    page.connect(&admin.access).await;

    network.cut();
    page.until_text("status", "Reconnecting…").await;
    admin.api.create_task("Made meanwhile 1", admin.id).await;
    admin.api.create_task("Made meanwhile 2", admin.id).await;
    network.mend();
    page.until_text("status", "Connected ✓").await;
    admin.api.create_task("Made after", admin.id).await;
    page.until_titles(&[
        "New Task Assigned: Made meanwhile 1",
        "New Task Assigned: Made meanwhile 2",
        "New Task Assigned: Made after",
    ])
    .await;
    page.until_text("unread", "3").await;
    assert_eq!(page.text("count").await, "3");
}

#[tokio::test]
async fn reconnect_resumes_after_disconnect() {
    let (leopard, admin, page) = open().await;
    let bob = leopard.user("bob").await;
    admin.api.create_task("Made before", admin.id).await;
    page.connect(&admin.access).await;
    admin.api.create_task("Seen", admin.id).await;
    page.until_titles(&["New Task Assigned: Seen"]).await;
    page.press("disconnect").await;
    page.until_text("status", "Disconnected").await;

    admin.api.create_task("Made meanwhile", admin.id).await;
    let again = leopard.admin().await;
    page.connect(&again.access).await;
    let titles = ["New Task Assigned: Seen", "New Task Assigned: Made meanwhile"];
    page.until_titles(&titles).await;
    page.until_text("unread", "3").await;

    // The cursor of another user is not reused.
    page.press("disconnect").await;
    page.connect(&bob.access).await;
    page.until_text("unread", "0").await;
    assert_eq!(page.titles().await, titles);
}

#[tokio::test]
async fn many_read_notifications_are_sent_as_a_count() {
    let (_leopard, admin, page) = open().await;
    page.connect(&admin.access).await;
    admin.api.create_tasks(6, admin.id).await;
    page.until_text("count", "6").await;
    admin.api.mark_all_read().await;
    page.until_says("6 notifications were read.").await;
    page.until_text("unread", "0").await;
}

#[tokio::test]
async fn browser_reconnects_after_a_restart() {
    let (leopard, admin, page) = open().await;
    let address = leopard.address().to_string();
    page.connect(&admin.access).await;

    let workdir = leopard.stop().await;
    page.until_says("The server is shutting down").await;
    workdir.create_tasks("admin", "Made meanwhile", 1).await;
    let leopard = workdir.with("LEOPARD_BIND", &address).serve().await;
    page.until_text("status", "Connected ✓").await;
    leopard.api(&admin.access).create_task("Made after", admin.id).await;
    page.until_titles(&["New Task Assigned: Made meanwhile", "New Task Assigned: Made after"])
        .await;
}
