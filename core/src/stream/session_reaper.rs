use std::collections::HashMap;
use std::sync::Arc;

use crate::Failure;
use crate::domain::account::Login;
use crate::port::{CloseReason, NotificationSubscriber, SessionRepository, UserRepository};

/// The number of logins per query.
const CHUNK: usize = 500;

/// Closes the streams of revoked sessions and deactivated users, on whichever node that happened.
pub struct SessionReaper {
    pub users: Arc<dyn UserRepository>,
    pub sessions: Arc<dyn SessionRepository>,
    pub subscriber: Arc<dyn NotificationSubscriber>,
}

impl SessionReaper {
    /// Checks every login with a stream on this node.
    pub async fn end_revoked(&self) -> Result<(), Failure> {
        for chunk in self.subscriber.logins().chunks(CHUNK) {
            self.end_fallen(chunk).await?;
        }
        Ok(())
    }

    async fn end_fallen(&self, logins: &[Login]) -> Result<(), Failure> {
        let users = self.users.find_many(logins.iter().map(|login| login.user).collect()).await?;
        let ids = logins.iter().filter_map(|login| login.session.clone()).collect();
        let sessions = self.sessions.find_many(ids).await?;
        let users: HashMap<_, _> = users.iter().map(|user| (user.id, user)).collect();
        let sessions: HashMap<_, _> = sessions.iter().map(|found| (&found.id, found)).collect();
        for login in logins {
            let user = users.get(&login.user).copied();
            let session = login.session.as_ref();
            let session = session.and_then(|id| sessions.get(id).copied());
            if login.check(user, session).is_err() {
                self.subscriber.end(login.clone(), CloseReason::LoggedOut);
            }
        }
        Ok(())
    }
}
