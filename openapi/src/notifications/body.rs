use leopard_core::domain::field::FieldErrors;
use leopard_core::domain::id::NotificationId;
use leopard_core::domain::notification::NotificationEdit;
use poem_openapi::Object;

use crate::framework::payload::{Fields, ReadBody, boolean, integer, list};

/// The most notifications that one call names; `mark_all_read` names all.
const MAX_IDS: usize = 10_000;

/// Notifications that the caller has read.
pub(super) struct BulkMarkRead(pub(super) Vec<NotificationId>);

/// Which notifications.
#[derive(Object)]
#[oai(rename = "NotificationsToRead")]
pub(super) struct BulkMarkReadBody {
    /// Ids of the notifications; those that are not the caller's are passed over.
    #[oai(validator(max_items = 10000))]
    notification_ids: Vec<i64>,
}

impl ReadBody for BulkMarkRead {
    type Shape = BulkMarkReadBody;

    fn read(fields: &mut Fields) -> Result<Self, FieldErrors> {
        let id = |value| integer(&value).map(NotificationId);
        let ids = fields.required("notification_ids", |value| list(value, MAX_IDS, id));
        fields.finish(ids.map(Self))
    }
}

/// What the caller makes of a notification; what is absent stays as it is.
#[derive(Object)]
#[oai(rename = "NotificationEdit")]
pub(crate) struct NotificationEditBody {
    /// Whether it is read; false makes it unread again.
    read: Option<bool>,
    /// Whether the caller is done with it.
    is_completed: Option<bool>,
}

impl ReadBody for NotificationEdit {
    type Shape = NotificationEditBody;

    fn read(fields: &mut Fields) -> Result<Self, FieldErrors> {
        let edit = Self {
            read: fields.optional("read", |value| boolean(&value)),
            is_completed: fields.optional("is_completed", |value| boolean(&value)),
        };
        fields.finish(Some(edit))
    }
}
