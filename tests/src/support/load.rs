//! Clients that keep a server busy until they are stopped.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use tokio::task::JoinSet;

use super::rest::Api;
use super::user::User;
use super::wait::until;
use crate::fixtures::task_body;

/// What the clients have counted so far.
pub struct Load {
    /// The successful responses of each client.
    good: Vec<AtomicUsize>,
    refused: AtomicUsize,
    torn: AtomicUsize,
    finished: AtomicBool,
}

/// The clients; each returns the titles of the tasks that it has created.
pub type Clients = JoinSet<Vec<String>>;

impl Load {
    pub fn start(user: &User, count: usize) -> (Arc<Self>, Clients) {
        let load = Arc::new(Self {
            good: (0..count).map(|_| AtomicUsize::new(0)).collect(),
            refused: AtomicUsize::new(0),
            torn: AtomicUsize::new(0),
            finished: AtomicBool::new(false),
        });
        let mut clients = JoinSet::new();
        for client in 0..count {
            clients.spawn(load.clone().work(user.api.clone(), user.id, client));
        }
        (load, clients)
    }

    /// Reads the inbox and creates a task, in turn.
    async fn work(self: Arc<Self>, api: Api, user: i64, client: usize) -> Vec<String> {
        let mut created = vec![];
        for number in 0_usize.. {
            if self.finished.load(Ordering::Relaxed) {
                break;
            }
            let title = format!("Task {number} of client {client}");
            let request = if number.is_multiple_of(2) {
                api.request("GET", "/api/v1/notifications/")
            } else {
                api.request("POST", "/api/v1/tasks/").json(&task_body(&title, user))
            };
            let response = request.send().await;
            let retry_after = response.as_ref().ok().and_then(|it| it.headers().get("Retry-After"));
            let counter = match response.as_ref().map(|it| it.status().as_u16()) {
                Ok(200) => &self.good[client],
                Ok(201) => {
                    created.push(title);
                    &self.good[client]
                }
                Ok(503) => {
                    assert!(retry_after.is_some(), "503 without Retry-After");
                    &self.refused
                }
                Ok(other) => panic!("{other} for {title}"),
                Err(_) => &self.torn,
            };
            counter.fetch_add(1, Ordering::Relaxed);
        }
        created
    }

    /// Waits until each client has had this many more successful responses.
    pub async fn make_progress(&self, responses: usize, limit: Duration) {
        let count = || self.good.iter().map(|it| it.load(Ordering::Relaxed));
        let before: Vec<_> = count().collect();
        until("every client is served", limit, async || {
            let mut pairs = count().zip(&before);
            pairs.all(|(now, before)| now >= before + responses).then_some(())
        })
        .await;
    }

    pub fn refused(&self) -> usize {
        self.refused.load(Ordering::Relaxed)
    }

    pub fn torn(&self) -> usize {
        self.torn.load(Ordering::Relaxed)
    }

    /// Stops the clients and returns the titles of all tasks that they have created.
    pub async fn stop(&self, clients: Clients) -> Vec<String> {
        self.finished.store(true, Ordering::Relaxed);
        clients.join_all().await.concat()
    }
}
