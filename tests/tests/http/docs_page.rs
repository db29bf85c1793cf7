//! The web pages of the server, which load nothing from other hosts.

use leopard_tests::support::swagger_page::SwaggerPage;
use leopard_tests::support::{Browser, Leopard, TIMEOUT};
use serde_json::Value;

/// A server, and a browser that shows this page of it.
async fn open(path: &str) -> (Leopard, Browser) {
    let leopard = Leopard::start(&[]).await;
    let browser = Browser::open(&leopard.url(path)).await;
    (leopard, browser)
}

/// All requests, except those of the browser's own start page, went to the server.
async fn requested_nothing_else(browser: &Browser, leopard: &Leopard) {
    let requested = browser.requested().await.into_iter();
    let requested = requested.filter(|url| url.starts_with("http") || url.starts_with("ws"));
    let (own, other): (Vec<_>, Vec<_>) =
        requested.partition(|url| url.starts_with(&leopard.url("/")));
    assert_eq!(other, Vec::<String>::new());
    assert!(!own.is_empty(), "the page was loaded");
}

/// The same, and the console shows no error.
async fn works_offline(browser: &Browser, leopard: &Leopard) {
    requested_nothing_else(browser, leopard).await;
    assert_eq!(browser.errors().await, Vec::<String>::new());
}

/// The summaries of all operations of the served document, sorted.
async fn summaries(leopard: &Leopard) -> Vec<String> {
    let document = leopard.anonymous().get("/openapi.json").await.expect(200);
    let paths = document["paths"].as_object().expect("paths").values();
    let operations = paths.flat_map(|path| path.as_object().expect("operations").values());
    let mut summaries: Vec<_> = operations
        .map(|operation| operation["summary"].as_str().expect("a summary").to_owned())
        .collect();
    summaries.sort_unstable();
    summaries
}

#[tokio::test]
async fn swagger_ui_shows_every_operation_offline() {
    let (leopard, browser) = open("/api/docs/").await;
    let shown = "const shown = document.querySelectorAll('.opblock').length;
        return shown > 0 && document.querySelector('.authorize') ? shown : null";
    let shown = browser.until("Swagger UI shows operations", shown).await;
    assert_eq!(shown, summaries(&leopard).await.len());
    works_offline(&browser, &leopard).await;
}

#[tokio::test]
async fn swagger_ui_asks_for_one_token() {
    let (_leopard, browser) = open("/api/docs/").await;
    let opened = "document.querySelector('.auth-wrapper .authorize')?.click();
        return document.querySelector('#auth-bearer-value') !== null";
    browser.until("the dialog is open", opened).await;
    let fields = "return document.querySelectorAll('.dialog-ux .auth-container').length";
    assert_eq!(browser.run(fields, vec![]).await, 1);
}

#[tokio::test]
async fn swagger_ui_calls_operations_and_shows_a_live_stream() {
    let (leopard, [admin]) =
        Leopard::with_users(&[("LEOPARD_HEARTBEAT_SECONDS", "1")], ["admin"]).await;
    let page = SwaggerPage::open(&leopard.url("/api/docs/")).await;
    let stream = "Stream-streamNotifications";
    page.try_out(stream).await;
    page.until_response(stream, "not_authenticated").await;
    page.authorize(&admin.access).await;
    page.execute(stream).await;
    page.until_response(stream, "connection_established").await;
    page.until_response(stream, "heartbeat").await;
    let create = "Tasks-createTask";
    page.try_out(create).await;
    page.until_response(create, "\"assigned_to_name\": \"admin\"").await;
    page.until_response(stream, "New Task Assigned: Test SSE Notification").await;
    leopard.until_open_streams(1, TIMEOUT).await;
    requested_nothing_else(&page.browser, &leopard).await;
}

#[tokio::test]
async fn redoc_shows_every_operation_offline() {
    let (leopard, browser) = open("/api/redoc/").await;
    let shown = "const shown = [...document.querySelectorAll('[id*=\"/operation/\"] h2')];
        const text = title => title.textContent.replace(/Deprecated\\s*$/, '').trim();
        return shown.length > 0 ? shown.map(text) : null";
    let shown = browser.until("ReDoc shows operations", shown).await;
    let titles = shown.as_array().expect("titles").iter();
    // A mark of what is deprecated is in the title.
    let titles = titles.filter_map(Value::as_str);
    let mut shown: Vec<_> =
        titles.map(|title| title.trim_end_matches("Deprecated").trim_end()).collect();
    shown.sort_unstable();
    assert_eq!(shown, summaries(&leopard).await);
    works_offline(&browser, &leopard).await;
}

#[tokio::test]
async fn swagger_ui_sends_no_unset_filter() {
    let (_leopard, browser) = open("/api/docs/#/Notifications/listNotifications").await;
    let operation = "#operations-Notifications-listNotifications";
    let press = format!("document.querySelector('{operation} .try-out__btn')?.click()");
    let chosen = format!(
        "const choice = document.querySelector('{operation} tr[data-param-name=type] input');
        if (choice?.disabled === false) return [choice.value];
        {press};
        return null"
    );
    let chosen = browser.until("the parameters can be filled", &chosen).await;
    assert_eq!(chosen[0], "");
}

#[tokio::test]
async fn index_page_links_all_pages() {
    let (leopard, browser) = open("/").await;
    let links = "return [...document.querySelectorAll('a')].map(a => a.href)";
    let links = browser.run(links, vec![]).await;
    let links = links.as_array().unwrap();
    assert!(links.len() >= 4, "{links:?}");
    for link in links {
        let path = link.as_str().unwrap().strip_prefix(&leopard.url("")).unwrap();
        let response = leopard.anonymous().get(path).await;
        assert_eq!(response.status, 200, "{path}");
    }
    works_offline(&browser, &leopard).await;
}

#[tokio::test]
async fn tester_page_labels_every_control() {
    let (leopard, browser) = open("/test_sse.html").await;
    let unlabelled = "return [...document.querySelectorAll('input, button')]
        .filter(control => !control.labels?.length && !control.textContent.trim()).length";
    assert_eq!(browser.run(unlabelled, vec![]).await, 0);
    works_offline(&browser, &leopard).await;
}
