use std::sync::Arc;

use leopard_core::Failure;
use leopard_core::domain::account::User;
use leopard_core::domain::field::FieldErrors;
use leopard_core::domain::idempotency::RequestKey;
use leopard_core::domain::task::TaskDetails;
use leopard_core::domain::task::filter::TaskOrder;
use leopard_core::port::Clock;
use leopard_core::service::tasks::{CreateTask, ListTasks, Tasks};
use poem::Request;
use poem_openapi::OpenApi;
use poem_openapi::payload::Json;

use super::answer::{TaskCreated, TasksFound};
use super::entity_tag::Tagged;
use super::list_query::{self, TaskListParams};
use super::view::{TaskPage, TaskView};
use crate::api::Tag;
use crate::auth::SignedIn;
use crate::framework::payload::JsonBody;
use crate::framework::query::{PageLinks, QueryParam, page_request, shape};
use crate::http::ClientConnection;
use crate::http::answers::{ReserveNewTask, ReservePage, ReserveWhole};
use crate::idempotency::{IdempotencyKey, MaybeReplayed};
use crate::problem::{MayBeForbidden, Problem};

pub(crate) struct TasksApi {
    pub(crate) tasks: Tasks,
    pub(crate) clock: Arc<dyn Clock>,
}

#[OpenApi(tag = "Tag::Tasks")]
impl TasksApi {
    /// Make a task
    ///
    /// The assignee, the caller included, is told at once.
    #[oai(path = "/api/v1/tasks/", method = "post", operation_id = "createTask")]
    async fn create(
        &self,
        caller: SignedIn,
        /// A name for this request, so that it can be sent again: for 24 hours the same request by the
        /// same name makes nothing more, and is answered with what it made, as that now stands.
        #[oai(name = "Idempotency-Key")]
        key: IdempotencyKey,
        _memory: ReserveNewTask,
        body: JsonBody<CreateTask>,
    ) -> Result<MaybeReplayed<Tagged<TaskCreated>>, MayBeForbidden> {
        self.make(&caller.0.user, body.0, key.0).await
    }

    /// List tasks
    ///
    /// Those assigned to the caller, or all that the caller may see; latest due date first unless
    /// `ordering` says otherwise. All filters hold at once.
    #[expect(clippy::too_many_arguments, reason = "each is a query parameter")]
    #[oai(path = "/api/v1/tasks/", method = "get", operation_id = "listTasks")]
    async fn list(
        &self,
        caller: SignedIn,
        _memory: ReservePage,
        request: &Request,
        /// Which page, from 1.
        page: QueryParam<shape::PageNumber>,
        /// Tasks on a page, from 1 to 100; what is beyond is clamped.
        page_size: QueryParam<shape::PageSize>,
        /// Whether to list all that the caller may see: assigned to, assigned by or created by
        /// them; for staff, everybody's.
        all_tasks: QueryParam<shape::DefaultFalse>,
        /// Only those that stand there; a status that does not exist finds nothing.
        status: QueryParam<shape::Text>,
        /// Only those that are so urgent; a priority that does not exist finds nothing.
        priority: QueryParam<shape::Text>,
        /// Only those about this client: the same as `linked_entity_type=client` with
        /// `linked_entity_id`.
        client: QueryParam<shape::Integer>,
        /// Only those about things of this kind in another system.
        linked_entity_type: QueryParam<shape::Text>,
        /// Only those about the thing of this number there.
        linked_entity_id: QueryParam<shape::Integer>,
        /// Only those with exactly this tag.
        tag: QueryParam<shape::Text>,
        /// Only those whose title or detail contains this text; case does not matter. One search of a
        /// user runs at a time on each node, and is interrupted after 2 seconds: 503 `overloaded`.
        search: QueryParam<shape::TaskSearch>,
        /// Whether those are among them whose date has passed while they are open.
        include_overdue: QueryParam<shape::DefaultTrue>,
        /// In which order; a minus sign turns it round. Priorities are ordered by their rank.
        ordering: QueryParam<TaskOrder>,
    ) -> Result<Json<TaskPage>, Problem> {
        let now = self.clock.now();
        let mut faults = FieldErrors::default();
        let list_params = TaskListParams {
            status,
            priority,
            client,
            linked_entity_type,
            linked_entity_id,
            tag,
            search,
            include_overdue,
        };
        let all_tasks = all_tasks.boolean(false, &mut faults);
        let filter = list_params.filter(now, &mut faults);
        let order = ordering.choice(list_query::order, &mut faults);
        if !faults.is_empty() {
            return Err(Failure::Invalid(faults).into());
        }
        let wanted = ListTasks {
            all_tasks,
            filter,
            order: order.unwrap_or_default(),
            page: page_request(page.text(), page_size.text())?,
        };
        let is_search = wanted.filter.search.is_some();
        let list = self.tasks.list(&caller.0.user, wanted);
        let found = if is_search {
            let found = ClientConnection::while_open(request, list).await;
            found.ok_or_else(Problem::client_left)??
        } else {
            list.await?
        };
        let around = PageLinks::of(request, &found);
        Ok(Json(TaskPage::of(found, around, now)))
    }

