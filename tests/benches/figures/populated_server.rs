//! A server with many users, and the requests that they make.

use std::net::SocketAddr;
use std::path::Path;

use leopard_core::domain::id::UserId;
use leopard_tests::fixtures::task_body;
use leopard_tests::support::{Leopard, Request, Workdir, seeded_users};
use serde_json::json;

use super::closed_loop::Call;
use super::connection::Connection;
use super::databases::Databases;
use super::store;

pub struct PopulatedServer {
    pub leopard: Leopard,
    users: Vec<UserId>,
}

impl PopulatedServer {
    /// Starts this binary on a new database; by default, it logs only warnings.
    pub async fn found(binary: &Path, databases: &Databases, settings: &[(&str, &str)]) -> Self {
        let url = databases.new_url().await;
        let users = store::users(&url).await;
        Self::on(binary, &url, users, settings).await
    }

    /// Starts this binary on the database of this URL, in which these users are.
    pub async fn on(
        binary: &Path,
        url: &str,
        users: Vec<UserId>,
        settings: &[(&str, &str)],
    ) -> Self {
        let own = [("DATABASE_URL", url), ("LEOPARD_LOG", "warn")];
        let workdir = seeded_users::with_secret(Workdir::new(&own).running(binary));
        Self { leopard: workdir.with_all(settings).serve().await, users }
    }

    pub fn address(&self) -> SocketAddr {
        self.leopard.address()
    }

    pub fn get(&self, user: usize, path: &str) -> Vec<u8> {
        Request::get(&self.token(user), path).bytes()
    }

    pub fn stream(&self, user: usize) -> Vec<u8> {
        self.get(user, "/api/v1/notifications/stream/")
    }

    /// A request of a user to create a task for another.
    pub fn task(&self, from: usize, to: usize) -> Vec<u8> {
        let mut task = task_body("Test SSE Notification", self.users[to].0);
        task["detail"] = json!("This task will trigger a real-time notification");
        task["priority"] = json!("HIGH");
        Request::post(&self.token(from), "/api/v1/tasks/create/", &task).bytes()
    }

    /// As many connections as requests, each of which must be answered with this status.
    pub async fn calls(&self, requests: Vec<Vec<u8>>, status: &'static str) -> Vec<Call> {
        let mut calls = vec![];
        for request in requests {
            let connection = Connection::open(self.address()).await;
            calls.push(Call { connection, request, status });
        }
        calls
    }

    fn token(&self, user: usize) -> String {
        seeded_users::token(self.users[user])
    }
}
