//! What the tests run the conformance suites of `leopard-testkit` over: SQL stores, and brokers with their servers.

pub mod brokers;
mod stores;

pub use stores::{memory, open, open_sqlite, postgres, sqlite, sqlite_url};
