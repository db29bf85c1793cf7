//! Notifications, the mailboxes that hold them and the preferences that filter them.

pub mod announcement;
mod kind;
mod mailbox;
#[expect(clippy::module_inception, reason = "the area bears the name of its main type")]
mod notification;
mod opaque_object;
mod preferences;
mod recipients;
mod texts;
mod type_catalog;
mod url;

pub use kind::NotificationType;
pub use mailbox::{
    LogEntry, Mailbox, MailboxChanges, MailboxUpdate, ReadStateChange, ReadStatePage, ReadStatus,
    RevisionCursor, Watermark,
};
pub use notification::{MetaInfo, NewNotification, Notification, NotificationEdit, Subject};
pub use opaque_object::OpaqueObject;
pub use preferences::{Preferences, PreferencesEdit};
pub use recipients::{Recipient, Recipients};
pub use type_catalog::{
    StoredType, TypeCatalog, TypeChange, TypeDefinition, TypeDescription, TypeDisplay, TypeOutcome,
    TypeRequest,
};
pub use url::NotificationUrl;
