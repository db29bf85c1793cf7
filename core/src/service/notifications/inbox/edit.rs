use super::Inbox;
use crate::Failure;
use crate::domain::change::InboxWrite;
use crate::domain::id::{NotificationId, UserId};
use crate::domain::notification::{Notification, NotificationEdit};

impl Inbox {
    /// Changes whether one is read and whether its reader is done with it, and answers it as it then
    /// stands; [`Failure::NotFound`] where the user has none of this id.
    pub async fn edit(
        &self,
        user: UserId,
        id: NotificationId,
        edit: NotificationEdit,
    ) -> Result<Notification, Failure> {
        let notification = self.read(user, id).await?;
        // At whatever time: an edit that changes nothing now needs no commit.
        if notification.edited(edit, self.clock.now()) == notification {
            return Ok(notification);
        }
        self.commit(user, InboxWrite::Edit(id, edit)).await?;
        self.read(user, id).await
    }
}
