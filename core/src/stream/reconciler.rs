use std::sync::Arc;

use crate::Failure;
use crate::domain::id::UserId;
use crate::domain::notification::MailboxUpdate;
use crate::port::{NotificationRepository, NotificationSubscriber};

/// The number of mailboxes per query.
const CHUNK: usize = 500;

/// Compares mailboxes with the store, to find reads and deletions on other nodes whose updates were lost.
#[derive(Clone)]
pub struct Reconciler {
    pub notifications: Arc<dyn NotificationRepository>,
    pub subscriber: Arc<dyn NotificationSubscriber>,
}

impl Reconciler {
    /// Sends an update for every mailbox with a stream on this node.
    pub async fn reconcile(&self) -> Result<(), Failure> {
        let mut users: Vec<UserId> =
            self.subscriber.logins().into_iter().map(|login| login.user).collect();
        users.sort_unstable();
        users.dedup();
        self.reconcile_users(&users).await
    }

    /// The same for the mailboxes of these users.
    pub async fn reconcile_users(&self, users: &[UserId]) -> Result<(), Failure> {
        for chunk in users.chunks(CHUNK) {
            for mailbox in self.notifications.mailboxes(chunk.to_vec()).await? {
                self.subscriber.notify(MailboxUpdate::of_mailbox(mailbox));
            }
        }
        Ok(())
    }
}
