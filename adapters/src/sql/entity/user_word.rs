use leopard_core::domain::account::SearchWord;
use sea_orm::Set;
use sea_orm::entity::prelude::*;

use super::user;

table! {
    #[sea_orm(table_name = "user_words")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub word: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub user_id: i64,
        pub shared: i32,
        pub is_active: bool,
    }
}

/// The rows of a user; none for a service, which the directory does not list.
pub(in crate::sql) fn rows(user: &user::Model) -> Vec<ActiveModel> {
    if user.is_service {
        return vec![];
    }
    let words = SearchWord::all_of(&user.username, &user.first_name, &user.last_name);
    let row = |word: SearchWord| ActiveModel {
        // Words are no longer than names.
        shared: Set(i32::try_from(word.shared).unwrap_or(i32::MAX)),
        word: Set(word.text),
        user_id: Set(user.id),
        is_active: Set(user.is_active),
    };
    words.into_iter().map(row).collect()
}
