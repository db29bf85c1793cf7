//! Requests that come again although they were done.

use std::sync::Arc;

use crate::Failure;
use crate::domain::id::UserId;
use crate::domain::idempotency::{IdempotencyKey, KeyPlace, MadeIds, Operation, RequestKey};
use crate::port::{Clock, Fingerprinter, IdempotencyRepository};

#[cfg(test)]
pub(crate) mod tests;

/// Remembers what requests have made, until they are forgotten.
#[derive(Clone)]
pub struct Replays {
    /// Keeps the keys.
    pub keys: Arc<dyn IdempotencyRepository>,
    /// Notifies requests apart.
    pub fingerprinter: Arc<dyn Fingerprinter>,
    /// Notifies the time.
    pub clock: Arc<dyn Clock>,
}

impl Replays {
    /// How many are forgotten by one change: nobody waits long for it.
    pub const PORTION: u32 = 500;

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
        let place = KeyPlace {
            user,
            operation,
            name,
        };
        Ok(Some(IdempotencyKey {
            fingerprint: self.fingerprinter.fingerprint(place.clone(), body)?,
            place,
            at: self.clock.now(),
        }))
    }

    /// What the request has made before. Asked before anything is looked at that may have changed
    /// since: the same request gets the same answer. A request without a key is always new.
    pub(crate) async fn recall(
        &self,
        key: Option<&IdempotencyKey>,
    ) -> Result<Option<MadeIds>, Failure> {
        let Some(key) = key else { return Ok(None) };
        match self.keys.find(key.place.clone()).await? {
            Some(known) => key.recall(known),
            None => Ok(None),
        }
    }

    /// Forgets all that came more than a day ago.
    pub async fn forget_old(&self) -> Result<(), Failure> {
        let until = self.clock.now() - IdempotencyKey::LIFETIME;
        while self.keys.forget(until, Self::PORTION).await? >= Self::PORTION.into() {}
        Ok(())
    }
}
