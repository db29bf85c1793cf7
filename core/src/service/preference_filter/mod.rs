//! The preference filter: removes notifications of types that their recipients have turned off. Every use
//! case applies it before its commit.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use crate::Failure;
use crate::domain::change::{AppendNotifications, TaskChange};
use crate::domain::id::UserId;
use crate::domain::notification::{NewNotification, NotificationType, Preferences};
use crate::domain::task::ReminderChange;
use crate::port::UserRepository;

/// A change with notifications.
pub(super) trait Notifies {
    /// The recipients.
    fn recipients(&self) -> BTreeSet<UserId>;

    /// Keeps only the notifications that `allows` accepts.
    fn retain_allowed(&mut self, allows: impl Fn(UserId, NotificationType) -> bool);
}

/// The change without unwanted notifications. Users may come from a cache, so a type that was turned off on
/// another node within the last second may still be sent.
pub(super) async fn apply<C: Notifies>(
    users: &dyn UserRepository,
    mut change: C,
) -> Result<C, Failure> {
    let recipients = change.recipients();
    if recipients.is_empty() {
        return Ok(change);
    }
    let users = users.find_many(recipients.into_iter().collect()).await?;
    let preferences: BTreeMap<UserId, &Preferences> =
        users.iter().map(|user| (user.id, &user.preferences)).collect();
    // The store refuses unknown recipients.
    change.retain_allowed(|user, kind| preferences.get(&user).is_none_or(|it| it.allows(kind)));
    Ok(change)
}

impl<S> Notifies for Vec<NewNotification<S>> {
    fn recipients(&self) -> BTreeSet<UserId> {
        self.iter().map(|new| new.recipient).collect()
    }

    fn retain_allowed(&mut self, allows: impl Fn(UserId, NotificationType) -> bool) {
        self.retain(|new| allows(new.recipient, new.kind));
    }
}

impl Notifies for TaskChange {
    fn recipients(&self) -> BTreeSet<UserId> {
        self.notifications.recipients()
    }

    fn retain_allowed(&mut self, allows: impl Fn(UserId, NotificationType) -> bool) {
        self.notifications.retain_allowed(allows);
    }
}

impl Notifies for AppendNotifications {
    fn recipients(&self) -> BTreeSet<UserId> {
        self.notifications.recipients()
    }

    fn retain_allowed(&mut self, allows: impl Fn(UserId, NotificationType) -> bool) {
        self.notifications.retain_allowed(allows);
    }
}

/// The tasks change even if no one is notified.
impl Notifies for Vec<ReminderChange> {
    fn recipients(&self) -> BTreeSet<UserId> {
        let sent_reminders = self.iter().filter_map(|change| change.to_send.as_ref());
        sent_reminders.map(|it| it.notification.recipient).collect()
    }

    fn retain_allowed(&mut self, allows: impl Fn(UserId, NotificationType) -> bool) {
        for change in self {
            let to_send = change.to_send.take();
            change.to_send =
                to_send.filter(|it| allows(it.notification.recipient, it.notification.kind));
        }
    }
}
