use std::collections::HashMap;
use std::sync::Arc;

use crate::Failure;
use crate::domain::account::{Login, LoginFacts};
use crate::port::{
    ApiKeyRepository, Clock, CloseReason, NotificationSubscriber, SessionRepository, UserRepository,
};

/// The number of logins per query.
const CHUNK: usize = 500;

/// Closes the streams of revoked sessions, of API keys that were revoked or expired, and of deactivated users,
/// on whichever node that happened.
pub struct SessionReaper {
    pub users: Arc<dyn UserRepository>,
    pub sessions: Arc<dyn SessionRepository>,
    pub api_keys: Arc<dyn ApiKeyRepository>,
    pub clock: Arc<dyn Clock>,
    pub subscriber: Arc<dyn NotificationSubscriber>,
}

impl SessionReaper {
    /// Checks every login with a stream on this node.
    pub async fn end_revoked(&self) -> Result<(), Failure> {
        for logins in self.subscriber.logins().chunks(CHUNK) {
            let keys: Vec<_> = logins.iter().filter_map(Login::named_key).collect();
            let keys = if keys.is_empty() { vec![] } else { self.api_keys.find_many(keys).await? };
            let keys: HashMap<_, _> = keys.iter().map(|key| (key.id, key)).collect();
            let owners = keys.values().map(|key| key.user);
            let users = logins.iter().map(|login| login.user).chain(owners).collect();
            let users = self.users.find_many(users).await?;
            let users: HashMap<_, _> = users.iter().map(|user| (user.id, user)).collect();
            let sessions = logins.iter().filter_map(|login| login.session.clone()).collect();
            let sessions = self.sessions.find_many(sessions).await?;
            let sessions: HashMap<_, _> = sessions.iter().map(|it| (&it.id, it)).collect();
            let now = self.clock.now();
            for login in logins {
                let key = login.named_key().and_then(|id| keys.get(&id).copied());
                let facts = LoginFacts {
                    user: users.get(&login.user).copied(),
                    session: login.session.as_ref().and_then(|id| sessions.get(id).copied()),
                    key,
                    key_owner: key.and_then(|key| users.get(&key.user).copied()),
                };
                if login.check(facts, now).is_err() {
                    self.subscriber.end(login.clone(), CloseReason::LoggedOut);
                }
            }
        }
        Ok(())
    }
}
