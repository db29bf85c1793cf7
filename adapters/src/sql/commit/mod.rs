//! How changes are committed. Knows neither tables nor what a change is about.
//!
//! `SQLite` takes one writer at a time: changes wait in a queue, and many share one transaction (group
//! commit). PostgreSQL takes many: each change has a transaction of its own and is retried on conflict, but
//! changes that one statement can write are written together.

mod batch;
mod change;
mod checkpointer;
mod concurrent;
mod group_commit;
mod mailbox_permits;
mod pending;
mod statement_groups;
mod writer;
mod writer_lock;

pub(super) use change::{Change, SingleStatement};
pub(super) use writer::Writer;
pub(super) use writer_lock::WriterLock;
