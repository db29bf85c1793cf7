//! Creating, listing and revoking API keys.

use chrono::{DateTime, Utc};

use super::Accounts;
use crate::Failure;
use crate::domain::access;
use crate::domain::account::{
    Actor, ApiKey, ClientNetwork, KeyLabel, NewApiKey, PresentedKey, Scope, Scopes,
    SecurityEventKind, User,
};
use crate::domain::change::{ApiKeyChange, KeyGranter};
use crate::domain::field::{FieldError, FieldErrors};
use crate::domain::id::{ApiKeyId, UserId};
use crate::domain::idempotency::{
    Committed, CreatedIds, IdempotencyKey, Operation, Outcome, RequestKey,
};
use crate::domain::page::{Page, PageRequest};

/// A request to create an API key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRequest {
    pub name: KeyLabel,
    pub scopes: Scopes,
    /// `None` for a key that does not expire.
    pub expires_at: Option<DateTime<Utc>>,
}

/// A key with its text, which no other use case returns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreatedKey {
    pub key: ApiKey,
    /// The whole key; `None` for a retry, because only its hash is stored.
    pub presented: Option<PresentedKey>,
}

impl Accounts {
    /// Creates a key for a user. A retry with the same idempotency key creates nothing and returns the key
    /// without its text.
    ///
    /// # Errors
    ///
    /// [`Failure::PermissionDenied`] for another user's key unless the caller is staff, [`Failure::NotFound`]
    /// for an unknown user, [`Failure::Invalid`] for no scope, a scope that the caller may not grant and an
    /// expiry that is not in the future, [`Failure::IdempotencyKeyReused`].
    pub async fn create_key(
        &self,
        caller: &User,
        owner: UserId,
        request: KeyRequest,
        idempotency_key: Option<RequestKey>,
        client: ClientNetwork,
    ) -> Result<Outcome<CreatedKey>, Failure> {
        access::may_manage_keys(caller, owner)?;
        let operation = Operation::CreateApiKey(owner);
        let idempotency_key = self.idempotency.key(idempotency_key, caller.id, operation)?;
        if let Some(created) = self.idempotency.lookup(idempotency_key.as_ref()).await? {
            return self.replay_key(&created).await;
        }
        let actor = Actor::user(caller.id, client);
        match self.issue_key(Some(caller), owner, request, actor, idempotency_key).await? {
            Outcome::Replayed(created) => self.replay_key(&created).await,
            Outcome::Created(created) => Ok(Outcome::Created(created)),
        }
    }

    /// Creates a key of a user for the operator.
    ///
    /// # Errors
    ///
    /// [`Failure::Invalid`] for an unknown username, no scope and an expiry that is not in the future.
    pub async fn create_key_as_operator(
        &self,
        username: String,
        request: KeyRequest,
    ) -> Result<CreatedKey, Failure> {
        let owner = self.user_named(username).await?.id;
        self.issue_key(None, owner, request, Actor::OPERATOR, None).await?.into_created()
    }

    /// Creates a key. `granter` is `None` for the operator.
    async fn issue_key(
        &self,
        granter: Option<&User>,
        owner: UserId,
        request: KeyRequest,
        actor: Actor,
        idempotency_key: Option<IdempotencyKey>,
    ) -> Result<Committed<CreatedKey>, Failure> {
        let now = self.clock.now();
        check_request(granter, &request, now)?;
        let by = granter.map_or(KeyGranter::Operator, |granter| KeyGranter::User(granter.id));
        let secret = self.tokens.new_key_secret();
        let key = NewApiKey {
            user: owner,
            name: request.name,
            hint: secret.hint(),
            hash: self.tokens.hash_key(secret.clone()),
            scopes: request.scopes,
            created_at: now,
            expires_at: request.expires_at,
        };
        let change = ApiKeyChange::Create { key, by };
        let key = match self.api_keys.commit(change, idempotency_key).await? {
            Outcome::Replayed(created) => return Ok(Outcome::Replayed(created)),
            Outcome::Created(key) => key,
        };
        self.log(actor, SecurityEventKind::KeyCreated { key: key.id }, Some(owner));
        let presented = Some(PresentedKey { id: key.id, secret });
        Ok(Outcome::Created(CreatedKey { key, presented }))
    }

