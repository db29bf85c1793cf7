use std::collections::HashSet;

use async_trait::async_trait;
use leopard_core::Failure;
use leopard_core::domain::access;
use leopard_core::domain::account::ApiKey;
use leopard_core::domain::change::{ApiKeyChange, KeyGranter};
use leopard_core::domain::id::{ApiKeyId, UserId};
use leopard_core::domain::idempotency::{Committed, IdempotencyKey};
use leopard_core::domain::page::{Page, PageRequest};
use leopard_core::port::ApiKeyRepository;

use super::MemoryStore;
use super::tables::{Tables, next_id, page_of};

#[async_trait]
impl ApiKeyRepository for MemoryStore {
    async fn find_many(&self, ids: Vec<ApiKeyId>) -> Result<Vec<ApiKey>, Failure> {
        let tables = self.tables();
        let ids: HashSet<ApiKeyId> = ids.into_iter().collect();
        Ok(ids.iter().filter_map(|id| tables.api_keys.get(id)).cloned().collect())
    }

    async fn list(&self, user: Option<UserId>, page: PageRequest) -> Result<Page<ApiKey>, Failure> {
        let tables = self.tables();
        let keys = tables.api_keys.values();
        let is_owned = |key: &&ApiKey| user.is_none_or(|user| key.user == user);
        let keys = keys.filter(is_owned).filter(|key| key.revoked_at.is_none());
        Ok(page_of(keys, page))
    }

    async fn commit(
        &self,
        change: ApiKeyChange,
        key: Option<IdempotencyKey>,
    ) -> Result<Committed<ApiKey>, Failure> {
        self.tables().once(key, |tables| store(tables, change))
    }
}

fn store(tables: &mut Tables, change: ApiKeyChange) -> Result<ApiKey, Failure> {
    match change {
        ApiKeyChange::Create { key, by } => {
            let granter = match by {
                KeyGranter::Operator => None,
                KeyGranter::User(id) => tables.user(id),
            };
            access::check_key_granter(by, granter, &key)?;
            tables.user(key.user).ok_or(Failure::NotFound)?;
            let key = key.into_key(ApiKeyId(next_id(tables.api_keys.len())));
            tables.api_keys.insert(key.id, key.clone());
            Ok(key)
        }
        ApiKeyChange::Revoke { key, user, at } => update(tables, key, |key| {
            let is_owned = user.is_none_or(|user| key.user == user);
            is_owned.then(|| _ = key.revoked_at.get_or_insert(at))
        }),
        ApiKeyChange::RecordUse { key, hour } => update(tables, key, |key| {
            key.last_used_at = key.last_used_at.max(Some(hour));
            Some(())
        }),
    }
}

/// Changes a key, unless the change returns `None`.
fn update(
    tables: &mut Tables,
    id: ApiKeyId,
    change: impl FnOnce(&mut ApiKey) -> Option<()>,
) -> Result<ApiKey, Failure> {
    let key = tables.api_keys.get_mut(&id).ok_or(Failure::NotFound)?;
    change(key).ok_or(Failure::NotFound)?;
    Ok(key.clone())
}
