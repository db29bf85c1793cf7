//! The store on SQL: `SQLite` in a file, shared by all processes of this machine, or `PostgreSQL`,
//! shared by all nodes.

mod backend;
mod commit;
mod entity;
mod idempotency;
mod nodes;
mod notifications;
mod presence;
mod schema;
mod store;
mod tasks;
mod users;

pub use presence::SqlPresence;
pub use schema::Inspection;
pub use store::SqlStore;
