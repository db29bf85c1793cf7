//! Two nodes behind the nginx configuration for operators, used by browsers and scripts.

use futures_util::future::join_all;
use leopard_tests::support::gateway::{Face, Gateway};
use leopard_tests::support::{
    Api, Browser, LeanStream, Leopard, TIMEOUT, User, Workdir, until, within,
};
use serde_json::{Value, json};

/// More than a browser opens to one host with HTTP/1.1.
const TABS: usize = 8;

/// The path whose query may hold a token.
const STREAM: &str = "/api/v1/notifications/stream/";

async fn nodes() -> [Leopard; 2] {
    Workdir::two_nodes(&[("LEOPARD_HEARTBEAT_SECONDS", "1")]).await
}

async fn stream(gateway: &Gateway, user: &User) -> LeanStream {
    let stream = LeanStream::open(gateway.address(), &user.access, None).await;
    stream.expect("a stream")
}

async fn gateway(nodes: &[Leopard], face: Face) -> Gateway {
    let addresses: Vec<_> = nodes.iter().map(Leopard::address).collect();
    Gateway::before(&addresses, face).await
}

/// Opens the stream in the page and keeps what comes.
const FOLLOW: &str = "
    window.seen = [];
    window.errors = 0;
    const url = '/api/v1/notifications/stream/?token=' + arguments[0];
    window.source = new EventSource(url);
    window.source.onmessage = (event) => window.seen.push(JSON.parse(event.data));
    window.source.onerror = () => { window.errors += 1; };
    return performance.getEntriesByType('navigation')[0].nextHopProtocol;";

/// How many heartbeats came, and the titles of the notifications.
const SEEN: &str = "
    const of = (type) => window.seen.filter((event) => event.type === type);
    const titles = of('notification').map((event) => event.title);
    return { beats: of('heartbeat').length, titles, errors: window.errors };";

#[tokio::test]
async fn eight_streams_stay_live_over_http_2() {
    let nodes = nodes().await;
    let gateway = gateway(&nodes, Face::Tls).await;
    let admin = nodes[0].admin().await;
    let token = admin.api.stream_token().await;

    let browser = Browser::start().await;
    let mut tabs = vec![];
    for _ in 0..TABS {
        let tab = browser.client.new_window(true).await.expect("a tab");
        let switched = browser.client.switch_to_window(tab.handle.clone()).await;
        switched.expect("it is there");
        browser.goto(&gateway.url("/test_sse.html")).await;
        let protocol = browser.run(FOLLOW, vec![token.clone().into()]).await;
        assert_eq!(protocol, "h2");
        tabs.push(tab.handle);
    }
    until("all tabs have a stream", TIMEOUT, async || {
        let open = nodes[0].open_streams().await + nodes[1].open_streams().await;
        (open == TABS as u64).then_some(())
    })
    .await;
    admin.api.create_task("For every tab", admin.id).await;
    nodes[1].api(&admin.access).create_task("And again", admin.id).await;
    for tab in tabs {
        browser.client.switch_to_window(tab).await.expect("a tab");
        let seen = until("all events in each tab", TIMEOUT, async || {
            let seen = browser.run(SEEN, vec![]).await;
            let titles = seen["titles"].as_array().map_or(0, Vec::len);
            (titles == 2 && seen["beats"].as_u64() > Some(1)).then_some(seen)
        })
        .await;
        let titles = ["For every tab", "And again"].map(|it| format!("New Task Assigned: {it}"));
        assert_eq!(seen["titles"], json!(titles));
        assert_eq!(seen["errors"], 0);
    }
    // A request is logged when it ends.
    drop(browser);
    until("the streams are logged", TIMEOUT, async || {
        let log = gateway.log("access.log");
        log.contains(STREAM).then_some(())
    })
    .await;
    for log in ["access.log", "error.log"] {
        assert!(!gateway.log(log).contains(&token), "a token is in {log}");
    }
    assert!(gateway.log("access.log").contains("GET /test_sse.html 200"));
}

