//! A transport without a server, with faults on demand.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use leopard_core::domain::id::UserId;
use tokio::sync::{broadcast, watch};

use crate::broker::local::PresenceDiff;
use crate::broker::relay::{
    Connection, Disconnected, Message, Receiver, Sender, Subscriptions, Transport,
};

/// The fault of a transport.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    None,
    /// Connections break, and no new one opens.
    Disconnected,
    /// Messages are lost.
    Silent,
}

/// Connects all its nodes; clones are the same node.
#[derive(Clone)]
pub(super) struct FakeTransport {
    messages: broadcast::Sender<Message>,
    fault: Arc<watch::Sender<Fault>>,
    /// Users whose updates are subscribed to.
    subscribed: Arc<Mutex<BTreeSet<UserId>>>,
}

impl FakeTransport {
    pub(super) fn new() -> Self {
        Self {
            messages: broadcast::Sender::new(1_000),
            fault: Arc::new(watch::Sender::new(Fault::None)),
            subscribed: Arc::default(),
        }
    }

    /// Another node on the same transport, with its own faults.
    pub(super) fn other_node(&self) -> Self {
        Self { messages: self.messages.clone(), ..Self::new() }
    }

    pub(super) fn set_fault(&self, fault: Fault) {
        self.fault.send_replace(fault);
    }

    pub(super) fn subscribed(&self) -> Vec<i64> {
        let subscribed = self.subscribed.lock().unwrap();
        subscribed.iter().map(|user| user.0).collect()
    }

    fn has(&self, fault: Fault) -> bool {
        *self.fault.borrow() == fault
    }

    fn check(&self) -> Result<(), Disconnected> {
        if self.has(Fault::Disconnected) {
            return Err(Disconnected::because("it is disconnected"));
        }
        Ok(())
    }
}

#[async_trait]
impl Transport for FakeTransport {
    fn name(&self) -> &'static str {
        "transport"
    }

    async fn connect(&self) -> Result<Connection, Disconnected> {
        self.check()?;
        self.subscribed.lock().unwrap().clear();
        Ok(Connection {
            sender: Box::new(self.clone()),
            receiver: Box::new(FakeReceiver(self.messages.subscribe(), self.fault.subscribe())),
            subscriptions: Some(Box::new(self.clone())),
        })
    }
}

#[async_trait]
impl Sender for FakeTransport {
    async fn send(&mut self, messages: &[Message]) -> Result<(), Disconnected> {
        self.check()?;
        for message in messages.iter().filter(|_| !self.has(Fault::Silent)) {
            // There may be no receiver.
            let _ = self.messages.send(*message);
        }
        Ok(())
    }
}

#[async_trait]
impl Subscriptions for FakeTransport {
    async fn apply(&mut self, diff: &PresenceDiff) -> Result<(), Disconnected> {
        self.check()?;
        let mut subscribed = self.subscribed.lock().unwrap();
        subscribed.extend(&diff.joined);
        subscribed.retain(|user| !diff.left.contains(user));
        Ok(())
    }
}

struct FakeReceiver(broadcast::Receiver<Message>, watch::Receiver<Fault>);

#[async_trait]
impl Receiver for FakeReceiver {
    async fn recv(&mut self) -> Result<Vec<Message>, Disconnected> {
        tokio::select! {
            message = self.0.recv() => message.map(|message| vec![message]).map_err(Disconnected::because),
            _ = self.1.wait_for(|fault| *fault == Fault::Disconnected) => Err(Disconnected::because("cut")),
        }
    }
}
