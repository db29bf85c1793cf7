//! Requests of the task API, as Leopard and the service on Node.js understand it.

use std::net::SocketAddr;

use leopard_core::domain::id::UserId;
use leopard_tests::fixtures::task_body;
use leopard_tests::support::{Request, seeded_users};
use rustix::process::Pid;
use serde_json::json;

use super::events::Service;

/// A server with this API, and its users.
pub struct TaskApi {
    address: SocketAddr,
    processes: Vec<Pid>,
    users: Vec<UserId>,
    tokens: Vec<String>,
}

impl TaskApi {
    pub fn new(address: SocketAddr, processes: Vec<Pid>, users: Vec<UserId>) -> Self {
        let tokens = users.iter().map(|user| seeded_users::token(*user)).collect();
        Self { address, processes, users, tokens }
    }

    pub fn get(&self, user: usize, path: &str) -> Vec<u8> {
        Request::get(&self.tokens[user], path).bytes()
    }
}

impl Service for TaskApi {
    fn address(&self) -> SocketAddr {
        self.address
    }

    fn processes(&self) -> Vec<Pid> {
        self.processes.clone()
    }

    fn stream(&self, user: usize) -> Vec<u8> {
        self.get(user, "/api/v1/notifications/stream/")
    }

    fn task(&self, from: usize, to: usize, title: &str) -> Vec<u8> {
        let mut task = task_body(title, self.users[to].0);
        task["detail"] = json!("This task will trigger a real-time notification");
        task["priority"] = json!("HIGH");
        Request::post(&self.tokens[from], "/api/v1/tasks/create/", &task).bytes()
    }
}
