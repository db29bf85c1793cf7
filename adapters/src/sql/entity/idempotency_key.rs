use leopard_core::Failure;
use leopard_core::domain::idempotency::{CreatedIds, Fingerprint, IdempotencyKey, StoredResult};
use sea_orm::entity::prelude::*;
use sea_orm::{NotSet, Set};

use super::not_understood;

table! {
    #[sea_orm(table_name = "idempotency_keys")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub user_id: i64,
        pub operation: String,
        pub name: String,
        pub fingerprint: String,
        #[sea_orm(column_name = "made")]
        pub created_ids: String,
        pub created_at: DateTimeUtc,
    }
}

impl ActiveModel {
    /// A key whose request has created nothing yet.
    pub(in crate::sql) fn of_new(key: &IdempotencyKey) -> Self {
        Self {
            id: NotSet,
            user_id: Set(key.scope.user.0),
            operation: Set(key.scope.operation.name()),
            name: Set(key.scope.name.as_str().to_owned()),
            fingerprint: Set(key.fingerprint.0.clone()),
            created_ids: Set(String::new()),
            created_at: Set(key.at),
        }
    }
}

impl Model {
    pub(in crate::sql) fn into_stored_result(self) -> Result<StoredResult, Failure> {
        let ids = self.created_ids.split_terminator(',').map(str::parse);
        let ids = ids.collect::<Result<_, _>>();
        let ids = ids.map_err(|_| not_understood(&format!("key {}", self.id), "made"))?;
        Ok(StoredResult {
            fingerprint: Fingerprint(self.fingerprint),
            created_ids: CreatedIds(ids),
            at: self.created_at,
        })
    }
}

/// The column value for the ids of what a request created.
pub(in crate::sql) fn written(created_ids: &CreatedIds) -> String {
    let ids: Vec<_> = created_ids.0.iter().map(i64::to_string).collect();
    ids.join(",")
}
