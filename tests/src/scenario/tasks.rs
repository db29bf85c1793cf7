use leopard_core::Failure;
use leopard_core::domain::id::TaskId;
use leopard_core::domain::page::PageRequest;
use leopard_core::domain::patch::Patch;
use leopard_core::domain::task::filter::{DueFilter, SearchText, TaskFilter, TaskOrder};
use leopard_core::domain::task::{ExpectedVersion, LinkedEntity, Tags, TaskEdit};
use leopard_core::service::tasks::{CreateTask, ListTasks};

use super::actor::Actor;
use super::operation::{Edit, Match, NewTask, TaskList, TaskOperation};
use super::run::{Answer, Scenario, page_of, seen, text};
use super::services::moment;

/// The type of the entities that tasks are linked to.
const CLIENT: &str = "client";

impl Scenario<'_> {
    pub(super) async fn perform_task(&mut self, by: Actor, operation: &TaskOperation) -> Answer {
        let (tasks, user) = (&self.services.core.tasks, self.user(by));
        match operation {
            TaskOperation::Create(new) => {
                let created = tasks.create(user, self.new_task(new), None).await?.into_value();
                self.tasks.push(created.task.id);
                seen(created)
            }
            TaskOperation::Edit(number, edit, version) => {
                let version = self.expected(*number, *version).await?;
                let edit = self.task_edit(edit);
                seen(tasks.edit(user, self.task(*number), edit, version).await?)
            }
            TaskOperation::Comment(number, mentions) => self.comment(by, *number, mentions).await,
            TaskOperation::Chat(number, times) => {
                for _ in 1..*times {
                    self.comment(by, *number, &[]).await?;
                }
                self.comment(by, *number, &[]).await
            }
            TaskOperation::DeleteComment(number, comment, version) => {
                seen(self.delete_comment(by, *number, *comment, *version).await?)
            }
            TaskOperation::Comments(number, page) => self.comments_of(by, *number, *page).await,
            TaskOperation::Readers(number, page) => self.readers(by, *number, *page).await,
            TaskOperation::RemoveReader(number, reader, version) => {
                seen(self.remove_reader(by, *number, *reader, *version).await?)
            }
            TaskOperation::Delete(number, version) => {
                let version = self.expected(*number, *version).await?;
                seen(tasks.delete(user, self.task(*number), version).await?)
            }
            TaskOperation::Read(number) => seen(tasks.read(user, self.task(*number)).await?),
            TaskOperation::List(list) => seen(tasks.list(user, self.list_of(list)?).await?),
            TaskOperation::Overdue => seen(tasks.overdue(user.id).await?),
            TaskOperation::DueSoon(days) => seen(tasks.due_soon(user.id, *days).await?),
        }
    }

    /// Deletes all tasks that another scenario left.
    pub(super) async fn delete_all_tasks(&self) {
        let (tasks, staff) = (&self.services.core.tasks, self.user(Actor::Ana));
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
        let found = self.services.backend.tasks.find(self.task(number)).await?;
        let current = found.map_or(1, |task| task.version);
        let is_current = version == Match::Current;
        Ok(ExpectedVersion::OneOf(vec![current - i64::from(!is_current)]))
    }

    fn new_task(&self, new: &NewTask) -> CreateTask {
        CreateTask {
            title: text(new.title),
            detail: text("What to do."),
            due_date: moment(new.due),
            priority: new.priority,
            assigned_to: new.to.map(|who| self.id(who)),
            assigned_by: new.assigner.map(|who| self.id(who)),
            tags: tags(new.tag),
            linked_entity: new.client.map(|id| LinkedEntity { kind: CLIENT.to_owned(), id }),
        }
    }

    fn task_edit(&self, edit: &Edit) -> TaskEdit {
        TaskEdit {
            title: edit.title.map(text),
            detail: None,
            due_date: edit.due.map(moment),
            priority: edit.priority,
            status: edit.status,
            assigned_to: edit.to.map_or(Patch::Keep, |to| to.map(|who| self.id(who)).into()),
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
