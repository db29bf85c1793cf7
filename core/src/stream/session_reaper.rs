use std::collections::HashMap;
use std::sync::Arc;

use crate::Failure;
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
            let users = logins.iter().map(|login| login.user).collect();
            let users = self.users.find_many(users).await?;
            let users: HashMap<_, _> = users.iter().map(|user| (user.id, user)).collect();
            let sessions = logins.iter().filter_map(|login| login.session.clone()).collect();
            let sessions = self.sessions.find_many(sessions).await?;
            let sessions: HashMap<_, _> = sessions.iter().map(|it| (&it.id, it)).collect();
            let keys: Vec<_> = logins.iter().filter_map(|login| login.key).collect();
            let keys = if keys.is_empty() { vec![] } else { self.api_keys.find_many(keys).await? };
            let keys: HashMap<_, _> = keys.iter().map(|key| (key.id, key)).collect();
            let now = self.clock.now();
            for login in logins {
                let user = users.get(&login.user).copied();
                let session = login.session.as_ref().and_then(|id| sessions.get(id).copied());
                let checked = match login.key {
                    Some(id) => login.check_key(user, keys.get(&id).copied(), now),
                    None => login.check(user, session),
                };
                if checked.is_err() {
                    self.subscriber.end(login.clone(), CloseReason::LoggedOut);
                }
            }
        }
        Ok(())
    }
}
