//! From which status a task comes to which.

use crate::Failure;
use crate::domain::task::Status;

impl Status {
    /// Refuses a change of status that no action amounts to. To stay as it is, is always possible;
    /// `OVERDUE` is never set from outside.
    pub fn check_change_to(self, next: Self) -> Result<(), Failure> {
        use Status::{Cancelled, Completed, InProgress, Overdue, Pending};
        let possible = match next {
            InProgress => matches!(self, Pending | Overdue),
            Completed | Cancelled => matches!(self, Pending | InProgress | Overdue),
            Pending => self.is_closed(),
            Overdue => false,
        };
        if possible || self == next {
            Ok(())
        } else {
            Err(Failure::InvalidTransition {
                from: self,
                to: next,
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where a task may come from each status, in the order of [`Status::ALL`].
    const POSSIBLE: [(Status, [bool; 5]); 5] = [
        (Status::Pending, [true, true, true, true, false]),
        (Status::InProgress, [false, true, true, true, false]),
        (Status::Completed, [true, false, true, false, false]),
        (Status::Cancelled, [true, false, false, true, false]),
        (Status::Overdue, [false, true, true, true, true]),
    ];

    #[test]
    fn a_task_goes_where_its_actions_lead_and_nowhere_else() {
        for (from, possible) in POSSIBLE {
            for (to, possible) in Status::ALL.into_iter().zip(possible) {
                let checked = from.check_change_to(to);
                assert_eq!(checked.is_ok(), possible, "{from:?} to {to:?}");
                if !possible {
                    assert_eq!(checked, Err(Failure::InvalidTransition { from, to }));
                }
            }
        }
    }
}
