//! Reminders: what the passing of time makes of tasks, and who is told.

#[cfg(test)]
mod tests;

use std::sync::Arc;

use chrono::TimeDelta;

use crate::Failure;
use crate::domain::notification::MailboxUpdate;
use crate::domain::task::DueScan;
use crate::port::{Clock, NotificationPublisher, TaskRepository, UserRepository};
use crate::service::preference_filter;

/// What reminding needs. Any number of nodes may do it at the same time: a task belongs to the one
/// that changes it first.
#[derive(Clone)]
pub struct Reminders {
    /// Keeps the tasks.
    pub tasks: Arc<dyn TaskRepository>,
    /// Keeps the users.
    pub users: Arc<dyn UserRepository>,
    /// Notifies open streams.
    pub publisher: Arc<dyn NotificationPublisher>,
    /// Reads the clock.
    pub clock: Arc<dyn Clock>,
    /// How long before it a due date is near.
    pub due_soon: TimeDelta,
}

impl Reminders {
    /// Scans until no task is due any more.
    ///
    /// # Errors
    ///
    /// Those of [`Self::scan`].
    pub async fn scan_all(&self) -> Result<(), Failure> {
        while self.scan().await? {}
        Ok(())
    }

    /// The most tasks of one look: others who write wait no longer than for these.
    pub const BATCH: u64 = 100;

    /// Looks at the tasks that wait the longest, changes them and tells those assignees who want it;
    /// whether there may be more of them. [`Failure::Unavailable`] while the store is away: nothing is lost,
    /// the next look finds the same.
    pub async fn scan(&self) -> Result<bool, Failure> {
        let scan = DueScan {
            now: self.clock.now(),
            due_soon: self.due_soon,
        };
        let due_tasks = self.tasks.due_tasks(scan, Self::BATCH).await?;
        let is_full = due_tasks.len() as u64 >= Self::BATCH;
        let changes: Vec<_> = due_tasks.iter().filter_map(|it| scan.decide(it)).collect();
        if changes.is_empty() {
            return Ok(false);
        }
        let changes = preference_filter::apply(&*self.users, changes).await?;
        let stored = self.tasks.remind(changes).await;
        let told = stored.notifications.into_iter().map(Arc::new);
        let updates: Vec<_> = told.map(MailboxUpdate::of_notification).collect();
        if !updates.is_empty() {
            self.publisher.publish(updates).await;
        }
        // Where all were taken by others, the rest is theirs too.
        let goes_on = is_full && stored.changed > 0;
        stored.failure.map_or(Ok(goes_on), Err)
    }
}
