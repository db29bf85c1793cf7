use super::Inbox;
use crate::Failure;
use crate::domain::id::UserId;
use crate::domain::list_size;
use crate::domain::notification::Notification;

impl Inbox {
    /// The most notifications that a list without pages holds; fewer where they are larger together
    /// than [`MAX_LIST_BYTES`](list_size::MAX_LIST_BYTES).
    pub const MAX_OVERDUE: u32 = 1_000;

    /// Those whose date has passed while the user is not done with them, the longest overdue first.
    pub async fn overdue(&self, user: UserId) -> Result<Vec<Notification>, Failure> {
        let now = self.clock.now();
        let overdue = self.notifications.overdue(user, now, Self::MAX_OVERDUE);
        let mut overdue = overdue.await?;
        list_size::truncate(&mut overdue, Notification::json_bytes);
        Ok(overdue)
    }
}
