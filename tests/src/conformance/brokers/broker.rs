use std::ops::RangeInclusive;
use std::sync::Arc;

use leopard_adapters::broker::local::Hub;
use leopard_adapters::broker::redis::Target;
use leopard_adapters::broker::{Relay, postgres, redis};
use leopard_core::domain::id::UserId;
use rustix::process::Signal;

use super::backends;
use super::node::{Node, hub};
use super::subscriber::Subscriber;
use crate::support::postgres::{Server, new_database};
use crate::support::redis::Redis;

const SECRET: &[u8] = b"a secret of the cases, and of nothing else";

/// A broker of the test's own, and the nodes that use it.
pub enum Broker {
    /// None: all nodes are one.
    Local(Arc<Hub>),
    /// A Redis.
    Redis(Redis),
    /// A database, and its server where that may be stopped.
    Postgres(String, Option<Server>),
}

impl Broker {
    /// None.
    #[allow(clippy::unused_async)] // brokers are started alike
    pub async fn local() -> Self {
        Self::Local(hub())
    }

    /// A Redis.
    pub async fn redis() -> Self {
        Self::Redis(Redis::start().await)
    }

    /// A database of a server that is not to be stopped.
    pub async fn postgres() -> Self {
        Self::Postgres(new_database().await, None)
    }

    /// A database of a server of its own.
    pub async fn postgres_that_stops() -> Self {
        let server = Server::start().await;
        Self::Postgres(server.new_database().await, Some(server))
    }

    /// A new node, that may not have found the broker yet.
    pub(super) fn new_node(&self) -> Node {
        match self {
            Self::Local(hub) => Node::alone(hub.clone()),
            Self::Redis(server) => Node::of(|hub| {
                let target = Target::parse(&server.url()).expect("it is a URL");
                redis::relay(hub, target, SECRET).expect("a relay")
            }),
            Self::Postgres(url, _) => {
                Node::of(|hub| -> Relay { postgres::relay(hub, url).expect("a relay") })
            }
        }
    }

    /// A new node that has found the broker.
    pub(super) async fn node(&self) -> Node {
        let node = self.new_node();
        node.is_up(true).await;
        node
    }

    /// Two of them.
    pub(super) async fn nodes(&self) -> (Node, Node) {
        (self.node().await, self.node().await)
    }

    /// A stream of this user at that node, as soon as the node listens for it.
    pub(super) async fn stream(&self, node: &Node, user: i64) -> Subscriber {
        let mut streams = self.follow(node, user..=user).await;
        streams.pop().expect("one stream")
    }

    /// A stream of each of these users.
    pub(super) async fn follow(&self, node: &Node, users: RangeInclusive<i64>) -> Vec<Subscriber> {
        node.forget_missed();
        let streams = users.clone().map(|user| node.stream(user)).collect();
        // Of the others, every node hears everything.
        if let Self::Redis(_) = self {
            node.listens_for(users.map(UserId).collect()).await;
        }
        streams
    }

    /// Stops it in order.
    pub(super) async fn stop(&mut self) {
        match self {
            Self::Local(_) => {}
            Self::Redis(server) => server.stop().await,
            Self::Postgres(..) => self.server().stop().await,
        }
    }

    /// Starts it again.
    pub(super) async fn start_again(&mut self) {
        match self {
            Self::Local(_) => {}
            Self::Redis(server) => server.start_again().await,
            Self::Postgres(..) => self.server().start_again().await,
        }
    }

    /// Crashes it and starts it again.
    pub(super) async fn crash_and_start_again(&mut self) {
        match self {
            Self::Local(_) => {}
            Self::Redis(server) => {
                server.kill();
                server.start_again().await;
            }
            Self::Postgres(..) => self.server().restart("immediate").await,
        }
    }

    /// Has it answer nobody any more, though connections stay.
    pub(super) async fn freeze(&mut self) {
        match self {
            Self::Local(_) => {}
            Self::Redis(server) => server.freeze(),
            Self::Postgres(url, _) => backends::signal(url, Signal::STOP).await,
        }
    }

    /// Lets it go on.
    pub(super) async fn thaw(&mut self) {
        match self {
            Self::Local(_) => {}
            Self::Redis(server) => server.thaw(),
            Self::Postgres(url, _) => backends::signal(url, Signal::CONT).await,
        }
    }

    /// Ends all connections that updates come and go by.
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
            _ => panic!("this server is not to be stopped"),
        }
    }
}
