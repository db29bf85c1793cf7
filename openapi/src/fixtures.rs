//! Values and settings that unit tests share.

use chrono::DateTime;
use leopard_core::domain::id::{NotificationId, UserId};
use leopard_core::domain::notification::{MetaInfo, Notification, NotificationType, OpaqueObject};

/// An unread notification of another system without a due date.
pub(crate) fn notification() -> Notification {
    Notification {
        id: NotificationId(1),
        sequence: 1,
        recipient: UserId(1),
        kind: NotificationType::SYSTEM_ALERT,
        title: String::new(),
        message: String::new(),
        url: None,
        due_date: None,
        meta_info: MetaInfo::Opaque(OpaqueObject::default()),
        read_at: None,
        is_completed: false,
        created_at: DateTime::UNIX_EPOCH,
        updated_at: DateTime::UNIX_EPOCH,
    }
}

/// Number of cases of a property test, and under `./tests/run --long`.
#[expect(clippy::disallowed_methods, reason = "a switch of the tests, no setting of the server")]
pub(crate) fn cases(ordinary: u32, long: u32) -> u32 {
    let is_long = std::env::var_os("TEST_LONG").is_some_and(|value| value == "1");
    if is_long { long } else { ordinary }
}
