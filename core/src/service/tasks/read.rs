use super::Tasks;
use crate::Failure;
use crate::domain::account::User;
use crate::domain::id::TaskId;
use crate::domain::task::TaskDetails;

impl Tasks {
    /// One task.
    ///
    /// # Errors
    ///
    /// [`Failure::NotFound`] if the caller may not read it.
    pub async fn read(&self, caller: &User, id: TaskId) -> Result<TaskDetails, Failure> {
        self.shown(self.readable(caller, id).await?).await
    }
}
