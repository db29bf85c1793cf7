use super::Inbox;
use crate::Failure;
use crate::domain::change::{InboxChange, InboxStored, InboxWrite, Selection};
use crate::domain::id::{NotificationId, UserId};
use crate::domain::notification::{MailboxUpdate, Notification, NotificationEdit};

impl Inbox {
    /// Marks a notification as read; a read one keeps its time.
    ///
    /// # Errors
    ///
    /// [`Failure::NotFound`].
    pub async fn mark_read(
        &self,
        user: UserId,
        id: NotificationId,
    ) -> Result<Notification, Failure> {
        let notification = self.read(user, id).await?;
        if notification.is_read() {
            return Ok(notification);
        }
        self.commit(user, InboxWrite::MarkRead(Selection::Ids(vec![id]))).await?;
        self.read(user, id).await
    }

    /// Edits the read and completed states of a notification, and returns it.
    ///
    /// # Errors
    ///
    /// [`Failure::NotFound`].
    pub async fn edit(
        &self,
        user: UserId,
        id: NotificationId,
        edit: NotificationEdit,
    ) -> Result<Notification, Failure> {
        let notification = self.read(user, id).await?;
        // An edit that changes nothing needs no commit; the time does not matter here.
        if notification.edited(edit, self.clock.now()) == notification {
            return Ok(notification);
        }
        self.commit(user, InboxWrite::Edit(id, edit)).await?;
        self.read(user, id).await
    }

    /// Marks notifications as read and returns how many were unread. Ids of other mailboxes are ignored.
    pub async fn bulk_mark_read(
        &self,
        user: UserId,
        ids: Vec<NotificationId>,
    ) -> Result<u64, Failure> {
        let stored = self.commit(user, InboxWrite::MarkRead(Selection::Ids(ids))).await?;
        Ok(stored.changed)
    }

    /// Marks all notifications as read and returns how many were unread.
    pub async fn mark_all_read(&self, user: UserId) -> Result<u64, Failure> {
        Ok(self.commit(user, InboxWrite::MarkRead(Selection::All)).await?.changed)
    }

    /// Deletes a notification: erases its content and keeps its sequence as a tombstone.
    ///
    /// # Errors
    ///
    /// [`Failure::NotFound`].
    pub async fn delete(&self, user: UserId, id: NotificationId) -> Result<(), Failure> {
        let stored = self.commit(user, InboxWrite::Delete(id)).await?;
        if stored.changed == 0 { Err(Failure::NotFound) } else { Ok(()) }
    }

    async fn commit(&self, user: UserId, write: InboxWrite) -> Result<InboxStored, Failure> {
        let change = InboxChange { user, write, at: self.clock.now() };
        let stored = self.notifications.commit(change).await?;
        if stored.changed > 0 {
            self.publisher.publish(vec![MailboxUpdate::of_mailbox(stored.mailbox)]).await;
        }
        Ok(stored)
    }
}
