//! Clients that retry, and readers that resume.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::sync::watch;

use crate::fixtures::{id, task_body};

use super::super::crash::{Acknowledged, Last, Reader};
use super::super::rest::Api;
use super::super::rng::Rng;
use super::super::seeded_users::Member;

const PAUSE: Duration = Duration::from_millis(100);

pub struct Post {
    pub name: String,
    pub url: String,
    pub rng: Rng,
    pub members: Arc<Vec<Member>>,
    pub acknowledged: Arc<Mutex<Vec<Acknowledged>>>,
    pub attempts: usize,
}

/// Creates tasks until it is stopped, each with an idempotency key, and retries requests without a
/// response. Returns the number of retries.
pub async fn keep_posting(mut post: Post, stop: watch::Receiver<bool>) -> usize {
    let (mut number, mut repeated) = (0, 0);
    while !*stop.borrow() {
        number += 1;
        let caller = post.rng.pick(&post.members);
        let assignee = post.rng.pick(&post.members).id;
        let title = format!("{} {number}", post.name);
        let api = Api::new(&post.url, Some(&caller.token));
        let (task, attempts) = create(&api, &title, assignee, post.attempts).await;
        repeated += attempts - 1;
        let one = Acknowledged { id: id(&task), title, assignee };
        post.acknowledged.lock().expect("no panic").push(one);
    }
    repeated
}

/// The task, and the number of attempts.
async fn create(api: &Api, title: &str, assignee: i64, most: usize) -> (Value, usize) {
    let task = task_body(title, assignee);
    let begun = Instant::now();
    let mut fault = String::new();
    for number in 1..=most {
        match attempt(api, &task, title).await {
            Ok(task) => return (task, number),
            Err(none) => fault = none,
        }
        tokio::time::sleep(PAUSE).await;
    }
    panic!("{title}: no response to {most} requests in {:?}, at last: {fault}", begun.elapsed());
}

/// The task, or the reason for a retry. Any other response is a fault.
async fn attempt(api: &Api, task: &Value, key: &str) -> Result<Value, String> {
    let request = api.request("POST", "/api/v1/tasks/");
    let request = request.header("Idempotency-Key", key).json(task);
    let response = request.send().await.map_err(|error| error.to_string())?;
    let status = response.status().as_u16();
    let text = response.text().await.map_err(|error| error.to_string())?;
    match status {
        201 => Ok(serde_json::from_str(&text).expect("a response is JSON")),
        503 => Err(text),
        _ => panic!("{status}: {text}"),
    }
}

/// Three heartbeats. A gateway may keep the connection of a client whose node is gone.
const MISSED_HEARTBEATS: Duration = Duration::from_secs(15);

/// Reads a user's stream from the beginning, through any number of connections, until it is complete.
/// Returns the titles, in order.
pub async fn keep_reading(member: Member, address: SocketAddr, last: Last) -> Vec<String> {
    let mut reader = Reader::new(member, last);
    while !reader.read(address, MISSED_HEARTBEATS).await {
        tokio::time::sleep(PAUSE).await;
    }
    reader.seen
}
