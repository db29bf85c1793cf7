use super::Accounts;
use super::login_throttle::{Attempt, Outcome};
use crate::Failure;
use crate::domain::account::{Actor, ClientNetwork, Password, SecurityEventKind, User};
use crate::domain::id::UserId;

/// The result of a comparison.
struct Comparison {
    /// The user with the username, active or not.
    owner: Option<UserId>,
    /// The same user, if active and the password matches.
    user: Option<User>,
}

impl Accounts {
    /// The active user with this username and password. Unknown, wrong and inactive take the same time.
    /// Attempts count for the username and the network, and [`Failure::Throttled`] is returned after too
    /// many, for a right password too. `by` is the caller, if authenticated.
    pub(super) async fn check_password(
        &self,
        username: String,
        password: Password,
        network: ClientNetwork,
        by: Option<UserId>,
    ) -> Result<Option<User>, Failure> {
        let now = self.clock.now();
        let actor = Actor { user: by, client: Some(network) };
        let compared = match self.throttle.begin(&username, network, now) {
            Ok(attempt) => self.attempt(attempt, username.clone(), password, network).await,
            Err(throttled) => Err(throttled),
        };
        match &compared {
            Ok(Comparison { owner, user: None }) => {
                self.log(actor, SecurityEventKind::LoginFailed, *owner);
            }
            Err(Failure::Throttled { .. }) => {
                let owner = self.throttle.owner(&username, now);
                self.log(actor, SecurityEventKind::LoginThrottled, owner);
            }
            _ => {}
        }
        compared.map(|comparison| comparison.user)
    }

    async fn attempt(
        &self,
        attempt: Attempt<'_>,
        username: String,
        password: Password,
        network: ClientNetwork,
    ) -> Result<Comparison, Failure> {
        let compared = self.compare(&attempt, username, password, network).await;
        attempt.end(match &compared {
            Ok(comparison) if comparison.user.is_some() => Outcome::Right,
            Ok(_) => Outcome::Wrong,
            Err(_) => Outcome::Undecided,
        });
        compared
    }

    async fn compare(
        &self,
        attempt: &Attempt<'_>,
        username: String,
        password: Password,
        network: ClientNetwork,
    ) -> Result<Comparison, Failure> {
        let credentials = self.users.find_credentials(username).await?;
        let (user, hash) =
            credentials.map(|credentials| (credentials.user, credentials.password)).unzip();
        let hash = hash.flatten();
        let owner = user.as_ref().map(|user| user.id);
        if let Some(owner) = owner {
            attempt.set_owner(owner);
        }
        let matches = self.passwords.verify(password, hash, network).await?;
        Ok(Comparison { owner, user: user.filter(|user| matches && user.is_active) })
    }
}
