use super::Inbox;
use crate::Failure;
use crate::domain::id::UserId;
use crate::domain::list_size;
use crate::domain::notification::Notification;

impl Inbox {
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
