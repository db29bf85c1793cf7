//! Refresh tokens that come again: retries get the same successor, theft ends the login.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures_util::future::join_all;
use leopard_tests::support::leopard::Leopard;
use leopard_tests::support::postgres;
use leopard_tests::support::rest::Answer;
use leopard_tests::support::workdir::Workdir;
use serde_json::{Value, json};

/// Longer than any machine takes for a hundred requests.
const GRACE: (&str, &str) = ("LEOPARD_REFRESH_GRACE_SECONDS", "300");

async fn refresh(leopard: &Leopard, token: &str) -> Answer {
    let body = json!({"refresh": token});
    leopard.anonymous().post("/api/token/refresh/", body).await
}

fn claims(token: &str) -> Value {
    let claims = token.split('.').nth(1).expect("a token has three parts");
    let claims = URL_SAFE_NO_PAD.decode(claims).expect("base64");
    serde_json::from_slice(&claims).expect("claims are JSON")
}

/// A hundred requests with one token at once, by turns at these nodes: all get the same successor, and
/// the login goes on.
async fn refresh_at_once(nodes: &[Leopard], first: &str) {
    let all = (0..100).map(|number| refresh(&nodes[number % nodes.len()], first));
    let pairs: Vec<_> = join_all(all).await.into_iter().map(|answer| answer.expect(200)).collect();
    let token = |pair: &Value, kind: &str| pair[kind].as_str().expect("a token").to_owned();
    let ids: BTreeSet<_> =
        pairs.iter().map(|pair| claims(&token(pair, "refresh"))["jti"].to_string()).collect();
    assert_eq!(ids.len(), 1, "{ids:?}");
    for pair in &pairs {
        let api = nodes[0].api(&token(pair, "access"));
        api.get("/api/v1/users/me/").await.expect(200);
    }

    // Whichever copy is used, once it is, the token before it is a stolen one.
    let next = refresh(&nodes[0], &token(&pairs[42], "refresh")).await.expect(200);
    let last = nodes.last().expect("a node");
    refresh(last, first).await.problem(401, "token_not_valid");
    refresh(last, &token(&next, "refresh")).await.problem(401, "token_not_valid");
}

#[tokio::test]
async fn concurrent_refreshes_of_one_token_get_the_same_successor() {
    let leopard = Leopard::start(&[GRACE]).await;
    let admin = leopard.admin().await;
    refresh_at_once(&[leopard], &admin.refresh).await;
}

#[tokio::test]
async fn concurrent_refreshes_at_two_nodes_get_the_same_successor() {
    let database = postgres::new_database().await;
    let workdir = Workdir::for_node(&database).with(GRACE.0, GRACE.1);
    let same_settings = workdir.same_settings();
    let nodes = [workdir.serve().await, same_settings.serve().await];
    let admin = nodes[0].admin().await;
    refresh_at_once(&nodes, &admin.refresh).await;
}

#[tokio::test]
async fn retry_ends_the_login_where_the_grace_is_off() {
    let leopard = Leopard::start(&[("LEOPARD_REFRESH_GRACE_SECONDS", "0")]).await;
    let admin = leopard.admin().await;
    let next = refresh(&leopard, &admin.refresh).await.expect(200);
    refresh(&leopard, &admin.refresh).await.problem(401, "token_not_valid");
    let next = next["refresh"].as_str().expect("a token");
    refresh(&leopard, next).await.problem(401, "token_not_valid");
}

#[tokio::test]
async fn no_token_outlives_the_longest_session() {
    let leopard = Leopard::start(&[
        ("LEOPARD_SESSION_MAX_DAYS", "1"),
        ("LEOPARD_ACCESS_TOKEN_SECONDS", "1000000"),
        ("LEOPARD_REFRESH_TOKEN_SECONDS", "1000000"),
        ("LEOPARD_STREAM_TOKEN_SECONDS", "1000000"),
    ])
    .await;
    let admin = leopard.admin().await;
    let begun = claims(&admin.refresh)["iat"].as_i64().expect("a time");
    let pair = refresh(&leopard, &admin.refresh).await.expect(200);
    let stream = admin.api.post_nothing("/api/token/stream/").await.expect(200);
    let tokens = [json!(admin.access), json!(admin.refresh), stream["token"].clone()];
    for token in tokens.iter().chain([&pair["access"], &pair["refresh"]]) {
        let expires = claims(token.as_str().expect("a token"))["exp"].as_i64();
        let lifetime = expires.expect("a time") - begun;
        // Stream tokens count whole seconds from when they are issued.
        assert!((86_300..=86_400).contains(&lifetime), "{lifetime}");
    }
}
