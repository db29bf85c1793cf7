//! Where the server is just now, and whether a connection to it may break.

use std::net::SocketAddr;

use tokio::sync::watch;

/// What is known of the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// It lives: a connection that breaks now is a fault.
    Up(SocketAddr),
    /// It is being killed, or not yet there again.
    Down,
}

/// Says where the server is.
pub struct ServerAddress(watch::Sender<State>);

impl ServerAddress {
    /// Of a server that is not there yet.
    #[allow(clippy::new_without_default, reason = "it stands for a thing")]
    pub fn new() -> Self {
        Self(watch::Sender::new(State::Down))
    }

    /// The server answers at this address until the returned guard is dropped, which must be
    /// before the server is killed.
    #[must_use]
    pub fn up(&self, address: SocketAddr) -> Up<'_> {
        self.0.send_replace(State::Up(address));
        Up(self)
    }

    /// For one who wants to know.
    pub fn watch(&self) -> AddressWatch {
        AddressWatch(self.0.subscribe())
    }
}

/// As long as the server is up.
pub struct Up<'a>(&'a ServerAddress);

impl Drop for Up<'_> {
    fn drop(&mut self) {
        self.0.0.send_replace(State::Down);
    }
}

/// Knows where the server is.
#[derive(Clone)]
pub struct AddressWatch(watch::Receiver<State>);

impl AddressWatch {
    /// Waits for the server.
    pub async fn server(&mut self) -> SocketAddr {
        loop {
            if let State::Up(address) = *self.0.borrow_and_update() {
                return address;
            }
            self.0.changed().await.expect("the test goes on");
        }
    }

    /// Whether it has been in the same place without a break since [`Self::server`] told of it.
    pub fn is_unbroken(&self) -> bool {
        !self.0.has_changed().expect("the test goes on")
    }
}
