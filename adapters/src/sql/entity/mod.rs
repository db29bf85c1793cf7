//! Rows and their conversion to and from the domain, one table per file.

#![expect(unreachable_pub, reason = "the derives make some items public")]

/// Implements what sea-orm requires of a table without relations or hooks.
macro_rules! plain_table {
    () => {
        #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
        pub enum Relation {}

        impl ActiveModelBehavior for ActiveModel {}
    };
}

pub(super) mod comment_mention;
pub(super) mod idempotency_key;
pub(super) mod mailbox;
pub(super) mod mention_grant;
pub(super) mod node;
pub(super) mod node_streams;
pub(super) mod notification;
pub(super) mod session;
pub(super) mod task;
pub(super) mod task_comment;
pub(super) mod task_reminder;
pub(super) mod task_tag;
pub(super) mod user;
pub(super) mod user_word;

use leopard_core::Failure;

/// A row holds a value that this version does not know.
fn not_understood(place: &str, what: &str) -> Failure {
    Failure::Internal(format!("{place}: its {what} cannot be understood"))
}
