//! Nodes on one database behind one nginx.

use std::net::SocketAddr;

use super::super::gateway::{Face, Gateway};
use super::super::leopard::Leopard;
use super::super::nginx::Port;
use super::super::wait::{TIMEOUT, until};
use super::super::workdir::Workdir;

/// Nodes that can stop and restart at the same address.
pub struct Cluster {
    pub gateway: Gateway,
    _ports: Vec<Port>,
    nodes: Vec<Option<Leopard>>,
    workdirs: Vec<Option<Workdir>>,
}

impl Cluster {
    /// Starts nodes with the settings of a working directory.
    pub async fn start(workdir: &Workdir, count: usize) -> Self {
        let ports: Vec<Port> = (0..count).map(|_| Port::reserve()).collect();
        let addresses: Vec<SocketAddr> = ports.iter().map(Port::address).collect();
        let gateway = Gateway::before(&addresses, Face::Plain).await;
        let at = |address: &SocketAddr| {
            workdir.same_settings().with("LEOPARD_BIND", &address.to_string())
        };
        let mut cluster = Self {
            gateway,
            _ports: ports,
            nodes: (0..count).map(|_| None).collect(),
            workdirs: addresses.iter().map(at).map(Some).collect(),
        };
        for number in 0..count {
            cluster.start_node(number).await;
        }
        cluster
    }

    /// The number of nodes, running or not.
    pub fn size(&self) -> usize {
        self.nodes.len()
    }

    pub fn node(&self, number: usize) -> &Leopard {
        self.nodes[number].as_ref().expect("it runs")
    }

    /// Starts a node where it was, and waits until it listens.
    pub async fn start_node(&mut self, number: usize) {
        let workdir = self.workdirs[number].take().expect("it does not run");
        self.nodes[number] = Some(workdir.serve().await);
    }

    /// Waits until nginx sends requests to a node again.
    pub async fn until_used_again(&self, number: usize) {
        let address = self.node(number).address().to_string();
        let before = self.gateway.log("access.log").len();
        until("nginx asks the node", TIMEOUT, async || {
            let log = self.gateway.log("access.log");
            log[before..].contains(&address).then_some(())
        })
        .await;
    }

    /// Asks a node to stop, as a service manager does, and waits until it has.
    pub async fn stop_node(&mut self, number: usize) {
        let node = self.nodes[number].take().expect("it runs");
        self.workdirs[number] = Some(node.stop().await);
    }

    pub fn crash_node(&mut self, number: usize) {
        let node = self.nodes[number].take().expect("it runs");
        self.workdirs[number] = Some(node.crash());
    }
}
