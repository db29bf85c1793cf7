use leopard_core::domain::notification::NotificationType;
use poem_openapi::Enum;

/// Why a notification was made.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[oai(rename = "NotificationType", rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum NotificationTypeName {
    /// A task was made for or given to this user.
    TaskAssigned,
    /// A comment names this user.
    TaskMentioned,
    /// Somebody completed a task that this user assigned.
    TaskCompleted,
    /// Somebody cancelled a task that this user assigned.
    TaskCancelled,
    /// A task's due date comes near.
    TaskDueSoon,
    /// A task's due date has passed.
    TaskOverdue,
    /// Another system: a client was assigned.
    ClientAssigned,
    /// Another system: an application was assigned.
    ApplicationAssigned,
    /// Another system: a visa application was assigned.
    VisaApplicationAssigned,
    /// Another system: a reminder is due.
    ReminderDue,
    /// Another system: everybody should know.
    SystemAlert,
}

impl From<NotificationType> for NotificationTypeName {
    fn from(kind: NotificationType) -> Self {
        match kind {
            NotificationType::TaskAssigned => Self::TaskAssigned,
            NotificationType::TaskMentioned => Self::TaskMentioned,
            NotificationType::TaskCompleted => Self::TaskCompleted,
            NotificationType::TaskCancelled => Self::TaskCancelled,
            NotificationType::TaskDueSoon => Self::TaskDueSoon,
            NotificationType::TaskOverdue => Self::TaskOverdue,
            NotificationType::ClientAssigned => Self::ClientAssigned,
            NotificationType::ApplicationAssigned => Self::ApplicationAssigned,
            NotificationType::VisaApplicationAssigned => Self::VisaApplicationAssigned,
            NotificationType::ReminderDue => Self::ReminderDue,
            NotificationType::SystemAlert => Self::SystemAlert,
        }
    }
}

#[cfg(test)]
mod tests {
    use poem_openapi::types::ToJSON;

    use super::*;

    #[test]
    fn the_names_are_those_of_the_core() {
        for kind in NotificationType::ALL {
            let name = NotificationTypeName::from(kind).to_json();
            assert_eq!(name, Some(kind.as_str().into()));
        }
    }
}
