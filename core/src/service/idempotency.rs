//! Requests that come again although they were done.

use std::sync::Arc;

use crate::Failure;
use crate::domain::id::UserId;
use crate::domain::idempotency::{CreatedIds, IdempotencyKey, KeyScope, Operation, RequestKey};
use crate::port::{Clock, Fingerprinter, IdempotencyRepository};

#[cfg(test)]
pub(crate) mod tests;

/// Remembers what requests have made, until they are forgotten.
#[derive(Clone)]
pub struct Idempotency {
    /// Keeps the keys.
    pub idempotency: Arc<dyn IdempotencyRepository>,
    /// Tells requests apart.
    pub fingerprinter: Arc<dyn Fingerprinter>,
    /// Reads the clock.
    pub clock: Arc<dyn Clock>,
}

impl Idempotency {
    /// How many are forgotten by one change: nobody waits long for it.
    pub const CHUNK: u32 = 500;

    /// The key of this user's request for this operation, where it may come again.
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

    /// What the request has made before. Asked before anything is looked at that may have changed
    /// since: the same request gets the same answer. A request without a key is always new.
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

    /// Forgets all that came more than a day ago.
    pub async fn purge_expired(&self) -> Result<(), Failure> {
        let until = self.clock.now() - IdempotencyKey::LIFETIME;
        while self.idempotency.purge(until, Self::CHUNK).await? >= Self::CHUNK.into() {}
        Ok(())
    }
}
