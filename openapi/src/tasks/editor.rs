use std::sync::Arc;

use leopard_core::Failure;
use leopard_core::domain::id::TaskId;
use leopard_core::domain::task::TaskEdit;
use leopard_core::port::Clock;
use leopard_core::service::tasks::Tasks;

use super::entity_tag::{IfMatch, Tagged};
use super::response::TaskChanged;
use crate::auth::SignedIn;
use crate::framework::payload::RecordId;

/// Edits tasks.
#[derive(Clone)]
pub(crate) struct Editor {
    pub(crate) tasks: Tasks,
    pub(crate) clock: Arc<dyn Clock>,
}

impl Editor {
    /// Edits the task if it is at one of these versions.
    pub(super) async fn edit<E: From<Failure>>(
        &self,
        caller: &SignedIn,
        id: &RecordId,
        versions: IfMatch,
        edit: TaskEdit,
    ) -> Result<Tagged<TaskChanged>, E> {
        let (caller, id) = (&caller.0.user, id.to(TaskId));
        let changed = self.tasks.edit(caller, id, edit, versions.0).await;
        Ok(TaskChanged::of(changed?, self.clock.now()))
    }
}
