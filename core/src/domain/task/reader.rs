//! The readers of a task. Staff may read every task, so they are listed only with another reason.

use crate::domain::id::UserId;
use crate::domain::task::Task;

/// Why a user may read a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadingReason {
    /// The task is assigned to the user.
    Assignee,
    /// The user assigned it.
    Assigner,
    /// The user created it.
    Creator,
    /// A comment of an involved user mentions the user.
    Mention,
}

/// A user who may read a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reader {
    pub user: UserId,
    /// All reasons, in the order of [`ReadingReason`].
    pub reasons: Vec<ReadingReason>,
}

impl Reader {
    /// The user as a reader of the task; `is_granted` says whether a mention grants read access.
    pub fn of(task: &Task, user: UserId, is_granted: bool) -> Self {
        let reasons = [
            (ReadingReason::Assignee, task.assigned_to == Some(user)),
            (ReadingReason::Assigner, task.assigned_by == user),
            (ReadingReason::Creator, task.created_by == user),
            (ReadingReason::Mention, is_granted),
        ];
        let reasons = reasons.into_iter().filter(|(_, holds)| *holds);
        Self { user, reasons: reasons.map(|(reason, _)| reason).collect() }
    }
}