    async fn replay_key(&self, created: &CreatedIds) -> Result<Outcome<CreatedKey>, Failure> {
        let id = ApiKeyId(created.first()?);
        let key = self.api_keys.find_many(vec![id]).await?.into_iter().next();
        let key = key.filter(|key| key.revoked_at.is_none()).ok_or(Failure::NotFound)?;
        Ok(Outcome::Replayed(CreatedKey { key, presented: None }))
    }

    /// One page of the keys of a user that are not revoked, by id.
    ///
    /// # Errors
    ///
    /// [`Failure::PermissionDenied`] for another user's keys unless the caller is staff,
    /// [`Failure::NotFound`] for an unknown user, [`Failure::InvalidPage`].
    pub async fn list_keys(
        &self,
        caller: &User,
        owner: UserId,
        page: PageRequest,
    ) -> Result<Page<ApiKey>, Failure> {
        access::may_manage_keys(caller, owner)?;
        self.find_user(owner).await?.ok_or(Failure::NotFound)?;
        self.api_keys.list(Some(owner), page).await?.within_bounds()
    }

    /// One page of the keys that are not revoked, of the user with this username or of all, by id; empty past
    /// the end.
    ///
    /// # Errors
    ///
    /// [`Failure::Invalid`] for an unknown username.
    pub async fn list_keys_as_operator(
        &self,
        username: Option<String>,
        page: PageRequest,
    ) -> Result<Page<ApiKey>, Failure> {
        let owner = match username {
            Some(username) => Some(self.user_named(username).await?.id),
            None => None,
        };
        self.api_keys.list(owner, page).await
    }

    /// Revokes a key: it is refused and its streams close within seconds on all nodes.
    ///
    /// # Errors
    ///
    /// [`Failure::PermissionDenied`] for another user's key unless the caller is staff,
    /// [`Failure::NotFound`] if the user has no such key.
    pub async fn revoke_key(
        &self,
        caller: &User,
        owner: UserId,
        key: ApiKeyId,
        client: ClientNetwork,
    ) -> Result<(), Failure> {
        access::may_manage_keys(caller, owner)?;
        self.revoke(key, Some(owner), Actor::user(caller.id, client)).await.map(drop)
    }

    /// Revokes a key for the operator: it is refused and its streams close within seconds on all nodes.
    ///
    /// # Errors
    ///
    /// [`Failure::NotFound`] if there is no such key.
    pub async fn revoke_key_as_operator(&self, key: ApiKeyId) -> Result<ApiKey, Failure> {
        self.revoke(key, None, Actor::OPERATOR).await
    }

    async fn revoke(
        &self,
        key: ApiKeyId,
        user: Option<UserId>,
        actor: Actor,
    ) -> Result<ApiKey, Failure> {
        let change = ApiKeyChange::Revoke { key, user, at: self.clock.now() };
        let revoked = self.api_keys.commit(change, None).await;
        // Even after a failure, which may have come after the commit.
        self.auth_cache.forget_key(key);
        let revoked = revoked.and_then(Outcome::into_created)?;
        self.log(actor, SecurityEventKind::KeyRevoked { key }, Some(revoked.user));
        Ok(revoked)
    }
}

/// Checks what depends on the granter and the time. The operator may grant every scope.
fn check_request(
    granter: Option<&User>,
    request: &KeyRequest,
    now: DateTime<Utc>,
) -> Result<(), Failure> {
    let mut errors = FieldErrors::default();
    if request.scopes.is_empty() {
        errors.add("scopes", FieldError::EmptyList);
    }
    if granter.is_some_and(|granter| !granter.is_staff) {
        for scope in request.scopes.iter().filter(|scope| Scope::needs_staff_to_grant(*scope)) {
            errors.add("scopes", FieldError::ScopeOfStaff(scope.as_str()));
        }
    }
    if request.expires_at.is_some_and(|expiry| expiry <= now) {
        errors.add("expires_at", FieldError::NotInFuture);
    }
    if errors.is_empty() { Ok(()) } else { Err(Failure::Invalid(errors)) }
}
