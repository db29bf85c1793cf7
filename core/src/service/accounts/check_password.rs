use super::Accounts;
use super::login_throttle::{Attempt, Outcome};
use crate::Failure;
use crate::domain::account::{Actor, ClientNetwork, Password, SecurityEventKind, User};
use crate::domain::id::UserId;

/// What a comparison has found.
struct Compared {
    /// The user of the name, active or not.
    named: Option<UserId>,
    /// The same, if active and if the password is theirs.
    proven: Option<User>,
}

impl Accounts {
    /// The active user of this name, if this is their password: unknown, wrong and inactive take the
    /// same time. Attempts are counted for the name and for the network; after too many of them the
    /// result is [`Failure::Throttled`], right or wrong. `by` is the user who asks, if logged in.
    pub(super) async fn check_password(
        &self,
        username: String,
        password: Password,
        network: ClientNetwork,
        by: Option<UserId>,
    ) -> Result<Option<User>, Failure> {
        let now = self.clock.now();
        let actor = Actor {
            user: by,
            client: Some(network),
        };
        let compared = match self.throttle.begin(&username, network, now) {
            Ok(attempt) => {
                self.attempt(attempt, username.clone(), password, network)
                    .await
            }
            Err(throttled) => Err(throttled),
        };
        match &compared {
            Ok(Compared {
                named,
                proven: None,
            }) => self.log(actor, SecurityEventKind::LoginFailed, *named),
            Err(Failure::Throttled { .. }) => {
                let owner = self.throttle.owner(&username, now);
                self.log(actor, SecurityEventKind::LoginThrottled, owner);
            }
            _ => {}
        }
        compared.map(|compared| compared.proven)
    }

    async fn attempt(
        &self,
        attempt: Attempt<'_>,
        username: String,
        password: Password,
        network: ClientNetwork,
    ) -> Result<Compared, Failure> {
        let compared = self.compare(&attempt, username, password, network).await;
        attempt.end(match &compared {
            Ok(compared) if compared.proven.is_some() => Outcome::Right,
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
    ) -> Result<Compared, Failure> {
        let credentials = self.users.find_credentials(username).await?;
        let (user, hash) = credentials
            .map(|credentials| (credentials.user, credentials.password))
            .unzip();
        let named = user.as_ref().map(|user| user.id);
        if let Some(named) = named {
            attempt.is_of(named);
        }
        let fits = self.passwords.verify(password, hash, network).await?;
        let proven = user.filter(|user| fits && user.is_active);
        Ok(Compared { named, proven })
    }
}
