use super::Inbox;
use crate::Failure;
use crate::domain::change::InboxWrite;
use crate::domain::id::{NotificationId, UserId};
use crate::domain::notification::{Notification, NotificationEdit};

impl Inbox {
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
}
