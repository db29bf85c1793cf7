use std::sync::Arc;

use leopard_core::domain::field::FieldErrors;
use leopard_core::domain::task::filter::{DueFilter, TaskFilter, TaskOrder};
use leopard_core::domain::task::{Priority, Status, TaskDetails};
use leopard_core::port::Clock;
use leopard_core::service::tasks::{CreateTask, ListTasks, Tasks};
use poem::Request;
use poem_openapi::OpenApi;

use super::entity_tag::Tagged;
use super::list_query::{AssigneeChoice, UserChoice, of_client, one_of};
use super::view::{TaskPage, TaskView};
use crate::api::Tag;
use crate::auth::{TaskReader, TaskWriter};
use crate::framework::payload::{Json, JsonBody, Name};
use crate::framework::query::{QueryParam, check, page_request, shape};
use crate::framework::response::{Created, JsonResult, Located, Unpaged};
use crate::http::ClientConnection;
use crate::http::quota::Quotas;
use crate::http::response_memory::{ReserveNewTask, ReservePage, ReserveWhole};
use crate::idempotency::{IdempotencyKey, MaybeReplayed};
use crate::problem::{MayBeForbidden, Problem};

pub(crate) struct TaskCollectionApi {
    pub(crate) tasks: Tasks,
    pub(crate) clock: Arc<dyn Clock>,
}

/// The response to the creation of a task.
type TaskCreated = MaybeReplayed<Tagged<Located<Created<TaskView>>>>;

#[OpenApi(prefix_path = "/api/v1/tasks", tag = "Tag::Tasks")]
impl TaskCollectionApi {
    /// Create a task
    ///
    /// Creates a task with the caller as its creator, and notifies the assignee at once, even if that is
    /// the caller. Only staff may name another assigner than themselves: 403 for everyone else.
    #[oai(path = "/", method = "post", operation_id = "createTask")]
    async fn create(
        &self,
        caller: TaskWriter,
        request: &Request,
        #[oai(name = "Idempotency-Key")] key: IdempotencyKey,
        _memory: ReserveNewTask,
        body: JsonBody<CreateTask>,
    ) -> Result<TaskCreated, MayBeForbidden> {
        let created = self.tasks.create(&caller.0.user, body.0, key.0).await;
        let now = self.clock.now();
        Quotas::note(request, "tasks", self.tasks.creations.quota(caller.0.user.id, now));
        Ok(MaybeReplayed::of(created?, |task| {
            let path = format!("/api/v1/tasks/{}/", task.task.id.0);
            Tagged::of(task, now, |view| Located::at(request, &path, view))
        }))
    }

