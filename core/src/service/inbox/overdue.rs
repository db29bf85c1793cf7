use super::Inbox;
use crate::Failure;
use crate::domain::id::UserId;
use crate::domain::notification::Notification;

impl Inbox {
    /// The most notifications that a list without pages holds.
    pub const MAX_OVERDUE: u32 = 1_000;

    /// Those whose date has passed while the user is not done with them, the longest overdue first.
    pub async fn overdue(&self, user: UserId) -> Result<Vec<Notification>, Failure> {
        let now = self.clock.now();
        let overdue = self.notifications.overdue(user, now, Self::MAX_OVERDUE);
        overdue.await
    }
}
