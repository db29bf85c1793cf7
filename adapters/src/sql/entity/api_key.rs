use std::fmt;

use leopard_core::domain::account::{ApiKey, KeyHash, NewApiKey, Scope, Scopes};
use leopard_core::domain::id::{ApiKeyId, UserId};
use rusqlite::types::{FromSqlResult, ValueRef};
use sea_orm::entity::prelude::*;
use sea_orm::{NotSet, Set};

use crate::sql::backend::FromColumn;

table! {
    #[sea_orm(table_name = "api_keys")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub user_id: i64,
        pub name: String,
        pub hint: String,
        pub hash: StoredKeyHash,
        pub scopes: String,
        pub created_at: DateTimeUtc,
        pub expires_at: Option<DateTimeUtc>,
        pub last_used_at: Option<DateTimeUtc>,
        pub revoked_at: Option<DateTimeUtc>,
    }
}

/// The hash of a secret as a column; its `Debug` output hides it.
#[derive(Clone, PartialEq, Eq, DeriveValueType)]
pub struct StoredKeyHash(pub String);

impl fmt::Debug for StoredKeyHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StoredKeyHash(…)")
    }
}

impl FromColumn for StoredKeyHash {
    fn from_sqlite(value: ValueRef<'_>) -> FromSqlResult<Self> {
        String::from_sqlite(value).map(Self)
    }
}

/// The names of the scopes, separated by spaces.
fn written(scopes: &Scopes) -> String {
    let names: Vec<_> = scopes.iter().map(Scope::as_str).collect();
    names.join(" ")
}

/// Ignores unknown names: they come from a later version, and this one has no operation for them.
fn read(scopes: &str) -> Scopes {
    scopes.split_ascii_whitespace().filter_map(Scope::parse).collect()
}

impl ActiveModel {
    pub(in crate::sql) fn of_new(key: NewApiKey) -> Self {
        Self {
            id: NotSet,
            user_id: Set(key.user.0),
            scopes: Set(written(&key.scopes)),
            name: Set(key.name.into_string()),
            hint: Set(key.hint),
            hash: Set(StoredKeyHash(key.hash.0)),
            created_at: Set(key.created_at),
            expires_at: Set(key.expires_at),
            last_used_at: Set(None),
            revoked_at: Set(None),
        }
    }
}

impl From<Model> for ApiKey {
    fn from(row: Model) -> Self {
        Self {
            id: ApiKeyId(row.id),
            user: UserId(row.user_id),
            scopes: read(&row.scopes),
            name: row.name,
            hint: row.hint,
            hash: KeyHash(row.hash.0),
            created_at: row.created_at,
            expires_at: row.expires_at,
            last_used_at: row.last_used_at,
            revoked_at: row.revoked_at,
        }
    }
}
