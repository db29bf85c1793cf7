use std::sync::Arc;

use chrono::{DateTime, Utc};
use leopard_core::domain::list_size;
use leopard_core::domain::notification::{Notification, NotificationUrl, TypeCatalog};
use poem_openapi::Object;
use serde::Serialize;

use super::meta_info::MetaInfoView;
use super::type_name::TypeName;
use crate::framework::payload::Timestamp;
use crate::framework::query::page;

/// A notification.
#[derive(Object, Serialize)]
#[oai(rename = "Notification")]
pub(super) struct NotificationView {
    /// Id.
    id: i64,
    /// Position in the mailbox, from 1; the `id` of its event in the stream.
    sequence: i64,
    /// Type.
    notification_type: TypeName,
    /// Type as text for people.
    notification_type_display: String,
    /// Id of the recipient.
    assigned_to: i64,
    /// Title.
    title: String,
    /// Message.
    message: String,
    /// Where it leads: an `http` or `https` URL, or an absolute path.
    url: Option<String>,
    /// Due date.
    due_date: Option<Timestamp>,
    /// What the notification is about.
    meta_info: MetaInfoView,
    /// Whether it is read.
    read: bool,
    /// Time of reading.
    read_at: Option<Timestamp>,
    /// Whether the recipient has completed it.
    is_completed: bool,
    /// Whether it is not completed and its due date has passed.
    is_overdue: bool,
    /// Creation time.
    created_at: Timestamp,
    /// Time of the last update.
    updated_at: Timestamp,
}

impl NotificationView {
    pub(super) fn of(notification: Notification, types: &TypeCatalog, now: DateTime<Utc>) -> Self {
        let (read, is_overdue) = (notification.is_read(), notification.is_overdue(now));
        Self {
            id: notification.id.0,
            sequence: notification.sequence,
            notification_type: TypeName(notification.kind),
            notification_type_display: types.display(notification.kind),
            assigned_to: notification.recipient.0,
            title: notification.title,
            message: notification.message,
            url: notification.url.map(NotificationUrl::into_string),
            due_date: notification.due_date.map(Timestamp::of),
            meta_info: MetaInfoView(notification.meta_info),
            read,
            read_at: notification.read_at.map(Timestamp::of),
            is_completed: notification.is_completed,
            is_overdue,
            created_at: Timestamp::of(notification.created_at),
            updated_at: Timestamp::of(notification.updated_at),
        }
    }
}

page! {
    /// One page of notifications.
    NotificationPage of NotificationView
}

/// The created notifications.
#[derive(Object, Serialize)]
pub(super) struct NotificationsMade {
    /// Number of created notifications.
    count: u64,
    /// The notifications in the order of their recipients' ids: all, or the first ones up to about 8 MiB.
    results: Vec<NotificationView>,
}

impl NotificationsMade {
    pub(super) fn of(
        created: &[Arc<Notification>],
        types: &TypeCatalog,
        now: DateTime<Utc>,
    ) -> Self {
        let count = created.len() as u64;
        let mut created: Vec<_> = created.iter().collect();
        list_size::truncate(&mut created, |one| one.json_bytes());
        let shown = created.into_iter();
        let shown = shown.map(|one| NotificationView::of((**one).clone(), types, now));
        Self { count, results: shown.collect() }
    }
}

/// Number of unread notifications.
#[derive(Object, Serialize)]
pub(super) struct UnreadCount {
    /// Number of unread notifications.
    pub(super) unread_count: i64,
}

/// Result of marking notifications as read.
#[derive(Object, Serialize)]
pub(super) struct MarkedRead {
    /// Number of notifications that were unread before.
    pub(super) marked_read_count: u64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::notification;
    use leopard_core::domain::id::NotificationId;
    use leopard_core::domain::notification::{MetaInfo, OpaqueObject};

    #[test]
    fn response_to_the_largest_announcement_is_bounded() {
        let meta_info = format!("{{\"x\":\"{}\"}}", "x".repeat(4_000));
        let created = |id| {
            Arc::new(Notification {
                id: NotificationId(id),
                title: "\u{1}".repeat(255),
                message: "\u{1f600}".repeat(2_000),
                url: Some(NotificationUrl::restore("\u{1f600}".repeat(2_000))),
                meta_info: MetaInfo::Opaque(OpaqueObject::restore(meta_info.clone())),
                ..notification()
            })
        };
        let created: Vec<_> = (0..1_000).map(created).collect();
        let body = NotificationsMade::of(&created, &TypeCatalog::default(), DateTime::UNIX_EPOCH);
        assert_eq!(body.count, 1_000);
        assert!(body.results.len() > 300 && body.results[0].id == 0);
        let bytes = serde_json::to_vec(&body).unwrap().len();
        assert!(bytes <= list_size::MAX_LIST_BYTES, "{bytes} bytes");
    }
}
