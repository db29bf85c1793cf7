//! Conditional changes (RFC 9110, section 13.1.1).

use super::task::Task;
use crate::Failure;

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
}
