//! What users do not want to be told is not stored: the one place that sees to it, asked before
//! every commit that tells somebody something.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use crate::Failure;
use crate::domain::change::{Announcement, TaskChange};
use crate::domain::id::UserId;
use crate::domain::notification::{NewNotification, NotificationType};
use crate::domain::preferences::Preferences;
use crate::domain::reminder::ReminderChange;
use crate::port::UserRepository;

/// A change that tells users something.
pub(super) trait Tells {
    /// Whom.
    fn told(&self) -> BTreeSet<UserId>;

    /// Leaves out whoever does not want to be told, of which type.
    fn tell_only(&mut self, want: impl Fn(UserId, NotificationType) -> bool);
}

/// The change as its recipients want it. They are remembered for a moment: what somebody has switched
/// off on another node may still arrive meanwhile.
pub(super) async fn as_wanted<C: Tells>(
    users: &dyn UserRepository,
    mut change: C,
) -> Result<C, Failure> {
    let told = change.told();
    if told.is_empty() {
        return Ok(change);
    }
    let users = users.find_many(told.into_iter().collect()).await?;
    let preferences: BTreeMap<UserId, &Preferences> = users
        .iter()
        .map(|user| (user.id, &user.preferences))
        .collect();
    // Whoever is not there is the store's to refuse.
    change.tell_only(|user, kind| preferences.get(&user).is_none_or(|it| it.want(kind)));
    Ok(change)
}

impl<S> Tells for Vec<NewNotification<S>> {
    fn told(&self) -> BTreeSet<UserId> {
        self.iter().map(|new| new.recipient).collect()
    }

    fn tell_only(&mut self, want: impl Fn(UserId, NotificationType) -> bool) {
        self.retain(|new| want(new.recipient, new.kind));
    }
}

impl Tells for TaskChange {
    fn told(&self) -> BTreeSet<UserId> {
        self.notifications.told()
    }

    fn tell_only(&mut self, want: impl Fn(UserId, NotificationType) -> bool) {
        self.notifications.tell_only(want);
    }
}

impl Tells for Announcement {
    fn told(&self) -> BTreeSet<UserId> {
        self.notifications.told()
    }

    fn tell_only(&mut self, want: impl Fn(UserId, NotificationType) -> bool) {
        self.notifications.tell_only(want);
    }
}

/// The tasks change all the same.
impl Tells for Vec<ReminderChange> {
    fn told(&self) -> BTreeSet<UserId> {
        let tellings = self.iter().filter_map(|change| change.telling.as_ref());
        tellings.map(|it| it.notification.recipient).collect()
    }

    fn tell_only(&mut self, want: impl Fn(UserId, NotificationType) -> bool) {
        for change in self {
            let telling = change.telling.take();
            change.telling =
                telling.filter(|it| want(it.notification.recipient, it.notification.kind));
        }
    }
}
