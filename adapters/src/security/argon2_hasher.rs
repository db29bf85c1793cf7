use std::sync::Arc;

use argon2::password_hash::{self, phc, try_generate_salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use async_trait::async_trait;
use leopard_core::Failure;
use leopard_core::domain::account::{ClientNetwork, Password, PasswordHash};
use leopard_core::port::PasswordHasher;
use tokio::task::spawn_blocking;

use super::argon2_memory::HashingMemory;
use super::fair_queue::{FairQueue, Full};

/// Seconds after which a client that found the queue full may try again.
const RETRY_AFTER: u32 = 1;

/// Limits of concurrent hashing: each hash takes a core for about 20 ms, and 19 MiB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HasherSettings {
    /// Maximum hashes at the same time, at least 1: usually the number of cores.
    pub at_once: usize,
    /// Maximum waiting requests.
    pub waiting: usize,
}

/// Hashes passwords with argon2id (RFC 9106) on blocking threads. Clients wait in a fair queue per network; the
/// operator has a place of its own.
pub struct Argon2Hasher {
    queue: Arc<FairQueue<Option<ClientNetwork>>>,
    pub(super) memory: Arc<HashingMemory>,
}

impl Argon2Hasher {
    /// Creates a hasher.
    #[must_use]
    pub fn new(settings: HasherSettings) -> Self {
        Self {
            queue: Arc::new(FairQueue::new(settings.at_once.max(1), settings.waiting)),
            memory: Arc::default(),
        }
    }

    /// Waits for a permit, unless the queue is full, and runs the work on a blocking thread.
    async fn run<T: Send + 'static>(
        &self,
        client: Option<ClientNetwork>,
        work: impl FnOnce(&mut [Block]) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let permit = self.queue.acquire(client.map(ClientNetwork::site)).await;
        let permit = permit.map_err(|Full| Failure::Throttled { retry_after: RETRY_AFTER })?;
        let memory = self.memory.clone();
        let done = spawn_blocking(move || {
            // Held until the work is done, even if the caller has left.
            let _permit = permit;
            memory.lend(work)
        });
        done.await.map_err(|error| internal(&error))?
    }
}

#[async_trait]
impl PasswordHasher for Argon2Hasher {
    async fn hash(
        &self,
        password: Password,
        client: Option<ClientNetwork>,
    ) -> Result<PasswordHash, Failure> {
        let work = move |memory: &mut [Block]| hash(&password, memory);
        self.run(client, work).await
    }

    async fn verify(
        &self,
        password: Password,
        stored: Option<PasswordHash>,
        client: ClientNetwork,
    ) -> Result<bool, Failure> {
        self.run(Some(client), move |memory| match stored {
            Some(stored) => verify(&password, &stored, memory),
            // As much work as a comparison, so that the time does not reveal whether the user exists.
            None => hash(&password, memory).map(|_| false),
        })
        .await
    }
}

/// Argon2id with the parameters that OWASP recommends (19 MiB, two passes, one lane) and a random salt.
fn hash(password: &Password, memory: &mut [Block]) -> Result<PasswordHash, Failure> {
    let (algorithm, version) = (Algorithm::Argon2id, Version::V0x13);
    let argon2 = Argon2::new(algorithm, version, Params::DEFAULT);
    let salt = try_generate_salt().map_err(|error| internal(&error))?;
    let salt = phc::Salt::new(&salt).map_err(|error| internal(&error))?;
    let length = Params::DEFAULT_OUTPUT_LEN;
    let hash =
        output(&argon2, password, &salt, length, memory).map_err(|error| internal(&error))?;
    let params = phc::ParamsString::try_from(argon2.params()).map_err(|error| internal(&error))?;
    let hash = phc::PasswordHash {
        algorithm: algorithm.ident(),
        version: Some(version.into()),
        params,
        salt: Some(salt),
        hash: Some(hash),
    };
    Ok(PasswordHash(hash.to_string()))
}

/// Compares with the parameters in the hash.
fn verify(
    password: &Password,
    stored: &PasswordHash,
    memory: &mut [Block],
) -> Result<bool, Failure> {
    // The error omits the reason, which would hold parts of the hash.
    let compared = compare(password, stored, memory);
    compared.map_err(|_| Failure::Internal("a stored password hash cannot be read".to_owned()))
}

fn compare(
    password: &Password,
    stored: &PasswordHash,
    memory: &mut [Block],
) -> password_hash::Result<bool> {
    let stored = phc::PasswordHash::new(&stored.0)?;
    let (Some(salt), Some(expected)) = (stored.salt, stored.hash) else {
        return Err(password_hash::Error::EncodingInvalid);
    };
    let version = stored.version.map(Version::try_from).transpose()?;
    let argon2 = Argon2::new(
        Algorithm::try_from(stored.algorithm.as_str())?,
        version.unwrap_or_default(),
        Params::try_from(&stored)?,
    );
    let found = output(&argon2, password, &salt, expected.len(), memory)?;
    // Outputs are compared in constant time.
    Ok(found == expected)
}

/// The raw hash of this length; allocates memory if `memory` is too small for the parameters.
fn output(
    argon2: &Argon2<'_>,
    password: &Password,
    salt: &[u8],
    length: usize,
    memory: &mut [Block],
) -> password_hash::Result<phc::Output> {
    let password = password.reveal().as_bytes();
    let mut output = vec![0; length];
    if argon2.params().block_count() <= memory.len() {
        argon2.hash_password_into_with_memory(password, salt, &mut output, memory)?;
    } else {
        argon2.hash_password_into(password, salt, &mut output)?;
    }
    Ok(phc::Output::new(&output)?)
}

fn internal(error: &dyn std::error::Error) -> Failure {
    Failure::Internal(format!("hashing a password: {error}"))
}
