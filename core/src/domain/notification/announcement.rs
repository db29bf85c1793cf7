//! What other systems have users told.

use chrono::{DateTime, Utc};

use crate::domain::id::UserId;
use crate::domain::notification::{MetaInfo, NewNotification, NotificationType, OpaqueObject};
use crate::domain::text::Text;

/// A title of 1 to 200 characters.
pub type AnnouncedTitle = Text<200>;

/// A message of 1 to 2,000 characters.
pub type AnnouncedMessage = Text<2_000>;

/// The most users whom one announcement tells.
pub const MAX_RECIPIENTS: usize = 1_000;

/// What several users are to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnnouncementContent {
    /// Why.
    pub kind: NotificationType,
    /// In a few words; the type's own where there are none.
    pub title: Option<AnnouncedTitle>,
    /// In a sentence; the type's own where there is none.
    pub message: Option<AnnouncedMessage>,
    /// A date that matters for it.
    pub due_date: Option<DateTime<Utc>>,
    /// What it is about, for the system that says so.
    pub meta_info: OpaqueObject,
}

impl AnnouncementContent {
    /// The notification that tells this user.
    #[must_use]
    pub fn for_user(&self, recipient: UserId, now: DateTime<Utc>) -> NewNotification<MetaInfo> {
        let title = self.title.as_ref().map(AnnouncedTitle::as_str);
        let message = self.message.as_ref().map(AnnouncedMessage::as_str);
        NewNotification {
            recipient,
            kind: self.kind,
            title: title.unwrap_or(self.kind.display()).to_owned(),
            message: message.unwrap_or(own_message(self.kind)).to_owned(),
            due_date: self.due_date,
            subject: MetaInfo::Opaque(self.meta_info.clone()),
            created_at: now,
        }
    }
}

fn own_message(kind: NotificationType) -> &'static str {
    match kind {
        NotificationType::TaskAssigned => "A task has been assigned to you.",
        NotificationType::TaskMentioned => "You were mentioned in a task.",
        NotificationType::TaskCompleted => "A task has been completed.",
        NotificationType::TaskCancelled => "A task has been cancelled.",
        NotificationType::TaskDueSoon => "A task is due soon.",
        NotificationType::TaskOverdue => "A task is overdue.",
        NotificationType::ClientAssigned => "A client has been assigned to you.",
        NotificationType::ApplicationAssigned => "An application has been assigned to you.",
        NotificationType::VisaApplicationAssigned => "A visa application has been assigned to you.",
        NotificationType::ReminderDue => "A reminder is due.",
        NotificationType::SystemAlert => "There is a system alert.",
    }
}
