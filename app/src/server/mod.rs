//! The HTTP/1.1 server: an accept loop of our own, because a stream takes its socket out of hyper.

mod accept;
mod connection;
mod connection_limit;
mod delivery;
mod framing;
mod gated_socket;
mod head;
mod listener;
mod rejection;
mod responding;
mod stream;

pub use accept::Server;
pub use listener::{file_limit, listen, raise_file_limit};
