use super::Tasks;
use crate::Failure;
use crate::domain::access;
use crate::domain::account::User;
use crate::domain::change::TaskWrite;
use crate::domain::id::TaskId;
use crate::domain::task::{ExpectedVersion, Task};

impl Tasks {
    /// Deletes a task with its comments. Its notifications stay.
    ///
    /// # Errors
    ///
    /// [`Failure::PermissionDenied`] unless the caller is its creator or staff,
    /// [`Failure::PreconditionFailed`] or [`Failure::NotFound`].
    pub async fn delete(
        &self,
        caller: &User,
        id: TaskId,
        expected: ExpectedVersion,
    ) -> Result<(), Failure> {
        let decide = |task: &Task| {
            access::may_delete(caller, task)?;
            Ok(Some(TaskWrite::Delete(Box::new(task.clone())).into()))
        };
        self.change(caller, id, &expected, decide).await?;
        Ok(())
    }
}
