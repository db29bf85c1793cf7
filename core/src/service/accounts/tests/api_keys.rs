use std::sync::{Arc, Mutex};

use chrono::TimeDelta;

use super::fixture::{AccountsFixture, start};
use crate::Failure;
use crate::domain::account::{
    ApiKey, KeyHash, KeyLabel, KeySecret, Scope, SecurityEventKind, User,
};
use crate::domain::change::{ApiKeyChange, KeyGranter};
use crate::domain::field::{FieldError, FieldErrors};
use crate::domain::id::{ApiKeyId, UserId};
use crate::domain::idempotency::{CreatedIds, Outcome};
use crate::port::{MockApiKeyRepository, MockTokenIssuer};
use crate::service::accounts::{Accounts, CreatedKey, KeyRequest};
use crate::tests::fixtures::{
    ANN, BOB, ZOE, idempotency, network, request_key, stored_result, user,
};

const SECRET: &str = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG";
const KEY: ApiKeyId = ApiKeyId(7);

fn request(scopes: &[Scope]) -> KeyRequest {
    KeyRequest {
        name: KeyLabel::new("back end".to_owned()).unwrap(),
        scopes: scopes.iter().copied().collect(),
        expires_at: Some(start() + TimeDelta::days(1)),
    }
}

fn stored(owner: UserId) -> ApiKey {
    ApiKey {
        id: KEY,
        user: owner,
        name: "back end".to_owned(),
        hint: "0123".to_owned(),
        hash: KeyHash("hash".to_owned()),
        scopes: [Scope::TasksRead].into_iter().collect(),
        created_at: start(),
        expires_at: None,
        last_used_at: None,
        revoked_at: None,
    }
}

/// The service over a store that keeps every key as number 7, and the changes.
fn accounts(fixture: &AccountsFixture) -> (Accounts, Arc<Mutex<Vec<ApiKeyChange>>>) {
    let changes = Arc::new(Mutex::new(vec![]));
    let log = changes.clone();
    let mut api_keys = MockApiKeyRepository::new();
    api_keys.expect_commit().returning(move |change, _| {
        log.lock().unwrap().push(change.clone());
        Ok(Outcome::Created(match change {
            ApiKeyChange::Create { key, .. } => key.into_key(KEY),
            ApiKeyChange::Revoke { user, .. } => stored(user.unwrap_or(BOB)),
            ApiKeyChange::RecordUse { .. } => stored(BOB),
        }))
    });
    api_keys.expect_find_many().returning(|_| Ok(vec![stored(BOB)]));
    let mut tokens = MockTokenIssuer::new();
    tokens.expect_new_key_secret().returning(|| KeySecret::new(SECRET.to_owned()).unwrap());
    tokens.expect_hash_key().returning(|secret| KeyHash(format!("hash of {}", secret.as_str())));
    let (api_keys, tokens) = (Arc::new(api_keys), Arc::new(tokens));
    (Accounts { api_keys, tokens, ..fixture.accounts.clone() }, changes)
}

async fn create(
    accounts: &Accounts,
    caller: UserId,
    owner: UserId,
    request: KeyRequest,
) -> Result<Outcome<CreatedKey>, Failure> {
    accounts.create_key(&user(caller), owner, request, None, network()).await
}

#[tokio::test]
async fn only_the_hash_of_a_new_key_is_stored_and_its_text_returned_once() {
    let fixture = AccountsFixture::new();
    let (accounts, changes) = accounts(&fixture);
    let created = create(&accounts, BOB, BOB, request(&[Scope::TasksRead])).await.unwrap();
    let CreatedKey { key, presented } = created.into_created().unwrap();
    assert_eq!(presented.unwrap().into_text(), format!("lpk_7_{SECRET}"));
    assert_eq!(key.prefix(), "lpk_7_0123");
    let changes = changes.lock().unwrap();
    let [ApiKeyChange::Create { key, by }] = &changes[..] else { panic!("{changes:?}") };
    assert_eq!(key.hash, KeyHash(format!("hash of {SECRET}")));
    assert_eq!(*by, KeyGranter::User(BOB));
    assert_eq!(fixture.state().events[0].kind, SecurityEventKind::KeyCreated { key: KEY });
}

