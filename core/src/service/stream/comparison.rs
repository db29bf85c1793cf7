use std::sync::Arc;

use crate::Failure;
use crate::domain::id::UserId;
use crate::domain::mailbox::Bell;
use crate::port::{NotificationRepository, NotificationSubscriber};

/// How many mailboxes are compared by one query.
const CHUNK: usize = 500;

/// Rings for what neither a bell nor the log tells of: what was read or deleted elsewhere.
#[derive(Clone)]
pub struct Comparison {
    /// Keeps the mailboxes.
    pub notifications: Arc<dyn NotificationRepository>,
    /// Knows who listens.
    pub subscriber: Arc<dyn NotificationSubscriber>,
}

impl Comparison {
    /// Rings with the numbers of every mailbox that is listened to, whatever was heard of it.
    pub async fn compare_mailboxes(&self) -> Result<(), Failure> {
        let mut users: Vec<UserId> = self
            .subscriber
            .logins()
            .into_iter()
            .map(|login| login.user)
            .collect();
        users.sort_unstable();
        users.dedup();
        self.compare_mailboxes_of(&users).await
    }

    /// The same for these users alone.
    pub async fn compare_mailboxes_of(&self, users: &[UserId]) -> Result<(), Failure> {
        for chunk in users.chunks(CHUNK) {
            for mailbox in self.notifications.mailboxes(chunk.to_vec()).await? {
                self.subscriber.ring(Bell::of_mailbox(mailbox));
            }
        }
        Ok(())
    }
}
