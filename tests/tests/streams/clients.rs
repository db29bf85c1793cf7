//! Common SSE clients: each shows an event at once, and distinguishes a crash of the server from the end
//! of the stream.

use std::time::Instant;

use futures_util::future::join_all;
use leopard_tests::support::sse_client::{KINDS, Programs, SseClient};
use leopard_tests::support::{Browser, Leopard, User, figure};

/// Without heartbeats, an event that a client buffers is never shown.
const SILENT: [(&str, &str); 1] = [("LEOPARD_HEARTBEAT_SECONDS", "3600")];

const AT_ONCE: &str = "Shown at once";
const MEANWHILE: &str = "Made meanwhile";

/// Opens a stream in the page and keeps what it shows.
const FOLLOW: &str = "
    window.seen = [];
    window.errors = [];
    window.source = new EventSource('/api/v1/notifications/stream/?token=' + arguments[0]);
    source.onmessage = (event) => seen.push(event.data);
    source.onerror = () => errors.push(source.readyState);";

async fn browser(leopard: &Leopard, user: &User) -> Browser {
    let browser = Browser::open(&leopard.url("/test_sse.html")).await;
    browser.run(FOLLOW, vec![user.access.clone().into()]).await;
    until_seen(&browser, "connection_established").await;
    browser
}

async fn until_seen(browser: &Browser, text: &str) {
    let find = format!("return seen.some(data => data.includes('{text}'))");
    browser.until(text, &find).await;
}

/// Waits for `count` errors in the page, after each of which the browser reconnects.
async fn until_errors(browser: &Browser, count: usize) {
    let find = format!("return errors.length >= {count} && errors.every(state => state === 0)");
    browser.until("an error in the browser", &find).await;
}

async fn shows_at_once(clients: &[SseClient], browser: &Browser, user: &User) {
    let connected = clients.iter().map(|client| client.until_printed("connection_established"));
    join_all(connected).await;
    let asked = Instant::now();
    user.api.create_task(AT_ONCE, user.id).await;
    for (client, kind) in clients.iter().zip(&KINDS) {
        let shown = client.until_printed(AT_ONCE).await;
        let after = shown.saturating_duration_since(asked);
        figure::print(&format!("{}: shown after {after:?}", kind.name));
    }
    until_seen(browser, AT_ONCE).await;
}

/// Clients that reconnect show the missed event once.
async fn survives_a_crash(leopard: Leopard, clients: &[SseClient], browser: &Browser) -> Leopard {
    let address = leopard.address().to_string();
    let workdir = leopard.crash();
    workdir.create_tasks("admin", MEANWHILE, 1).await;
    for (client, kind) in clients.iter().zip(&KINDS) {
        client.until_printed(kind.cut).await;
        assert_eq!(client.count("ends"), 0, "{}", kind.name);
    }
    until_errors(browser, 1).await;
    let leopard = workdir.with("LEOPARD_BIND", &address).serve().await;
    for (client, kind) in clients.iter().zip(&KINDS) {
        if kind.cut == "reconnects" {
            client.until_printed(MEANWHILE).await;
            let counts = [AT_ONCE, MEANWHILE].map(|title| client.count(title));
            assert_eq!(counts, [1, 1], "{}", kind.name);
        }
    }
    until_seen(browser, MEANWHILE).await;
    leopard
}

#[tokio::test]
async fn common_clients_show_events_and_distinguish_crash_from_end() {
    let programs = Programs::build().await;
    let (leopard, [admin]) = Leopard::with_users(&SILENT, ["admin"]).await;
    let follow = |leopard: &Leopard| -> Vec<SseClient> {
        let clients = KINDS.iter();
        clients.map(|kind| programs.follow(kind, leopard, &admin.access)).collect()
    };
    let clients = follow(&leopard);
    let browser = browser(&leopard, &admin).await;
    shows_at_once(&clients, &browser, &admin).await;
    let leopard = survives_a_crash(leopard, &clients, &browser).await;
    drop(clients);

    let clients = follow(&leopard);
    let connected = clients.iter().map(|client| client.until_printed("connection_established"));
    join_all(connected).await;
    leopard.stop().await;
    for (client, kind) in clients.iter().zip(&KINDS) {
        client.until_printed("server_shutdown").await;
        client.until_printed(kind.end).await;
        assert_eq!(client.count("fails"), 0, "{}", kind.name);
    }
    until_seen(&browser, "server_shutdown").await;
    until_errors(&browser, 2).await;
}
