//! Idempotency keys: recognizes repeated requests.

use std::sync::Arc;

use crate::Failure;
use crate::domain::id::UserId;
use crate::domain::idempotency::{CreatedIds, IdempotencyKey, KeyScope, Operation, RequestKey};
use crate::port::{Clock, Fingerprinter, IdempotencyRepository};

#[cfg(test)]
pub(crate) mod tests;

/// Looks up and expires the results of requests with idempotency keys.
#[derive(Clone)]
pub struct Idempotency {
    /// The store of the keys.
    pub idempotency: Arc<dyn IdempotencyRepository>,
    /// Distinguishes requests that use the same key.
    pub fingerprinter: Arc<dyn Fingerprinter>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
}

impl Idempotency {
    /// How many expired keys one change deletes, so that others do not wait long for it.
    pub const CHUNK: u32 = 500;

    /// The idempotency key of this user's request for this operation, if the request has one.
    pub(crate) fn key(
        &self,
        request: Option<RequestKey>,
        user: UserId,
        operation: Operation,
    ) -> Result<Option<IdempotencyKey>, Failure> {
        let Some(RequestKey { name, body }) = request else {
            return Ok(None);
        };
        let scope = KeyScope {
            user,
            operation,
            name,
        };
        Ok(Some(IdempotencyKey {
            fingerprint: self.fingerprinter.fingerprint(scope.clone(), body)?,
            scope,
            at: self.clock.now(),
        }))
    }

    /// What the request has created before. Looked up before any other check, since the data may have
    /// changed: a repeated request gets the original result. A request without a key is always new.
    pub(crate) async fn lookup(
        &self,
        key: Option<&IdempotencyKey>,
    ) -> Result<Option<CreatedIds>, Failure> {
        let Some(key) = key else { return Ok(None) };
        match self.idempotency.find(key.scope.clone()).await? {
            Some(known) => key.lookup(known),
            None => Ok(None),
        }
    }

    /// Deletes all keys older than [`IdempotencyKey::LIFETIME`].
    pub async fn purge_expired(&self) -> Result<(), Failure> {
        let until = self.clock.now() - IdempotencyKey::LIFETIME;
        while self.idempotency.purge(until, Self::CHUNK).await? >= Self::CHUNK.into() {}
        Ok(())
    }
}
