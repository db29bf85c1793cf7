use std::sync::Arc;

use argon2::password_hash::phc;
use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version};
use async_trait::async_trait;
use leopard_core::Failure;
use leopard_core::domain::password::{Password, PasswordHash};
use leopard_core::port::PasswordHasher;
use tokio::sync::{Semaphore, TryAcquireError};
use tokio::task::spawn_blocking;

/// Seconds after which one who found the waiting line full may ask again.
const RETRY_AFTER: u32 = 1;

/// How much hashing there may be at a time: each costs a core for some 20 ms, and 19 MiB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HasherSettings {
    /// How many run at once; as many as there are cores. At least 1.
    pub at_once: usize,
    /// How many more may wait for their turn.
    pub waiting: usize,
}

/// Hashes passwords with argon2id (RFC 9106), off the threads that serve requests.
pub struct Argon2Hasher {
    /// Places for those who run and those who wait.
    line: Arc<Semaphore>,
    /// Places for those who run; given in the order of asking.
    running: Arc<Semaphore>,
}

impl Argon2Hasher {
    /// A hasher.
    #[must_use]
    pub fn new(settings: HasherSettings) -> Self {
        let at_once = settings.at_once.max(1);
        let places = at_once
            .saturating_add(settings.waiting)
            .min(Semaphore::MAX_PERMITS);
        Self {
            line: Arc::new(Semaphore::new(places)),
            running: Arc::new(Semaphore::new(at_once.min(Semaphore::MAX_PERMITS))),
        }
    }

    /// Waits for a turn, if there is room to wait, and works on a thread that may block.
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let place = match self.line.clone().try_acquire_owned() {
            Ok(place) => place,
            Err(TryAcquireError::NoPermits) => {
                return Err(Failure::Throttled {
                    retry_after: RETRY_AFTER,
                });
            }
            Err(error @ TryAcquireError::Closed) => return Err(internal(&error)),
        };
        let turn = self.running.clone().acquire_owned().await;
        let turn = turn.map_err(|error| internal(&error))?;
        let done = spawn_blocking(move || {
            // Held until the work is done, even if nobody waits for it any more.
            let _held = (place, turn);
            work()
        });
        done.await.map_err(|error| internal(&error))?
    }
}

#[async_trait]
impl PasswordHasher for Argon2Hasher {
    async fn hash(&self, password: Password) -> Result<PasswordHash, Failure> {
        self.run(move || hash(&password)).await
    }

    async fn verify(
        &self,
        password: Password,
        stored: Option<PasswordHash>,
    ) -> Result<bool, Failure> {
        self.run(move || match stored {
            Some(stored) => verify(&password, &stored),
            // As much work as a comparison, so that the time does not tell who exists.
            None => hash(&password).map(|_| false),
        })
        .await
    }
}

/// Argon2id as OWASP recommends it, 19 MiB, two passes, one lane, and a random salt.
fn hash(password: &Password) -> Result<PasswordHash, Failure> {
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::DEFAULT);
    let hash = argon2
        .hash_password(password.reveal().as_bytes())
        .map_err(|error| internal(&error))?;
    Ok(PasswordHash(hash.to_string()))
}

/// Compares with the parameters that the hash itself names.
fn verify(password: &Password, stored: &PasswordHash) -> Result<bool, Failure> {
    // What is wrong with a hash is not said: the text would hold parts of it.
    let unreadable = || Failure::Internal("a stored password hash cannot be read".to_owned());
    let parsed = phc::PasswordHash::new(&stored.0).map_err(|_| unreadable())?;
    if parsed.salt.is_none() || parsed.hash.is_none() {
        return Err(unreadable());
    }
    match Argon2::default().verify_password(password.reveal().as_bytes(), &parsed) {
        Ok(()) => Ok(true),
        Err(argon2::password_hash::Error::PasswordInvalid) => Ok(false),
        Err(_) => Err(unreadable()),
    }
}

fn internal(error: &dyn std::error::Error) -> Failure {
    Failure::Internal(format!("hashing a password: {error}"))
}
