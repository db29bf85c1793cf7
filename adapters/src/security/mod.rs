//! Passwords and tokens.

mod argon2_hasher;
mod argon2_memory;
mod fair_queue;
mod jwt_claims;
mod jwt_issuer;
mod jwt_time;
mod key_secret;
mod random_id;
mod request_fingerprinter;
mod secret_fingerprint;
mod security_log;

#[cfg(test)]
mod tests;

pub use argon2_hasher::{Argon2Hasher, HasherSettings};
pub use jwt_issuer::JwtIssuer;
pub use request_fingerprinter::RequestFingerprinter;
pub use secret_fingerprint::secret_fingerprint;
pub use security_log::TracingSecurityLog;
