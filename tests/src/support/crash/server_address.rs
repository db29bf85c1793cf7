//! The current address of a server that is killed repeatedly.

use std::net::SocketAddr;

use tokio::sync::watch;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// It runs: a connection that breaks now is a fault.
    Up(SocketAddr),
    /// It is killed or starting.
    Down,
}

/// Publishes the address. The server is down at first.
pub struct ServerAddress(watch::Sender<State>);

impl Default for ServerAddress {
    fn default() -> Self {
        Self(watch::Sender::new(State::Down))
    }
}

impl ServerAddress {
    /// The server runs at this address until the guard is dropped, which must be before the kill.
    #[must_use]
    pub fn up(&self, address: SocketAddr) -> Up<'_> {
        self.0.send_replace(State::Up(address));
        Up(self)
    }

    pub fn watch(&self) -> AddressWatch {
        AddressWatch(self.0.subscribe())
    }
}

/// The server runs as long as this exists.
pub struct Up<'a>(&'a ServerAddress);

impl Drop for Up<'_> {
    fn drop(&mut self) {
        self.0.0.send_replace(State::Down);
    }
}

#[derive(Clone)]
pub struct AddressWatch(watch::Receiver<State>);

impl AddressWatch {
    pub async fn server(&mut self) -> SocketAddr {
        loop {
            if let State::Up(address) = *self.0.borrow_and_update() {
                return address;
            }
            self.0.changed().await.expect("a sender");
        }
    }

    /// Whether it has not changed since [`Self::server`] returned it.
    pub fn is_unbroken(&self) -> bool {
        !self.0.has_changed().expect("a sender")
    }
}
