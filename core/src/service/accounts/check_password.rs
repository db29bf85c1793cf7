use super::Accounts;
use super::attempts::Outcome;
use crate::Failure;
use crate::domain::client::ClientNetwork;
use crate::domain::password::Password;
use crate::domain::user::User;

impl Accounts {
    /// The active user of this name, if this is their password: unknown, wrong and inactive take the
    /// same time. Failures of the name and of the network are counted; after too many of them the
    /// answer is [`Failure::Throttled`], right or wrong.
    pub(super) async fn check_password(
        &self,
        username: String,
        password: Password,
        network: ClientNetwork,
    ) -> Result<Option<User>, Failure> {
        let attempt = self.attempts.begin(&username, network, self.clock.now())?;
        let user = self.compare(username, password).await;
        attempt.end(match &user {
            Ok(Some(_)) => Outcome::Right,
            Ok(None) => Outcome::Wrong,
            Err(_) => Outcome::Undecided,
        });
        user
    }

    async fn compare(&self, username: String, password: Password) -> Result<Option<User>, Failure> {
        let credentials = self.users.find_credentials(username).await?;
        let hash = credentials
            .as_ref()
            .map(|credentials| credentials.password.clone());
        let fits = self.passwords.verify(password, hash).await?;
        let user = credentials.map(|credentials| credentials.user);
        Ok(user.filter(|user| fits && user.is_active))
    }
}
