use std::fmt;

use leopard_core::domain::account::{Credentials, NewUser, PasswordHash, User, UserKind};
use leopard_core::domain::id::UserId;
use leopard_core::domain::notification::{NotificationType, Preferences};
use rusqlite::types::{FromSqlResult, ValueRef};
use sea_orm::entity::prelude::*;
use sea_orm::{NotSet, Set};

use crate::sql::backend::FromColumn;

table! {
    #[sea_orm(table_name = "users")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        #[sea_orm(unique)]
        pub username: String,
        /// Empty for a user without a password.
        pub password: StoredHash,
        pub email: String,
        pub first_name: String,
        pub last_name: String,
        pub is_staff: bool,
        pub is_active: bool,
        pub muted_types: TypeNames,
        pub opted_in_types: TypeNames,
        pub tokens_valid_from: DateTimeUtc,
        pub created_at: DateTimeUtc,
        pub is_service: bool,
        pub external_id: Option<String>,
    }
}

/// A password hash as a column; its `Debug` output hides it.
#[derive(Clone, PartialEq, Eq, DeriveValueType)]
pub struct StoredHash(pub String);

impl fmt::Debug for StoredHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StoredHash(…)")
    }
}

impl FromColumn for StoredHash {
    fn from_sqlite(value: ValueRef<'_>) -> FromSqlResult<Self> {
        String::from_sqlite(value).map(Self)
    }
}

/// Notification types as a column: their names, separated by spaces.
#[derive(Clone, Debug, PartialEq, Eq, DeriveValueType)]
pub struct TypeNames(pub String);

impl FromColumn for TypeNames {
    fn from_sqlite(value: ValueRef<'_>) -> FromSqlResult<Self> {
        String::from_sqlite(value).map(Self)
    }
}

impl TypeNames {
    pub(in crate::sql) fn of<'a>(types: impl Iterator<Item = &'a NotificationType>) -> Self {
        let names: Vec<_> = types.map(NotificationType::as_str).collect();
        Self(names.join(" "))
    }

    fn types(&self) -> impl Iterator<Item = NotificationType> {
        self.0.split_ascii_whitespace().filter_map(NotificationType::parse)
    }
}

impl ActiveModel {
    pub(in crate::sql) fn of_new(new: NewUser) -> Self {
        // The database assigns the id.
        let Credentials { user, password } = new.into_credentials(UserId(0));
        Self {
            id: NotSet,
            username: Set(user.username),
            password: Set(StoredHash(password.map(|hash| hash.0).unwrap_or_default())),
            email: Set(user.email),
            first_name: Set(user.first_name),
            last_name: Set(user.last_name),
            is_staff: Set(user.is_staff),
            is_active: Set(user.is_active),
            muted_types: Set(TypeNames::of(user.preferences.muted())),
            opted_in_types: Set(TypeNames::of(user.preferences.opted_in())),
            tokens_valid_from: Set(user.tokens_valid_from),
            created_at: Set(user.created_at),
            is_service: Set(user.kind == UserKind::Service),
            external_id: Set(user.external_id),
        }
    }
}

impl From<Model> for User {
    fn from(row: Model) -> Self {
        Self {
            id: UserId(row.id),
            kind: if row.is_service { UserKind::Service } else { UserKind::Person },
            username: row.username,
            external_id: row.external_id,
            email: row.email,
            first_name: row.first_name,
            last_name: row.last_name,
            is_staff: row.is_staff,
            is_active: row.is_active,
            preferences: Preferences::restore(row.muted_types.types())
                .with_opted_in(row.opted_in_types.types()),
            tokens_valid_from: row.tokens_valid_from,
            created_at: row.created_at,
        }
    }
}

impl From<Model> for Credentials {
    fn from(mut row: Model) -> Self {
        let hash = std::mem::take(&mut row.password.0);
        let password = (!hash.is_empty()).then_some(PasswordHash(hash));
        Self { user: row.into(), password }
    }
}
