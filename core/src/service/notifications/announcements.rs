//! Announcements: notifications of other systems.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::Failure;
use crate::domain::access;
use crate::domain::account::{Actor, ClientNetwork, Scopes, SecurityEventKind, User};
use crate::domain::change::AppendNotifications;
use crate::domain::field::FieldErrors;
use crate::domain::idempotency::{CreatedIds, Operation, Outcome, RequestKey};
use crate::domain::notification::announcement::AnnouncementContent;
use crate::domain::notification::{
    MailboxUpdate, MetaInfo, NewNotification, Notification, Recipients, TypeCatalog,
};
use crate::port::{
    Clock, NotificationPublisher, NotificationRepository, NotificationTypeRepository, SecurityLog,
    UserRepository,
};
use crate::service::idempotency::Idempotency;

#[cfg(test)]
mod tests;

/// The service of announcements, and the ports that it uses. Every method fails with
/// [`Failure::Unavailable`] if the store cannot be reached.
#[derive(Clone)]
pub struct Announcements {
    pub notifications: Arc<dyn NotificationRepository>,
    pub types: Arc<dyn NotificationTypeRepository>,
    pub users: Arc<dyn UserRepository>,
    pub publisher: Arc<dyn NotificationPublisher>,
    pub clock: Arc<dyn Clock>,
    pub idempotency: Idempotency,
    pub security_log: Arc<dyn SecurityLog>,
}

impl Announcements {
    /// Sends a notification to each recipient who receives its type, and returns the notifications in the
    /// order of users. A retry with the same key sends nothing and returns those that are not deleted, as
    /// they were created.
    ///
    /// # Errors
    ///
    /// [`Failure::PermissionDenied`] unless the caller is staff or has a key for it, [`Failure::Invalid`] for
    /// an unknown type and with the errors of [`Recipients::resolve`], [`Failure::NotFound`] for a retry
    /// after all were deleted, [`Failure::IdempotencyKeyReused`].
    pub async fn announce(
        &self,
        caller: &User,
        scopes: Option<&Scopes>,
        recipients: Recipients,
        content: &AnnouncementContent,
        key: Option<RequestKey>,
        client: ClientNetwork,
    ) -> Result<Outcome<Vec<Arc<Notification>>>, Failure> {
        access::may_announce(caller, scopes)?;
        let now = self.clock.now();
        let key = self.idempotency.key(key, caller.id, Operation::Announce)?;
        if let Some(created) = self.idempotency.lookup(key.as_ref()).await? {
            return self.replay(&created).await;
        }
        let users = self.find(&recipients).await?;
        let types = self.types.catalog().await?;
        let notifications = decide(&types, &recipients, users, content, now)?;
        let change = AppendNotifications { notifications };
        let sent = match self.notifications.announce(change, key).await? {
            Outcome::Replayed(created) => return self.replay(&created).await,
            Outcome::Created(sent) => sent,
        };
        self.log(Actor::user(caller.id, client), &sent);
        let sent: Vec<_> = sent.into_iter().map(Arc::new).collect();
        let updates = sent.iter().cloned().map(MailboxUpdate::of_notification);
        self.publisher.publish(updates.collect()).await;
        Ok(Outcome::Created(sent))
    }

    /// The existing users among the recipients.
    async fn find(&self, recipients: &Recipients) -> Result<Vec<User>, Failure> {
        let mut users = self.users.find_many(recipients.ids().into_iter().collect()).await?;
        let names: Vec<_> = recipients.usernames().into_iter().map(str::to_owned).collect();
        if !names.is_empty() {
            users.extend(self.users.find_named(names).await?);
        }
        let ids: Vec<_> = recipients.external_ids().into_iter().map(str::to_owned).collect();
        if !ids.is_empty() {
            users.extend(self.users.find_external(ids).await?);
        }
        Ok(users)
    }

    /// Records that users other than the actor received a notification.
    fn log(&self, actor: Actor, sent: &[Notification]) {
        let recipients = sent.iter().map(|notification| Some(notification.recipient));
        let mut others = recipients.filter(|recipient| *recipient != actor.user);
        let Some(first) = others.next() else { return };
        let recipients = 1 + others.count() as u64;
        let kind = SecurityEventKind::NotificationsSent { recipients };
        let target = first.filter(|_| recipients == 1);
        self.security_log.record(actor.event(kind, target));
    }

    /// The result of the first request. Read states are private to the recipients, so they are not shown.
    async fn replay(
        &self,
        created: &CreatedIds,
    ) -> Result<Outcome<Vec<Arc<Notification>>>, Failure> {
        let ids = created.notifications();
        let had_none = ids.is_empty();
        let left = self.notifications.find_many(ids).await?;
        if left.is_empty() && !had_none {
            return Err(Failure::NotFound);
        }
        let sent = left.iter().map(Notification::as_created).map(Arc::new);
        Ok(Outcome::Replayed(sent.collect()))
    }
}

/// The notifications for the recipients who receive the type, in the order of users; `users` are the existing
/// recipients.
fn decide(
    types: &TypeCatalog,
    recipients: &Recipients,
    users: Vec<User>,
    content: &AnnouncementContent,
    now: DateTime<Utc>,
) -> Result<Vec<NewNotification<MetaInfo>>, Failure> {
    let mut errors = FieldErrors::default();
    let definition = errors.note("notification_type", types.require(content.kind));
    let users = recipients.resolve(users).map_err(|unknown| errors.add_all(&unknown)).ok();
    let (Some(definition), Some(users)) = (definition, users) else {
        return Err(Failure::Invalid(errors));
    };
    let notified = users.values().filter(|user| user.preferences.allow(definition));
    Ok(notified.map(|user| content.for_user(definition, user.id, now)).collect())
}
