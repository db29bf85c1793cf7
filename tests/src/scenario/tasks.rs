use leopard_core::Failure;
use leopard_core::domain::id::TaskId;
use leopard_core::domain::page::PageRequest;
use leopard_core::domain::patch::Patch;
use leopard_core::domain::task::ExpectedVersion;
use leopard_core::domain::task::filter::{DueFilter, Filter, TaskFilter, TaskOrder};
use leopard_core::service::tasks::ListTasks;

use super::actor::Actor;
use super::operation::{Match, TaskOperation};
use super::run::{Observation, Scenario, seen};
use super::services::moment;

impl Scenario<'_> {
    pub(super) async fn perform_task(
        &mut self,
        by: Actor,
        operation: TaskOperation,
    ) -> Observation {
        let (tasks, user) = (&self.services.core.tasks, self.user(by));
        match operation {
            TaskOperation::Create(mut new) => {
                new.assigned_to = new.assigned_to.map(|who| self.resolve(who));
                new.assigned_by = new.assigned_by.map(|who| self.resolve(who));
                let created = tasks.create(user, new, None).await?.into_value();
                self.tasks.push(created.task.id);
                seen(created)
            }
            TaskOperation::Edit(number, mut edit, version) => {
                let version = self.expected(number, version).await?;
                if let Patch::Set(who) = edit.assigned_to {
                    edit.assigned_to = Patch::Set(self.resolve(who));
                }
                edit.assigned_by = edit.assigned_by.map(|who| self.resolve(who));
                seen(tasks.edit(user, self.task(number), edit, version).await?)
            }
            TaskOperation::Comment(number, mentions) => self.comment(by, number, &mentions).await,
            TaskOperation::Chat(number, times) => {
                for _ in 1..times {
                    self.comment(by, number, &[]).await?;
                }
                self.comment(by, number, &[]).await
            }
            TaskOperation::DeleteComment(number, comment, version) => {
                let version = self.expected(number, version).await?;
                let (task, comment) = (self.task(number), self.comment_id(comment));
                seen(tasks.delete_comment(user, task, comment, version).await?)
            }
            TaskOperation::Comments(number, page) => {
                seen(tasks.comments(user, self.task(number), page).await?)
            }
            TaskOperation::Readers(number, page) => {
                seen(tasks.readers(user, self.task(number), page).await?)
            }
            TaskOperation::RemoveReader(number, reader, version) => {
                let version = self.expected(number, version).await?;
                let (task, reader) = (self.task(number), self.id(reader));
                seen(tasks.remove_reader(user, task, reader, version).await?)
            }
            TaskOperation::Delete(number, version) => {
                let version = self.expected(number, version).await?;
                seen(tasks.delete(user, self.task(number), version).await?)
            }
            TaskOperation::Read(number) => seen(tasks.read(user, self.task(number)).await?),
            TaskOperation::List(mut list) => {
                if matches!(list.filter.due, DueFilter::NotOverdue(_)) {
                    list.filter.due = DueFilter::NotOverdue(moment(self.now));
                }
                if let Filter::OneOf(assignees) = &mut list.filter.assigned_to {
                    for assignee in assignees.iter_mut().flatten() {
                        *assignee = self.resolve(*assignee);
                    }
                }
                seen(tasks.list(user, list).await?)
            }
            TaskOperation::Overdue => seen(tasks.overdue(user.id).await?),
            TaskOperation::DueSoon(days) => seen(tasks.due_soon(user.id, days).await?),
        }
    }

    pub(super) async fn delete_all_tasks(&self) {
        let (tasks, staff) = (&self.services.core.tasks, self.user(Actor::Ana));
        loop {
            let left = tasks.list(staff, all_tasks(true)).await.expect("a page").items;
            if left.is_empty() {
                return;
            }
            for one in left {
                let deleted = tasks.delete(staff, one.task.id, ExpectedVersion::Any).await;
                deleted.expect("staff deletes everything");
            }
        }
    }

    pub(super) fn task(&self, number: usize) -> TaskId {
        let place = number.checked_rem(self.tasks.len());
        place.map_or(TaskId(i64::MAX), |place| self.tasks[place])
    }

    async fn expected(&self, number: usize, version: Match) -> Result<ExpectedVersion, Failure> {
        if version == Match::Absent {
            return Ok(ExpectedVersion::Any);
        }
        let found = self.services.backend.tasks.find(self.task(number)).await?;
        let current = found.map_or(1, |task| task.version);
        let is_current = version == Match::Current;
        Ok(ExpectedVersion::OneOf(vec![current - i64::from(!is_current)]))
    }
}

/// The largest page of all readable tasks, or of the own ones.
pub(super) fn all_tasks(all_tasks: bool) -> ListTasks {
    ListTasks {
        all_tasks,
        filter: TaskFilter::default(),
        order: TaskOrder::default(),
        page: PageRequest::first(PageRequest::MAX_SIZE),
    }
}