#[tokio::test]
async fn keys_of_others_and_scopes_of_staff_need_staff() {
    let fixture = AccountsFixture::new();
    let (accounts, changes) = accounts(&fixture);
    let of_staff = [Scope::NotificationsSend, Scope::UsersWrite, Scope::TokensIssue];
    let others = create(&accounts, ZOE, BOB, request(&[Scope::TasksRead])).await;
    assert_eq!(others.err(), Some(Failure::PermissionDenied));
    let mut errors = FieldErrors::default();
    for scope in of_staff {
        errors.add("scopes", FieldError::ScopeOfStaff(scope.as_str()));
    }
    let refused = create(&accounts, BOB, BOB, request(&Scope::ALL)).await;
    assert_eq!(refused.err(), Some(Failure::Invalid(errors)));
    assert!(changes.lock().unwrap().is_empty());
    assert!(create(&accounts, ANN, BOB, request(&Scope::ALL)).await.is_ok());
}

#[tokio::test]
async fn missing_scope_and_past_expiry_are_errors_together() {
    let fixture = AccountsFixture::new();
    let (accounts, _) = accounts(&fixture);
    let expired = KeyRequest { expires_at: Some(start()), ..request(&[]) };
    let mut errors = FieldErrors::of("scopes", FieldError::EmptyList);
    errors.add("expires_at", FieldError::NotInFuture);
    let refused = create(&accounts, ANN, ANN, expired.clone()).await;
    assert_eq!(refused.err(), Some(Failure::Invalid(errors.clone())));
    let refused = accounts.create_key_as_operator("bob".to_owned(), expired).await;
    assert_eq!(refused.err(), Some(Failure::Invalid(errors)));
}

#[tokio::test]
async fn operator_grants_every_scope_and_revokes_any_key() {
    let fixture = AccountsFixture::new();
    let (accounts, changes) = accounts(&fixture);
    let every = request(&Scope::ALL);
    let created = accounts.create_key_as_operator("bob".to_owned(), every.clone()).await.unwrap();
    assert_eq!(created.key.user, BOB);
    let unknown = accounts.create_key_as_operator("nemo".to_owned(), every).await;
    let error = FieldError::UnknownUsername("nemo".to_owned());
    assert_eq!(unknown.err(), Some(Failure::field("username", error)));
    assert_eq!(accounts.revoke_key_as_operator(KEY).await.map(|key| key.id), Ok(KEY));
    let changes = changes.lock().unwrap();
    assert!(matches!(
        &changes[..],
        [
            ApiKeyChange::Create { by: KeyGranter::Operator, .. },
            ApiKeyChange::Revoke { key: KEY, user: None, .. },
        ]
    ));
    let targets: Vec<_> = fixture.state().events.iter().map(|event| event.target).collect();
    assert_eq!(targets, [Some(BOB), Some(BOB)]);
}

#[tokio::test]
async fn retry_returns_the_key_without_its_text_unless_it_is_revoked() {
    let fixture = AccountsFixture::new();
    let replay = async |revoked_at| {
        let mut api_keys = MockApiKeyRepository::new();
        api_keys
            .expect_find_many()
            .returning(move |_| Ok(vec![ApiKey { revoked_at, ..stored(BOB) }]));
        let accounts = Accounts {
            api_keys: Arc::new(api_keys),
            idempotency: idempotency(Some(stored_result("one", &[KEY.0]))),
            ..fixture.accounts.clone()
        };
        let bob: User = user(BOB);
        let key = Some(request_key("k", "one"));
        accounts.create_key(&bob, BOB, request(&[Scope::TasksRead]), key, network()).await
    };
    let same = CreatedKey { key: stored(BOB), presented: None };
    assert_eq!(replay(None).await, Ok(Outcome::Replayed(same)));
    assert_eq!(replay(Some(start())).await, Err(Failure::NotFound));
    assert_eq!(CreatedIds::from(&stored(BOB)), CreatedIds(vec![KEY.0]));
}

#[tokio::test]
async fn person_lists_and_revokes_own_keys_only() {
    let fixture = AccountsFixture::new();
    let (accounts, changes) = accounts(&fixture);
    let revoke =
        async |caller, owner| accounts.revoke_key(&user(caller), owner, KEY, network()).await;
    assert_eq!(revoke(ZOE, BOB).await, Err(Failure::PermissionDenied));
    assert_eq!(revoke(BOB, BOB).await, Ok(()));
    assert_eq!(revoke(ANN, BOB).await, Ok(()));
    let at = start();
    let expected = ApiKeyChange::Revoke { key: KEY, user: Some(BOB), at };
    assert_eq!(*changes.lock().unwrap(), [expected.clone(), expected]);
}
