//! A small service on Node.js and `PostgreSQL`, `tests/benches/peers/server.mjs`.

use std::fs;
use std::process::Command;

use leopard_core::domain::id::UserId;
use leopard_tests::support::nginx::Port;
use leopard_tests::support::process::OwnedChild;
use leopard_tests::support::seeded_users::SECRET;

use super::super::databases::Databases;
use super::super::store::USERS;
use super::super::task_api::TaskApi;
use super::{Missing, installed, start};

const SERVER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/peers/server.mjs");

pub struct Node {
    pub api: TaskApi,
    _child: OwnedChild,
    _databases: Databases,
}

impl Node {
    pub async fn start() -> Result<Self, Missing> {
        let folder = installed("node");
        if !folder.join("node_modules/pg").is_dir() {
            return Err("its packages are missing".to_owned());
        }
        // It finds its packages beside it.
        fs::copy(SERVER, folder.join("server.mjs")).expect("a file in it");
        let databases = Databases::postgres().await;
        let port = Port::reserve();
        let mut command = Command::new("node");
        command
            .arg("server.mjs")
            .env("NODE_ENV", "production")
            .env("PORT", port.number().to_string())
            .env("DATABASE_URL", databases.new_url().await)
            .env("JWT_SECRET", SECRET);
        let child = start(command, &folder, &port).await?;
        let processes = [child.pid()].into_iter().chain(databases.process()).collect();
        let users = (1..).take(USERS).map(UserId).collect();
        let api = TaskApi::new(port.address(), processes, users);
        Ok(Self { api, _child: child, _databases: databases })
    }
}
