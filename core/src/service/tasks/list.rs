use super::Tasks;
use crate::Failure;
use crate::domain::access;
use crate::domain::account::User;
use crate::domain::page::{Page, PageRequest};
use crate::domain::task::filter::{TaskFilter, TaskOrder};
use crate::domain::task::{TaskDetails, TaskScope};
use crate::port::TaskQuery;

/// A list of tasks that somebody wants to see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListTasks {
    /// All that the caller may see, or only what the caller is to do.
    pub all_tasks: bool,
    /// Which of them.
    pub filter: TaskFilter,
    /// In which order.
    pub order: TaskOrder,
    /// Which part of the list.
    pub page: PageRequest,
}

impl Tasks {
    /// The tasks that the caller is to do, or all that the caller may see.
    pub async fn list(
        &self,
        caller: &User,
        request: ListTasks,
    ) -> Result<Page<TaskDetails>, Failure> {
        let ListTasks {
            all_tasks,
            filter,
            order,
            page,
        } = request;
        let scope = if all_tasks {
            access::readable_tasks(caller)
        } else {
            TaskScope::AssignedTo(caller.id)
        };
        let query = TaskQuery {
            caller: caller.id,
            scope,
            filter,
            order,
            page,
        };
        let Page {
            total,
            request,
            items,
        } = self.tasks.list(query).await?.within_bounds()?;
        Ok(Page {
            total,
            request,
            items: self.with_user_names(items).await?,
        })
    }
}
