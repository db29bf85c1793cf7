//! A transport without a server, that can be cut and silenced.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use leopard_core::domain::id::UserId;
use tokio::sync::{broadcast, watch};

use crate::broker::local::PresenceDiff;
use crate::broker::relay::{
    Connection, Disconnected, Message, Receiver, Sender, Subscriptions, Transport,
};

/// What it does with messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weather {
    Fair,
    /// Nobody can connect, and nothing comes.
    Cut,
    /// What is said is lost.
    Silent,
}

/// All nodes in it hear each other; clones are the same.
#[derive(Clone)]
pub(super) struct FakeTransport {
    messages: broadcast::Sender<Message>,
    weather: Arc<watch::Sender<Weather>>,
    /// Whose updates are heard.
    tuned: Arc<Mutex<BTreeSet<UserId>>>,
}

impl FakeTransport {
    pub(super) fn new() -> Self {
        Self {
            messages: broadcast::Sender::new(1_000),
            weather: Arc::new(watch::Sender::new(Weather::Fair)),
            tuned: Arc::default(),
        }
    }

    /// The same transport, but with a weather of its own.
    pub(super) fn count_on_other_nodes(&self) -> Self {
        Self {
            messages: self.messages.clone(),
            ..Self::new()
        }
    }

    pub(super) fn becomes(&self, weather: Weather) {
        self.weather.send_replace(weather);
    }

    pub(super) fn tuned(&self) -> Vec<i64> {
        let tuned = self.tuned.lock().unwrap();
        tuned.iter().map(|user| user.0).collect()
    }

    fn is(&self, weather: Weather) -> bool {
        *self.weather.borrow() == weather
    }

    fn check(&self) -> Result<(), Disconnected> {
        if self.is(Weather::Cut) {
            return Err(Disconnected::because("it is cut"));
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
        self.tuned.lock().unwrap().clear();
        Ok(Connection {
            sender: Box::new(self.clone()),
            receiver: Box::new(Ear(self.messages.subscribe(), self.weather.subscribe())),
            subscriptions: Some(Box::new(self.clone())),
        })
    }
}

#[async_trait]
impl Sender for FakeTransport {
    async fn send(&mut self, messages: &[Message]) -> Result<(), Disconnected> {
        self.check()?;
        for message in messages.iter().filter(|_| !self.is(Weather::Silent)) {
            // There may be nobody who hears it.
            let _ = self.messages.send(*message);
        }
        Ok(())
    }
}

#[async_trait]
impl Subscriptions for FakeTransport {
    async fn apply(&mut self, diff: &PresenceDiff) -> Result<(), Disconnected> {
        self.check()?;
        let mut tuned = self.tuned.lock().unwrap();
        tuned.extend(&diff.joined);
        tuned.retain(|user| !diff.left.contains(user));
        Ok(())
    }
}

struct Ear(broadcast::Receiver<Message>, watch::Receiver<Weather>);

#[async_trait]
impl Receiver for Ear {
    async fn recv(&mut self) -> Result<Vec<Message>, Disconnected> {
        tokio::select! {
            message = self.0.recv() => message.map(|message| vec![message]).map_err(Disconnected::because),
            _ = self.1.wait_for(|weather| *weather == Weather::Cut) => Err(Disconnected::because("cut")),
        }
    }
}
