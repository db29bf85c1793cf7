use super::Tasks;
use crate::Failure;
use crate::domain::account::User;
use crate::domain::id::TaskId;
use crate::domain::task::TaskDetails;

impl Tasks {
    /// One task, if the caller may see it.
    pub async fn read(&self, caller: &User, id: TaskId) -> Result<TaskDetails, Failure> {
        self.shown(self.readable(caller, id).await?).await
    }
}