#[tokio::test]
async fn nginx_does_not_buffer_events_and_links_point_to_it() {
    let nodes = nodes().await;
    let gateway = gateway(&nodes, Face::Plain).await;
    let admin = nodes[0].admin().await;
    let api = Api::new(&gateway.url(""), Some(&admin.access));
    let mut stream = stream(&gateway, &admin).await;
    stream.next_of("connection_established").await;
    for number in 1..=3 {
        api.create_task(&format!("Task {number}"), admin.id).await;
        assert_eq!(stream.next_of("notification").await.id, Some(number));
    }
    let page = api.get("/api/v1/tasks/?page_size=1").await.expect(200);
    let next = page["next"].as_str().expect("a next page");
    assert!(next.starts_with(&gateway.url("/api/v1/tasks/?")), "{next}");
    // The node refuses an oversized body, not nginx.
    let large = Value::String("x".repeat(2 * 1024 * 1024));
    let refused = api.post("/api/v1/tasks/", large).await;
    refused.problem(413, "too_large");
}

#[tokio::test]
async fn nginx_passes_on_the_difference_between_kill_and_shutdown() {
    let [first, second] = nodes().await;
    let admin = first.admin().await;
    for (node, is_killed) in [(first, true), (second, false)] {
        let gateway = gateway(std::slice::from_ref(&node), Face::Plain).await;
        let mut stream = stream(&gateway, &admin).await;
        stream.next_of("connection_established").await;
        if is_killed {
            node.crash();
        } else {
            node.terminate();
        }
        let end = within("the end", TIMEOUT, async {
            loop {
                match stream.next().await {
                    Ok(Some(_)) => {}
                    end => return end,
                }
            }
        })
        .await;
        assert_eq!(end.is_err(), is_killed, "{end:?}");
    }
}

#[tokio::test]
async fn without_nodes_scripts_get_an_error_and_browsers_reconnect() {
    let [first, second] = nodes().await;
    let admin = first.admin().await;
    let addresses = [first.address(), second.address()];
    let gateway = Gateway::before(&addresses, Face::Plain).await;
    let api = Api::new(&gateway.url(""), Some(&admin.access));
    api.get("/api/v1/tasks/").await.expect(200);
    first.stop().await;
    // The other node takes over at once.
    for _ in 0..4 {
        api.get("/api/v1/tasks/").await.expect(200);
    }
    second.stop().await;
    let refused = api.get("/api/v1/tasks/").await;
    assert_eq!(refused.header("Retry-After"), "5");
    assert!(!refused.header("X-Request-Id").is_empty());
    assert_eq!(refused.header("Access-Control-Allow-Origin"), "*");
    refused.problem(503, "unavailable");
    let mut stream = stream(&gateway, &admin).await;
    stream.next_of("unavailable").await;
    // No token is logged, even without nodes.
    let response = api.get(&format!("{STREAM}?token=hunter2")).await;
    assert_eq!(response.status, 200);
    assert!(response.body.contains("unavailable"), "{}", response.body);
    until("it is logged", TIMEOUT, async || {
        let log = gateway.log("access.log");
        log.contains(STREAM).then_some(())
    })
    .await;
    for log in ["access.log", "error.log"] {
        assert!(!gateway.log(log).contains("hunter2"), "a token is in {log}");
    }
}

#[tokio::test]
async fn requests_of_one_address_are_limited_and_streams_are_not_cut() {
    let nodes = nodes().await;
    let addresses: Vec<_> = nodes.iter().map(Leopard::address).collect();
    let gateway = Gateway::with_limits(&addresses, Face::Plain).await;
    let admin = nodes[0].admin().await;
    let api = Api::new(&gateway.url(""), Some(&admin.access));
    let mut stream = stream(&gateway, &admin).await;
    stream.next_of("connection_established").await;
    let refused = until("the limit is reached", TIMEOUT, async || {
        let responses = join_all((0..300).map(|_| api.get("/health/live"))).await;
        assert!(responses.iter().any(|response| response.status == 200));
        responses.into_iter().find(|response| response.status == 429)
    })
    .await;
    assert_eq!(refused.header("Retry-After"), "5");
    refused.problem(429, "throttled");
    // Another stream gets an event: a browser does not reconnect after an error status.
    until("a stream is refused", TIMEOUT, async || {
        let _ = join_all((0..300).map(|_| api.get("/health/live"))).await;
        let late = LeanStream::open(gateway.address(), &admin.access, None).await;
        let first = late.expect("200 in any case").next().await;
        let first = first.expect("it is not torn").expect("an event");
        first.is("unavailable").then_some(())
    })
    .await;
    nodes[0].api(&admin.access).create_task("T", admin.id).await;
    stream.next_of("notification").await;
}
