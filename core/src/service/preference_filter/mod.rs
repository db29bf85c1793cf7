//! The preference filter: removes notifications that their recipients do not receive, before the commit: of types
//! that they have turned off or not turned on, and all to services.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::Failure;
use crate::domain::account::{User, UserKind};
use crate::domain::id::UserId;
use crate::domain::notification::{NewNotification, Preferences, TypeCatalog};
use crate::port::{NotificationTypeRepository, UserRepository};

/// The preferences of the recipients of a change; `None` for services, which receive nothing. They may come
/// from a cache, so a type that was turned off on another node within the last seconds may still be sent.
pub(super) struct PreferenceFilter {
    preferences: BTreeMap<UserId, Option<Preferences>>,
    types: Arc<TypeCatalog>,
}

impl PreferenceFilter {
    /// The preferences of users who are already known.
    pub(super) fn of(users: &[User], types: Arc<TypeCatalog>) -> Self {
        let preferences = |user: &User| match user.kind {
            UserKind::Person => Some(user.preferences.clone()),
            UserKind::Service => None,
        };
        let preferences = users.iter().map(|user| (user.id, preferences(user)));
        Self { preferences: preferences.collect(), types }
    }

    /// Reads the preferences of these users.
    pub(super) async fn load(
        users: &dyn UserRepository,
        types: &dyn NotificationTypeRepository,
        recipients: impl Iterator<Item = UserId>,
    ) -> Result<Self, Failure> {
        let recipients: BTreeSet<_> = recipients.collect();
        if recipients.is_empty() {
            return Ok(Self { preferences: BTreeMap::new(), types: Arc::default() });
        }
        let users = users.find_many(recipients.into_iter().collect()).await?;
        Ok(Self::of(&users, types.catalog().await?))
    }

    /// Drops the notifications that their recipients do not receive.
    pub(super) fn apply<S>(&self, notifications: &mut Vec<NewNotification<S>>) {
        notifications.retain(|notification| self.allows(notification));
    }

    /// Whether the recipient receives the notification. The store refuses unknown recipients.
    pub(super) fn allows<S>(&self, notification: &NewNotification<S>) -> bool {
        let recipient = self.preferences.get(&notification.recipient);
        let allows = |preferences| self.types.allows(preferences, notification.kind);
        recipient.is_none_or(|preferences| preferences.as_ref().is_some_and(allows))
    }
}

/// The notifications that their recipients receive.
pub(super) async fn apply<S>(
    users: &dyn UserRepository,
    types: &dyn NotificationTypeRepository,
    mut notifications: Vec<NewNotification<S>>,
) -> Result<Vec<NewNotification<S>>, Failure> {
    let recipients = notifications.iter().map(|notification| notification.recipient);
    let filter = PreferenceFilter::load(users, types, recipients).await?;
    filter.apply(&mut notifications);
    Ok(notifications)
}
