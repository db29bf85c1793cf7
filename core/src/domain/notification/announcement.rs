//! Announcements: notifications that other systems send.

use chrono::{DateTime, Utc};

use crate::domain::id::UserId;
use crate::domain::notification::{
    MetaInfo, NewNotification, NotificationType, NotificationUrl, OpaqueObject,
};
use crate::domain::text::Text;

/// A title of 1 to 200 characters.
pub type AnnouncedTitle = Text<200>;

/// A message of 1 to 2,000 characters.
pub type AnnouncedMessage = Text<2_000>;

/// The content of an announcement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnnouncementContent {
    pub kind: NotificationType,
    /// The title; by default, the display name of the type.
    pub title: Option<AnnouncedTitle>,
    /// The message; by default, a sentence for the type.
    pub message: Option<AnnouncedMessage>,
    /// Where the notification leads.
    pub url: Option<NotificationUrl>,
    /// The due date of the subject.
    pub due_date: Option<DateTime<Utc>>,
    /// Data for the receiving application.
    pub meta_info: OpaqueObject,
}

impl AnnouncementContent {
    /// The notification for a recipient.
    pub fn for_user(&self, recipient: UserId, now: DateTime<Utc>) -> NewNotification<MetaInfo> {
        let title = self.title.as_ref().map(AnnouncedTitle::as_str);
        let message = self.message.as_ref().map(AnnouncedMessage::as_str);
        NewNotification {
            recipient,
            kind: self.kind,
            title: title.unwrap_or(self.kind.display()).to_owned(),
            message: message.unwrap_or(default_message(self.kind)).to_owned(),
            url: self.url.clone(),
            due_date: self.due_date,
            subject: MetaInfo::Opaque(self.meta_info.clone()),
            created_at: now,
        }
    }
}

fn default_message(kind: NotificationType) -> &'static str {
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
