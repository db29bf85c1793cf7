//! The status of a task and its transitions.

use crate::Failure;
use crate::domain::named_enum::named_enum;

named_enum! {
    /// The status of a task.
    #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
    pub enum Status {
        /// Not started; the status of a new task.
        #[default]
        Pending = "PENDING", "Pending";
        /// Started.
        InProgress = "IN_PROGRESS", "In Progress";
        /// Done.
        Completed = "COMPLETED", "Completed";
        /// Abandoned.
        Cancelled = "CANCELLED", "Cancelled";
        /// Not started although the due date has passed. Only the due scan sets it.
        Overdue = "OVERDUE", "Overdue";
    }
}

impl Status {
    /// Whether the task is completed or cancelled.
    pub fn is_closed(self) -> bool {
        matches!(self, Self::Completed | Self::Cancelled)
    }

    /// Checks a change of status by a user. A change to the same status is always allowed, a change to
    /// [`Status::Overdue`] never.
    ///
    /// # Errors
    ///
    /// [`Failure::InvalidTransition`] if no action of the API leads from this status to the next one.
    pub fn check_change_to(self, next: Self) -> Result<(), Failure> {
        use Status::{Cancelled, Completed, InProgress, Overdue, Pending};
        let allowed = match next {
            InProgress => matches!(self, Pending | Overdue),
            Completed | Cancelled => matches!(self, Pending | InProgress | Overdue),
            Pending => self.is_closed(),
            Overdue => false,
        };
        if allowed || self == next {
            Ok(())
        } else {
            Err(Failure::InvalidTransition { from: self, to: next })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The statuses that each status may change to, in the order of [`Status::ALL`].
    const ALLOWED: [(Status, [bool; 5]); 5] = [
        (Status::Pending, [true, true, true, true, false]),
        (Status::InProgress, [false, true, true, true, false]),
        (Status::Completed, [true, false, true, false, false]),
        (Status::Cancelled, [true, false, false, true, false]),
        (Status::Overdue, [false, true, true, true, true]),
    ];

    #[test]
    fn status_changes_only_along_the_allowed_transitions() {
        for (from, allowed) in ALLOWED {
            for (to, allowed) in Status::ALL.into_iter().zip(allowed) {
                let checked = from.check_change_to(to);
                let refused = Err(Failure::InvalidTransition { from, to });
                assert_eq!(checked, if allowed { Ok(()) } else { refused });
            }
        }
    }
}
