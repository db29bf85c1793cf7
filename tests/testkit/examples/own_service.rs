//! A use case of your own on the ports of the core: a daily message with the tasks that are due.
//!
//! It does what every service of the core does: read, decide, commit, publish.

use std::sync::Arc;

use leopard_core::chrono::TimeDelta;
use leopard_core::domain::account::User;
use leopard_core::domain::change::AppendNotifications;
use leopard_core::domain::idempotency::Outcome;
use leopard_core::domain::notification::{
    MailboxUpdate, MetaInfo, NewNotification, NotificationType, OpaqueObject,
};
use leopard_core::domain::page::PageRequest;
use leopard_core::domain::task::TaskScope;
use leopard_core::domain::task::filter::DueFilter;
use leopard_core::port::{TaskQuery, TaskRepository};
use leopard_core::{Failure, Ports};

/// Sends daily digests.
pub struct Digest {
    /// The ports that the core was built from.
    pub ports: Ports,
}

impl Digest {
    /// Notifies a user of the tasks that are due within a day, and returns their number.
    ///
    /// # Errors
    ///
    /// [`Failure::Unavailable`] if the store cannot be reached.
    pub async fn send(&self, user: &User) -> Result<u64, Failure> {
        let now = self.ports.clock.now();
        let tasks: &dyn TaskRepository = &*self.ports.repositories.tasks;
        let scope = TaskScope::AssignedTo(user.id);
        let mut query = TaskQuery::all_of(user.id, scope, PageRequest::first(3));
        query.filter.due = DueFilter::Between(now, now + TimeDelta::days(1));
        let due = tasks.list(query).await?;
        // The core drops what users have turned off; a service of your own must do so, too.
        let types = self.ports.repositories.notification_types.catalog().await?;
        if due.total == 0 || !types.allows(&user.preferences, NotificationType::REMINDER_DUE) {
            return Ok(due.total);
        }

        let titles: Vec<_> = due.items.iter().map(|task| task.title.as_str()).collect();
        let notification = NewNotification {
            recipient: user.id,
            kind: NotificationType::REMINDER_DUE,
            title: format!("{} tasks are due within a day", due.total),
            message: titles.join(", "),
            url: None,
            due_date: None,
            subject: MetaInfo::Opaque(OpaqueObject::default()),
            created_at: now,
        };
        let change = AppendNotifications { notifications: vec![notification] };
        let stored = self.ports.repositories.notifications.announce(change, None).await?;

        // Only now: nothing is published before the commit.
        if let Outcome::Created(stored) = stored {
            let updates = stored.into_iter().map(Arc::new).map(MailboxUpdate::of_notification);
            self.ports.publisher.publish(updates.collect()).await;
        }
        Ok(due.total)
    }
}

#[cfg(test)]
mod tests {
    use leopard_core::domain::notification::{PreferencesEdit, TypeCatalog};
    use leopard_core::service::tasks::CreateTask;
    use leopard_testkit::TestCore;
    use leopard_testkit::fixtures::create_task;

    use super::*;

    #[tokio::test]
    async fn digest_lists_due_tasks_unless_it_is_turned_off() {
        let test = TestCore::new();
        let digest = Digest { ports: test.ports.clone() };
        let bob = test.user("bob").await;
        assert_eq!(digest.send(&bob).await, Ok(0));
        for title in ["Paint", "Dig"] {
            let request = CreateTask { assigned_to: Some(bob.id), ..create_task(title) };
            test.core.tasks.create(&bob, request, None).await.unwrap();
        }
        test.publisher.take();

        assert_eq!(digest.send(&bob).await, Ok(2));
        let sent = test.publisher.take_notifications();
        assert_eq!(sent[0].title, "2 tasks are due within a day");

        let types = TypeCatalog::default();
        let mut edit = PreferencesEdit::default();
        edit.set(types.find(NotificationType::REMINDER_DUE).unwrap(), false).unwrap();
        test.core.accounts.set_preferences(bob.id, edit).await.unwrap();
        let bob = test.core.accounts.users.find_many(vec![bob.id]).await.unwrap().remove(0);
        assert_eq!(digest.send(&bob).await, Ok(2));
        assert_eq!(test.publisher.take_notifications(), []);
    }
}
