//! The durable-streams server: a log for each user, without users, tokens or rules.

use std::process::Command;

use futures_util::future::join_all;
use leopard_tests::support::Request;
use leopard_tests::support::nginx::Port;
use leopard_tests::support::process::OwnedChild;
use tempfile::TempDir;

use super::super::connection::Connection;
use super::super::idle::OPENERS;
use super::super::store::USERS;
use super::channels::Channels;
use super::{Missing, installed, start};

pub struct DurableStreams {
    pub channels: Channels,
    _child: OwnedChild,
    _folder: TempDir,
}

impl DurableStreams {
    pub async fn start() -> Result<Self, Missing> {
        let program = installed("durable-streams/bin/durable-streams-server");
        if !program.is_file() {
            return Err("cargo has not installed it".to_owned());
        }
        let (folder, port) = (TempDir::new().expect("a temporary directory"), Port::reserve());
        let mut command = Command::new(program);
        command.args(["--port", &port.number().to_string(), "--data-dir"]).arg(folder.path());
        let child = start(command, folder.path(), &port).await?;
        let channels = Channels {
            address: port.address(),
            processes: vec![child.pid()],
            subscribe: |user| format!("{}?offset=now&live=sse", log(user)),
            publish: log,
        };
        create(&channels).await;
        Ok(Self { channels, _child: child, _folder: folder })
    }
}

fn log(user: usize) -> String {
    format!("/user/{user}")
}

/// Creates the log of each user.
async fn create(channels: &Channels) {
    let creators = (0..OPENERS).map(async |first| {
        let mut connection = Connection::open(channels.address).await;
        for user in (first..USERS).step_by(OPENERS) {
            let request = Request::new("PUT", log(user)).header("Content-Type", "text/plain");
            connection.call(&request.bytes(), "2").await;
        }
    });
    join_all(creators).await;
}
