//! Rows and their conversion to and from the domain, one table per file.

#![expect(unreachable_pub, reason = "the derives make some items public")]

/// Declares a table without relations or hooks. Its rows are read by position, in the order of the fields.
macro_rules! table {
    ($(#[$table:meta])* pub struct Model {
        $($(#[$attribute:meta])* pub $field:ident: $type:ty,)*
    }) => {
        #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
        $(#[$table])*
        pub struct Model {
            $($(#[$attribute])* pub $field: $type,)*
        }

        #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
        pub enum Relation {}

        impl ActiveModelBehavior for ActiveModel {}

        impl crate::sql::backend::FromRow for Model {
            fn from_row(
                row: &crate::sql::backend::Row<'_>,
            ) -> Result<Self, crate::sql::backend::error::SqlError> {
                let mut columns = 0..;
                let mut column = || columns.next().unwrap_or_default();
                Ok(Self { $($field: row.get(column())?,)* })
            }
        }
    };
}

pub(super) mod api_key;
pub(super) mod comment_mention;
pub(super) mod idempotency_key;
pub(super) mod mailbox;
pub(super) mod mention_grant;
pub(super) mod node;
pub(super) mod node_streams;
pub(super) mod notification;
pub(super) mod notification_type;
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
