//! HTTP around the operations: routes, middleware, limits, and the clients of requests and connections.

pub mod access_record;
mod client_connection;
mod endpoint;
pub(crate) mod forwarded;
pub(crate) mod memory_budget;
pub(crate) mod middleware;
pub(crate) mod quota;
pub mod request_id;
pub(crate) mod response_memory;
mod routing;
pub mod web;

pub use client_connection::ClientConnection;
pub use endpoint::endpoint;
