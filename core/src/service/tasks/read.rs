use super::Tasks;
use crate::Failure;
use crate::domain::access;
use crate::domain::account::User;
use crate::domain::id::TaskId;
use crate::domain::page::{Page, PageRequest};
use crate::domain::task::filter::{TaskFilter, TaskOrder};
use crate::domain::task::{TaskDetails, TaskScope};
use crate::port::TaskQuery;

/// A request for a list of tasks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListTasks {
    /// Whether to list all readable tasks, or only those of the caller as assignee.
    pub all_tasks: bool,
    pub filter: TaskFilter,
    pub order: TaskOrder,
    pub page: PageRequest,
}

impl Tasks {
    /// One task.
    ///
    /// # Errors
    ///
    /// [`Failure::NotFound`] if the caller may not read it.
    pub async fn read(&self, caller: &User, id: TaskId) -> Result<TaskDetails, Failure> {
        self.shown(self.readable(caller, id).await?).await
    }

    /// One page of tasks.
    ///
    /// # Errors
    ///
    /// [`Failure::InvalidPage`], [`Failure::Overloaded`] for a slow search.
    pub async fn list(
        &self,
        caller: &User,
        request: ListTasks,
    ) -> Result<Page<TaskDetails>, Failure> {
        let ListTasks { all_tasks, filter, order, page } = request;
        let scope = if all_tasks {
            access::readable_tasks(caller)
        } else {
            TaskScope::AssignedTo(caller.id)
        };
        let query = TaskQuery { caller: caller.id, scope, filter, order, page };
        let Page { total, request, items } = self.tasks.list(query).await?.within_bounds()?;
        Ok(Page { total, request, items: self.with_user_names(items).await? })
    }
}