    /// Make a task (as the first clients do)
    ///
    /// The same as `POST /api/v1/tasks/`.
    #[oai(
        path = "/api/v1/tasks/create/",
        method = "post",
        operation_id = "createTaskAtCreate"
    )]
    async fn create_at_create(
        &self,
        caller: SignedIn,
        /// A name for this request, so that it can be sent again: for 24 hours the same request by the
        /// same name makes nothing more, and is answered with what it made, as that now stands.
        #[oai(name = "Idempotency-Key")]
        key: IdempotencyKey,
        _memory: ReserveNewTask,
        body: JsonBody<CreateTask>,
    ) -> Result<MaybeReplayed<Tagged<TaskCreated>>, MayBeForbidden> {
        self.make(&caller.0.user, body.0, key.0).await
    }

    /// List overdue tasks
    ///
    /// What the caller is to do and should have done already, the longest overdue first: at most
    /// 1,000 tasks, and at most about 8 MiB of them.
    #[oai(
        path = "/api/v1/tasks/overdue/",
        method = "get",
        operation_id = "listOverdueTasks"
    )]
    async fn overdue(
        &self,
        caller: SignedIn,
        _memory: ReserveWhole,
    ) -> Result<TasksFound, Problem> {
        let found = self.tasks.overdue(caller.0.user.id).await?;
        Ok(self.found(found))
    }

    /// List tasks that are due soon
    ///
    /// What the caller is to do within some days, the first due first: at most 1,000 tasks, and at
    /// most about 8 MiB of them. What is overdue is not among them.
    #[oai(
        path = "/api/v1/tasks/due_soon/",
        method = "get",
        operation_id = "listTasksDueSoon"
    )]
    async fn due_soon(
        &self,
        caller: SignedIn,
        _memory: ReserveWhole,
        /// Within how many days.
        days: QueryParam<shape::Days>,
    ) -> Result<TasksFound, Problem> {
        let mut faults = FieldErrors::default();
        let days = days.within(1..=shape::Days::MAX, &mut faults);
        if !faults.is_empty() {
            return Err(Failure::Invalid(faults).into());
        }
        let days = days.unwrap_or(shape::Days::DEFAULT);
        let found = self.tasks.due_soon(caller.0.user.id, days).await?;
        Ok(self.found(found))
    }
}

impl TasksApi {
    async fn make(
        &self,
        caller: &User,
        task: CreateTask,
        key: Option<RequestKey>,
    ) -> Result<MaybeReplayed<Tagged<TaskCreated>>, MayBeForbidden> {
        let made = self.tasks.create(caller, task, key).await?;
        let now = self.clock.now();
        Ok(MaybeReplayed::of(made, |task| TaskCreated::of(task, now)))
    }

    fn found(&self, tasks: Vec<TaskDetails>) -> TasksFound {
        let now = self.clock.now();
        let shown = tasks.into_iter().map(|task| TaskView::of(task, now));
        TasksFound::Found(Json(shown.collect()))
    }
}
