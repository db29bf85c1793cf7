use leopard_core::Failure;
use leopard_core::domain::notification::{NotificationType, StoredType, TypeDefinition};
use sea_orm::Set;
use sea_orm::entity::prelude::*;

use super::not_understood;

table! {
    #[sea_orm(table_name = "notification_types")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub name: String,
        /// The other columns of a deleted built-in type mean nothing.
        pub is_deleted: bool,
        pub display: String,
        pub description: String,
        pub default_title: Option<String>,
        pub default_message: Option<String>,
        pub can_be_muted: bool,
        pub on_by_default: bool,
    }
}

impl ActiveModel {
    pub(in crate::sql) fn of_new(stored: StoredType) -> Self {
        let is_deleted = stored.definition.is_none();
        let definition = stored.definition.unwrap_or_else(|| TypeDefinition {
            name: stored.name,
            display: String::new(),
            description: String::new(),
            default_title: None,
            default_message: None,
            can_be_muted: true,
            on_by_default: true,
        });
        Self {
            name: Set(stored.name.as_str().to_owned()),
            is_deleted: Set(is_deleted),
            display: Set(definition.display),
            description: Set(definition.description),
            default_title: Set(definition.default_title),
            default_message: Set(definition.default_message),
            can_be_muted: Set(definition.can_be_muted),
            on_by_default: Set(definition.on_by_default),
        }
    }
}

impl TryFrom<Model> for StoredType {
    type Error = Failure;

    fn try_from(row: Model) -> Result<Self, Failure> {
        let place = || format!("notification type {:?}", row.name);
        let name =
            NotificationType::parse(&row.name).ok_or_else(|| not_understood(&place(), "name"))?;
        let definition = (!row.is_deleted).then_some(TypeDefinition {
            name,
            display: row.display,
            description: row.description,
            default_title: row.default_title,
            default_message: row.default_message,
            can_be_muted: row.can_be_muted,
            on_by_default: row.on_by_default,
        });
        Ok(Self { name, definition })
    }
}
