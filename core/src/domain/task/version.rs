//! Conditional changes (RFC 9110, section 13.1.1).

use crate::Failure;
use crate::domain::task::Task;

/// Which version of a task a change is meant for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExpectedVersion {
    /// Whatever now stands: where somebody was faster, it is decided again.
    Any,
    /// One of these and no other.
    OneOf(Vec<i64>),
}

impl ExpectedVersion {
    /// [`Failure::PreconditionFailed`] if the change is meant for another version.
    pub fn check(&self, task: &Task) -> Result<(), Failure> {
        match self {
            Self::OneOf(versions) if !versions.contains(&task.version) => {
                Err(Failure::PreconditionFailed)
            }
            _ => Ok(()),
        }
    }

    /// The version at which alone the change of this task may be stored; none where any will do.
    #[must_use]
    pub fn only(&self, task: &Task) -> Option<i64> {
        match self {
            Self::Any => None,
            Self::OneOf(_) => Some(task.version),
        }
    }
}
