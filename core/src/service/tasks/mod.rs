//! Tasks. One file a use case.

mod create;
mod list;
mod read;

#[cfg(test)]
mod tests;

use std::sync::Arc;

pub use create::CreateTask;

use crate::Failure;
use crate::domain::task::{Task, TaskWithPeople};
use crate::domain::user::People;
use crate::port::{Clock, NotificationPublisher, TaskRepository, UserRepository};

/// What the use cases of tasks need.
#[derive(Clone)]
pub struct Tasks {
    /// Keeps the tasks.
    pub tasks: Arc<dyn TaskRepository>,
    /// Keeps the users.
    pub users: Arc<dyn UserRepository>,
    /// Tells open streams.
    pub publisher: Arc<dyn NotificationPublisher>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

impl Tasks {
    /// Adds to each task how the people whom it names are shown.
    async fn with_people(&self, tasks: Vec<Task>) -> Result<Vec<TaskWithPeople>, Failure> {
        let mut ids: Vec<_> = tasks.iter().flat_map(Task::people).collect();
        ids.sort_unstable();
        ids.dedup();
        let users = if ids.is_empty() {
            vec![]
        } else {
            self.users.find_many(ids).await?
        };
        let shown = |task: Task| {
            let named = task.people();
            let people: People = users
                .iter()
                .filter(|user| named.contains(&user.id))
                .collect();
            TaskWithPeople { task, people }
        };
        Ok(tasks.into_iter().map(shown).collect())
    }
}
