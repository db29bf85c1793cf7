use std::sync::Arc;

use leopard_core::Failure;
use leopard_core::domain::field::FieldErrors;
use leopard_core::domain::id::TaskId;
use leopard_core::domain::user::User;
use leopard_core::port::Clock;
use leopard_core::service::tasks::{CreateTask, Tasks};
use poem::Request;
use poem_openapi::OpenApi;
use poem_openapi::param::Path;
use poem_openapi::payload::Json;

use super::view::{TaskCreated, TaskPage, TaskView};
use crate::access::SignedIn;
use crate::api::Tag;
use crate::payload::{JsonBody, RecordId};
use crate::problem::{MayBeForbidden, Problem};
use crate::query::{Neighbours, QueryParam, page_request, shape};

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
        body: JsonBody<CreateTask>,
    ) -> Result<TaskCreated, MayBeForbidden> {
        self.make(&caller.0.user, body.0).await
    }

    /// List tasks
    ///
    /// Those assigned to the caller, or all that the caller may see; latest due date first.
    #[oai(path = "/api/v1/tasks/", method = "get", operation_id = "listTasks")]
    async fn list(
        &self,
        caller: SignedIn,
        request: &Request,
        /// Which page, from 1.
        page: QueryParam<shape::PageNumber>,
        /// Tasks on a page, from 1 to 100; what is beyond is clamped.
        page_size: QueryParam<shape::PageSize>,
        /// Whether to list all that the caller may see: assigned to, assigned by or created by
        /// them; for staff, everybody's.
        all_tasks: QueryParam<shape::No>,
    ) -> Result<Json<TaskPage>, Problem> {
        let mut faults = FieldErrors::default();
        let all_tasks = all_tasks.boolean(false, &mut faults);
        if !faults.is_empty() {
            return Err(Failure::Invalid(faults).into());
        }
        let page = page_request(page.text(), page_size.text())?;
        let found = self.tasks.list(&caller.0.user, all_tasks, page).await?;
        let around = Neighbours::of(request, &found);
        Ok(Json(TaskPage::of(found, around, self.clock.now())))
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
        body: JsonBody<CreateTask>,
    ) -> Result<TaskCreated, MayBeForbidden> {
        self.make(&caller.0.user, body.0).await
    }

    /// Read a task
    ///
    /// One that the caller may see; any other does not exist for them.
    #[oai(path = "/api/v1/tasks/:id/", method = "get", operation_id = "getTask")]
    async fn read(
        &self,
        caller: SignedIn,
        /// Id of the task.
        id: Path<RecordId>,
    ) -> Result<Json<TaskView>, Problem> {
        let task = self.tasks.read(&caller.0.user, TaskId(id.0.0)).await?;
        Ok(Json(TaskView::of(task, self.clock.now())))
    }
}

impl TasksApi {
    async fn make(&self, caller: &User, task: CreateTask) -> Result<TaskCreated, MayBeForbidden> {
        let made = self.tasks.create(caller, task).await?;
        let view = TaskView::of(made, self.clock.now());
        Ok(TaskCreated::Created(Json(view)))
    }
}
