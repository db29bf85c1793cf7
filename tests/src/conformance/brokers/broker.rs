use std::sync::Arc;

use leopard_adapters::broker::local::Hub;
use leopard_adapters::broker::redis::Target;
use leopard_adapters::broker::{postgres, redis};
use leopard_testkit::Backend;
use leopard_testkit::conformance::brokers::{Broker, Node, hub};
use rustix::process::Signal;

use super::backends;
use crate::conformance::sqlite;
use crate::support::postgres::{Server, new_database};
use crate::support::redis::Redis;

const SECRET: &[u8] = b"a secret that only these cases use";

/// A broker of its own for each test.
pub enum ServerBroker {
    /// No broker: all nodes share a hub.
    Local(Arc<Hub>),
    /// A Redis server.
    Redis(Redis),
    /// A database, and its server if the test may stop it.
    Postgres(String, Option<Server>),
}

impl Broker for ServerBroker {
    fn new_node(&self) -> Node {
        match self {
            Self::Local(hub) => Node::sharing(hub.clone()),
            Self::Redis(server) => Node::relayed(|hub| {
                let target = Target::parse(&server.url()).expect("a URL");
                redis::relay(hub, target, SECRET).expect("a relay")
            }),
            Self::Postgres(url, _) => {
                Node::relayed(|hub| postgres::relay(hub, url).expect("a relay"))
            }
        }
    }

    fn is_selective(&self) -> bool {
        matches!(self, Self::Redis(_))
    }

    async fn open_store(&self) -> Backend {
        sqlite().await
    }
}

impl ServerBroker {
    /// No broker.
    #[expect(clippy::unused_async, reason = "all brokers are started alike")]
    pub async fn local() -> Self {
        Self::Local(hub())
    }

    /// A Redis server.
    pub async fn redis() -> Self {
        Self::Redis(Redis::start().await)
    }

    /// A database of a server that all tests share.
    pub async fn postgres() -> Self {
        Self::Postgres(new_database().await, None)
    }

    /// A database of a server that the test may stop.
    pub async fn own_postgres() -> Self {
        let server = Server::start().await;
        Self::Postgres(server.new_database().await, Some(server))
    }

    /// Stops the server.
    pub(super) async fn stop(&mut self) {
        match self {
            Self::Local(_) => {}
            Self::Redis(server) => server.stop().await,
            Self::Postgres(..) => self.server().stop().await,
        }
    }

    /// Starts the stopped server.
    pub(super) async fn start(&mut self) {
        match self {
            Self::Local(_) => {}
            Self::Redis(server) => server.start_again().await,
            Self::Postgres(..) => self.server().start_again().await,
        }
    }

    /// Kills the server and starts it again.
    pub(super) async fn crash_and_restart(&mut self) {
        match self {
            Self::Local(_) => {}
            Self::Redis(server) => {
                server.kill();
                server.start_again().await;
            }
            Self::Postgres(..) => self.server().restart("immediate").await,
        }
    }

    /// Suspends the server: connections stay open, and nothing is answered.
    pub(super) async fn freeze(&mut self) {
        match self {
            Self::Local(_) => {}
            Self::Redis(server) => server.freeze(),
            Self::Postgres(url, _) => backends::signal(url, Signal::STOP).await,
        }
    }

    /// Resumes the suspended server.
    pub(super) async fn thaw(&mut self) {
        match self {
            Self::Local(_) => {}
            Self::Redis(server) => server.thaw(),
            Self::Postgres(url, _) => backends::signal(url, Signal::CONT).await,
        }
    }

    /// Closes all connections of the nodes.
    pub(super) async fn cut_connections(&mut self) {
        match self {
            Self::Local(_) => {}
            Self::Redis(server) => server.cut_connections().await,
            Self::Postgres(url, _) => backends::signal(url, Signal::TERM).await,
        }
    }

    fn server(&self) -> &Server {
        match self {
            Self::Postgres(_, Some(server)) => server,
            _ => panic!("other tests use this server"),
        }
    }
}
