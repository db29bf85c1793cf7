use chrono::{DateTime, Utc};
use leopard_core::domain::id::NotificationId;
use leopard_core::domain::notification::announcement::{
    AnnouncedMessage, AnnouncedTitle, AnnouncementContent,
};
use leopard_core::domain::notification::{
    NotificationEdit, NotificationType, NotificationUrl, OpaqueObject, Recipients,
};

use super::recipients::{AssignedTo, RecipientList, union};
use crate::framework::payload::{List, body};

/// The most notifications of one request; `mark_all_read` has no limit.
const MAX_IDS: usize = 10_000;

pub(super) struct BulkMarkRead(pub(super) Vec<NotificationId>);

body! {
    /// Notifications to mark as read.
    BulkMarkRead as "NotificationsToRead" {
        /// Ids of the notifications; ids of other users' notifications are ignored.
        notification_ids: required List<NotificationId, MAX_IDS>,
    }
    |fields| Some(Self(notification_ids?.0))
}

body! {
    /// Changes to a notification. Omitted fields keep their values.
    NotificationEdit as "NotificationEdit" {
        /// Whether it is read; `false` marks it as unread.
        read: optional bool,
        /// Whether the recipient has completed it.
        is_completed: optional bool,
    }
    |fields| Some(Self { read, is_completed })
}

pub(super) struct NewNotifications {
    pub(super) recipients: Recipients,
    pub(super) content: AnnouncementContent,
}

body! {
    /// A notification to send to one or several users.
    NewNotifications as "NewNotifications" {
        /// Notification type, one of `GET /api/v1/notification-types/`.
        notification_type: required NotificationType,
        /// Ids of recipients. Required unless `recipients` is given.
        assigned_to: optional AssignedTo,
        /// Up to 1,000 recipients, who are added to those of `assigned_to`; at most 1,000 different ones in
        /// all.
        recipients: optional RecipientList,
        /// Title; the type's default title if omitted.
        title: optional AnnouncedTitle,
        /// Message; the type's default message if omitted.
        message: optional AnnouncedMessage,
        /// Where the notification leads: an `http` or `https` URL, or an absolute path.
        url: nullable NotificationUrl,
        /// Due date; a time without an offset is UTC.
        due_date: nullable DateTime<Utc>,
        /// Any JSON object of at most 4 KiB, without U+0000.
        meta_info: optional OpaqueObject,
    }
    |fields| {
        Some(Self {
            recipients: union(fields, assigned_to, recipients)?,
            content: AnnouncementContent {
                kind: notification_type?,
                title,
                message,
                url,
                due_date,
                meta_info: meta_info.unwrap_or_default(),
            },
        })
    }
}

impl NewNotifications {
    /// Bytes of a notification beside its texts.
    const OVERHEAD: usize = 512;

    /// Roughly the bytes that the notifications take while they are created and returned.
    pub(super) fn memory(&self) -> usize {
        let AnnouncementContent { title, message, url, meta_info, .. } = &self.content;
        let title = title.as_ref().map_or(0, |title| title.as_str().len());
        let message = message.as_ref().map_or(0, |message| message.as_str().len());
        let url = url.as_ref().map_or(0, |url| url.as_str().len());
        let one = title + message + url + meta_info.as_str().len() + Self::OVERHEAD;
        // Once in the store's change, and once in the response.
        2 * self.recipients.count() * one
    }
}
