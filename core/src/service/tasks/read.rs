use super::Tasks;
use crate::Failure;
use crate::domain::access;
use crate::domain::id::TaskId;
use crate::domain::task::TaskWithPeople;
use crate::domain::user::User;

impl Tasks {
    /// One task, if the caller may see it.
    pub async fn read(&self, caller: &User, id: TaskId) -> Result<TaskWithPeople, Failure> {
        let task = self.tasks.find(id).await?.ok_or(Failure::NotFound)?;
        access::may_read(caller, &task)?;
        self.shown(task).await
    }
}
