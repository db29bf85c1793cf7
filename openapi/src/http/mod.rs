//! HTTP around the operations: routes, middleware, limits, and what requests and connections say of
//! their clients.

pub mod access_record;
pub(crate) mod answers;
mod client_connection;
mod endpoint;
pub(crate) mod forwarded;
pub(crate) mod middleware;
pub mod request_id;
mod routing;
pub mod web;

pub use client_connection::ClientConnection;
pub use endpoint::endpoint;
