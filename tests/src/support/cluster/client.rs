//! Clients that ask again, and what they are told.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::sync::watch;

use super::super::crash::{Acknowledged, Last, Reader};
use super::super::rest::Api;
use super::super::rng::Rng;
use super::super::seeded_users::Member;

/// How long after a response that is none a client asks again.
const PAUSE: Duration = Duration::from_millis(100);

/// What one who makes tasks is given.
pub struct Post {
    pub name: String,
    pub url: String,
    pub rng: Rng,
    pub members: Arc<Vec<Member>>,
    pub acknowledged: Arc<Mutex<Vec<Acknowledged>>>,
    /// How often the same request may be sent.
    pub attempts: usize,
}

/// Makes task after task until it is told to stop, each request with a key, and again with the same
/// key where its response is none. Returns how many were asked again.
pub async fn keep_posting(mut post: Post, stop: watch::Receiver<bool>) -> usize {
    let (mut number, mut repeated) = (0, 0);
    while !*stop.borrow() {
        number += 1;
        let caller = post.rng.pick(&post.members);
        let assignee = post.rng.pick(&post.members).id;
        let title = format!("{} {number}", post.name);
        let api = Api::new(&post.url, Some(&caller.token));
        let (task, attempts) = make(&api, &title, assignee, post.attempts).await;
        repeated += attempts - 1;
        let one = Acknowledged { id: task["id"].as_i64().expect("an id"), title, assignee };
        post.acknowledged.lock().expect("nobody panicked").push(one);
    }
    repeated
}

/// The task, and how often it was asked for.
async fn make(api: &Api, title: &str, assignee: i64, most: usize) -> (Value, usize) {
    let task = json!({
        "title": title,
        "detail": "Made while nodes come and go",
        "assigned_to": assignee,
        "due_date": "2035-12-10T12:00:00Z",
    });
    let begun = Instant::now();
    let mut fault = String::new();
    for attempt in 1..=most {
        match ask(api, &task, title).await {
            Ok(task) => return (task, attempt),
            Err(none) => fault = none,
        }
        tokio::time::sleep(PAUSE).await;
    }
    panic!("{title}: no response to {most} requests in {:?}, at last: {fault}", begun.elapsed());
}

/// The task, or why there is no response yet. Any other response is a fault.
async fn ask(api: &Api, task: &Value, key: &str) -> Result<Value, String> {
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

/// Reads a user's stream from the beginning, and comes back whenever it breaks, until everything has
/// been seen. Returns the titles, in order.
pub async fn keep_reading(member: Member, address: SocketAddr, last: Last) -> Vec<String> {
    let mut reader = Reader::new(member, last);
    while !reader.read(address).await {
        tokio::time::sleep(PAUSE).await;
    }
    reader.seen
}
