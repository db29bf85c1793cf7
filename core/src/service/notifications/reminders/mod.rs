//! Reminders of due dates.

#[cfg(test)]
mod tests;

use std::sync::Arc;

use chrono::TimeDelta;

use crate::Failure;
use crate::domain::notification::MailboxUpdate;
use crate::domain::task::DueScan;
use crate::port::{
    Clock, NotificationPublisher, NotificationTypeRepository, TaskRepository, UserRepository,
};
use crate::service::preference_filter::PreferenceFilter;

/// The service of reminders, and the ports that it uses. Any number of nodes may scan at the same time: the
/// first change of a task wins. Every method fails with [`Failure::Unavailable`] if the store cannot be
/// reached.
#[derive(Clone)]
pub struct Reminders {
    pub tasks: Arc<dyn TaskRepository>,
    pub users: Arc<dyn UserRepository>,
    pub types: Arc<dyn NotificationTypeRepository>,
    pub publisher: Arc<dyn NotificationPublisher>,
    pub clock: Arc<dyn Clock>,
    /// How long before the due date the first reminder is sent.
    pub due_soon: TimeDelta,
}

impl Reminders {
    /// Scans until no task is due.
    pub async fn scan_all(&self) -> Result<(), Failure> {
        while self.scan().await? {}
        Ok(())
    }

    /// The maximum tasks per scan, which keeps transactions short.
    pub const BATCH: u64 = 100;

    /// Changes the tasks that have been due the longest, and notifies their assignees. Returns whether more
    /// tasks may be due. After a failure the next scan finds the same tasks.
    pub async fn scan(&self) -> Result<bool, Failure> {
        let scan = DueScan { now: self.clock.now(), due_soon: self.due_soon };
        let due_tasks = self.tasks.due_tasks(scan, Self::BATCH).await?;
        let is_full = due_tasks.len() as u64 >= Self::BATCH;
        let mut changes: Vec<_> = due_tasks.iter().filter_map(|it| scan.decide(it)).collect();
        if changes.is_empty() {
            return Ok(false);
        }
        let to_send = changes.iter().filter_map(|change| change.to_send.as_ref());
        let recipients = to_send.map(|it| it.notification.recipient);
        let filter = PreferenceFilter::load(&*self.users, &*self.types, recipients).await?;
        for change in &mut changes {
            change.to_send.take_if(|it| !filter.allows(&it.notification));
        }
        let stored = self.tasks.remind(changes).await;
        let notifications = stored.notifications.into_iter().map(Arc::new);
        let updates: Vec<_> = notifications.map(MailboxUpdate::of_notification).collect();
        if !updates.is_empty() {
            self.publisher.publish(updates).await;
        }
        // If other nodes have changed all of them, they take the rest too.
        let goes_on = is_full && stored.changed > 0;
        stored.failure.map_or(Ok(goes_on), Err)
    }
}
