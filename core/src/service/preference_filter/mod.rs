//! The preference filter: removes notifications that their recipients do not receive, before the commit: of types
//! that they have turned off, and all to services.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use crate::Failure;
use crate::domain::account::{User, UserKind};
use crate::domain::id::UserId;
use crate::domain::notification::{NewNotification, Preferences};
use crate::port::UserRepository;

/// The preferences of the recipients of a change; `None` for services, which receive nothing. They may come from a cache, so a type that was turned
/// off on another node within the last seconds may still be sent.
pub(super) struct PreferenceFilter(BTreeMap<UserId, Option<Preferences>>);

impl PreferenceFilter {
    /// The preferences of users who are already known.
    pub(super) fn of(users: &[User]) -> Self {
        let preferences = |user: &User| match user.kind {
            UserKind::Person => Some(user.preferences.clone()),
            UserKind::Service => None,
        };
        Self(users.iter().map(|user| (user.id, preferences(user))).collect())
    }

    /// Reads the preferences of these users.
    pub(super) async fn load(
        users: &dyn UserRepository,
        recipients: impl Iterator<Item = UserId>,
    ) -> Result<Self, Failure> {
        let recipients: BTreeSet<_> = recipients.collect();
        if recipients.is_empty() {
            return Ok(Self(BTreeMap::new()));
        }
        let users = users.find_many(recipients.into_iter().collect()).await?;
        Ok(Self::of(&users))
    }

    /// Drops the notifications that their recipients do not receive.
    pub(super) fn apply<S>(&self, notifications: &mut Vec<NewNotification<S>>) {
        notifications.retain(|notification| self.allows(notification));
    }

    /// Whether the recipient receives the notification. The store refuses unknown recipients.
    pub(super) fn allows<S>(&self, notification: &NewNotification<S>) -> bool {
        let recipient = self.0.get(&notification.recipient);
        let allows = |preferences: &Preferences| preferences.allows(notification.kind);
        recipient.is_none_or(|preferences| preferences.as_ref().is_some_and(allows))
    }
}

/// The notifications that their recipients receive.
pub(super) async fn apply<S>(
    users: &dyn UserRepository,
    mut notifications: Vec<NewNotification<S>>,
) -> Result<Vec<NewNotification<S>>, Failure> {
    let recipients = notifications.iter().map(|notification| notification.recipient);
    let filter = PreferenceFilter::load(users, recipients).await?;
    filter.apply(&mut notifications);
    Ok(notifications)
}
