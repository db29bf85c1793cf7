//! Requests with wrong routes, methods, sizes, ids and pages.

use leopard_tests::support::{Leopard, Response, TIMEOUT, document, within};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// One byte more than a body may have.
const TOO_MUCH: usize = 1024 * 1024 + 1;

#[tokio::test]
async fn unknown_route_is_not_found() {
    let (leopard, [admin]) = Leopard::with_users(&[], ["admin"]).await;
    let nowhere = [
        "/nothing",
        "/api/",
        "/api/nothing/",
        "/api/v2/tasks/",
        "/api/v1/tasks/1/claim/",
        "/api/v1/tasks/1/nothing/",
        "/test_sse.htm",
        "/../etc/passwd",
        "/%00",
        "/%ff",
    ];
    for path in nowhere {
        for api in [&admin.api, &leopard.anonymous()] {
            for method in ["GET", "POST", "DELETE"] {
                let response = Response::of(api.request(method, path)).await;
                let problem = response.problem(404, "not_found");
                assert_eq!(problem["detail"], "Not found.", "{method} {path}");
            }
        }
    }
}

#[tokio::test]
async fn invalid_id_is_not_found() {
    let (_leopard, [admin]) = Leopard::with_users(&[], ["admin"]).await;
    let no_ids = [
        "abc",
        "0",
        "-1",
        "1.5",
        "+1",
        "99999999999999999999",
        "9223372036854775807",
        "9223372036854775808",
        "%31x",
        "%ff",
    ];
    // These are names of any form.
    let has_name = |path: &str| ["{external_id}", "{name}"].iter().any(|name| path.contains(name));
    let with_id = document::operations().into_values();
    let with_id = with_id.filter(|it| it.path.contains('{') && !has_name(&it.path));
    let with_id: Vec<_> = with_id.collect();
    assert!(with_id.len() > 20);
    for id in no_ids {
        for operation in &with_id {
            operation.call(&admin.api, id).await.problem(404, "not_found");
        }
    }
}

#[tokio::test]
async fn page_out_of_range_is_not_found() {
    let (_leopard, [admin]) = Leopard::with_users(&[], ["admin"]).await;
    for list in ["/api/v1/tasks/", "/api/v1/notifications/"] {
        for page in ["0", "-1", "2", "abc", "1.5", "", "99999999999999999999"] {
            let response = admin.api.get(&format!("{list}?page={page}")).await;
            assert_eq!(response.status, 404, "{list} page {page}: {}", response.body);
            let problem = response.problem(404, "not_found");
            assert_eq!(problem["detail"], "Invalid page.");
        }
        let empty = admin.api.get(&format!("{list}?page=1&page_size=500")).await;
        let expected = json!({"count": 0, "next": null, "previous": null, "results": []});
        assert_eq!(empty.expect(200), expected);
    }
}

#[tokio::test]
async fn wrong_method_is_named_with_allow_header() {
    let (_leopard, [admin]) = Leopard::with_users(&[], ["admin"]).await;
    let operations: Vec<_> = document::operations().into_values().collect();
    for operation in &operations {
        let allowed: Vec<_> = operations
            .iter()
            .filter(|other| other.path == operation.path)
            .map(|other| other.method.as_str())
            .collect();
        for method in ["PUT", "PATCH", "DELETE", "POST", "GET"] {
            if allowed.contains(&method) {
                continue;
            }
            // `create/` is not an id, but GET takes it for one.
            let is_id_route = method == "GET" && operation.path == "/api/v1/tasks/create/";
            let request = admin.api.request(method, &operation.path_with("1"));
            let response = Response::of(request).await;
            if is_id_route && response.status == 404 {
                continue;
            }
            let allow = response.header("Allow").to_owned();
            let problem = response.problem(405, "method_not_allowed");
            let detail = format!("Method \"{method}\" not allowed.");
            assert_eq!(problem["detail"], detail, "{}", operation.path);
            for right in &allowed {
                assert!(allow.contains(right), "{}: Allow: {allow}", operation.path);
            }
        }
    }
}

#[tokio::test]
async fn action_without_body_accepts_none_or_empty() {
    let (_leopard, [admin]) = Leopard::with_users(&[], ["admin"]).await;
    admin.api.create_task("Task", admin.id).await;
    for path in ["/api/v1/notifications/1/mark_read/", "/api/v1/notifications/mark_all_read/"] {
        for (content_type, body) in
            [("text/plain", ""), ("application/json", "{}"), ("application/json", "")]
        {
            let request = admin.api.request("POST", path);
            let request = request.header("Content-Type", content_type).body(body);
            Response::of(request).await.expect(200);
        }
        admin.api.post_empty(path).await.expect(200);
        // Both forms of a path are served, and a write is never redirected.
        admin.api.post_empty(path.trim_end_matches('/')).await.expect(200);
    }
}

#[tokio::test]
async fn unknown_notifications_to_mark_as_read_are_ignored() {
    let (_leopard, [admin]) = Leopard::with_users(&[], ["admin"]).await;
    for ids in [json!([]), json!([999, -1, 0])] {
        let body = json!({"notification_ids": ids});
        let marked = admin.api.post("/api/v1/notifications/bulk_mark_read/", body).await;
        assert_eq!(marked.expect(200), json!({"marked_read_count": 0}));
    }
}

#[tokio::test]
async fn oversized_body_is_refused() {
    let (_leopard, [admin]) = Leopard::with_users(&[], ["admin"]).await;
    let body = Value::String("x".repeat(TOO_MUCH)).to_string();
    for operation in document::operations().into_values().filter(|it| it.method == "POST") {
        let request = admin.api.request("POST", &operation.path_with("1"));
        let request = request.header("Content-Type", "application/json");
        Response::of(request.body(body.clone())).await.problem(413, "too_large");
    }
}

#[tokio::test]
async fn refusal_reaches_a_client_that_is_still_sending() {
    let (leopard, [admin]) = Leopard::with_users(&[], ["admin"]).await;
    let pieces = 16;
    let whole = format!("Content-Length: {}", pieces * TOO_MUCH);
    let chunk = format!("{TOO_MUCH:x}\r\n");
    let chunked = "Transfer-Encoding: chunked".to_owned();
    for (framing, before, after, end) in
        [(whole, "", "", ""), (chunked, chunk.as_str(), "\r\n", "0\r\n\r\n")]
    {
        let mut socket = TcpStream::connect(leopard.address()).await.unwrap();
        let head = format!(
            "POST /api/v1/tasks/ HTTP/1.1\r\nHost: leopard\r\nAuthorization: Bearer {}\r\n\
             Content-Type: application/json\r\n{framing}\r\n\r\n",
            admin.access
        );
        let piece = [before, &"x".repeat(TOO_MUCH), after].concat();
        let body = [piece.repeat(pieces).as_str(), end].concat();
        // The server need not read it all, but its response must arrive.
        let _ = socket.write_all(head.as_bytes()).await;
        let _ = socket.write_all(body.as_bytes()).await;
        let mut response = vec![0; 12];
        let read = within("the refusal", TIMEOUT, socket.read_exact(&mut response)).await;
        read.unwrap_or_else(|e| panic!("{framing}: no response: {e}"));
        assert_eq!(response, b"HTTP/1.1 413", "{framing}");
    }
}
