use leopard_core::domain::notification::announcement::{AnnouncedMessage, AnnouncedTitle};
use leopard_core::domain::notification::{TypeDescription, TypeDisplay, TypeRequest};

use crate::framework::payload::body;

body! {
    /// The definition of a notification type. Omitted fields have their defaults, also for a known type.
    TypeRequest as "NotificationTypeRequest" {
        /// Name that user interfaces show; the words of the type's name by default.
        display: optional TypeDisplay,
        /// Description for users who decide whether to enable the type; empty by default.
        description: optional TypeDescription,
        /// Title of notifications that are sent without one; `display` by default.
        default_title: nullable AnnouncedTitle,
        /// Message of notifications that are sent without one; `display` by default.
        default_message: nullable AnnouncedMessage,
        /// Whether users may disable the type; true by default.
        can_be_muted: optional bool,
        /// Whether users receive the type without having enabled it; true by default. It must be true if
        /// `can_be_muted` is false.
        on_by_default: optional bool,
    }
    |fields| {
        Some(Self {
            display,
            description,
            default_title,
            default_message,
            can_be_muted,
            on_by_default,
        })
    }
}
