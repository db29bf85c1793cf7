//! The pages that the server shows: all of them from itself alone.

use std::time::Duration;

use leopard_tests::support::browser::Browser;
use leopard_tests::support::leopard::Leopard;
use leopard_tests::support::swagger_page::SwaggerPage;

/// How soon what happened must be seen.
const AT_ONCE: Duration = Duration::from_secs(2);

/// The requests of a page, those of the browser's own start page apart, all go to the server.
async fn asked_the_server_alone(browser: &Browser, leopard: &Leopard) {
    let requested = browser.requested().await.into_iter();
    let requested = requested.filter(|url| url.starts_with("http") || url.starts_with("ws"));
    let (own, other): (Vec<_>, Vec<_>) =
        requested.partition(|url| url.starts_with(&leopard.url("/")));
    assert_eq!(other, Vec::<String>::new());
    assert!(!own.is_empty(), "the page was loaded");
}

#[tokio::test]
async fn swagger_ui_shows_every_operation_offline() {
    let leopard = Leopard::start(&[]).await;
    let browser = Browser::start().await;
    browser.goto(&leopard.url("/api/docs/")).await;
    let shown = "const shown = document.querySelectorAll('.opblock').length;
        return shown > 0 && document.querySelector('.authorize') ? shown : null";
    let shown = browser.until("Swagger UI shows operations", shown).await;
    let document = leopard.anonymous().get("/openapi.json").await.expect(200);
    let paths = document["paths"].as_object().unwrap().values();
    let operations: usize = paths.map(|path| path.as_object().unwrap().len()).sum();
    assert_eq!(shown, operations);
    asked_the_server_alone(&browser, &leopard).await;
    assert_eq!(browser.errors().await, Vec::<String>::new());
}

#[tokio::test]
async fn swagger_ui_calls_operations_and_shows_a_live_stream() {
    let leopard = Leopard::start(&[("LEOPARD_HEARTBEAT_SECONDS", "1")]).await;
    let admin = leopard.admin().await;
    let page = SwaggerPage::open(&leopard.url("/api/docs/")).await;
    let stream = "Notifications-streamNotifications";
    page.try_out(stream).await;
    page.until_answer(stream, "not_authenticated").await;
    page.authorize(&admin.access).await;
    page.execute(stream).await;
    page.until_answer(stream, "connection_established").await;
    page.until_answer(stream, "heartbeat").await;
    let create = "Tasks-createTask";
    page.try_out(create).await;
    page.until_answer(create, "\"assigned_to_name\": \"admin\"").await;
    page.until_answer(stream, "New Task Assigned: Test SSE Notification").await;
    leopard.until_open_streams(1, AT_ONCE).await;
    asked_the_server_alone(&page.browser, &leopard).await;
}

#[tokio::test]
async fn redoc_shows_every_operation_offline() {
    let leopard = Leopard::start(&[]).await;
    let browser = Browser::start().await;
    browser.goto(&leopard.url("/api/redoc/")).await;
    let shown = "const shown = [...document.querySelectorAll('[id*=\"/operation/\"] h2')];
        return shown.length > 0 ? shown.map(title => title.textContent.trim()) : null";
    let shown = browser.until("ReDoc shows operations", shown).await;
    let document = leopard.anonymous().get("/openapi.json").await.expect(200);
    let paths = document["paths"].as_object().unwrap().values();
    let operations = paths.flat_map(|path| path.as_object().unwrap().values());
    let summaries = operations.map(|operation| operation["summary"].as_str().unwrap());
    let mut wanted: Vec<_> = summaries.collect();
    let titles = shown.as_array().unwrap().iter();
    let mut shown: Vec<_> = titles.map(|title| title.as_str().unwrap()).collect();
    wanted.sort_unstable();
    shown.sort_unstable();
    assert_eq!(shown, wanted);
    asked_the_server_alone(&browser, &leopard).await;
    assert_eq!(browser.errors().await, Vec::<String>::new());
}

#[tokio::test]
async fn swagger_ui_sends_no_unset_filter() {
    let leopard = Leopard::start(&[]).await;
    let browser = Browser::start().await;
    let place = "/api/docs/#/Notifications/listNotifications";
    browser.goto(&leopard.url(place)).await;
    let operation = "#operations-Notifications-listNotifications";
    let press = format!("document.querySelector('{operation} .try-out__btn')?.click()");
    let chosen = format!(
        "const choice = document.querySelector('{operation} tr[data-param-name=type] select');
        if (choice?.disabled === false) return [choice.value];
        {press};
        return null"
    );
    let chosen = browser.until("the parameters can be filled", &chosen).await;
    assert_eq!(chosen[0], "");
}

#[tokio::test]
async fn index_page_links_all_pages() {
    let leopard = Leopard::start(&[]).await;
    let browser = Browser::start().await;
    browser.goto(&leopard.url("/")).await;
    let links = "return [...document.querySelectorAll('a')].map(a => a.href)";
    let links = browser.run(links, vec![]).await;
    let links = links.as_array().unwrap();
    assert!(links.len() >= 4, "{links:?}");
    for link in links {
        let path = link.as_str().unwrap().strip_prefix(&leopard.url("")).unwrap();
        let answer = leopard.anonymous().get(path).await;
        assert_eq!(answer.status, 200, "{path}");
    }
    asked_the_server_alone(&browser, &leopard).await;
    assert_eq!(browser.errors().await, Vec::<String>::new());
}

#[tokio::test]
async fn tester_page_labels_every_control() {
    let leopard = Leopard::start(&[]).await;
    let browser = Browser::start().await;
    browser.goto(&leopard.url("/test_sse.html")).await;
    let unlabelled = "return [...document.querySelectorAll('input, button')]
        .filter(control => !control.labels?.length && !control.textContent.trim()).length";
    assert_eq!(browser.run(unlabelled, vec![]).await, 0);
    asked_the_server_alone(&browser, &leopard).await;
    assert_eq!(browser.errors().await, Vec::<String>::new());
}
