//! How changes are committed.

pub(super) mod batch;
pub(super) mod chunks;
pub(super) mod concurrent;
pub(super) mod group_commit;
pub(super) mod mailbox_permits;
pub(super) mod pending;
pub(super) mod queue;
pub(super) mod writer;
pub(super) mod writer_lock;
