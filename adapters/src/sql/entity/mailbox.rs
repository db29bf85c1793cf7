use leopard_core::domain::id::UserId;
use leopard_core::domain::notification::Mailbox;
use sea_orm::entity::prelude::*;

table! {
    #[sea_orm(table_name = "mailboxes")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub user_id: i64,
        pub head: i64,
        #[sea_orm(column_name = "state")]
        pub revision: i64,
        pub unread: i64,
    }
}

impl From<Model> for Mailbox {
    fn from(row: Model) -> Self {
        Self {
            user: UserId(row.user_id),
            head: row.head,
            revision: row.revision,
            unread: row.unread,
        }
    }
}
