use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::auth_cache::KeyAuth;
use super::{Accounts, Caller};
use crate::Failure;
use crate::domain::account::{
    Actor, ApiKey, ClientNetwork, Login, LoginFacts, PresentedKey, SecurityEventKind, User,
};
use crate::domain::change::ApiKeyChange;
use crate::domain::id::{ApiKeyId, UserId};

impl Accounts {
    /// Authenticates a request by an API key, from the cache if possible.
    pub(super) async fn authenticate_key(
        &self,
        text: String,
        client: ClientNetwork,
    ) -> Result<Caller, Failure> {
        let now = self.clock.now();
        let auth = match self.key_auth(text, now).await {
            Ok(auth) => auth,
            Err(Refused { failure, by_key }) => {
                if let Some((key, user)) = by_key {
                    let kind = SecurityEventKind::KeyRefused { key };
                    self.log(Actor::anonymous(client), kind, user);
                }
                return Err(failure);
            }
        };
        self.requests.check(auth.user.id, now)?;
        Ok(Caller {
            user: auth.user.clone(),
            login: login(&auth.key),
            token_expires_at: auth.key.expires_at.unwrap_or_else(never),
            login_expires_at: None,
            scopes: Some(auth.key.scopes.clone()),
        })
    }

    /// The facts about a valid key, from the cache if possible.
    pub(super) async fn key_auth(
        &self,
        text: String,
        now: DateTime<Utc>,
    ) -> Result<Arc<KeyAuth>, Refused> {
        match self.auth_cache.get_key(&text, now) {
            Some(auth) => Ok(check(&auth.key, &auth.user, now).map(|()| auth)?),
            None => self.load_key(text, now).await,
        }
    }

    async fn load_key(&self, text: String, now: DateTime<Utc>) -> Result<Arc<KeyAuth>, Refused> {
        let PresentedKey { id, secret } =
            PresentedKey::parse(&text).ok_or(Failure::TokenNotValid)?;
        let hash = self.tokens.hash_key(secret);
        let fill = self.auth_cache.start_key_fill(now);
        let key = self.api_keys.find_many(vec![id]).await?.into_iter().next();
        let user = match &key {
            Some(key) => self.find_user(key.user).await?,
            None => None,
        };
        let refuse = |failure, user: Option<&User>| Refused {
            failure,
            by_key: Some((id, user.map(|user| user.id))),
        };
        let Some((key, user)) = key.zip(user) else {
            return Err(refuse(Failure::TokenNotValid, None));
        };
        if !key.hash.matches(&hash) {
            return Err(refuse(Failure::TokenNotValid, Some(&user)));
        }
        check(&key, &user, now).map_err(|failure| refuse(failure, Some(&user)))?;
        self.record_use(&key, now).await;
        let auth = Arc::new(KeyAuth { key, user: Arc::new(user) });
        self.auth_cache.remember_key(fill, text, auth.clone());
        Ok(auth)
    }

    /// Stores the hour of a request. The request goes on without it: the next one tries again.
    async fn record_use(&self, key: &ApiKey, now: DateTime<Utc>) {
        if let Some(hour) = key.use_to_record(now) {
            let change = ApiKeyChange::RecordUse { key: key.id, hour };
            let _ = self.api_keys.commit(change, None).await;
        }
    }
}

/// Why a key was not accepted.
pub(super) struct Refused {
    failure: Failure,
    /// The key and its user for the security log, unless the key is malformed or could not be looked up.
    by_key: Option<(ApiKeyId, Option<UserId>)>,
}

impl From<Failure> for Refused {
    fn from(failure: Failure) -> Self {
        Self { failure, by_key: None }
    }
}

fn check(key: &ApiKey, user: &User, now: DateTime<Utc>) -> Result<(), Failure> {
    let facts = LoginFacts { user: Some(user), key: Some(key), ..LoginFacts::default() };
    login(key).check(facts, now)
}

fn login(key: &ApiKey) -> Login {
    Login { user: key.user, session: None, issued_at: None, key: Some(key.id), issuer: None }
}

/// The expiry of a key without one: the last second that RFC 3339 can write.
fn never() -> DateTime<Utc> {
    DateTime::from_timestamp(253_402_300_799, 0).unwrap_or(DateTime::<Utc>::MAX_UTC)
}
