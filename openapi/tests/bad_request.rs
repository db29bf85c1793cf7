//! Errors for invalid queries, ids and tokens.
use crate::support::{TestApi, problem};
use leopard_core::domain::notification::NotificationType;
use serde_json::json;

#[tokio::test]
async fn all_wrong_query_parameters_are_named_at_once() {
    let client = TestApi::default().ann();
    let get = async |path: &str| client.get(path).send().await;
    let response = get("/api/v1/notifications/?include_read=2&type=NEWS&after=x").await;
    let refused = problem(response, 400, "invalid").await;
    let types = NotificationType::BUILT_IN_NAMES.join(", ");
    let hint = format!("Choose one of {types}.");
    assert_eq!(
        refused["errors"],
        json!({
            "include_read": ["Must be a valid boolean."],
            "type": ["\"NEWS\" is not a valid choice.", hint],
            "after": ["A valid integer is required."],
        })
    );
    let response = get("/api/v1/users/?include_inactive=maybe&search=a%00").await;
    let refused = problem(response, 400, "invalid").await;
    assert_eq!(
        refused["errors"],
        json!({
            "include_inactive": ["Must be a valid boolean."],
            "search": ["Null characters are not allowed."],
        })
    );
    let response = get(&format!("/api/v1/users/?search={}", "x".repeat(151))).await;
    let refused = problem(response, 400, "invalid").await;
    let message = "Ensure this field has no more than 150 characters.";
    assert_eq!(refused["errors"], json!({ "search": [message] }));
    for list in ["/api/v1/tasks/", "/api/v1/notifications/"] {
        assert_eq!(get(&format!("{list}?page_size=x")).await.0.status(), 200);
    }
}

#[tokio::test]
async fn request_without_valid_token_is_refused_before_anything_else() {
    let client = TestApi::default().client();
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
        ("", "not_authenticated", "Authentication credentials were not provided."),
        ("Basic x", "not_authenticated", "Authentication credentials were not provided."),
        ("Bearer forged", "token_not_valid", "Given token not valid for any token type"),
        ("Bearer expired", "token_not_valid", "Given token not valid for any token type"),
        ("Bearer refresh", "token_not_valid", "Given token not valid for any token type"),
        ("Bearer stream", "token_not_valid", "Given token not valid for any token type"),
        ("Bearer inactive", "user_inactive", "User is inactive"),
    ];
    for (method, path) in guarded {
        for (token, code, detail) in tokens {
            let request = client.request(method.parse().unwrap(), path);
            let response = request.header("Authorization", token).body("{").send().await;
            assert_eq!(problem(response, 401, code).await["detail"], detail, "{path}");
        }
    }
}
