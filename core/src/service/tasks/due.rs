use chrono::TimeDelta;

use super::Tasks;
use crate::Failure;
use crate::domain::id::UserId;
use crate::domain::list_size;
use crate::domain::page::PageRequest;
use crate::domain::task::filter::{DueFilter, TaskFilter, TaskOrder};
use crate::domain::task::{Task, TaskDetails, TaskScope};
use crate::port::TaskQuery;

impl Tasks {
    /// The maximum length of a list without pages. A list that is larger than
    /// [`MAX_LIST_BYTES`](list_size::MAX_LIST_BYTES) is shorter.
    pub const MAX_DUE: u64 = 1_000;

    /// The overdue tasks of the caller as assignee, longest overdue first.
    pub async fn overdue(&self, caller: UserId) -> Result<Vec<TaskDetails>, Failure> {
        self.due(caller, DueFilter::Overdue(self.clock.now())).await
    }

    /// The open tasks of the caller as assignee that are due within this many days, first due first.
    pub async fn due_soon(&self, caller: UserId, days: u32) -> Result<Vec<TaskDetails>, Failure> {
        let now = self.clock.now();
        let until = now + TimeDelta::days(days.into());
        self.due(caller, DueFilter::Between(now, until)).await
    }

    async fn due(&self, caller: UserId, due: DueFilter) -> Result<Vec<TaskDetails>, Failure> {
        let mut found = Vec::new();
        for number in 1..=Self::MAX_DUE / PageRequest::MAX_SIZE {
            let query = TaskQuery {
                caller,
                scope: TaskScope::AssignedTo(caller),
                filter: TaskFilter { due, ..TaskFilter::default() },
                order: TaskOrder::EarliestDue,
                page: PageRequest::new(number, PageRequest::MAX_SIZE)?,
            };
            let page = self.tasks.list(query).await?;
            let mut is_last = !page.has_next();
            found.extend(page.items);
            let read = found.len();
            list_size::truncate(&mut found, Task::json_bytes);
            is_last |= found.len() < read;
            if is_last {
                break;
            }
        }
        self.with_user_names(found).await
    }
}
