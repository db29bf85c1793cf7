//! Concurrent retries with one `Idempotency-Key`.

use serde_json::Value;
use tokio::task::JoinSet;

use super::rest::{Api, Response};

const CONCURRENT: usize = 20;

/// Sends the same request many times at once, through these APIs and paths in turn. All but one of the
/// responses must be replayed.
pub async fn concurrent_retries(calls: &[(&Api, &str)], key: &str, body: &Value) -> Vec<Response> {
    let mut sending = JoinSet::new();
    for (api, path) in calls.iter().cycle().take(CONCURRENT) {
        let (api, path) = ((*api).clone(), (*path).to_owned());
        let (key, body) = (key.to_owned(), body.clone());
        sending.spawn(async move { api.post_with_key(&path, &key, &body).await });
    }
    let responses = sending.join_all().await;
    let replayed = responses.iter().filter(|it| it.is_replayed()).count();
    assert_eq!(replayed, CONCURRENT - 1, "{responses:?}");
    responses
}
