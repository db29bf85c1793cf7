//! A server with many users, and the requests that they make.

use std::net::SocketAddr;
use std::path::Path;

use chrono::TimeDelta;
use leopard_adapters::security::JwtIssuer;
use leopard_adapters::system::SystemClock;
use leopard_core::domain::account::{Claims, TokenKind};
use leopard_core::domain::id::UserId;
use leopard_core::port::{Clock as _, TokenIssuer as _};
use leopard_tests::support::leopard::Leopard;
use leopard_tests::support::workdir::Workdir;

use super::closed_loop::Call;
use super::connection::Connection;
use super::databases::Databases;
use super::store;

const SECRET: &str = "a secret of the benchmarks, and of nothing else";

/// A running server and its users.
pub struct PopulatedServer {
    pub leopard: Leopard,
    users: Vec<UserId>,
    issuer: JwtIssuer,
}

impl PopulatedServer {
    /// Starts this binary on a new one of these databases; it logs warnings alone, unless the
    /// settings say otherwise.
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
        let own = [("DATABASE_URL", url), ("LEOPARD_JWT_SECRET", SECRET), ("LEOPARD_LOG", "warn")];
        let mut workdir = Workdir::new(&own).running(binary);
        for (name, value) in settings {
            workdir = workdir.with(name, value);
        }
        Self {
            leopard: workdir.serve().await,
            users,
            issuer: JwtIssuer::new(SECRET.as_bytes()).expect("the secret is long enough"),
        }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.leopard.address()
    }

    /// A request of a person to read a path.
    pub fn get(&self, user: usize, path: &str) -> Vec<u8> {
        let (address, token) = (self.address(), self.token(user));
        format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\n\r\n")
            .into_bytes()
    }

    /// A request of a person to open a stream.
    pub fn stream(&self, user: usize) -> Vec<u8> {
        self.get(user, "/api/v1/notifications/stream/")
    }

    /// A request of a person to make a task for another.
    pub fn task(&self, from: usize, to: usize) -> Vec<u8> {
        let (address, token, to) = (self.address(), self.token(from), self.users[to]);
        let body = format!(
            r#"{{"title":"Test SSE Notification","detail":"This task will trigger a real-time notification","assigned_to":{to},"due_date":"2030-12-10T12:00:00Z","priority":"HIGH"}}"#
        );
        let length = body.len();
        format!(
            "POST /api/v1/tasks/create/ HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
        )
        .into_bytes()
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
        let now = SystemClock.now();
        let claims = Claims {
            kind: TokenKind::Access,
            user: self.users[user],
            session: None,
            id: None,
            issued_at: Some(now),
            not_before: None,
            expires_at: now + TimeDelta::hours(1),
        };
        self.issuer.issue(claims).expect("a token")
    }
}
