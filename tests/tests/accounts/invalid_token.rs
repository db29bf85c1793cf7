//! Invalid tokens, on every operation that needs one.

use leopard_tests::support::document::Operation;
use leopard_tests::support::{Leopard, Response, TIMEOUT, User};
use serde_json::json;

/// Tokens that are valid for no operation of the API.
async fn bad_tokens(user: &User) -> Vec<String> {
    let parts: Vec<_> = user.access.split('.').collect();
    let (head, claims, signature) = (parts[0], parts[1], parts[2]);
    let mut forged: Vec<char> = signature.chars().collect();
    forged[3] = if forged[3] == 'A' { 'B' } else { 'A' };
    vec![
        "junk".to_owned(),
        "a.b.c".to_owned(),
        user.refresh.clone(),
        format!("{head}.{claims}.{}", forged.iter().collect::<String>()),
        format!("{head}.{claims}."),
        // {"alg":"none"}, {"alg":"HS384"}
        format!("eyJhbGciOiJub25lIn0.{claims}."),
        format!("eyJhbGciOiJub25lIn0.{claims}.{signature}"),
        format!("eyJhbGciOiJIUzM4NCJ9.{claims}.{signature}"),
        user.api.stream_token().await,
    ]
}

#[tokio::test]
async fn guarded_operation_refuses_missing_and_bad_tokens() {
    let (leopard, [admin]) = Leopard::with_users(&[], ["admin"]).await;
    let bad = bad_tokens(&admin).await;
    for operation in Operation::guarded() {
        let response = operation.call(&leopard.anonymous(), "1").await;
        challenges(&response);
        let problem = response.problem(401, "not_authenticated");
        assert_eq!(problem["detail"], "Authentication credentials were not provided.");
        for token in &bad {
            let response = operation.call(&leopard.api(token), "1").await;
            challenges(&response);
            let problem = response.problem(401, "token_not_valid");
            assert_eq!(problem["detail"], "Given token not valid for any token type");
        }
    }
    for path in ["/api/token/refresh/", "/api/token/blacklist/"] {
        for token in bad.iter().chain([&admin.access]).filter(|token| **token != admin.refresh) {
            let response = admin.api.post(path, json!({"refresh": token})).await;
            response.problem(401, "token_not_valid");
        }
    }
    for token in [&admin.access, &admin.refresh] {
        let response = admin.api.post("/api/token/verify/", json!({"token": token})).await;
        assert_eq!(response.expect(200), json!({}));
    }
    let response = admin.api.post("/api/token/verify/", json!({"token": bad[3]})).await;
    response.problem(401, "token_not_valid");
}

fn challenges(response: &Response) {
    let challenge = response.header("WWW-Authenticate");
    assert_eq!(challenge, "Bearer realm=\"api\"", "{response:?}");
}

#[tokio::test]
async fn expired_tokens_are_refused() {
    let settings = [("LEOPARD_ACCESS_TOKEN_SECONDS", "2"), ("LEOPARD_REFRESH_TOKEN_SECONDS", "2")];
    let (leopard, [admin]) = Leopard::with_users(&settings, ["admin"]).await;
    admin.api.until_status("/api/v1/tasks/", 401, TIMEOUT).await;
    for operation in Operation::guarded() {
        operation.call(&admin.api, "1").await.problem(401, "token_not_valid");
    }
    let body = json!({"refresh": admin.refresh});
    for path in ["/api/token/refresh/", "/api/token/blacklist/"] {
        let response = leopard.anonymous().post(path, body.clone()).await;
        response.problem(401, "token_not_valid");
    }
}
