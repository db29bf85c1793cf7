use std::sync::Arc;

use chrono::{DateTime, Utc};
use leopard_core::domain::list_size;
use leopard_core::domain::notification::{Notification, NotificationType};
use leopard_core::domain::page::Page;
use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, Object};

use super::meta_info::MetaInfoView;
use crate::framework::payload::{Name, Timestamp};
use crate::framework::query::PageLinks;

/// A notification.
#[derive(Object)]
#[oai(rename = "Notification")]
pub(super) struct NotificationView {
    /// Identity.
    id: i64,
    /// Its place in the inbox, from 1; the `id` of its event in the stream.
    sequence: i64,
    /// Why it was made.
    notification_type: Name<NotificationType>,
    /// Why it was made, for people.
    notification_type_display: String,
    /// Id of the user whose it is.
    assigned_to: i64,
    /// In a few words.
    title: String,
    /// In a sentence.
    message: String,
    /// A date that matters for it.
    due_date: Option<Timestamp>,
    /// What it is about.
    meta_info: MetaInfoView,
    /// Whether it was read.
    read: bool,
    /// When it was read.
    read_at: Option<Timestamp>,
    /// Whether its reader is done with it.
    is_completed: bool,
    /// Whether its date has passed while its reader is not done with it.
    is_overdue: bool,
    /// When it was made.
    created_at: Timestamp,
    /// When it was changed last.
    updated_at: Timestamp,
}

impl NotificationView {
    pub(super) fn of(notification: &Notification, now: DateTime<Utc>) -> Self {
        Self {
            id: notification.id.0,
            sequence: notification.sequence,
            notification_type: notification.kind.into(),
            notification_type_display: notification.kind.display().to_owned(),
            assigned_to: notification.recipient.0,
            title: notification.title.clone(),
            message: notification.message.clone(),
            due_date: notification.due_date.map(Timestamp::of),
            meta_info: MetaInfoView::from(&notification.meta_info),
            read: notification.is_read(),
            read_at: notification.read_at.map(Timestamp::of),
            is_completed: notification.is_completed,
            is_overdue: notification.is_overdue(now),
            created_at: Timestamp::of(notification.created_at),
            updated_at: Timestamp::of(notification.updated_at),
        }
    }
}

/// One page of notifications.
#[derive(Object)]
pub(super) struct NotificationPage {
    /// Notifications in the whole list.
    count: u64,
    /// URL of the next page.
    next: Option<String>,
    /// URL of the page before.
    previous: Option<String>,
    /// The notifications of this page.
    results: Vec<NotificationView>,
}

impl NotificationPage {
    pub(super) fn of(page: &Page<Notification>, around: PageLinks, now: DateTime<Utc>) -> Self {
        let shown = page.items.iter().map(|one| NotificationView::of(one, now));
        Self {
            count: page.total,
            next: around.next,
            previous: around.previous,
            results: shown.collect(),
        }
    }
}

/// What a list without pages is answered with.
#[derive(ApiResponse)]
pub(super) enum NotificationsFound {
    /// The notifications: at most 1,000 of them, and at most about 8 MiB.
    #[oai(status = 200)]
    Found(Json<Vec<NotificationView>>),
}

impl NotificationsFound {
    pub(super) fn of(found: &[Notification], now: DateTime<Utc>) -> Self {
        let shown = found.iter().map(|one| NotificationView::of(one, now));
        Self::Found(Json(shown.collect()))
    }
}

/// The notifications that were made at once.
#[derive(Object)]
pub(super) struct NotificationsMade {
    /// How many.
    count: u64,
    /// The notifications, in the order of their users' ids: all of them, or the first ones where all
    /// would be more than about 8 MiB.
    results: Vec<NotificationView>,
}

/// What telling users something is answered with.
#[derive(ApiResponse)]
pub(super) enum Announced {
    /// What they were told.
    #[oai(status = 201)]
    Announced(Json<NotificationsMade>),
}

impl Announced {
    pub(super) fn of(told: &[Arc<Notification>], now: DateTime<Utc>) -> Self {
        let count = told.len() as u64;
        let mut told: Vec<_> = told.iter().collect();
        list_size::truncate(&mut told, |one| one.json_bytes());
        let shown = told.into_iter().map(|one| NotificationView::of(one, now));
        Self::Announced(Json(NotificationsMade {
            count,
            results: shown.collect(),
        }))
    }
}

/// How many notifications are unread.
#[derive(Object)]
pub(super) struct UnreadCount {
    /// How many.
    pub(super) unread_count: i64,
}

/// How many notifications were marked.
#[derive(Object)]
pub(super) struct MarkedRead {
    /// How many were unread until then.
    pub(super) marked_read_count: u64,
}

/// What a deletion is answered with.
#[derive(ApiResponse)]
pub(super) enum Deleted {
    /// It is gone; there is no body.
    #[oai(status = 204)]
    Deleted,
}

#[cfg(test)]
mod tests {
    use leopard_core::domain::id::{NotificationId, UserId};
    use leopard_core::domain::notification::{
        MetaInfo, Notification, NotificationType, OpaqueObject,
    };
    use poem_openapi::types::ToJSON;

    use super::*;

    #[test]
    fn answer_to_the_largest_announcement_is_bounded() {
        let meta_info = format!("{{\"x\":\"{}\"}}", "x".repeat(4_000));
        let made = |id| {
            let record = Notification {
                id: NotificationId(id),
                sequence: 1,
                recipient: UserId(id),
                kind: NotificationType::SystemAlert,
                title: "\u{1}".repeat(255),
                message: "\u{1f600}".repeat(2_000),
                due_date: None,
                meta_info: MetaInfo::Opaque(OpaqueObject::restore(meta_info.clone())),
                read_at: None,
                is_completed: false,
                created_at: DateTime::UNIX_EPOCH,
                updated_at: DateTime::UNIX_EPOCH,
            };
            Arc::new(record)
        };
        let made: Vec<_> = (0..1_000).map(made).collect();
        let Announced::Announced(Json(body)) = Announced::of(&made, DateTime::UNIX_EPOCH);
        assert_eq!(body.count, 1_000);
        assert!(body.results.len() > 400 && body.results[0].id == 0);
        let bytes = body.to_json_string().len();
        assert!(bytes <= list_size::MAX_LIST_BYTES, "{bytes} bytes");
    }
}
