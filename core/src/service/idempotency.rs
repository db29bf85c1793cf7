//! Idempotency keys of requests.

use std::sync::Arc;

use crate::Failure;
use crate::domain::id::UserId;
use crate::domain::idempotency::{CreatedIds, IdempotencyKey, KeyScope, Operation, RequestKey};
use crate::port::{Clock, Fingerprinter, IdempotencyRepository};

#[cfg(test)]
mod tests;

/// The service of idempotency keys, and the ports that it uses. Every asynchronous method fails with
/// [`Failure::Unavailable`] if the store cannot be reached.
#[derive(Clone)]
pub struct Idempotency {
    pub idempotency: Arc<dyn IdempotencyRepository>,
    pub fingerprinter: Arc<dyn Fingerprinter>,
    pub clock: Arc<dyn Clock>,
}

impl Idempotency {
    /// The number of keys that one transaction deletes, which keeps transactions short.
    pub const CHUNK: u32 = 500;

    /// The key of a request for this operation, if the client sent one.
    pub(crate) fn key(
        &self,
        request: Option<RequestKey>,
        user: UserId,
        operation: Operation,
    ) -> Result<Option<IdempotencyKey>, Failure> {
        let Some(RequestKey { name, body }) = request else {
            return Ok(None);
        };
        let scope = KeyScope { user, operation, name };
        Ok(Some(IdempotencyKey {
            fingerprint: self.fingerprinter.fingerprint(scope.clone(), body)?,
            scope,
            at: self.clock.now(),
        }))
    }

    /// The result of the first request with this key. Call it before any check that may have changed since,
    /// so that a retry gets the same result.
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
