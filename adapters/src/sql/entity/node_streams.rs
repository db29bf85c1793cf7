use leopard_core::domain::id::UserId;
use sea_orm::Set;
use sea_orm::entity::prelude::*;

table! {
    #[sea_orm(table_name = "node_streams")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub user_id: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub node: String,
        pub streams: i32,
    }
}

impl ActiveModel {
    pub(in crate::sql) fn of(node: &str, user: UserId, streams: u32) -> Self {
        Self {
            user_id: Set(user.0),
            node: Set(node.to_owned()),
            streams: Set(i32::try_from(streams).unwrap_or(i32::MAX)),
        }
    }
}
