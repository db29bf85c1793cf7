//! API keys.

use leopard_core::Failure;
use leopard_core::domain::account::{ApiKey, KeyHash, KeyLabel, NewApiKey, Scope};
use leopard_core::domain::change::{ApiKeyChange, KeyGranter, UserChange};
use leopard_core::domain::id::{ApiKeyId, UserId};
use leopard_core::domain::idempotency::{CreatedIds, Operation, Outcome};
use leopard_core::domain::page::PageRequest;

use super::idempotency::key as idempotency_key;
use crate::Backend;
use crate::commit::Commit;
use crate::fixtures::{at, users};

/// A key of this user with these scopes.
fn new_key(user: UserId, scopes: &[Scope]) -> NewApiKey {
    NewApiKey {
        user,
        name: KeyLabel::new("shop back end".to_owned()).expect("a label"),
        hint: "abcd".to_owned(),
        hash: KeyHash("hash".to_owned()),
        scopes: scopes.iter().copied().collect(),
        created_at: at(1),
        expires_at: Some(at(100)),
    }
}

fn create(key: NewApiKey, by: KeyGranter) -> ApiKeyChange {
    ApiKeyChange::Create { key, by }
}

async fn created(backend: &Backend, user: UserId) -> ApiKey {
    let key = new_key(user, &[Scope::NotificationsSend, Scope::TasksRead]);
    backend.api_keys.store(create(key, KeyGranter::Operator)).await.expect("a key")
}

async fn found(backend: &Backend, id: ApiKeyId) -> Option<ApiKey> {
    let found = backend.api_keys.find_many(vec![id, id]).await.expect("keys");
    assert!(found.len() < 2);
    found.into_iter().next()
}

async fn listed(backend: &Backend, user: UserId) -> Vec<ApiKey> {
    let page = backend.api_keys.list(Some(user), PageRequest::first(10)).await.expect("a page");
    assert_eq!(page.total, page.items.len() as u64);
    page.items
}

pub async fn api_key_is_found_and_listed_as_it_was_created(backend: &Backend) {
    let [ann, bob] = users(backend, ["ann", "bob"]).await;
    let first = created(backend, ann).await;
    let second = created(backend, ann).await;
    let scopes = [Scope::NotificationsSend, Scope::TasksRead];
    assert_eq!(first, new_key(ann, &scopes).into_key(first.id));
    assert_eq!(found(backend, first.id).await, Some(first.clone()));
    assert_eq!(found(backend, ApiKeyId(999)).await, None);
    assert_eq!(listed(backend, ann).await, [first.clone(), second.clone()]);
    assert_eq!(listed(backend, bob).await, []);
    let third = created(backend, bob).await;
    let all = backend.api_keys.list(None, PageRequest::first(10)).await.expect("a page");
    assert_eq!(all.items, [first, second, third], "of all users");
}

pub async fn revoked_api_key_is_found_and_not_listed(backend: &Backend) {
    let [ann, bob] = users(backend, ["ann", "bob"]).await;
    let key = created(backend, ann).await;
    let revoke = |user, second| ApiKeyChange::Revoke { key: key.id, user, at: at(second) };
    let (ann, bob) = (Some(ann), Some(bob));
    assert_eq!(backend.api_keys.store(revoke(bob, 2)).await, Err(Failure::NotFound));
    assert_eq!(found(backend, key.id).await, Some(key.clone()));

    let revoked = ApiKey { revoked_at: Some(at(3)), ..key.clone() };
    assert_eq!(backend.api_keys.store(revoke(ann, 3)).await, Ok(revoked.clone()));
    assert_eq!(backend.api_keys.store(revoke(ann, 4)).await, Ok(revoked.clone()));
    assert_eq!(found(backend, key.id).await, Some(revoked.clone()));
    assert_eq!(listed(backend, key.user).await, []);
    let by_operator = backend.api_keys.store(revoke(None, 5)).await;
    assert_eq!(by_operator, Ok(revoked), "of any user");
}

pub async fn last_use_of_an_api_key_never_goes_back(backend: &Backend) {
    let [ann] = users(backend, ["ann"]).await;
    let key = created(backend, ann).await;
    for (second, expected) in [(7, 7), (5, 7), (9, 9)] {
        let record = ApiKeyChange::RecordUse { key: key.id, hour: at(second) };
        let used = backend.api_keys.store(record).await.expect("a key");
        assert_eq!(used, ApiKey { last_used_at: Some(at(expected)), ..key.clone() });
    }
    let unknown = ApiKeyChange::RecordUse { key: ApiKeyId(999), hour: at(1) };
    assert_eq!(backend.api_keys.store(unknown).await, Err(Failure::NotFound));
}

pub async fn rights_of_the_granter_are_checked_when_an_api_key_is_stored(backend: &Backend) {
    let [ann, bob] = users(backend, ["ann", "bob"]).await;
    let by = KeyGranter::User(ann);
    let store = async |key| backend.api_keys.store(create(key, by)).await.map(drop);
    assert_eq!(store(new_key(ann, &[Scope::TasksRead])).await, Ok(()));
    let denied = Err(Failure::PermissionDenied);
    assert_eq!(store(new_key(bob, &[Scope::TasksRead])).await, denied);
    assert_eq!(store(new_key(ann, &[Scope::NotificationsSend])).await, denied);

    let unknown = create(new_key(UserId(999), &[Scope::TasksRead]), KeyGranter::Operator);
    assert_eq!(backend.api_keys.store(unknown).await, Err(Failure::NotFound));
    backend.users.store(UserChange::Deactivate(ann)).await.expect("a user");
    assert_eq!(store(new_key(ann, &[Scope::TasksRead])).await, denied);
    assert_eq!(listed(backend, bob).await, []);
}

pub async fn retried_api_key_is_created_once(backend: &Backend) {
    let [ann] = users(backend, ["ann"]).await;
    let request = || {
        let operation = Operation::CreateApiKey(ann);
        let key = new_key(ann, &[Scope::TasksRead]);
        (create(key, KeyGranter::User(ann)), idempotency_key(ann, operation, "k", "body"))
    };
    let first = backend.api_keys.store_once(request()).await.and_then(Outcome::into_created);
    let id = first.expect("a key").id;
    let again = backend.api_keys.store_once(request()).await;
    assert_eq!(again, Ok(Outcome::Replayed(CreatedIds(vec![id.0]))));
    assert_eq!(listed(backend, ann).await.len(), 1);
}
