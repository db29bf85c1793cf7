use leopard_core::domain::account::{ClientNetwork, Password, PasswordHash};
use leopard_core::port::PasswordHasher;
use leopard_core::{Failure, async_trait};

/// Takes the password itself for its hash, which costs no time.
#[derive(Debug, Clone, Copy, Default)]
pub struct PlainPasswords;

#[async_trait]
impl PasswordHasher for PlainPasswords {
    async fn hash(
        &self,
        password: Password,
        _: Option<ClientNetwork>,
    ) -> Result<PasswordHash, Failure> {
        Ok(PasswordHash(password.reveal().to_owned()))
    }

    async fn verify(
        &self,
        password: Password,
        hash: Option<PasswordHash>,
        _: ClientNetwork,
    ) -> Result<bool, Failure> {
        Ok(hash.is_some_and(|hash| hash.0 == password.reveal()))
    }
}
