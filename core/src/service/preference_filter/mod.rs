//! The preference filter: removes notifications of types that their recipients have turned off, before the
//! commit.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use crate::Failure;
use crate::domain::account::User;
use crate::domain::id::UserId;
use crate::domain::notification::NewNotification;
use crate::port::UserRepository;

/// The preferences of the recipients of a change. They may come from a cache, so a type that was turned
/// off on another node within the last seconds may still be sent.
pub(super) struct PreferenceFilter(BTreeMap<UserId, User>);

impl PreferenceFilter {
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
        Ok(Self(users.into_iter().map(|user| (user.id, user)).collect()))
    }

    /// Whether the recipient has not turned the type off. The store refuses unknown recipients.
    pub(super) fn allows<S>(&self, notification: &NewNotification<S>) -> bool {
        let recipient = self.0.get(&notification.recipient);
        recipient.is_none_or(|user| user.preferences.allows(notification.kind))
    }
}

/// The notifications that their recipients have not turned off.
pub(super) async fn apply<S>(
    users: &dyn UserRepository,
    mut notifications: Vec<NewNotification<S>>,
) -> Result<Vec<NewNotification<S>>, Failure> {
    let recipients = notifications.iter().map(|notification| notification.recipient);
    let filter = PreferenceFilter::load(users, recipients).await?;
    notifications.retain(|notification| filter.allows(notification));
    Ok(notifications)
}
