//! Tokens that do not count, on every operation that asks for one.

use leopard_tests::support::leopard::Leopard;
use leopard_tests::support::operation::Operation;
use leopard_tests::support::rest::Answer;
use leopard_tests::support::user::User;
use leopard_tests::support::wait::{TIMEOUT, until};
use serde_json::json;

/// Tokens that count nowhere.
async fn bad_tokens(user: &User) -> Vec<String> {
    let parts: Vec<_> = user.access.split('.').collect();
    let (head, claims, signature) = (parts[0], parts[1], parts[2]);
    let mut forged: Vec<char> = signature.chars().collect();
    forged[3] = if forged[3] == 'A' { 'B' } else { 'A' };
    let stream = user.api.post_nothing("/api/token/stream/").await.expect(200);
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
        stream["token"].as_str().unwrap().to_owned(),
    ]
}

#[tokio::test]
async fn guarded_operation_refuses_missing_and_bad_tokens() {
    let leopard = Leopard::start(&[]).await;
    let admin = leopard.admin().await;
    let bad = bad_tokens(&admin).await;
    for operation in Operation::guarded() {
        let answer = operation.call(&leopard.anonymous()).await;
        challenges(&answer);
        let problem = answer.problem(401, "not_authenticated");
        assert_eq!(problem["detail"], "Authentication credentials were not provided.");
        for token in &bad {
            let answer = operation.call(&leopard.api(token)).await;
            challenges(&answer);
            let problem = answer.problem(401, "token_not_valid");
            assert_eq!(problem["detail"], "Given token not valid for any token type");
        }
    }
    for path in ["/api/token/refresh/", "/api/token/blacklist/"] {
        for token in bad.iter().chain([&admin.access]).filter(|token| **token != admin.refresh) {
            let answer = admin.api.post(path, json!({"refresh": token})).await;
            answer.problem(401, "token_not_valid");
        }
    }
    for token in [&admin.access, &admin.refresh] {
        let answer = admin.api.post("/api/token/verify/", json!({"token": token})).await;
        assert_eq!(answer.expect(200), json!({}));
    }
    let answer = admin.api.post("/api/token/verify/", json!({"token": bad[3]})).await;
    answer.problem(401, "token_not_valid");
}

fn challenges(answer: &Answer) {
    let challenge = answer.header("WWW-Authenticate");
    assert_eq!(challenge, "Bearer realm=\"api\"", "{answer:?}");
}

#[tokio::test]
async fn expired_tokens_are_refused() {
    let settings = [("LEOPARD_ACCESS_TOKEN_SECONDS", "2"), ("LEOPARD_REFRESH_TOKEN_SECONDS", "2")];
    let leopard = Leopard::start(&settings).await;
    let admin = leopard.admin().await;
    until("the access token expires", TIMEOUT, async || {
        let answer = admin.api.get("/api/v1/tasks/").await;
        (answer.status == 401).then_some(())
    })
    .await;
    for operation in Operation::guarded() {
        operation.call(&admin.api).await.problem(401, "token_not_valid");
    }
    let body = json!({"refresh": admin.refresh});
    for path in ["/api/token/refresh/", "/api/token/blacklist/"] {
        let answer = leopard.anonymous().post(path, body.clone()).await;
        answer.problem(401, "token_not_valid");
    }
}
