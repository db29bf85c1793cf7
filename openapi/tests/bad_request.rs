//! What the operations say to bad queries, ids and tokens.

use crate::support::{ANN, World, problem};
use serde_json::json;

#[tokio::test]
async fn queries_are_checked_as_a_whole() {
    let client = World::default().client();
    let get = async |path: &str| client.get(path).header("Authorization", ANN).send().await;
    let answer = get("/api/v1/notifications/?include_read=2&type=NEWS&after=x").await;
    let said = problem(answer, 400, "invalid").await;
    assert_eq!(
        said["errors"],
        json!({
            "include_read": ["Must be a valid boolean."],
            "type": ["\"NEWS\" is not a valid choice."],
            "after": ["A valid integer is required."],
        })
    );
    for list in ["/api/v1/tasks/", "/api/v1/notifications/"] {
        for page in ["0", "-1", "x", "99999999999999999999"] {
            let answer = get(&format!("{list}?page={page}")).await;
            assert_eq!(
                problem(answer, 404, "not_found").await["detail"],
                "Invalid page."
            );
        }
        assert_eq!(get(&format!("{list}?page_size=x")).await.0.status(), 200);
    }
}

#[tokio::test]
async fn an_id_that_is_none_names_nothing() {
    let client = World::default().client();
    for id in [
        "abc",
        "-1",
        "1.0",
        "9223372036854775808",
        "%ff",
        "+5",
        "404",
    ] {
        for path in ["/api/v1/tasks/", "/api/v1/notifications/"] {
            let request = client.get(format!("{path}{id}/"));
            let answer = request.header("Authorization", ANN).send().await;
            assert_eq!(
                problem(answer, 404, "not_found").await["detail"],
                "Not found."
            );
        }
    }
}

#[tokio::test]
async fn without_a_good_access_token_nothing_else_is_looked_at() {
    let client = World::default().client();
    let guarded = [
        ("POST", "/api/token/stream/"),
        ("POST", "/api/v1/tasks/"),
        ("POST", "/api/v1/tasks/create/"),
        ("GET", "/api/v1/tasks/?all_tasks=x"),
        ("GET", "/api/v1/tasks/abc/"),
        ("GET", "/api/v1/notifications/"),
        ("GET", "/api/v1/notifications/8/"),
        ("DELETE", "/api/v1/notifications/8/"),
        ("POST", "/api/v1/notifications/8/mark_read/"),
        ("POST", "/api/v1/notifications/bulk_mark_read/"),
        ("POST", "/api/v1/notifications/mark_all_read/"),
        ("GET", "/api/v1/notifications/unread_count/"),
    ];
    let tokens = [
        (
            "",
            "not_authenticated",
            "Authentication credentials were not provided.",
        ),
        (
            "Basic x",
            "not_authenticated",
            "Authentication credentials were not provided.",
        ),
        (
            "Bearer forged",
            "token_not_valid",
            "Given token not valid for any token type",
        ),
        (
            "Bearer expired",
            "token_not_valid",
            "Given token not valid for any token type",
        ),
        (
            "Bearer refresh",
            "token_not_valid",
            "Given token not valid for any token type",
        ),
        (
            "Bearer stream",
            "token_not_valid",
            "Given token not valid for any token type",
        ),
        ("Bearer inactive", "user_inactive", "User is inactive"),
    ];
    for (method, path) in guarded {
        for (token, code, detail) in tokens {
            let request = client.request(method.parse().unwrap(), path);
            let answer = request
                .header("Authorization", token)
                .body("{")
                .send()
                .await;
            assert_eq!(problem(answer, 401, code).await["detail"], detail, "{path}");
        }
    }
}
