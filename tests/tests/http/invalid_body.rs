//! Bodies that are wrong, field by field: the exact texts that clients look for.

use leopard_tests::support::leopard::Leopard;
use leopard_tests::support::operation::Operation;
use leopard_tests::support::refusal::{NOT_AN_INTEGER, NULL, REQUIRED, refuses, required_text};
use leopard_tests::support::rest::Answer;
use serde_json::{Value, json};

#[tokio::test]
async fn the_fields_of_logging_in() {
    let leopard = Leopard::start(&[]).await;
    let api = leopard.anonymous();
    let texts: Vec<_> = required_text();
    for (path, body, fields) in [
        (
            "/api/token/",
            json!({"username": "admin", "password": "nothing"}),
            vec!["username", "password"],
        ),
        (
            "/api/token/refresh/",
            json!({"refresh": "x"}),
            vec!["refresh"],
        ),
        (
            "/api/token/blacklist/",
            json!({"refresh": "x"}),
            vec!["refresh"],
        ),
        ("/api/token/verify/", json!({"token": "x"}), vec!["token"]),
    ] {
        for field in fields {
            // A password is offered as it is typed, blanks and all.
            let cases = texts.iter().filter(|(value, _)| {
                field != "password"
                    || !matches!(value.as_ref().and_then(Value::as_str), Some(" \t\n"))
            });
            let cases: Vec<_> = cases.cloned().collect();
            refuses(&api, path, &body, field, &cases).await;
        }
    }
}

#[tokio::test]
async fn what_names_no_account_is_refused_alike() {
    let leopard = Leopard::start(&[]).await;
    let api = leopard.anonymous();
    for name in ["admin", "nobody", "a name that nobody may have"] {
        let body = json!({"username": name, "password": "not the password"});
        let problem = api.post("/api/token/", body).await;
        let problem = problem.problem(401, "no_active_account");
        let detail = "No active account found with the given credentials";
        assert_eq!(problem["detail"], detail);
    }
}

#[tokio::test]
async fn the_ids_to_mark_as_read() {
    let leopard = Leopard::start(&[]).await;
    let admin = leopard.admin().await;
    let cases = [
        (None, REQUIRED),
        (Some(Value::Null), NULL),
        (
            Some(json!(1)),
            "Expected a list of items but got type \"int\".",
        ),
        (
            Some(json!("1")),
            "Expected a list of items but got type \"str\".",
        ),
        (Some(json!(["one"])), NOT_AN_INTEGER),
        (Some(json!([null])), NOT_AN_INTEGER),
        (Some(json!([1.5])), NOT_AN_INTEGER),
        (Some(json!([u64::MAX])), NOT_AN_INTEGER),
    ];
    let path = "/api/v1/notifications/bulk_mark_read/";
    refuses(&admin.api, path, &json!({}), "notification_ids", &cases).await;
    // What is not there, or not the caller's, is passed over.
    for ids in [json!([]), json!([999, -1, 0])] {
        let marked = admin.api.post(path, json!({"notification_ids": ids})).await;
        assert_eq!(marked.expect(200), json!({"marked_read_count": 0}));
    }
}

#[tokio::test]
async fn what_is_no_json_object_at_all() {
    let leopard = Leopard::start(&[]).await;
    let admin = leopard.admin().await;
    for operation in Operation::with_body() {
        let send = |body: &'static [u8]| {
            let request = admin.api.request(operation.method, operation.path);
            Answer::to(
                request
                    .header("Content-Type", "application/json")
                    .body(body),
            )
        };
        let malformed: [&[u8]; 6] = [
            b"{",
            b"{\"title\": }",
            b"{'a': 1}",
            b"{\"a\": NaN}",
            b"\xff",
            b"{} {}",
        ];
        for body in malformed {
            let problem = send(body).await.problem(400, "parse_error");
            assert_eq!(problem["detail"], "JSON parse error", "{operation:?}");
        }
        let no_objects: [&[u8]; 5] = [b"[]", b"1", b"\"text\"", b"null", b"true"];
        for body in no_objects {
            let problem = send(body).await.problem(400, "invalid");
            assert!(problem["errors"].is_object(), "{operation:?}: {problem}");
        }
    }
}
