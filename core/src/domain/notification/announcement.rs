//! Announcements: notifications that other systems send.

use chrono::{DateTime, Utc};

use crate::domain::id::UserId;
use crate::domain::notification::{
    MetaInfo, NewNotification, NotificationType, NotificationUrl, OpaqueObject, TypeDefinition,
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
    /// The title; by default, that of the type.
    pub title: Option<AnnouncedTitle>,
    /// The message; by default, that of the type.
    pub message: Option<AnnouncedMessage>,
    /// Where the notification leads.
    pub url: Option<NotificationUrl>,
    /// The due date of the subject.
    pub due_date: Option<DateTime<Utc>>,
    /// Data for the receiving application.
    pub meta_info: OpaqueObject,
}

impl AnnouncementContent {
    /// The notification for a recipient; the definition of its type has the texts that the content lacks.
    pub fn for_user(
        &self,
        definition: &TypeDefinition,
        recipient: UserId,
        now: DateTime<Utc>,
    ) -> NewNotification<MetaInfo> {
        let title = self.title.as_ref().map(AnnouncedTitle::as_str);
        let message = self.message.as_ref().map(AnnouncedMessage::as_str);
        NewNotification {
            recipient,
            kind: self.kind,
            title: title.unwrap_or(definition.title()).to_owned(),
            message: message.unwrap_or(definition.message()).to_owned(),
            url: self.url.clone(),
            due_date: self.due_date,
            subject: MetaInfo::Opaque(self.meta_info.clone()),
            created_at: now,
        }
    }
}
