use super::Tasks;
use crate::Failure;
use crate::domain::access;
use crate::domain::page::{Page, PageRequest};
use crate::domain::task::{TaskScope, TaskWithPeople};
use crate::domain::user::User;
use crate::port::TaskQuery;

impl Tasks {
    /// The tasks that the caller is to do, or all that the caller may see.
    pub async fn list(
        &self,
        caller: &User,
        all_tasks: bool,
        page: PageRequest,
    ) -> Result<Page<TaskWithPeople>, Failure> {
        let scope = if all_tasks {
            access::readable_tasks(caller)
        } else {
            TaskScope::AssignedTo(caller.id)
        };
        let found = self
            .tasks
            .list(TaskQuery { scope, page })
            .await?
            .within_bounds()?;
        let Page {
            total,
            request,
            items,
        } = found;
        Ok(Page {
            total,
            request,
            items: self.with_people(items).await?,
        })
    }
}
