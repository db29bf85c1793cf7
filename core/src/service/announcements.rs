//! What other systems have users told.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::Failure;
use crate::domain::access;
use crate::domain::announcement::News;
use crate::domain::change::Announcement;
use crate::domain::field::{FieldError, FieldErrors};
use crate::domain::id::UserId;
use crate::domain::mailbox::Bell;
use crate::domain::notification::Notification;
use crate::domain::user::User;
use crate::port::{Clock, NotificationPublisher, NotificationRepository, UserRepository};

/// What telling users what another system says needs.
#[derive(Clone)]
pub struct Announcements {
    /// Keeps the mailboxes.
    pub notifications: Arc<dyn NotificationRepository>,
    /// Keeps the users.
    pub users: Arc<dyn UserRepository>,
    /// Tells open streams.
    pub publisher: Arc<dyn NotificationPublisher>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

impl Announcements {
    /// Tells these users, each once, what another system says, and answers their notifications in the
    /// order of the users. [`Failure::PermissionDenied`] where the caller may not administer; users
    /// who are unknown or inactive are faults of the field `assigned_to`.
    pub async fn announce(
        &self,
        caller: &User,
        recipients: BTreeSet<UserId>,
        news: &News,
    ) -> Result<Vec<Arc<Notification>>, Failure> {
        access::may_administer(caller)?;
        let users = recipients.iter().copied().collect();
        let users = self.users.find_many(users).await?;
        let announcement = decide(&recipients, &users, news, self.clock.now())?;
        let told = self.notifications.announce(announcement).await?;
        let told: Vec<_> = told.into_iter().map(Arc::new).collect();
        let bells = told.iter().cloned().map(Bell::of_notification);
        self.publisher.publish(bells.collect()).await;
        Ok(told)
    }
}

/// What telling these amounts to; `users` are those of them who exist.
fn decide(
    recipients: &BTreeSet<UserId>,
    users: &[User],
    news: &News,
    now: DateTime<Utc>,
) -> Result<Announcement, Failure> {
    let active: BTreeSet<UserId> = users
        .iter()
        .filter(|user| user.is_active)
        .map(|user| user.id)
        .collect();
    let mut faults = FieldErrors::default();
    for unknown in recipients.difference(&active) {
        faults.add("assigned_to", FieldError::UnknownUser(unknown.0));
    }
    if !faults.is_empty() {
        return Err(Failure::Invalid(faults));
    }
    let told = recipients.iter().map(|user| news.for_user(*user, now));
    Ok(Announcement {
        notifications: told.collect(),
    })
}
