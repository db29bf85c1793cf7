//! Conditional changes of tasks (RFC 9110, section 13.1.1).

use crate::Failure;
use crate::domain::task::Task;

/// The versions of a task that a change applies to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExpectedVersion {
    /// Any version: after a conflict, the change is decided again.
    Any,
    /// One of these versions.
    OneOf(Vec<i64>),
}

impl ExpectedVersion {
    /// Checks the version of the task.
    ///
    /// # Errors
    ///
    /// [`Failure::PreconditionFailed`]
    pub fn check(&self, task: &Task) -> Result<(), Failure> {
        match self {
            Self::OneOf(versions) if !versions.contains(&task.version) => {
                Err(Failure::PreconditionFailed)
            }
            _ => Ok(()),
        }
    }

    /// The only version that the stored task may have at the commit; `None` for any.
    pub fn at_commit(&self, task: &Task) -> Option<i64> {
        match self {
            Self::Any => None,
            Self::OneOf(_) => Some(task.version),
        }
    }
}
