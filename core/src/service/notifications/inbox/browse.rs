use super::Inbox;
use crate::Failure;
use crate::domain::id::{NotificationId, UserId};
use crate::domain::notification::{Notification, NotificationType};
use crate::domain::page::{Page, PageRequest};
use crate::port::InboxQuery;

/// Which notifications a caller wants to see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InboxFilter {
    /// Whether those that are read are among them.
    pub include_read: bool,
    /// Only those of this type.
    pub kind: Option<NotificationType>,
    /// Only those with a greater sequence, oldest first.
    pub after: Option<i64>,
}

impl Inbox {
    /// One page of the inbox.
    pub async fn list(
        &self,
        user: UserId,
        filter: InboxFilter,
        page: PageRequest,
    ) -> Result<Page<Notification>, Failure> {
        let InboxFilter {
            include_read,
            kind,
            after,
        } = filter;
        let query = InboxQuery {
            user,
            include_read,
            kind,
            after,
            page,
        };
        self.notifications.list(query).await?.within_bounds()
    }

    /// One notification.
    pub async fn read(&self, user: UserId, id: NotificationId) -> Result<Notification, Failure> {
        self.notifications
            .find(user, id)
            .await?
            .ok_or(Failure::NotFound)
    }

    /// How many are neither read nor deleted.
    pub async fn unread_count(&self, user: UserId) -> Result<i64, Failure> {
        let mailboxes = self.notifications.mailboxes(vec![user]).await?;
        Ok(mailboxes.first().map_or(0, |mailbox| mailbox.unread))
    }
}
