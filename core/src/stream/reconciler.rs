use std::sync::Arc;

use crate::Failure;
use crate::domain::id::UserId;
use crate::domain::notification::MailboxUpdate;
use crate::port::{NotificationRepository, NotificationSubscriber};

/// How many mailboxes are compared by one query.
const CHUNK: usize = 500;

/// Rings for what neither an update nor the log tells of: what was read or deleted elsewhere.
#[derive(Clone)]
pub struct Reconciler {
    /// Keeps the mailboxes.
    pub notifications: Arc<dyn NotificationRepository>,
    /// Knows who listens.
    pub subscriber: Arc<dyn NotificationSubscriber>,
}

impl Reconciler {
    /// Rings with the numbers of every mailbox that is listened to, whatever was heard of it.
    pub async fn reconcile(&self) -> Result<(), Failure> {
        let mut users: Vec<UserId> = self
            .subscriber
            .logins()
            .into_iter()
            .map(|login| login.user)
            .collect();
        users.sort_unstable();
        users.dedup();
        self.reconcile_users(&users).await
    }

    /// The same for these users alone.
    pub async fn reconcile_users(&self, users: &[UserId]) -> Result<(), Failure> {
        for chunk in users.chunks(CHUNK) {
            for mailbox in self.notifications.mailboxes(chunk.to_vec()).await? {
                self.subscriber.notify(MailboxUpdate::of_mailbox(mailbox));
            }
        }
        Ok(())
    }
}
