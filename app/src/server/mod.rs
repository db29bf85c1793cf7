//! HTTP/1.1 over TCP: an accept loop of our own, because a stream leaves HTTP behind.

mod accept;
mod connection;
mod connection_limit;
mod delivery;
mod framing;
mod gated_socket;
mod head;
mod listener;
mod stream;
mod unreadable;

pub use accept::Server;
pub use listener::{file_limit, listen, raise_file_limit};