    /// List tasks
    ///
    /// Lists the tasks assigned to the caller or, with `all_tasks`, every task that involves the caller.
    /// A task must match all filters: to find the tasks that you gave to others, use `all_tasks=true` with
    /// `assigned_by=me`. The order is `-due_date` by default. Comments are not included.
    #[expect(clippy::too_many_arguments, reason = "each is a query parameter")]
    #[oai(path = "/", method = "get", operation_id = "listTasks")]
    async fn list(
        &self,
        caller: TaskReader,
        _memory: ReservePage,
        request: &Request,
        page: QueryParam<shape::PageNumber>,
        page_size: QueryParam<shape::PageSize>,
        /// Whether to list every task that the caller is the assignee, assigner or creator of; for staff,
        /// all tasks.
        all_tasks: QueryParam<shape::DefaultFalse>,
        /// Filter by status: one or several, separated by commas.
        #[oai(explode = false)]
        status: QueryParam<shape::Several<Name<Status>>>,
        /// Filter by priority: one or several, separated by commas.
        #[oai(explode = false)]
        priority: QueryParam<shape::Several<Name<Priority>>>,
        /// Filter by assignee: the id of a user, `me`, or `none` for tasks that are not assigned.
        assigned_to: QueryParam<AssigneeChoice>,
        /// Filter by assigner: the id of a user, or `me`.
        assigned_by: QueryParam<UserChoice>,
        /// Filter by creator: the id of a user, or `me`.
        created_by: QueryParam<UserChoice>,
        /// Filter by due date: at this time or later.
        due_after: QueryParam<shape::Time>,
        /// Filter by due date: before this time.
        due_before: QueryParam<shape::Time>,
        /// Filter by last change: at this time or later. New comments are changes.
        updated_since: QueryParam<shape::Time>,
        /// Filter by client: the same as `linked_entity_type=client` with this `linked_entity_id`.
        client: QueryParam<shape::Integer>,
        /// Filter by the type of the linked entity.
        linked_entity_type: QueryParam<shape::Text>,
        /// Filter by the id of the linked entity.
        linked_entity_id: QueryParam<shape::Integer>,
        /// Filter by a tag; the whole tag must match.
        tag: QueryParam<shape::Text>,
        /// Filter by text in the title or detail, ignoring case. Each node runs one search of a user at a
        /// time and cancels it after 2 seconds: 503 `overloaded`.
        search: QueryParam<shape::TaskSearch>,
        /// Set to `false` to exclude open tasks whose due date has passed.
        include_overdue: QueryParam<shape::DefaultTrue>,
        /// Sort field; prefix it with `-` for descending order.
        ordering: QueryParam<TaskOrder>,
    ) -> JsonResult<TaskPage> {
        let (now, me) = (self.clock.now(), caller.0.user.id);
        let mut errors = FieldErrors::default();
        let include_overdue = include_overdue.read(&mut errors).unwrap_or(true);
        let filter = TaskFilter {
            status: one_of(status.read(&mut errors)),
            priority: one_of(priority.read(&mut errors)),
            due: if include_overdue { DueFilter::Any } else { DueFilter::NotOverdue(now) },
            assigned_to: one_of(assigned_to.read(&mut errors).map(|user| vec![user.id(me)])),
            assigned_by: one_of(assigned_by.read(&mut errors).map(|user| vec![user.id(me)])),
            created_by: one_of(created_by.read(&mut errors).map(|user| vec![user.id(me)])),
            due_after: due_after.read(&mut errors),
            due_before: due_before.read(&mut errors),
            updated_since: updated_since.read(&mut errors),
            tag: tag.read(&mut errors),
            linked_kind: linked_entity_type.read(&mut errors),
            linked_id: linked_entity_id.read(&mut errors),
            search: search.read(&mut errors).flatten(),
        };
        let client = client.read(&mut errors);
        let all_tasks = all_tasks.read(&mut errors).unwrap_or(false);
        let order = ordering.read(&mut errors).unwrap_or_default();
        check(errors)?;
        let filter = of_client(filter, client);
        let page = page_request(page.text(), page_size.text())?;
        let query = ListTasks { all_tasks, filter, order, page };
        let is_search = query.filter.search.is_some();
        let list = self.tasks.list(&caller.0.user, query);
        let found = if is_search {
            let found = ClientConnection::while_open(request, list).await;
            found.ok_or_else(Problem::client_left)??
        } else {
            list.await?
        };
        let show = |task| TaskView::of(task, now);
        Ok(Json(TaskPage::of(request, found, show)))
    }

    /// Create a task (legacy path)
    ///
    /// The same as `POST /api/v1/tasks/`, which new clients should use.
    #[oai(
        path = "/create/",
        method = "post",
        operation_id = "createTaskAtCreate",
        deprecated = true
    )]
    async fn create_at_create(
        &self,
        caller: TaskWriter,
        request: &Request,
        #[oai(name = "Idempotency-Key")] key: IdempotencyKey,
        memory: ReserveNewTask,
        body: JsonBody<CreateTask>,
    ) -> Result<TaskCreated, MayBeForbidden> {
        self.create(caller, request, key, memory, body).await
    }

    /// List overdue tasks
    ///
    /// Lists the open tasks assigned to the caller whose due date has passed, oldest due date first: at
    /// most 1,000 tasks and about 8 MiB.
    #[oai(path = "/overdue/", method = "get", operation_id = "listOverdueTasks")]
    async fn overdue(
        &self,
        caller: TaskReader,
        _memory: ReserveWhole,
    ) -> Result<Unpaged<TaskView>, Problem> {
        let found = self.tasks.overdue(caller.0.user.id).await?;
        Ok(self.show(found))
    }

    /// List tasks due soon
    ///
    /// Lists the open tasks assigned to the caller that are due within some days, earliest due date first:
    /// at most 1,000 tasks and about 8 MiB. Overdue tasks are not included.
    #[oai(path = "/due_soon/", method = "get", operation_id = "listTasksDueSoon")]
    async fn due_soon(
        &self,
        caller: TaskReader,
        _memory: ReserveWhole,
        /// Number of days from now, from 1 to 365.
        days: QueryParam<shape::Days>,
    ) -> Result<Unpaged<TaskView>, Problem> {
        let mut errors = FieldErrors::default();
        let days = days.read(&mut errors);
        check(errors)?;
        let days = days.unwrap_or(shape::Days::DEFAULT);
        let found = self.tasks.due_soon(caller.0.user.id, days).await?;
        Ok(self.show(found))
    }
}

impl TaskCollectionApi {
    fn show(&self, tasks: Vec<TaskDetails>) -> Unpaged<TaskView> {
        let now = self.clock.now();
        Unpaged::of(tasks.into_iter().map(|task| TaskView::of(task, now)))
    }
}
