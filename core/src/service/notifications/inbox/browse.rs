use super::Inbox;
use crate::Failure;
use crate::domain::id::{NotificationId, UserId};
use crate::domain::list_size;
use crate::domain::notification::{Notification, NotificationType};
use crate::domain::page::{Page, PageRequest};
use crate::port::InboxQuery;

/// The conditions of a notification list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InboxFilter {
    /// Whether read notifications are included.
    pub include_read: bool,
    /// Only notifications of this type.
    pub kind: Option<NotificationType>,
    /// Only notifications with a greater sequence, oldest first.
    pub after: Option<i64>,
}

impl Inbox {
    /// One page of the inbox.
    ///
    /// # Errors
    ///
    /// [`Failure::InvalidPage`].
    pub async fn list(
        &self,
        user: UserId,
        filter: InboxFilter,
        page: PageRequest,
    ) -> Result<Page<Notification>, Failure> {
        let InboxFilter { include_read, kind, after } = filter;
        let query = InboxQuery { user, include_read, kind, after, page };
        self.notifications.list(query).await?.within_bounds()
    }

    /// One notification of the inbox.
    ///
    /// # Errors
    ///
    /// [`Failure::NotFound`].
    pub async fn read(&self, user: UserId, id: NotificationId) -> Result<Notification, Failure> {
        self.notifications.find(user, id).await?.ok_or(Failure::NotFound)
    }

    /// The number of notifications that are neither read nor deleted.
    pub async fn unread_count(&self, user: UserId) -> Result<i64, Failure> {
        let mailboxes = self.notifications.mailboxes(vec![user]).await?;
        Ok(mailboxes.first().map_or(0, |mailbox| mailbox.unread))
    }

    /// The maximum length of a list without pages. A list that is larger than
    /// [`MAX_LIST_BYTES`](list_size::MAX_LIST_BYTES) is shorter.
    pub const MAX_OVERDUE: u32 = 1_000;

    /// The overdue notifications that the user has not completed, longest overdue first.
    pub async fn overdue(&self, user: UserId) -> Result<Vec<Notification>, Failure> {
        let now = self.clock.now();
        let overdue = self.notifications.overdue(user, now, Self::MAX_OVERDUE);
        let mut overdue = overdue.await?;
        list_size::truncate(&mut overdue, Notification::json_bytes);
        Ok(overdue)
    }
}
