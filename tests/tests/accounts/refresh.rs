//! Refresh tokens that are sent again: a retry gets the same successor, theft ends the session.

use std::collections::BTreeSet;
use std::time::Duration;

use futures_util::future::join_all;
use leopard_tests::support::forger::decode;
use leopard_tests::support::{Leopard, Workdir};
use serde_json::{Value, json};

/// Longer than a hundred requests take on any machine.
const GRACE: (&str, &str) = ("LEOPARD_REFRESH_GRACE_SECONDS", "300");

/// Sends a hundred concurrent requests with one token to these nodes: all get the same successor, and
/// the session stays.
async fn refresh_at_once(nodes: &[Leopard], first: &str) {
    let all = (0..100).map(|number| nodes[number % nodes.len()].refresh(first));
    let pairs: Vec<_> =
        join_all(all).await.into_iter().map(|response| response.expect(200)).collect();
    let token = |pair: &Value, kind: &str| pair[kind].as_str().expect("a token").to_owned();
    let ids: BTreeSet<_> =
        pairs.iter().map(|pair| decode(&token(pair, "refresh"))["jti"].to_string()).collect();
    assert_eq!(ids.len(), 1, "{ids:?}");
    for pair in &pairs {
        let api = nodes[0].api(&token(pair, "access"));
        api.get("/api/v1/users/me/").await.expect(200);
    }

    // Once any copy of the successor is used, the token before it counts as stolen.
    let next = nodes[0].refresh(&token(&pairs[42], "refresh")).await.expect(200);
    let last = nodes.last().expect("a node");
    last.refresh(first).await.problem(401, "token_not_valid");
    last.refresh(&token(&next, "refresh")).await.problem(401, "token_not_valid");
}

#[tokio::test]
async fn concurrent_refreshes_of_one_token_get_the_same_successor() {
    let (leopard, [admin]) = Leopard::with_users(&[GRACE], ["admin"]).await;
    refresh_at_once(&[leopard], &admin.refresh).await;
}

#[tokio::test]
async fn concurrent_refreshes_at_two_nodes_get_the_same_successor() {
    let nodes = Workdir::two_nodes(&[GRACE]).await;
    let admin = nodes[0].admin().await;
    refresh_at_once(&nodes, &admin.refresh).await;
}

#[tokio::test]
async fn reused_refresh_token_ends_the_session_without_a_grace_period() {
    let (leopard, [admin]) =
        Leopard::with_users(&[("LEOPARD_REFRESH_GRACE_SECONDS", "0")], ["admin"]).await;
    let next = leopard.refresh(&admin.refresh).await.expect(200);
    let access = next["access"].as_str().expect("a token");
    let mut stream = leopard.stream().bearer(access).open().await;
    leopard.refresh(&admin.refresh).await.problem(401, "token_not_valid");
    stream.rest(Duration::from_secs(5)).await;
    let next = next["refresh"].as_str().expect("a token");
    leopard.refresh(next).await.problem(401, "token_not_valid");
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
    let begun = decode(&admin.refresh)["iat"].as_i64().expect("a time");
    let pair = leopard.refresh(&admin.refresh).await.expect(200);
    let stream = admin.api.stream_token().await;
    let tokens = [json!(admin.access), json!(admin.refresh), json!(stream)];
    for token in tokens.iter().chain([&pair["access"], &pair["refresh"]]) {
        let expires = decode(token.as_str().expect("a token"))["exp"].as_i64();
        let lifetime = expires.expect("a time") - begun;
        // Stream tokens last whole seconds.
        assert!((86_300..=86_400).contains(&lifetime), "{lifetime}");
    }
}
