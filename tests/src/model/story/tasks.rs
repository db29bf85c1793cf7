use leopard_core::Failure;
use leopard_core::domain::id::TaskId;
use leopard_core::domain::page::PageRequest;
use leopard_core::domain::patch::Patch;
use leopard_core::domain::task::filter::{DueFilter, SearchText, TaskFilter, TaskOrder};
use leopard_core::domain::task::{ExpectedVersion, LinkedEntity, Tags, TaskEdit};
use leopard_core::service::tasks::{CreateTask, ListTasks};

use super::{Story, page_of, text};
use crate::model::answer::Answer;
use crate::model::house::moment;
use crate::model::operation::{Edit, Match, NewTask, TaskList, TaskOperation};
use crate::model::people::Who;

/// What tasks are about in another system.
const CLIENT: &str = "client";

impl Story<'_> {
    pub(super) async fn perform_task(
        &mut self,
        by: Who,
        operation: &TaskOperation,
    ) -> Result<Answer, Failure> {
        let (tasks, user) = (&self.house.core.tasks, self.user(by));
        let shown = match operation {
            TaskOperation::Create(new) => {
                let made = tasks
                    .create(user, self.new_task(new), None)
                    .await?
                    .into_value();
                self.tasks.push(made.task.id);
                made
            }
            TaskOperation::Edit(number, edit, version) => {
                let version = self.expected(*number, *version).await?;
                let edit = self.task_edit(edit);
                tasks.edit(user, self.task(*number), edit, version).await?
            }
            TaskOperation::Comment(number, mentions) => self.comment(by, *number, mentions).await?,
            TaskOperation::Chat(number, times) => {
                for _ in 1..*times {
                    self.comment(by, *number, &[]).await?;
                }
                self.comment(by, *number, &[]).await?
            }
            TaskOperation::DeleteComment(number, comment, version) => {
                return self.delete_comment(by, *number, *comment, *version).await;
            }
            TaskOperation::Comments(number, page) => {
                return self.list_comments(by, *number, *page).await;
            }
            TaskOperation::Readers(number, page) => {
                return self.readers(by, *number, *page).await;
            }
            TaskOperation::RemoveReader(number, reader, version) => {
                return self.remove_reader(by, *number, *reader, *version).await;
            }
            TaskOperation::Delete(number, version) => {
                let version = self.expected(*number, *version).await?;
                tasks.delete(user, self.task(*number), version).await?;
                return Ok(Answer::Done);
            }
            TaskOperation::Read(number) => tasks.read(user, self.task(*number)).await?,
            TaskOperation::List(list) => {
                let found = tasks.list(user, self.list_of(list)?).await?;
                return Ok(self.seen_tasks(found.total, &found.items));
            }
            TaskOperation::Overdue => {
                let found = tasks.overdue(user.id).await?;
                return Ok(self.seen_tasks(found.len() as u64, &found));
            }
            TaskOperation::DueSoon(days) => {
                let found = tasks.due_soon(user.id, *days).await?;
                return Ok(self.seen_tasks(found.len() as u64, &found));
            }
        };
        Ok(Answer::Task(Box::new(self.seen_task(&shown.task))))
    }

    /// Deletes all tasks that are left of another story.
    pub(super) async fn clear_away(&self) {
        let (tasks, staff) = (&self.house.core.tasks, self.user(Who::Ana));
        loop {
            let everything = ListTasks {
                all_tasks: true,
                filter: TaskFilter::default(),
                order: TaskOrder::default(),
                page: PageRequest::first(PageRequest::MAX_SIZE),
            };
            let left = tasks.list(staff, everything).await.expect("a page").items;
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

    pub(super) async fn expected(
        &self,
        number: usize,
        version: Match,
    ) -> Result<ExpectedVersion, Failure> {
        if version == Match::Absent {
            return Ok(ExpectedVersion::Any);
        }
        let stands = self.house.backend.tasks.find(self.task(number)).await?;
        let current = stands.map_or(1, |task| task.version);
        let is_current = version == Match::Current;
        Ok(ExpectedVersion::OneOf(vec![
            current - i64::from(!is_current),
        ]))
    }

    fn new_task(&self, new: &NewTask) -> CreateTask {
        CreateTask {
            title: text(new.title),
            detail: text("What is to be done."),
            due_date: moment(new.due),
            priority: new.priority,
            assigned_to: new.to.map(|who| self.id(who)),
            assigned_by: new.assigner.map(|who| self.id(who)),
            tags: tags(new.tag),
            linked_entity: new.client.map(|id| LinkedEntity {
                kind: CLIENT.to_owned(),
                id,
            }),
        }
    }

    fn task_edit(&self, edit: &Edit) -> TaskEdit {
        TaskEdit {
            title: edit.title.map(text),
            detail: None,
            due_date: edit.due.map(moment),
            priority: edit.priority,
            status: edit.status,
            assigned_to: edit
                .to
                .map_or(Patch::Keep, |to| to.map(|who| self.id(who)).into()),
            assigned_by: edit.assigner.map(|who| self.id(who)),
            tags: edit.tag.map(tags),
            linked_kind: edit
                .client
                .map_or(Patch::Keep, |client| client.map(|_| text(CLIENT)).into()),
            linked_id: edit.client.map_or(Patch::Keep, Patch::from),
        }
    }

    fn list_of(&self, list: &TaskList) -> Result<ListTasks, Failure> {
        let due = if list.include_overdue {
            DueFilter::Any
        } else {
            DueFilter::NotOverdue(moment(self.now))
        };
        Ok(ListTasks {
            all_tasks: list.all_tasks,
            filter: TaskFilter {
                status: list.status,
                priority: list.priority,
                due,
                tag: list.tag.map(str::to_owned),
                linked_kind: list.client.map(|_| CLIENT.to_owned()),
                linked_id: list.client,
                search: match list.search {
                    Some(text) => SearchText::new(text).expect("a short text"),
                    None => None,
                },
            },
            order: list.order,
            page: page_of(list.page, list.size)?,
        })
    }
}

fn tags(tag: Option<&str>) -> Tags {
    let tags = tag.into_iter().map(str::to_owned).collect();
    Tags::new(tags).expect("a tag")
}
