use leopard_core::domain::task::{Priority, Status};
use poem_openapi::Enum;

/// How urgent a task is.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[oai(rename = "Priority", rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum PriorityName {
    /// Can wait.
    Low,
    /// The usual.
    Medium,
    /// Before the usual.
    High,
    /// Before everything.
    Urgent,
}

impl From<Priority> for PriorityName {
    fn from(priority: Priority) -> Self {
        match priority {
            Priority::Low => Self::Low,
            Priority::Medium => Self::Medium,
            Priority::High => Self::High,
            Priority::Urgent => Self::Urgent,
        }
    }
}

/// Where a task stands. A `PENDING` task whose due date has passed becomes `OVERDUE`, which nobody can
/// set, and is `PENDING` again with a later date.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[oai(rename = "TaskStatus", rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum StatusName {
    /// Not begun.
    Pending,
    /// Begun.
    InProgress,
    /// Done.
    Completed,
    /// Given up.
    Cancelled,
    /// Not begun, and its due date has passed; set by the service alone.
    Overdue,
}

impl From<Status> for StatusName {
    fn from(status: Status) -> Self {
        match status {
            Status::Pending => Self::Pending,
            Status::InProgress => Self::InProgress,
            Status::Completed => Self::Completed,
            Status::Cancelled => Self::Cancelled,
            Status::Overdue => Self::Overdue,
        }
    }
}

#[cfg(test)]
mod tests {
    use poem_openapi::types::ToJSON;

    use super::*;

    #[test]
    fn the_names_are_those_of_the_core() {
        for priority in Priority::ALL {
            let name = PriorityName::from(priority).to_json();
            assert_eq!(name, Some(priority.as_str().into()));
        }
        for status in Status::ALL {
            let name = StatusName::from(status).to_json();
            assert_eq!(name, Some(status.as_str().into()));
        }
    }
}
