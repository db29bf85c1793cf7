//! The pages that the server shows: all of them from itself alone.

use std::time::Duration;

use leopard_tests::support::browser::Browser;
use leopard_tests::support::leopard::Leopard;

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
async fn swagger_ui_shows_every_operation_and_needs_nobody_else() {
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
async fn swagger_ui_shows_a_stream_while_it_is_open() {
    let leopard = Leopard::start(&[("LEOPARD_HEARTBEAT_SECONDS", "1")]).await;
    let admin = leopard.admin().await;
    let browser = Browser::start().await;
    let place = "/api/docs/#/Notifications/streamNotifications";
    browser.goto(&leopard.url(place)).await;
    let in_operation = |selector: &str| {
        format!(
            "document.querySelector('#operations-Notifications-streamNotifications {selector}')"
        )
    };
    for button in [".try-out__btn", ".execute"] {
        let there = format!("return {}", in_operation(button));
        browser.until(button, &there).await;
        let authorize = "ui.preauthorizeApiKey('bearerAuth', arguments[0]);";
        let press = format!("{authorize} {}.click()", in_operation(button));
        browser.run(&press, vec![admin.access.clone().into()]).await;
    }
    let shown = |text: &str| {
        let answer = in_operation(".live-responses-table");
        format!("return {answer}?.textContent.includes('{text}')")
    };
    for text in ["connection_established", "heartbeat"] {
        browser.until(text, &shown(text)).await;
    }
    admin.api.create_task("Tried out", admin.id).await;
    let title = "New Task Assigned: Tried out";
    browser.until(title, &shown(title)).await;
    leopard.until_open_streams(1, AT_ONCE).await;
}

#[tokio::test]
async fn swagger_ui_sends_no_filter_that_nobody_chose() {
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
async fn the_first_page_leads_to_everything_that_there_is() {
    let leopard = Leopard::start(&[]).await;
    let browser = Browser::start().await;
    browser.goto(&leopard.url("/")).await;
    let links = "return [...document.querySelectorAll('a')].map(a => a.href)";
    let links = browser.run(links, vec![]).await;
    let links = links.as_array().unwrap();
    assert!(links.len() >= 4, "{links:?}");
    for link in links {
        let path = link
            .as_str()
            .unwrap()
            .strip_prefix(&leopard.url(""))
            .unwrap();
        let answer = leopard.anonymous().get(path).await;
        assert_eq!(answer.status, 200, "{path}");
    }
    asked_the_server_alone(&browser, &leopard).await;
    assert_eq!(browser.errors().await, Vec::<String>::new());
}

#[tokio::test]
async fn the_stream_tester_names_every_control() {
    let leopard = Leopard::start(&[]).await;
    let browser = Browser::start().await;
    browser.goto(&leopard.url("/test_sse.html")).await;
    let unlabelled = "return [...document.querySelectorAll('input, button')]
        .filter(control => !control.labels?.length && !control.textContent.trim()).length";
    assert_eq!(browser.run(unlabelled, vec![]).await, 0);
    asked_the_server_alone(&browser, &leopard).await;
    assert_eq!(browser.errors().await, Vec::<String>::new());
}
